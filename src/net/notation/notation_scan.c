/* Tokens of the notation. See notation_scan.h.
 *
 * A byte that cannot start a token becomes an error token, which is reported only once the parser
 * reaches it: the error that a reader sees is the text's first. */
#include "net/notation/notation_scan.h"
#include "base/translate.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { SHOWN = 40 };

static bool is_digit(int c) { return c >= '0' && c <= '9'; }

static bool is_letter(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* ---- errors ---------------------------------------------------------------------------------- */

emb_status emb__scan_fail(const emb__scan *scan, int line, const char *format, ...) {
    char what[768];
    va_list args;
    va_start(args, format);
    emb__fail_part(what, sizeof what, format, args);
    va_end(args);
    return emb__fail(EMB_ERR_FORMAT, "%s:%d: %s", scan->name, line, what);
}

int emb__token_shown(const emb__token *token) {
    return emb__utf8_fit(token->text, token->length, SHOWN);
}

/* "'Tanh'", "the end of the line", ... */
static void describe_token(const emb__scan *scan, char text[2 * SHOWN + 40]) {
    const emb__token *token = &scan->token;
    const size_t size = 2 * SHOWN + 40;
    switch (token->kind) {
    case EMB__TOKEN_NEWLINE:
        snprintf(text, size, _("the end of the line"));
        return;
    case EMB__TOKEN_STRING:
        snprintf(text, size, _("a string"));
        return;
    case EMB__TOKEN_END:
        if (scan->depth > 0) {
            snprintf(text, size, _("the end of the text: the %c of line %d is not closed"),
                     scan->open_signs[scan->depth - 1], scan->open_lines[scan->depth - 1]);
            return;
        }
        snprintf(text, size, _("the end of the text"));
        return;
    default:
        snprintf(text, size, "'%.*s'", emb__token_shown(token), token->text);
    }
}

emb_status emb__scan_unexpected(const emb__scan *scan, const char *what) {
    char gets[2 * SHOWN + 40];
    if (scan->token.kind == EMB__TOKEN_ERROR) return emb__last_status();
    describe_token(scan, gets);
    return emb__scan_fail(scan, scan->token.line, "expects %s, gets %s", _(what), gets);
}

emb_status emb__scan_missing(const emb__scan *scan, const char *what, ...) {
    char gets[2 * SHOWN + 40], expected[256];
    va_list args;
    const emb__token *last = &scan->last;
    if (scan->token.kind == EMB__TOKEN_ERROR) return emb__last_status();
    if (!last->text) return emb__scan_unexpected(scan, what);
    va_start(args, what);
    emb__say_list(expected, sizeof expected, what, args);
    va_end(args);
    const char *end = last->text + last->length, *line = end;
    while (line > scan->text && line[-1] != '\n') line--;
    describe_token(scan, gets);
    return emb__fail(EMB_ERR_FORMAT, "%s:%d:%d: expects %s, gets %s", scan->name, last->line,
                     (int)(end - line) + 1, expected, gets);
}

/* ---- tokens ---------------------------------------------------------------------------------- */

/* The byte at `at`, or -1 after the end. */
static int byte_at(const emb__scan *scan, size_t at) {
    return at < scan->length ? (unsigned char)scan->text[at] : -1;
}

/* Length of the line end at `at`: 0 (none), 1 or 2. */
static size_t line_end(const emb__scan *scan, size_t at) {
    if (byte_at(scan, at) == '\n') return 1;
    return byte_at(scan, at) == '\r' && byte_at(scan, at + 1) == '\n' ? 2 : 0;
}

/* Skips blanks, comments, continued line ends and, within brackets, all line ends. */
static void skip_blank(emb__scan *scan) {
    for (;;) {
        int c = byte_at(scan, scan->at);
        size_t continued = c == '\\' ? line_end(scan, scan->at + 1) : 0;
        size_t end = line_end(scan, scan->at);
        if (c == ' ' || c == '\t') {
            scan->at++;
        } else if (c == '#') {
            while (scan->at < scan->length && !line_end(scan, scan->at)) scan->at++;
        } else if (continued) {
            scan->at += 1 + continued;
            scan->line++;
        } else if (end && scan->depth > 0) {
            scan->at += end;
            scan->line++;
        } else {
            return;
        }
    }
}

/* Signs that Python has but the notation has not. */
static const struct {
    char sign;
    const char *wrong;
} refused[] = {
    {';', E_("'%c' has no place here: each name is set on a line of its own")},
    {':', E_("'%c' has no place here: a line is NAME = ..., such as latent = 2")},
    {'\\', E_("'%c' has no place here: only a line's end may follow the \\ that continues it")},
};

static void refuse_byte(const emb__scan *scan, emb__token *token, int c) {
    token->kind = EMB__TOKEN_ERROR;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        if (refused[i].sign == c) {
            emb__scan_fail(scan, token->line, refused[i].wrong, c);
            return;
        }
    }
    if (c < 0x80) {
        emb__scan_fail(scan, token->line, "'%c' has no place here", c);
    } else {
        emb__scan_fail(scan, token->line,
                       "byte 0x%02X has no place here: outside comments the text is plain ASCII",
                       (unsigned)c);
    }
}

