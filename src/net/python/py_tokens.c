/* See py_tokens.h. */
#include "net/python/py_tokens.h"

#include "base/translate.h"

#include <string.h>

enum { INDENTS = 50 };

typedef struct reader {
    const emb__py_source *source;
    const char *text;
    size_t length, at;
    int line, first_line;
    bool bare;
    int depth; /* of brackets */
    int indents[INDENTS + 1], indent;
    emb__py_tokens *out;
} reader;

static int byte_at(const reader *r, size_t at) {
    return at < r->length ? (unsigned char)r->text[at] : -1;
}

static bool is_digit(int c) { return c >= '0' && c <= '9'; }

/* Names may have letters of any language; what is no letter among them, nobody looks for. */
static bool is_letter(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
}

bool emb__py_token_is(const emb__py_token *token, const char *word) {
    return token->kind == EMB__PY_WORD && strlen(word) == (size_t)token->length &&
           memcmp(token->text, word, (size_t)token->length) == 0;
}

static emb_status add(reader *r, int kind, size_t begin, size_t length, int line) {
    emb__py_tokens *out = r->out;
    if (out->count == out->capacity) {
        const size_t grown = out->capacity ? 2 * out->capacity : 256;
        emb__py_token *all = emb__realloc(out->all, grown * sizeof *all);
        if (!all) return EMB_ERR_MEMORY;
        out->all = all;
        out->capacity = grown;
    }
    out->all[out->count++] =
        (emb__py_token){.kind = kind, .line = line, .length = (int)length, .text = r->text + begin};
    return EMB_OK;
}

/* ---- the beginning of a line ----------------------------------------------------------------- */

/* Skips blank lines; then the indent is compared with those before. */
static emb_status begin_line(reader *r) {
    int column = 0;
    for (;;) {
        const int c = byte_at(r, r->at);
        if (c == ' ') {
            column++;
        } else if (c == '\t') {
            column = column / 8 * 8 + 8;
        } else if (c == '\f' || c == '\r') {
            column = 0;
        } else if (c == '\n') {
            column = 0;
            r->line++;
        } else if (c == '#') {
            while (r->at < r->length && byte_at(r, r->at) != '\n') r->at++;
            continue;
        } else {
            break;
        }
        r->at++;
    }
    if (r->at >= r->length) column = 0;
    if (column > r->indents[r->indent]) {
        if (r->indent == INDENTS) {
            return emb__py_fail(r->source, r->line, "more than %d blocks within one another",
                                INDENTS);
        }
        r->indents[++r->indent] = column;
        return add(r, EMB__PY_INDENT, r->at, 0, r->line);
    }
    emb_status status = EMB_OK;
    while (column < r->indents[r->indent] && status == EMB_OK) {
        r->indent--;
        status = add(r, EMB__PY_DEDENT, r->at, 0, r->line);
    }
    if (status == EMB_OK && column != r->indents[r->indent]) {
        return emb__py_fail(r->source, r->line,
                            "the line is indented neither like the block before it nor like one "
                            "around it");
    }
    return status;
}

/* ---- tokens ---------------------------------------------------------------------------------- */

/* Where a text ends whose letters, if any, are skipped; 0 if none begins at `at`. */
static size_t quote_at(const reader *r, size_t at) {
    size_t letters = 0;
    while (letters < 3 && byte_at(r, at + letters) > 0 &&
           strchr("rRbBuUfFtT", byte_at(r, at + letters))) {
        letters++;
    }
    const int c = byte_at(r, at + letters);
    return letters < 3 && (c == '"' || c == '\'') ? at + letters + 1 : 0;
}

static emb_status read_quoted(reader *r, size_t inside) {
    const size_t begin = r->at;
    const int quote = byte_at(r, inside - 1), line = r->line;
    const bool triple = byte_at(r, inside) == quote && byte_at(r, inside + 1) == quote;
    size_t at = triple ? inside + 2 : inside;
    for (;; at++) {
        const int c = byte_at(r, at);
        if (c < 0 || (c == '\n' && !triple)) {
            return triple ? emb__py_fail(r->source, line,
                                         "a text that begins in this line does not end: expects a "
                                         "closing three times %c",
                                         quote)
                          : emb__py_fail(r->source, line,
                                         "a text that begins in this line does not end: expects a "
                                         "closing %c",
                                         quote);
        }
        if (c == '\\') {
            at++;
            r->line += byte_at(r, at) == '\n';
        } else if (c == '\n') {
            r->line++;
        } else if (c == quote && !triple) {
            break;
        } else if (c == quote && byte_at(r, at + 1) == quote && byte_at(r, at + 2) == quote) {
            at += 2;
            break;
        }
    }
    r->at = at + 1;
    return add(r, EMB__PY_QUOTED, begin, r->at - begin, line);
}

