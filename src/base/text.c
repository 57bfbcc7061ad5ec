/* See text.h, and emb_text_for in embudo/base.h. */
#include "base/text.h"

#include <stdio.h>
#include <string.h>

/* ---- characters ------------------------------------------------------------------------------ */

/* The well-formed ones of Unicode's table 3-7, by the first byte's range and the second's. */
size_t emb__utf8_read(const char *text, size_t left, uint32_t *character) {
    static const struct {
        unsigned char first, last, second_first, second_last, length;
        unsigned char bits; /* of the first byte */
    } rows[] = {
        {0x00, 0x7f, 0x00, 0xff, 1, 0x7f}, {0xc2, 0xdf, 0x80, 0xbf, 2, 0x1f},
        {0xe0, 0xe0, 0xa0, 0xbf, 3, 0x0f}, {0xe1, 0xec, 0x80, 0xbf, 3, 0x0f},
        {0xed, 0xed, 0x80, 0x9f, 3, 0x0f}, {0xee, 0xef, 0x80, 0xbf, 3, 0x0f},
        {0xf0, 0xf0, 0x90, 0xbf, 4, 0x07}, {0xf1, 0xf3, 0x80, 0xbf, 4, 0x07},
        {0xf4, 0xf4, 0x80, 0x8f, 4, 0x07},
    };
    const unsigned char *s = (const unsigned char *)text;
    for (size_t r = 0; left > 0 && r < sizeof rows / sizeof *rows; r++) {
        if (s[0] < rows[r].first || s[0] > rows[r].last) continue;
        if (left < rows[r].length) return 0;
        uint32_t c = s[0] & rows[r].bits;
        for (size_t i = 1; i < rows[r].length; i++) {
            const unsigned char least = i == 1 ? rows[r].second_first : 0x80;
            const unsigned char most = i == 1 ? rows[r].second_last : 0xbf;
            if (s[i] < least || s[i] > most) return 0;
            c = c << 6 | (s[i] & 0x3fu);
        }
        *character = c;
        return rows[r].length;
    }
    return 0;
}

bool emb__utf8_whole(const char *text, size_t length) {
    uint32_t c;
    for (size_t at = 0, step; at < length; at += step) {
        step = emb__utf8_read(text + at, length - at, &c);
        if (step == 0) return false;
    }
    return true;
}

int emb__utf8_fit(const char *text, size_t length, size_t most) {
    uint32_t c;
    if (length <= most) return (int)length;
    /* A character that begins in the last three bytes and ends after them is left out. */
    for (size_t back = 1; back <= 3 && back <= most; back++) {
        const char *at = text + most - back;
        if (((unsigned char)*at & 0xc0) == 0x80) continue;
        return (int)(emb__utf8_read(at, length - most + back, &c) > back ? most - back : most);
    }
    return (int)most;
}

/* Characters that act on the text around them, or that nobody sees: controls, marks and overrides
 * of direction, line separators, code points that are no characters (XML has no U+FFFE), invisible
 * operators and tags. U+200C and U+200D, which scripts and emoji need, are not among them. */
static bool is_unseen(uint32_t c) {
    static const struct {
        uint32_t first, last;
    } ranges[] = {
        {0x00, 0x1f},       {0x7f, 0x9f},       {0x00ad, 0x00ad}, {0x061c, 0x061c},
        {0x180e, 0x180e},   {0x200b, 0x200b},   {0x200e, 0x200f}, {0x2028, 0x202e},
        {0x2060, 0x206f},   {0xfdd0, 0xfdef},   {0xfeff, 0xfeff}, {0xfff9, 0xfffb},
        {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff},
    };
    if ((c & 0xfffe) == 0xfffe) return true;
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
        if (c >= ranges[i].first && c <= ranges[i].last) return true;
    }
    return false;
}

/* ---- pieces ---------------------------------------------------------------------------------- */

/* Where the pieces go: all are counted; each is written only if it fits as a whole. */
typedef struct sink {
    char *out;
    size_t room, length;
    bool full;
} sink;

static void put(sink *to, const char *piece, size_t length) {
    if (!to->full && length < to->room - to->length) {
        memcpy(to->out + to->length, piece, length);
    } else if (!to->full) {
        to->full = true;
        if (to->room > to->length) to->out[to->length] = '\0';
    }
    to->length += length;
}

static void put_text(sink *to, const char *piece) { put(to, piece, strlen(piece)); }