/* The base that "0x", "0o" or "0b" says; 10 if the text does not begin like that. */
static int base_of(const char *text, size_t length) {
    if (length < 3 || text[0] != '0') return 10;
    const int letter = text[1] | 0x20;
    return letter == 'x' ? 16 : letter == 'o' ? 8 : letter == 'b' ? 2 : 10;
}

static int digit_of(int c) {
    if (is_digit(c)) return c - '0';
    const int letter = c | 0x20;
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : 16;
}

/* Reads a whole number as Python writes it: 1_000 and 0x1F, but not 007. False if it is not one. */
static bool read_whole(const char *text, size_t length, int64_t *number, bool *fits) {
    const int base = base_of(text, length);
    *number = 0;
    *fits = true;
    for (size_t i = base == 10 ? 0 : 2; i < length; i++) {
        const bool gap = text[i] == '_';
        if (gap && i + 1 < length && i > 0 && text[i - 1] != '_') continue;
        if (gap || digit_of((unsigned char)text[i]) >= base) return false;
        if (__builtin_mul_overflow(*number, base, number) ||
            __builtin_add_overflow(*number, digit_of((unsigned char)text[i]), number)) {
            *fits = false;
        }
    }
    return base != 10 || text[0] != '0' || (*number == 0 && *fits);
}

/* Where the digits that begin at `at` end; single underscores may stand between them. */
static size_t digits_end(const char *text, size_t length, size_t at) {
    const size_t from = at;
    while (at < length && (is_digit((unsigned char)text[at]) ||
                           (text[at] == '_' && at > from && text[at - 1] != '_' &&
                            at + 1 < length && is_digit((unsigned char)text[at + 1])))) {
        at++;
    }
    return at;
}

/* Whether Python would read it as a float: 1., .5, 1e-3, 1_000.5, 007.5, but not 7. */
static bool is_real(const char *text, size_t length) {
    size_t at = digits_end(text, length, 0), digits = at;
    const bool point = at < length && text[at] == '.';
    if (point) {
        const size_t behind = digits_end(text, length, at + 1);
        digits += behind - at - 1;
        at = behind;
    }
    const bool exponent = at < length && (text[at] | 0x20) == 'e';
    if (exponent) {
        const bool sign = at + 1 < length && (text[at + 1] == '+' || text[at + 1] == '-');
        const size_t from = at + (sign ? 2 : 1);
        at = digits_end(text, length, from);
        if (at == from) return false;
    }
    return at == length && digits > 0 && (point || exponent);
}

enum { REAL_DIGITS = 64 };

/* What is_real accepts, as a double: infinite if it is too large. */
static double read_real(const char *text, size_t length) {
    char plain[REAL_DIGITS + 1];
    size_t count = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] != '_') plain[count++] = text[i];
    }
    plain[count] = '\0';
    return strtod(plain, NULL);
}

/* The length of a run of digits, letters and points that starts with a digit or a point, with the
 * sign of an exponent: all of it, so that an error can show it. */
static size_t number_length(const emb__scan *scan) {
    const char *text = scan->text + scan->at;
    size_t end = scan->at;
    for (int c;
         c = byte_at(scan, end),
         is_digit(c) || is_letter(c) || c == '.' ||
             ((c == '+' || c == '-') && end > scan->at && (scan->text[end - 1] | 0x20) == 'e' &&
              base_of(text, end - scan->at) == 10 && is_digit(byte_at(scan, end + 1)));) {
        end++;
    }
    return end - scan->at;
}

/* Refuses a number that is too large or too long. */
static void refuse_number(const emb__scan *scan, emb__token *token, const char *wrong) {
    token->kind = EMB__TOKEN_ERROR;
    emb__scan_fail(scan, token->line, wrong, emb__token_shown(token), token->text);
}

static void read_number(emb__scan *scan, emb__token *token) {
    bool fits;
    token->length = number_length(scan);
    token->kind = EMB__TOKEN_NUMBER;
    if (read_whole(token->text, token->length, &token->number, &fits)) {
        if (!fits)
            refuse_number(scan, token, E_("'%.*s' is too large: a number has at most 63 bits"));
    } else if (!is_real(token->text, token->length)) {
        token->kind = EMB__TOKEN_ERROR;
        emb__scan_fail(scan, token->line,
                       memchr(token->text, '.', token->length)
                           ? E_("expects a number such as 3 or 0.5, gets '%.*s'")
                           : E_("expects a whole number such as 3, gets '%.*s'"),
                       emb__token_shown(token), token->text);
    } else if (token->length > REAL_DIGITS) {
        refuse_number(scan, token,
                      E_("'%.*s' is too long: a number has at most 64 digits and signs"));
    } else {
        token->kind = EMB__TOKEN_REAL;
        token->real = read_real(token->text, token->length);
        if (!isfinite(token->real))
            refuse_number(scan, token, E_("'%.*s' is too large: it is above 1.8e308"));
    }
}

