/* The header of NPY files, read and written. See npy.h. */
#include "codec/npy.h"
#include "base/translate.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "codec/half.h"

static const char magic[] = "\x93NUMPY";
enum { MAGIC = 6, PREFIX_1 = 10 };

/* ---- types ----------------------------------------------------------------------------------- */

/* Reads by memcpy, since the numbers may lie at any address. */
#define TO_FLOAT(name, number)                                                                     \
    static void name(const void *from, size_t count, float *values) {                              \
        number x;                                                                                  \
        for (size_t i = 0; i < count; i++) {                                                       \
            memcpy(&x, (const char *)from + i * sizeof x, sizeof x);                               \
            values[i] = (float)x;                                                                  \
        }                                                                                          \
    }

static void from_f2(const void *from, size_t count, float *values) {
    uint16_t x;
    for (size_t i = 0; i < count; i++) {
        memcpy(&x, (const char *)from + i * sizeof x, sizeof x);
        values[i] = emb__half(x);
    }
}

TO_FLOAT(from_f4, float)
TO_FLOAT(from_f8, double)
TO_FLOAT(from_u1, uint8_t)
TO_FLOAT(from_u2, uint16_t)
TO_FLOAT(from_u4, uint32_t)
TO_FLOAT(from_u8, uint64_t)
TO_FLOAT(from_i1, int8_t)
TO_FLOAT(from_i2, int16_t)
TO_FLOAT(from_i4, int32_t)
TO_FLOAT(from_i8, int64_t)

static const emb__npy_type types[] = {
    {"f4", 4, from_f4}, {"f8", 8, from_f8}, {"u1", 1, from_u1}, {"u2", 2, from_u2},
    {"u4", 4, from_u4}, {"u8", 8, from_u8}, {"i1", 1, from_i1}, {"i2", 2, from_i2},
    {"i4", 4, from_i4}, {"i8", 8, from_i8}, {"b1", 1, from_u1}, {"f2", 2, from_f2},
};

static bool big_endian(void) {
    const uint16_t one = 1;
    uint8_t first;
    memcpy(&first, &one, 1);
    return first == 0;
}

/* "<U12" or "|S7": words of so many letters, padded with NULs. */
static bool find_words(const char *descr, size_t length, emb__npy *npy) {
    const bool wide = length > 2 && descr[1] == 'U', bytes = length > 2 && descr[1] == 'S';
    size_t letters = 0;
    if ((!wide && !bytes) || !strchr("<>=|", *descr)) return false;
    for (size_t i = 2; i < length && letters <= EMB__NPY_MOST_LETTERS; i++) {
        if (descr[i] < '0' || descr[i] > '9') return false;
        letters = 10 * letters + (size_t)(descr[i] - '0');
    }
    if (letters < 1 || letters > EMB__NPY_MOST_LETTERS) return false;
    npy->type = (emb__npy_type){wide ? "U" : "S", wide ? 4 * letters : letters, NULL};
    npy->swapped = wide && (*descr == '<' || *descr == '>') && (*descr == '>') != big_endian();
    return true;
}

/* descr is a byte order ('<', '>', '=' for this machine's, '|' for one byte) and a type. */
static emb_status find_type(const char *path, const char *descr, size_t length, emb__npy *npy) {
    for (size_t i = 0; length == 3 && i < sizeof types / sizeof *types; i++) {
        if (memcmp(types[i].name, descr + 1, 2) != 0) continue;
        if (!strchr(types[i].size == 1 ? "<>=|" : "<>=", *descr)) break;
        npy->type = types[i];
        npy->swapped = types[i].size > 1 && (*descr == '<' || *descr == '>') &&
                       (*descr == '>') != big_endian();
        return EMB_OK;
    }
    if (find_words(descr, length, npy)) return EMB_OK;
    if (length == 2 && memcmp(descr, "|O", 2) == 0) {
        return emb__fail(EMB_ERR_FORMAT,
                         "%s: holds Python objects ('|O'), which are not read: save numbers "
                         "(x.astype('float32')) or words (labels.astype(str))",
                         path);
    }
    if (length > 2 && (descr[1] == 'U' || descr[1] == 'S')) {
        return emb__fail(EMB_ERR_FORMAT, "%s: holds words of type '%.*s', expected 1 to %d letters",
                         path, emb__utf8_fit(descr, length, 32), descr, EMB__NPY_MOST_LETTERS);
    }
    return emb__fail(EMB_ERR_FORMAT,
                     "%s: holds numbers of type '%.*s', expected floats or integers such as '<f4', "
                     "'<f8' or '|u1'",
                     path, emb__utf8_fit(descr, length, 32), descr);
}

