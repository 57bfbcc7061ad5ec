/* Arguments that do nothing: they are skipped, but only if Python could read them. See
 * notation_scan.h.
 *
 * They may be anything, so they are read as a row of signs, names, numbers and texts: brackets must
 * match, texts must end, and two values must have a comma between them. */
#include <stdio.h>
#include <string.h>

#include "net/notation/notation_scan.h"

#include "base/translate.h"

/* What comes before. */
enum before { OPENED, COMMA, SIGN, VALUE, TEXT };

typedef struct skipper {
    const emb__scan *scan;
    size_t at, end_at; /* end_at: after the last thing that was not blank */
    int line, end_line;
    int depth, lines[EMB__NOTATION_DEPTH];
    char open[EMB__NOTATION_DEPTH];
    enum before before;
} skipper;

static int byte_at(const skipper *s, size_t at) {
    return at < s->scan->length ? (unsigned char)s->scan->text[at] : -1;
}

static bool is_word(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c >= 0x80;
}

/* Fails with "NAME:LINE:COLUMN: expects WHAT", for the place after what came last. */
static emb_status missing(const skipper *s, const char *what) {
    size_t from = s->end_at;
    while (from > 0 && s->scan->text[from - 1] != '\n') from--;
    return emb__fail(EMB_ERR_FORMAT, "%s:%d:%d: expects %s", s->scan->name, s->end_line,
                     (int)(s->end_at - from) + 1, _(what));
}

static void step(skipper *s, size_t count, enum before is) {
    s->at += count;
    s->end_at = s->at;
    s->end_line = s->line;
    s->before = is;
}

/* Skips 'text', "text" or '''text''', in which a backslash may guard a quote. */
static emb_status skip_text(skipper *s) {
    const int quote = byte_at(s, s->at), line = s->line;
    const bool triple = byte_at(s, s->at + 1) == quote && byte_at(s, s->at + 2) == quote;
    const size_t ends = triple ? 3 : 1;
    size_t at = s->at + ends;
    for (int c; c = byte_at(s, at), c >= 0 && (triple || c != '\n'); at++) {
        size_t same = 0;
        while (same < ends && byte_at(s, at + same) == quote) same++;
        if (same == ends) {
            step(s, at + ends - s->at, TEXT);
            return EMB_OK;
        }
        if (c == '\\') at++;
        if (byte_at(s, at) == '\n') s->line++;
    }
    return triple ? emb__scan_fail(s->scan, line, "expects a closing three times %c", quote)
                  : emb__scan_fail(s->scan, line, "expects a closing %c", quote);
}

/* `words` ends with NULL. */
static bool is_among(const char *const *words, const char *text, size_t length) {
    for (; *words; words++) {
        if (strlen(*words) == length && memcmp(*words, text, length) == 0) return true;
    }
    return false;
}

/* Skips a name, a number, one of Python's words, or the letters before a text. */
static emb_status skip_word(skipper *s) {
    static const char *const signs[] = {"if",  "else", "for", "in",     "not",
                                        "and", "or",   "is",  "lambda", NULL};
    static const char *const before_text[] = {"r",  "R",  "b",  "B",  "u",  "U",  "f",  "F", "br",
                                              "rb", "Br", "bR", "BR", "RB", "rf", "fr", NULL};
    const char *text = s->scan->text + s->at;
    size_t length = 0;
    while (is_word(byte_at(s, s->at + length))) length++;
    const int next = byte_at(s, s->at + length);
    const bool value = s->before == VALUE || s->before == TEXT;
    if (is_among(signs, text, length)) {
        step(s, length, SIGN);
    } else if ((next == '\'' || next == '"') && is_among(before_text, text, length)) {
        s->at += length;
    } else if (value && text[0] != '.') {
        return missing(s, "',' or ')'");
    } else {
        step(s, length, VALUE);
    }
    return EMB_OK;
}

static emb_status skip_sign(skipper *s, int c) {
    static const char opening[] = "([{", closing[] = ")]}";
    const char *opens = strchr(opening, c), *closes = strchr(closing, c);
    const int last = s->depth - 1;
    if (opens && s->depth == EMB__NOTATION_DEPTH) {
        return emb__scan_fail(s->scan, s->line, "expects at most %d brackets within brackets",
                              EMB__NOTATION_DEPTH);
    }
    if (opens) {
        s->lines[s->depth] = s->line;
        s->open[s->depth++] = closing[opens - opening];
    } else if (closes && s->open[last] != c) {
        char what[64];
        snprintf(what, sizeof what, _("'%c' to close the bracket of line %d, gets '%c'"),
                 s->open[last], s->lines[last], c);
        return missing(s, what);
    } else if ((c == ',' || c == ')' || c == '}') && s->before == SIGN) {
        return missing(s, N_("a value after the sign"));
    } else if (c == '=' && (s->before == OPENED || s->before == COMMA)) {
        return missing(s, N_("a name or a value, gets '='"));
    } else if (c == ',' && (s->before == OPENED || s->before == COMMA)) {
        return missing(s, N_("an argument or ')', gets ','"));
    } else if (closes) {
        s->depth--;
    } else if (!strchr(",+-*/%=<>:~^&|@!\\", c)) {
        return emb__scan_fail(s->scan, s->line, "'%c' has no place here", c);
    }
    step(s, 1, opens ? OPENED : closes ? VALUE : c == ',' ? COMMA : SIGN);
    return EMB_OK;
}

static emb_status skip_one(skipper *s) {
    const int c = byte_at(s, s->at);
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
        s->line += c == '\n';
        s->at++;
        return EMB_OK;
    }
    if (c == '#') {
        while (byte_at(s, s->at) >= 0 && byte_at(s, s->at) != '\n') s->at++;
        return EMB_OK;
    }
    if (c == '\'' || c == '"') {
        return s->before == VALUE ? missing(s, "',' or ')'") : skip_text(s);
    }
    return is_word(c) ? skip_word(s) : skip_sign(s, c);
}

emb_status emb__scan_skip_brackets(emb__scan *scan) {
    const emb__token open = scan->token;
    skipper s = {.scan = scan,
                 .at = (size_t)(open.text - scan->text) + 1,
                 .line = open.line,
                 .depth = 1,
                 .lines = {open.line},
                 .open = {')'},
                 .before = OPENED};
    step(&s, 0, OPENED);
    emb_status status = EMB_OK;
    while (status == EMB_OK && s.depth > 0 && byte_at(&s, s.at) >= 0) status = skip_one(&s);
    if (status != EMB_OK) return status;
    if (s.depth > 0) {
        return emb__scan_fail(scan, s.lines[s.depth - 1], "the %c of this line is not closed",
                              s.open[s.depth - 1] == ')'   ? '('
                              : s.open[s.depth - 1] == ']' ? '['
                                                           : '{');
    }
    return emb__scan_go_on(scan, &open, s.at - 1, s.line);
}
