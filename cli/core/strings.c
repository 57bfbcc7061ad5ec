/* Strings that grow and numbers as people read them. See strings.h. */
#include "core/strings.h"
#include "core/language.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/say.h"

void *cli_alloc(size_t bytes) {
    void *block = malloc(bytes ? bytes : 1);
    if (!block) cli_fail_memory(bytes);
    return block;
}

static void reserve(cli_text *text, size_t more) {
    size_t needed = text->length + more + 1;
    if (needed <= text->capacity) return;
    size_t capacity = text->capacity < 128 ? 128 : text->capacity * 2;
    if (capacity < needed) capacity = needed;
    char *grown = cli_alloc(capacity);
    if (text->length > 0) memcpy(grown, text->bytes, text->length);
    grown[text->length] = '\0';
    free(text->bytes);
    text->bytes = grown;
    text->capacity = capacity;
}

void cli_text_bytes(cli_text *text, const void *bytes, size_t count) {
    reserve(text, count);
    if (count > 0) memcpy(text->bytes + text->length, bytes, count);
    text->length += count;
    text->bytes[text->length] = '\0';
}

static void add_list(cli_text *text, const char *format, va_list list) {
    va_list again;
    va_copy(again, list);
    int needed = vsnprintf(NULL, 0, format, list);
    if (needed >= 0) {
        reserve(text, (size_t)needed);
        vsnprintf(text->bytes + text->length, (size_t)needed + 1, format, again);
        text->length += (size_t)needed;
    }
    va_end(again);
}

void cli_text_add(cli_text *text, const char *format, ...) {
    va_list list;
    va_start(list, format);
    add_list(text, format, list);
    va_end(list);
}

void cli_text_for(cli_text *text, emb_target target, const char *foreign) {
    const size_t length = strlen(foreign), needed = emb_text_for(target, foreign, length, NULL, 0);
    reserve(text, needed);
    emb_text_for(target, foreign, length, text->bytes + text->length, needed + 1);
    text->length += needed;
}

const char *cli_shown(const char *foreign) {
    static cli_text texts[CLI_SHOWN_AT_ONCE];
    static unsigned next;
    cli_text *text = &texts[next];
    text->length = 0;
    cli_text_for(text, EMB_SHOWN, foreign);
    if (strcmp(text->bytes, foreign) == 0) return foreign;
    next = (next + 1) % CLI_SHOWN_AT_ONCE;
    return text->bytes;
}

char *cli_name_kept(const char *name) {
    cli_text text = {0};
    cli_text_for(&text, EMB_NAME, name);
    return text.bytes;
}

char *cli_name_back(const char *kept) {
    const size_t length = strlen(kept);
    char *name = cli_alloc(length + 1);
    emb_text_back(kept, length, name);
    return name;
}

void cli_text_free(cli_text *text) {
    free(text->bytes);
    *text = (cli_text){0};
}

char *cli_format_list(const char *format, va_list list) {
    cli_text text = {0};
    add_list(&text, format, list);
    reserve(&text, 0);
    return text.bytes;
}

char *cli_format(const char *format, ...) {
    va_list list;
    va_start(list, format);
    char *text = cli_format_list(format, list);
    va_end(list);
    return text;
}

int cli_columns(const char *text) {
    int columns = 0;
    for (; *text; text++) columns += ((unsigned char)*text & 0xC0) != 0x80;
    return columns;
}

/* Bytes of its first `columns` columns. */
static size_t bytes_of(const char *text, int columns) {
    size_t bytes = 0;
    while (text[bytes] && columns-- > 0) {
        do bytes++;
        while (((unsigned char)text[bytes] & 0xC0) == 0x80);
    }
    return bytes;
}

char *cli_cut(const char *text, int columns, bool end) {
    const int whole = cli_columns(text), kept = columns > 3 ? columns - 3 : 0;
    if (whole <= columns) return cli_format("%s", text);
    if (end) return cli_format("...%s", text + bytes_of(text, whole - kept));
    return cli_format("%.*s...", (int)bytes_of(text, kept), text);
}

bool cli_ends_with(const char *text, const char *ending) {
    const size_t length = strlen(text), tail = strlen(ending);
    return length >= tail && strcmp(text + length - tail, ending) == 0;
}

const char *cli_thousands(uint64_t number, char text[CLI_NUMBER_SIZE]) {
    char digits[CLI_NUMBER_SIZE];
    int count = snprintf(digits, sizeof digits, "%llu", (unsigned long long)number);
    char *out = text;
    for (int i = 0; i < count; i++) {
        if (i > 0 && (count - i) % 3 == 0) *out++ = cli_thousands_sign();
        *out++ = digits[i];
    }
    *out = '\0';
    return text;
}

const char *cli_shortest(double number, char text[CLI_NUMBER_SIZE]) {
    for (int precision = 1; precision <= 17; precision++) {
        snprintf(text, CLI_NUMBER_SIZE, "%.*g", precision, number);
        if (strtod(text, NULL) == number) break;
    }
    return text;
}

const char *cli_decimals(char *text) {
    char *point = strchr(text, '.');
    if (point) *point = cli_decimal_sign();
    return text;
}

const char *cli_number(double number, char text[CLI_NUMBER_SIZE]) {
    snprintf(text, CLI_NUMBER_SIZE, "%.6g", number);
    return cli_decimals(text);
}

const char *cli_error_text(double error, int digits, char text[CLI_NUMBER_SIZE]) {
    const bool plain = error == 0 || (error >= pow(10, 1 - digits) && error < 1e6);
    snprintf(text, CLI_NUMBER_SIZE, plain ? "%.*f" : "%.*g", digits, error);
    return cli_decimals(text);
}

const char *cli_duration(double seconds, char text[CLI_NUMBER_SIZE]) {
    if (!(seconds < 3600.0 * 1000)) {
        snprintf(text, CLI_NUMBER_SIZE, _("over 1000 h"));
        return text;
    }
    int whole = seconds > 0 ? (int)lround(seconds) : 0;
    if (whole < 3600) {
        snprintf(text, CLI_NUMBER_SIZE, "%d:%02d", whole / 60, whole % 60);
    } else {
        snprintf(text, CLI_NUMBER_SIZE, "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60);
    }
    return text;
}

const char *cli_size(size_t bytes, char text[CLI_NUMBER_SIZE]) {
    static const struct {
        double least;
        const char *format;
    } units[] = {{1e9, "%.1f GB"}, {1e6, "%.1f MB"}, {1e3, "%.1f kB"}};
    snprintf(text, CLI_NUMBER_SIZE, _("%zu bytes"), bytes);
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if ((double)bytes < units[i].least) continue;
        snprintf(text, CLI_NUMBER_SIZE, units[i].format, (double)bytes / units[i].least);
        break;
    }
    return cli_decimals(text);
}