/* ---- the dictionary -------------------------------------------------------------------------- */

typedef struct scanner {
    const char *path;
    const char *text, *at, *end;
} scanner;

static emb_status unexpected(const scanner *s, const char *expected) {
    return emb__fail(EMB_ERR_FORMAT, "%s: NPY header, character %zu: expected %s", s->path,
                     (size_t)(s->at - s->text) + 1, expected);
}

static void skip_spaces(scanner *s) {
    while (s->at < s->end && strchr(" \t\n", *s->at) && *s->at != '\0') s->at++;
}

static bool next_is(scanner *s, char c) {
    skip_spaces(s);
    if (s->at == s->end || *s->at != c) return false;
    s->at++;
    return true;
}

static emb_status read_string(scanner *s, const char **text, size_t *length) {
    skip_spaces(s);
    if (s->at == s->end || (*s->at != '\'' && *s->at != '"')) return unexpected(s, _("a string"));
    const char *first = s->at + 1;
    const char *quote = memchr(first, *s->at, (size_t)(s->end - first));
    if (!quote) return unexpected(s, _("a string that ends"));
    *text = first;
    *length = (size_t)(quote - first);
    s->at = quote + 1;
    return EMB_OK;
}

static emb_status read_descr(scanner *s, emb__npy *npy) {
    const char *text = "";
    size_t length = 0;
    skip_spaces(s);
    if (s->at < s->end && *s->at == '[') {
        return emb__fail(EMB_ERR_FORMAT, "%s: is a structured array, expected one type of numbers",
                         s->path);
    }
    emb_status status = read_string(s, &text, &length);
    return status == EMB_OK ? find_type(s->path, text, length, npy) : status;
}

static emb_status read_order(scanner *s, emb__npy *npy) {
    static const char *const words[] = {"False", "True"};
    skip_spaces(s);
    for (int i = 0; i < 2; i++) {
        const size_t length = strlen(words[i]);
        if ((size_t)(s->end - s->at) < length || memcmp(s->at, words[i], length) != 0) continue;
        s->at += length;
        npy->fortran = i == 1;
        return EMB_OK;
    }
    return unexpected(s, _("True or False"));
}

/* Digits, and the L that Python 2 may have written after them. */
static emb_status read_size(scanner *s, size_t *size) {
    const char *first = s->at;
    *size = 0;
    for (; s->at < s->end && *s->at >= '0' && *s->at <= '9'; s->at++) {
        if (!emb__mul(*size, 10, size) || !emb__add(*size, (size_t)(*s->at - '0'), size)) {
            return unexpected(s, _("a smaller size"));
        }
    }
    if (s->at == first) return unexpected(s, _("a size"));
    if (s->at < s->end && *s->at == 'L') s->at++;
    return EMB_OK;
}

static emb_status read_shape(scanner *s, emb__npy *npy) {
    if (!next_is(s, '(')) return unexpected(s, _("'('"));
    while (!next_is(s, ')')) {
        if (npy->rank == EMB_ARRAY_RANK) {
            return emb__fail(EMB_ERR_FORMAT, "%s: has more than %d dimensions", s->path,
                             EMB_ARRAY_RANK);
        }
        emb_status status = read_size(s, &npy->shape[npy->rank]);
        if (status != EMB_OK) return status;
        npy->rank++;
        if (next_is(s, ',')) continue;
        if (npy->rank == 1 || !next_is(s, ')'))
            return unexpected(s, _("','")); /* (3) is no tuple */
        break;
    }
    return EMB_OK;
}

static const struct {
    const char *name;
    emb_status (*read)(scanner *s, emb__npy *npy);
} keys[] = {{"descr", read_descr}, {"fortran_order", read_order}, {"shape", read_shape}};
enum { KEYS = sizeof keys / sizeof *keys };

/* One "key: value"; `seen` has a bit for each key that came before. */
static emb_status read_pair(scanner *s, emb__npy *npy, unsigned *seen) {
    const char *key = "";
    size_t length = 0;
    emb_status status = read_string(s, &key, &length);
    if (status != EMB_OK) return status;
    int i = 0;
    while (i < KEYS && (strlen(keys[i].name) != length || memcmp(keys[i].name, key, length) != 0)) {
        i++;
    }
    if (i == KEYS || (*seen & 1U << i)) {
        return unexpected(s, _("descr, fortran_order and shape, each once"));
    }
    *seen |= 1U << i;
    return next_is(s, ':') ? keys[i].read(s, npy) : unexpected(s, _("':'"));
}

