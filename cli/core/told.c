/* Messages filled in the reader's language: printf's work with the language's decimal sign, with
 * columns instead of bytes for the widths of texts, and with arguments in a translation's order. */
#include "core/told.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_ARGUMENTS = 24, FLAGS = 8, NUMBER = 512 };

typedef enum kind { NONE, INT, LONG, LONG_LONG, SIZE, MAX, REAL, TEXT } kind;

typedef union value {
    int i;
    long l;
    long long ll;
    size_t z;
    intmax_t j;
    double real;
    const char *text;
} value;

/* A conversion of a format; arguments are counted from 1, 0 is none. */
typedef struct conversion {
    const char *end;
    char flags[FLAGS], length[3], type;
    int width, precision;       /* as written; -1: none */
    int width_of, precision_of; /* the argument that has it */
    int argument;
} conversion;

/* Digits at *at, and what they are. */
static int digits(const char **at) {
    int number = 0;
    while (**at >= '0' && **at <= '9' && number < 10000) number = 10 * number + *(*at)++ - '0';
    return number;
}

/* The argument that "2$" at *at names; without it the next in turn. */
static int argument_at(const char **at, int *turn) {
    const char *ahead = *at;
    const int named = digits(&ahead);
    if (ahead == *at || *ahead != '$') return ++*turn;
    *at = ahead + 1;
    return named;
}

/* A width or a precision at *at: a number, or '*' for an argument. */
static void measure(const char **at, int *turn, int *number, int *argument) {
    if (**at == '*') {
        ++*at;
        *argument = argument_at(at, turn);
    } else {
        const char *before = *at;
        const int written = digits(at);
        if (*at > before || *number == 0) *number = written;
    }
}

/* The conversion whose '%' is before `at`. */
static conversion read_conversion(const char *at, int *turn) {
    conversion c = {.width = -1, .precision = -1};
    const char *ahead = at;
    if (*ahead >= '1' && *ahead <= '9' && (digits(&ahead), *ahead == '$')) {
        c.argument = argument_at(&at, turn);
    }
    for (int i = 0; *at && strchr("-+ #0", *at) && i < FLAGS - 1; i++) c.flags[i] = *at++;
    measure(&at, turn, &c.width, &c.width_of);
    if (*at == '.') {
        at++;
        c.precision = 0;
        measure(&at, turn, &c.precision, &c.precision_of);
    }
    for (int i = 0; *at && strchr("hlzj", *at) && i < 2; i++) c.length[i] = *at++;
    c.type = *at ? *at++ : '%';
    c.end = at;
    if (c.type != '%' && c.argument == 0) c.argument = ++*turn;
    return c;
}

static kind kind_of(const conversion *c) {
    if (c->type == 's') return TEXT;
    if (strchr("feEgGaF", c->type)) return REAL;
    if (strcmp(c->length, "ll") == 0) return LONG_LONG;
    if (c->length[0] == 'l') return LONG;
    if (c->length[0] == 'z') return SIZE;
    return c->length[0] == 'j' ? MAX : INT;
}

static void note_kind(kind kinds[MOST_ARGUMENTS + 1], int argument, kind what) {
    if (argument > 0 && argument <= MOST_ARGUMENTS) kinds[argument] = what;
}

static void read_values(const char *format, va_list list, value values[MOST_ARGUMENTS + 1]) {
    kind kinds[MOST_ARGUMENTS + 1] = {NONE};
    int turn = 0;
    for (const char *at = strchr(format, '%'); at; at = strchr(at, '%')) {
        const conversion c = read_conversion(at + 1, &turn);
        note_kind(kinds, c.width_of, INT);
        note_kind(kinds, c.precision_of, INT);
        if (c.type != '%') note_kind(kinds, c.argument, kind_of(&c));
        at = c.end;
    }
    for (int i = 1; i <= MOST_ARGUMENTS && kinds[i] != NONE; i++) {
        switch (kinds[i]) {
        case LONG:
            values[i].l = va_arg(list, long);
            break;
        case LONG_LONG:
            values[i].ll = va_arg(list, long long);
            break;
        case SIZE:
            values[i].z = va_arg(list, size_t);
            break;
        case MAX:
            values[i].j = va_arg(list, intmax_t);
            break;
        case REAL:
            values[i].real = va_arg(list, double);
            break;
        case TEXT:
            values[i].text = va_arg(list, const char *);
            break;
        default:
            values[i].i = va_arg(list, int);
        }
    }
}