/* \n, \x1b, \u202e, \U000e0001. */
static void put_escape(sink *to, uint32_t c) {
    static const char letters[] = "\n\t\r", names[] = "ntr";
    char piece[16];
    const char *found = c > 0 && c < 0x20 ? strchr(letters, (int)c) : NULL;
    if (found) {
        snprintf(piece, sizeof piece, "\\%c", names[found - letters]);
    } else {
        const char *form = c < 0x80 ? "\\x%02lx" : c < 0x10000 ? "\\u%04lx" : "\\U%08lx";
        snprintf(piece, sizeof piece, form, (unsigned long)c);
    }
    put_text(to, piece);
}

static void put_byte(sink *to, const char *form, char byte) {
    char piece[16];
    snprintf(piece, sizeof piece, form, (unsigned)(unsigned char)byte);
    put_text(to, piece);
}

/* ---- targets --------------------------------------------------------------------------------- */

/* Each writes one character, the `length` bytes at `at`; if `length` is 0, one byte that is no part
 * of a character. `before` is the byte that comes before it in the text. */
typedef void writer(sink *to, const char *at, size_t length, uint32_t c, char before);

static void put_shown(sink *to, const char *at, size_t length, uint32_t c) {
    if (length == 0) {
        put_byte(to, "\\x%02x", *at);
    } else if (is_unseen(c)) {
        put_escape(to, c);
    } else {
        put(to, at, length);
    }
}

static void write_shown(sink *to, const char *at, size_t length, uint32_t c, char before) {
    (void)before;
    put_shown(to, at, length, c);
}

static void write_xml(sink *to, const char *at, size_t length, uint32_t c, char before) {
    (void)before;
    if (length == 1 && c && strchr("&<>\"'", (int)c)) {
        put_text(to, c == '&'   ? "&amp;"
                     : c == '<' ? "&lt;"
                     : c == '>' ? "&gt;"
                     : c == '"' ? "&quot;"
                                : "&#39;");
    } else {
        put_shown(to, at, length, c);
    }
}

static void write_json(sink *to, const char *at, size_t length, uint32_t c, char before) {
    static const char letters[] = "\"\\\n\t\r\b\f", names[] = "\"\\ntrbf";
    (void)before;
    const char *found = length == 1 && c ? strchr(letters, (int)c) : NULL;
    char piece[16];
    if (length == 0) {
        put_byte(to, "\\\\x%02x", *at); /* a backslash in the text */
        return;
    }
    if (!found && !is_unseen(c)) {
        put(to, at, length);
        return;
    }
    if (found) {
        snprintf(piece, sizeof piece, "\\%c", names[found - letters]);
    } else if (c < 0x10000) {
        snprintf(piece, sizeof piece, "\\u%04lx", (unsigned long)c);
    } else {
        snprintf(piece, sizeof piece, "\\u%04lx\\u%04lx", 0xd7c0ul + (c >> 10),
                 0xdc00ul + (c & 0x3ff));
    }
    put_text(to, piece);
}

/* Within the cell's quotes. */
static void write_csv(sink *to, const char *at, size_t length, uint32_t c, char before) {
    (void)before;
    if (length == 1 && c == '"') {
        put_text(to, "\"\"");
    } else {
        put_shown(to, at, length, c);
    }
}

/* ASCII alone, for compilers of any charset: no end or beginning of a comment, no trigraph, and no
 * backslash that could join lines. */
static void write_c_comment(sink *to, const char *at, size_t length, uint32_t c, char before) {
    if (length == 1 && c == '\\') {
        put_text(to, "\\x5c");
    } else if (length > 1) {
        put_escape(to, c);
    } else {
        const bool joins = (before == '*' && c == '/') || (before == '/' && c == '*') ||
                           (before == '?' && c == '?');
        if (length == 1 && joins) put_text(to, " ");
        put_shown(to, at, length, c);
    }
}

/* The same bytes once compiled. Escapes have three octal digits, so that a digit after them cannot
 * become part of them. */
static void write_c_string(sink *to, const char *at, size_t length, uint32_t c, char before) {
    (void)before;
    if (length == 1 && c >= 0x20 && c < 0x7f) {
        if (strchr("\"\\?", (int)c)) put_text(to, "\\");
        put(to, at, 1);
        return;
    }
    for (size_t i = 0; i < (length ? length : 1); i++) put_byte(to, "\\%03o", at[i]);
}