static emb_status read_dictionary(scanner *s, emb__npy *npy) {
    unsigned seen = 0;
    if (!next_is(s, '{')) return unexpected(s, _("'{'"));
    while (!next_is(s, '}')) {
        emb_status status = read_pair(s, npy, &seen);
        if (status != EMB_OK) return status;
        if (next_is(s, ',')) continue;
        if (!next_is(s, '}')) return unexpected(s, _("',' or '}'"));
        break;
    }
    skip_spaces(s);
    if (s->at != s->end) return unexpected(s, _("nothing after '}'"));
    return seen == (1U << KEYS) - 1 ? EMB_OK
                                    : unexpected(s, _("descr, fortran_order and shape, each once"));
}

emb_status emb__npy_text(const char *path, const char *text, size_t length, emb__npy *npy) {
    scanner s = {.path = path, .text = text, .at = text, .end = text + length};
    *npy = (emb__npy){.count = 1};
    emb_status status = read_dictionary(&s, npy);
    if (status != EMB_OK) return status;
    bool fits = true;
    for (int i = 0; i < npy->rank; i++) {
        fits = fits && emb__mul(npy->count, npy->shape[i], &npy->count);
    }
    if (fits && emb__mul(npy->count, npy->type.size, &npy->size)) return EMB_OK;
    return emb__fail(EMB_ERR_FORMAT, "%s: announces more numbers than a file can hold", path);
}

/* ---- around it ------------------------------------------------------------------------------- */

emb_status emb__npy_prefix(const char *path, const uint8_t *bytes, size_t count, size_t *at,
                           size_t *length) {
    if (count < MAGIC || memcmp(bytes, magic, MAGIC) != 0) {
        return emb__fail(EMB_ERR_FORMAT, "%s: is not an NPY file", path);
    }
    if (count < EMB__NPY_PREFIX) {
        return emb__fail(EMB_ERR_FORMAT, "%s: ends inside its NPY header", path);
    }
    const int major = bytes[MAGIC];
    if (major < 1 || major > 3) {
        return emb__fail(EMB_ERR_FORMAT, "%s: is NPY version %d, expected 1, 2 or 3", path, major);
    }
    *at = major == 1 ? PREFIX_1 : EMB__NPY_PREFIX;
    *length = (size_t)bytes[8] | (size_t)bytes[9] << 8;
    if (major > 1) *length |= (size_t)bytes[10] << 16 | (size_t)bytes[11] << 24;
    if (*length <= EMB__NPY_MOST_HEADER) return EMB_OK;
    return emb__fail(EMB_ERR_FORMAT, "%s: its NPY header has %zu bytes, expected at most %d", path,
                     *length, EMB__NPY_MOST_HEADER);
}

size_t emb__npy_header(const char *type, int rank, const size_t *shape,
                       char header[EMB__NPY_HEADER_ROOM]) {
    const char order = strcmp(type, "u1") == 0 ? '|' : big_endian() ? '>' : '<';
    char text[EMB__NPY_HEADER_ROOM - PREFIX_1];
    int used = snprintf(text, sizeof text, "{'descr': '%c%s', 'fortran_order': False, 'shape': (",
                        order, type);
    for (int i = 0; i < rank; i++) {
        used += snprintf(text + used, sizeof text - (size_t)used, "%s%zu%s", i > 0 ? " " : "",
                         shape[i], i + 1 < rank || rank == 1 ? "," : "");
    }
    used += snprintf(text + used, sizeof text - (size_t)used, "), }");
    /* Pads with spaces and a newline, so that the numbers begin at a multiple of 64. */
    const size_t whole = (PREFIX_1 + (size_t)used + 1 + 63) / 64 * 64, length = whole - PREFIX_1;
    memset(header, ' ', whole);
    memcpy(header, magic, MAGIC);
    header[MAGIC] = 1;
    header[MAGIC + 1] = 0;
    header[8] = (char)(length & 0xff);
    header[9] = (char)(length >> 8);
    memcpy(header + PREFIX_1, text, (size_t)used);
    header[whole - 1] = '\n';
    return whole;
}