/* A text in a field of `width` columns. */
static void add_field(cli_text *out, const conversion *c, const char *text) {
    const size_t length = c->precision >= 0 ? strnlen(text, (size_t)c->precision) : strlen(text);
    const size_t before = out->length;
    const bool left = strchr(c->flags, '-') != NULL;
    cli_text_bytes(out, text, length);
    const int missing = c->width - cli_columns(out->bytes + before);
    if (missing <= 0) return;
    if (left) {
        cli_text_add(out, "%*s", missing, "");
        return;
    }
    out->length = before;
    cli_text_add(out, "%*s", missing, "");
    cli_text_bytes(out, text, length);
}

static void add_number(cli_text *out, const conversion *c, const value *v) {
    char format[FLAGS + 40], text[NUMBER], width[16] = "", precision[16] = "";
    if (c->width >= 0) snprintf(width, sizeof width, "%d", c->width);
    if (c->precision >= 0) snprintf(precision, sizeof precision, ".%d", c->precision);
    snprintf(format, sizeof format, "%%%s%s%s%s%c", c->flags, width, precision, c->length, c->type);
    switch (kind_of(c)) {
    case LONG:
        snprintf(text, sizeof text, format, v->l);
        break;
    case LONG_LONG:
        snprintf(text, sizeof text, format, v->ll);
        break;
    case SIZE:
        snprintf(text, sizeof text, format, v->z);
        break;
    case MAX:
        snprintf(text, sizeof text, format, v->j);
        break;
    case REAL: {
        snprintf(text, sizeof text, format, v->real);
        char *point = strchr(text, '.');
        if (point) *point = cli_decimal_sign();
        break;
    }
    default:
        snprintf(text, sizeof text, format, v->i);
    }
    cli_text_add(out, "%s", text);
}

static void add_conversion(cli_text *out, conversion *c, const value *values) {
    if (c->type == '%') {
        cli_text_bytes(out, "%", 1);
        return;
    }
    if (c->argument > MOST_ARGUMENTS) return;
    if (c->width_of > 0) c->width = values[c->width_of].i;
    if (c->precision_of > 0) c->precision = values[c->precision_of].i;
    if (c->width_of > 0 && c->width < 0) { /* as printf has it */
        c->width = -c->width;
        memmove(c->flags + 1, c->flags, FLAGS - 2);
        c->flags[0] = '-';
    }
    if (c->type == 's') {
        add_field(out, c, values[c->argument].text);
    } else {
        add_number(out, c, &values[c->argument]);
    }
}

static void add_told(cli_text *out, const char *english, va_list list) {
    const char *format = cli_translated(english);
    value values[MOST_ARGUMENTS + 1] = {{0}};
    int turn = 0;
    read_values(format, list, values);
    while (*format) {
        const size_t plain = strcspn(format, "%");
        cli_text_bytes(out, format, plain);
        format += plain;
        if (!*format) break;
        conversion c = read_conversion(format + 1, &turn);
        add_conversion(out, &c, values);
        format = c.end;
    }
    cli_text_bytes(out, "", 0);
}

char *cli_told_list(const char *format, va_list list) {
    cli_text text = {0};
    add_told(&text, format, list);
    return text.bytes;
}

char *cli_told(const char *format, ...) {
    va_list list;
    va_start(list, format);
    char *text = cli_told_list(format, list);
    va_end(list);
    return text;
}

void cli_text_tell(cli_text *text, const char *format, ...) {
    va_list list;
    va_start(list, format);
    add_told(text, format, list);
    va_end(list);
}

void cli_print(const char *format, ...) {
    va_list list;
    va_start(list, format);
    char *text = cli_told_list(format, list);
    va_end(list);
    fputs(text, stdout);
    free(text);
}