static void write_c_name(sink *to, const char *at, size_t length, uint32_t c, char before) {
    static const char good[] = "_0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const bool digit = length == 1 && c >= '0' && c <= '9';
    if (digit && before == '\0') put_text(to, "_");
    put(to, length == 1 && c && strchr(good, (int)c) ? at : "_", 1);
}

static void write_name(sink *to, const char *at, size_t length, uint32_t c, char before) {
    (void)before;
    if (length == 0) {
        put_byte(to, "\\x%02X", *at);
    } else if (c == '\\') {
        put_text(to, "\\\\");
    } else {
        put(to, at, length);
    }
}

/* Spreadsheets take a text that begins like this for a formula; a plain number is not one. */
static bool is_formula(const char *text, size_t length) {
    static const char starts[] = {'=', '+', '-', '@'};
    static const unsigned char wide[][3] = {/* the full-width ones, U+FF1D and so on */
                                            {0xef, 0xbc, 0x9d},
                                            {0xef, 0xbc, 0x8b},
                                            {0xef, 0xbc, 0x8d},
                                            {0xef, 0xbc, 0xa0}};
    for (size_t i = 0; i < 4; i++) {
        if (length >= 3 && memcmp(text, wide[i], 3) == 0) return true;
    }
    if (length == 0 || !memchr(starts, text[0], sizeof starts)) return false;
    size_t digits = 0, points = 0;
    for (size_t i = 1; i < length; i++) {
        digits += text[i] >= '0' && text[i] <= '9';
        points += text[i] == '.';
    }
    return text[0] == '=' || text[0] == '@' || digits == 0 || points > 1 ||
           digits + points + 1 < length;
}

/* True if the text has a separator of any CSV dialect, a quote, or a blank at either end. */
static bool needs_quotes(const char *text, size_t length) {
    for (size_t i = 0; i < length; i++) {
        if (text[i] && strchr(",;\"", text[i])) return true;
    }
    return length > 0 && (text[0] == ' ' || text[length - 1] == ' ');
}

size_t emb_text_for(emb_target target, const char *text, size_t length, char *out, size_t room) {
    static writer *const writers[] = {
        [EMB_SHOWN] = write_shown,         [EMB_XML] = write_xml,
        [EMB_JSON] = write_json,           [EMB_CSV] = write_csv,
        [EMB_C_COMMENT] = write_c_comment, [EMB_C_STRING] = write_c_string,
        [EMB_C_NAME] = write_c_name,       [EMB_NAME] = write_name,
    };
    sink to = {.out = out, .room = room, .full = room == 0};
    if ((unsigned)target >= sizeof writers / sizeof *writers) target = EMB_SHOWN;
    const bool quoted = target == EMB_CSV && needs_quotes(text, length);
    char before = '\0';
    if (quoted) put_text(&to, "\"");
    if (target == EMB_CSV && is_formula(text, length)) put_text(&to, "'");
    if (target == EMB_C_NAME && length == 0) put_text(&to, "_");
    for (size_t at = 0, step; at < length; at += step ? step : 1) {
        uint32_t c = 0;
        step = emb__utf8_read(text + at, length - at, &c);
        writers[target](&to, text + at, step, c, before);
        before = text[at] ? text[at] : ' ';
    }
    if (quoted) put_text(&to, "\"");
    if (!to.full) out[to.length] = '\0';
    return to.length;
}

static int hex_of(char c) {
    static const char digits[] = "0123456789ABCDEFabcdef";
    const char *found = c ? strchr(digits, c) : NULL;
    if (!found) return -1;
    return (int)(found - digits < 16 ? found - digits : found - digits - 6);
}

size_t emb_text_back(const char *text, size_t length, char *out) {
    size_t used = 0;
    for (size_t at = 0; at < length; used++) {
        const size_t left = length - at;
        const bool escape = text[at] == '\\' && left >= 2;
        const int high = escape && left >= 4 && text[at + 1] == 'x' ? hex_of(text[at + 2]) : -1;
        const int low = high >= 0 ? hex_of(text[at + 3]) : -1;
        if (low >= 0 && (high > 0 || low > 0)) {
            out[used] = (char)(16 * high + low);
            at += 4;
        } else {
            out[used] = text[at];
            at += escape && text[at + 1] == '\\' ? 2 : 1;
        }
    }
    out[used] = '\0';
    return used;
}