static void read_string(const emb__scan *scan, emb__token *token) {
    int quote = byte_at(scan, scan->at);
    size_t end = scan->at + 1;
    while (end < scan->length && !line_end(scan, end) && byte_at(scan, end) != quote) end++;
    bool closed = byte_at(scan, end) == quote;
    token->kind = closed ? EMB__TOKEN_STRING : EMB__TOKEN_ERROR;
    token->length = end - scan->at + (closed ? 1 : 0);
    if (!closed) emb__scan_fail(scan, token->line, "expects a closing %c on the same line", quote);
}

static void read_sign(emb__scan *scan, emb__token *token, int c) {
    token->kind = c;
    if ((c == '/' || c == '*') && byte_at(scan, scan->at + 1) == c) {
        token->kind = c == '/' ? EMB__TOKEN_FLOOR_DIVIDE : EMB__TOKEN_POWER;
        token->length = 2;
    } else if (strchr("([", c) && scan->depth == EMB__NOTATION_DEPTH) {
        token->kind = EMB__TOKEN_ERROR;
        emb__scan_fail(scan, token->line, "expects at most %d brackets within brackets",
                       EMB__NOTATION_DEPTH);
    } else if (strchr("([", c)) {
        scan->open_signs[scan->depth] = (char)c;
        scan->open_lines[scan->depth++] = token->line;
    } else if (strchr(")]", c) && scan->depth > 0) {
        scan->depth--;
    }
}

static emb__token read_token(emb__scan *scan) {
    skip_blank(scan);
    emb__token token = {
        .kind = EMB__TOKEN_END, .line = scan->line, .text = scan->text + scan->at, .length = 1};
    int c = byte_at(scan, scan->at);
    size_t end = line_end(scan, scan->at);
    if (c < 0) {
        /* The last line is the last one that has something in it. */
        if (scan->at > 0 && byte_at(scan, scan->at - 1) == '\n') token.line--;
        token.length = 0;
    } else if (end) {
        token.kind = EMB__TOKEN_NEWLINE;
        token.length = end;
        scan->line++;
    } else if (is_letter(c)) {
        token.kind = EMB__TOKEN_NAME;
        for (int d; d = byte_at(scan, scan->at + token.length), is_letter(d) || is_digit(d);) {
            token.length++;
        }
    } else if (is_digit(c) || (c == '.' && is_digit(byte_at(scan, scan->at + 1)))) {
        read_number(scan, &token);
    } else if (c == '\'' || c == '"') {
        read_string(scan, &token);
    } else if (strchr("()[],=.+-*/%", c)) {
        read_sign(scan, &token, c);
    } else {
        refuse_byte(scan, &token, c);
    }
    token.depth = scan->depth;
    /* Scanning does not move past an error token, so that nothing after it is read. */
    if (token.kind != EMB__TOKEN_ERROR) scan->at += token.length;
    return token;
}

void emb__scan_next(emb__scan *scan) {
    if (scan->token.text) scan->last = scan->token;
    scan->token = scan->ahead;
    /* Nothing is read after an error: the next error would replace its text. */
    if (scan->token.kind != EMB__TOKEN_ERROR) scan->ahead = read_token(scan);
}

emb_status emb__scan_go_on(emb__scan *scan, const emb__token *open, size_t at, int line) {
    scan->depth = open->depth; /* what has been read ahead is read again */
    scan->at = at;
    scan->line = line;
    scan->ahead = read_token(scan);
    emb__scan_next(scan); /* the ')' itself */
    emb__scan_next(scan);
    return EMB_OK;
}

bool emb__scan_accept(emb__scan *scan, int kind) {
    if (scan->token.kind != kind) return false;
    emb__scan_next(scan);
    return true;
}

bool emb__token_is(const emb__token *token, const char *word) {
    size_t length = strlen(word);
    return token->kind == EMB__TOKEN_NAME && token->length == length &&
           memcmp(token->text, word, length) == 0;
}

bool emb__scan_prefix(emb__scan *scan, const char *word) {
    if (!emb__token_is(&scan->token, word) || scan->ahead.kind != '.') return false;
    emb__scan_next(scan);
    emb__scan_next(scan);
    return true;
}

emb_status emb__scan_start(emb__scan *scan, const char *text, size_t length, const char *name) {
    *scan = (emb__scan){.name = name, .text = text, .length = length, .line = 1};
    if (length > EMB__NOTATION_BYTES) {
        return emb__scan_fail(scan, 1, "expects a notation of at most %d bytes, gets %zu",
                              EMB__NOTATION_BYTES, length);
    }
    if (length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) scan->at = 3;
    int line = 1;
    for (size_t i = 0; i < length; i++) {
        int c = byte_at(scan, i);
        if (c == '\n') line++;
        if ((c < 0x20 && c != '\t' && !line_end(scan, i)) || c == 0x7F) {
            return emb__scan_fail(scan, line, "expects plain text, gets the control byte 0x%02X",
                                  (unsigned)c);
        }
    }
    scan->ahead = read_token(scan);
    emb__scan_next(scan);
    return EMB_OK;
}