static emb_status read_number(reader *r) {
    const size_t begin = r->at;
    const int second = byte_at(r, begin + 1) | 0x20;
    const bool other_base =
        byte_at(r, begin) == '0' && (second == 'x' || second == 'o' || second == 'b');
    bool decimal = false;
    for (int c; c = byte_at(r, r->at),
                is_digit(c) || c == '_' || c == '.' || (c >= 0 && c < 0x80 && is_letter(c));
         r->at++) {
        if (other_base) continue;
        decimal = decimal || c == '.' || (c | 0x20) == 'e';
        if ((c | 0x20) == 'e' && (byte_at(r, r->at + 1) == '-' || byte_at(r, r->at + 1) == '+')) {
            r->at++;
        }
    }
    return add(r, decimal ? EMB__PY_DECIMAL : EMB__PY_NUMBER, begin, r->at - begin, r->line);
}

/* The longest sign of Python at this place; 0: none. */
static size_t sign_length(const reader *r) {
    static const char *const signs[] = {
        "**=", "//=", ">>=", "<<=", "...", "**", "//", "==", "!=", "<=", ">=", "->", "+=",
        "-=",  "*=",  "/=",  "%=",  "@=",  "&=", "|=", "^=", ":=", "<<", ">>", NULL};
    for (int i = 0; signs[i]; i++) {
        const size_t length = strlen(signs[i]);
        if (length <= r->length - r->at && memcmp(r->text + r->at, signs[i], length) == 0) {
            return length;
        }
    }
    const int c = byte_at(r, r->at);
    return c > 0 && strchr("+-*/%@&|^~<>()[]{},:.;=", c) ? 1 : 0;
}

static emb_status read_sign(reader *r) {
    const size_t length = sign_length(r);
    const int c = byte_at(r, r->at);
    if (length == 0) {
        if (c < 0x20 || c == 0x7f) {
            return emb__py_fail(r->source, r->line, "the control byte 0x%02X is not Python",
                                (unsigned)c);
        }
        return emb__py_fail(r->source, r->line, "'%c' has no place here", c);
    }
    int kind = 0;
    for (size_t i = 0; i < length; i++) kind |= (unsigned char)r->text[r->at + i] << (8 * i);
    if (strchr("([{", c)) r->depth++;
    if (strchr(")]}", c) && r->depth > 0) r->depth--;
    r->at += length;
    return add(r, kind, r->at - length, length, r->line);
}

/* Reads one token, or passes over what is none. */
static emb_status read_one(reader *r) {
    const int c = byte_at(r, r->at);
    const size_t inside = quote_at(r, r->at);
    if (c == ' ' || c == '\t' || c == '\f' || c == '\r') {
        r->at++;
        return EMB_OK;
    }
    if (c == '#') {
        while (r->at < r->length && byte_at(r, r->at) != '\n') r->at++;
        return EMB_OK;
    }
    if (c == '\\') {
        const size_t end = byte_at(r, r->at + 1) == '\r' ? 2 : 1;
        if (byte_at(r, r->at + end) != '\n') {
            return emb__py_fail(r->source, r->line, "only the line's end may follow a '\\'");
        }
        r->at += end + 1;
        r->line++;
        return EMB_OK;
    }
    if (c == '\n') {
        r->at++;
        r->line++;
        if (r->depth > 0 || r->bare) return EMB_OK;
        const emb_status status = add(r, EMB__PY_NEWLINE, r->at - 1, 1, r->line - 1);
        return status == EMB_OK ? begin_line(r) : status;
    }
    if (inside) return read_quoted(r, inside);
    if (is_digit(c) || (c == '.' && is_digit(byte_at(r, r->at + 1)))) return read_number(r);
    if (!is_letter(c)) return read_sign(r);
    const size_t begin = r->at;
    while (is_letter(byte_at(r, r->at)) || is_digit(byte_at(r, r->at))) r->at++;
    return add(r, EMB__PY_WORD, begin, r->at - begin, r->line);
}

emb_status emb__py_tokens_read(const emb__py_source *source, const char *text, size_t length,
                               int line, bool bare, emb__py_tokens *tokens) {
    reader r = {.source = source,
                .text = text,
                .length = length,
                .line = line,
                .first_line = line,
                .bare = bare,
                .out = tokens};
    *tokens = (emb__py_tokens){0};
    if (length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) r.at = 3;
    emb_status status = bare ? EMB_OK : begin_line(&r);
    while (status == EMB_OK && r.at < length) status = read_one(&r);
    if (status == EMB_OK && !bare) status = add(&r, EMB__PY_NEWLINE, length, 0, r.line);
    while (status == EMB_OK && r.indent-- > 0) status = add(&r, EMB__PY_DEDENT, length, 0, r.line);
    return status == EMB_OK ? add(&r, EMB__PY_END, length, 0, r.line) : status;
}
