/* See archive_tar.h. POSIX.1-2017, pax, "ustar Interchange Format". */
#include "codec/archive_tar.h"

#include <string.h>

#include "base/memory.h"

enum { LONGEST_NOTES = 1 << 20, PIECE = 1 << 16 };
/* Where a header has its fields, and their bytes. */
enum {
    NAME = 0,
    NAME_SIZE = 100,
    SIZE = 124,
    TIME = 136,
    NUMBER_SIZE = 12,
    SUM = 148,
    SUM_SIZE = 8,
    TYPE = 156,
    MAGIC = 257,
    PREFIX = 345,
    PREFIX_SIZE = 155
};

typedef struct tar {
    emb__stream *stream;
    const char *path;
    emb_status (*keep)(void *data, const uint8_t *bytes, size_t count);
    void *data;
    uint64_t at;
    /* What the entries in front of a file say of it. */
    char *name;
    size_t name_length;
    bool has_size;
    uint64_t size;
} tar;

static emb_status read_bytes(tar *t, uint8_t *bytes, size_t want, size_t *got) {
    emb_status status = emb__stream_read(t->stream, bytes, want, got);
    if (status == EMB_OK && t->keep && *got) status = t->keep(t->data, bytes, *got);
    t->at += *got;
    return status;
}

static emb_status ends_early(const tar *t) {
    return emb__fail(EMB_ERR_FORMAT, "%s: the tar archive ends too early", t->path);
}

static emb_status read_all(tar *t, uint8_t *bytes, size_t want) {
    size_t got;
    const emb_status status = read_bytes(t, bytes, want, &got);
    return status == EMB_OK && got < want ? ends_early(t) : status;
}

static emb_status skip(tar *t, uint64_t count) {
    uint8_t *piece = emb__alloc(PIECE);
    emb_status status = piece ? EMB_OK : EMB_ERR_MEMORY;
    while (status == EMB_OK && count > 0) {
        const size_t now = count < PIECE ? (size_t)count : PIECE;
        status = read_all(t, piece, now);
        count -= now;
    }
    emb__free(piece);
    return status;
}

static uint64_t padding(uint64_t size) {
    return (EMB__TAR_BLOCK - size % EMB__TAR_BLOCK) % EMB__TAR_BLOCK;
}

/* ---- a header -------------------------------------------------------------------------------- */

/* Octal, with blanks or NULs around, or, where the first bit is set, 8 bytes in base 256. */
static bool number_of(const uint8_t *field, size_t size, uint64_t *number) {
    *number = 0;
    if (field[0] & 0x80) {
        for (size_t i = 1; i < size - 8; i++) {
            if (field[i]) return false;
        }
        for (size_t i = size - 8; i < size; i++) *number = *number << 8 | field[i];
        return field[0] == 0x80 && *number >> 62 == 0;
    }
    size_t i = 0;
    while (i < size && field[i] == ' ') i++;
    for (; i < size && field[i] >= '0' && field[i] <= '7'; i++) {
        *number = *number << 3 | (uint64_t)(field[i] - '0');
    }
    return i == size || field[i] == ' ' || field[i] == '\0';
}

bool emb__tar_header(const uint8_t block[EMB__TAR_BLOCK]) {
    uint64_t sum;
    uint64_t is = 0;
    if (!number_of(block + SUM, SUM_SIZE, &sum)) return false;
    for (int i = 0; i < EMB__TAR_BLOCK; i++) {
        is += i >= SUM && i < SUM + SUM_SIZE ? ' ' : block[i];
    }
    return is == sum;
}

static bool is_empty(const uint8_t *block) {
    for (int i = 0; i < EMB__TAR_BLOCK; i++) {
        if (block[i]) return false;
    }
    return true;
}

static size_t text_length(const uint8_t *field, size_t size) {
    const uint8_t *end = memchr(field, 0, size);
    return end ? (size_t)(end - field) : size;
}

/* "prefix/name" into text. GNU's headers have something else where the prefix is. */
static size_t header_name(const uint8_t *block, char text[NAME_SIZE + PREFIX_SIZE + 2]) {
    const bool posix = memcmp(block + MAGIC, "ustar\0", 6) == 0;
    size_t length = posix ? text_length(block + PREFIX, PREFIX_SIZE) : 0;
    memcpy(text, block + PREFIX, length);
    if (length) text[length++] = '/';
    const size_t name = text_length(block + NAME, NAME_SIZE);
    memcpy(text + length, block + NAME, name);
    return length + name;
}

/* ---- what stands in front of a file ---------------------------------------------------------- */

static void forget(tar *t) {
    emb__free(t->name);
    t->name = NULL;
    t->has_size = false;
}

static emb_status set_name(tar *t, const char *text, size_t length) {
    emb__free(t->name);
    t->name = emb__strndup(text, length);
    t->name_length = length;
    return t->name ? EMB_OK : EMB_ERR_MEMORY;
}

static emb_status bad_record(const tar *t) {
    return emb__fail(EMB_ERR_FORMAT, "%s: has a damaged pax record", t->path);
}

/* Decimal digits that end before `end`; 0 digits are none. */
static const char *read_decimal(const char *at, const char *end, uint64_t *number) {
    const char *first = at;
    for (*number = 0; at < end && *at >= '0' && *at <= '9'; at++) {
        if (*number >> 58) return NULL;
        *number = *number * 10 + (uint64_t)(*at - '0');
    }
    return at > first ? at : NULL;
}

/* "LENGTH key=value\n", LENGTH counting all of it. */
static emb_status read_record(tar *t, const char **at, const char *end) {
    uint64_t length;
    const char *key = read_decimal(*at, end, &length);
    if (!key || key >= end || *key != ' ' || length > (uint64_t)(end - *at) ||
        length < (uint64_t)(key - *at) + 3) {
        return bad_record(t);
    }
    const char *last = *at + length - 1, *equals = memchr(key, '=', (size_t)(last - key));
    if (*last != '\n' || !equals) return bad_record(t);
    const size_t key_length = (size_t)(equals - key) - 1;
    key++;
    equals++;
    *at = last + 1;
    if (key_length == 4 && memcmp(key, "path", 4) == 0) {
        return set_name(t, equals, (size_t)(last - equals));
    }
    if (key_length == 4 && memcmp(key, "size", 4) == 0) {
        t->has_size = read_decimal(equals, last, &t->size) == last;
        if (!t->has_size) return bad_record(t);
    }
    return EMB_OK;
}

/* A pax header ('x') or a GNU name ('L'), of `size` bytes. */
static emb_status read_notes(tar *t, uint8_t type, uint64_t size) {
    if (size > LONGEST_NOTES) {
        return emb__fail(EMB_ERR_FORMAT, "%s: has notes of %llu bytes; expected at most %d",
                         t->path, (unsigned long long)size, LONGEST_NOTES);
    }
    char *text = emb__alloc((size_t)size + 1);
    emb_status status = text ? read_all(t, (uint8_t *)text, (size_t)size) : EMB_ERR_MEMORY;
    if (status == EMB_OK) {
        text[size] = '\0';
        const char *at = text, *end = text + size;
        if (type == 'L') status = set_name(t, text, strlen(text));
        while (type == 'x' && status == EMB_OK && at < end) status = read_record(t, &at, end);
    }
    emb__free(text);
    return status == EMB_OK ? skip(t, padding(size)) : status;
}

/* ---- entries --------------------------------------------------------------------------------- */

static emb_status take_entry(tar *t, const uint8_t *block, emb__entries *entries) {
    char text[NAME_SIZE + PREFIX_SIZE + 2];
    uint64_t size, seconds;
    const uint8_t type = block[TYPE];
    if (!number_of(block + SIZE, NUMBER_SIZE, &size)) {
        return emb__fail(EMB_ERR_FORMAT, "%s: has a damaged size", t->path);
    }
    if (type == 'x' || type == 'L') return read_notes(t, type, size);
    if (!number_of(block + TIME, NUMBER_SIZE, &seconds)) seconds = 0;
    if (type != 'g' && t->has_size) size = t->size;
    const bool bare = type >= '1' && type <= '6'; /* links, devices, folders: nothing follows */
    const bool regular = type == '0' || type == '\0' || type == '7';
    emb_status status = EMB_OK;
    if (regular) {
        const size_t length = t->name ? t->name_length : header_name(block, text);
        const char *name = t->name ? t->name : text;
        const emb__archived entry = {.at = t->at, .packed = size, .size = size};
        const bool folder = length > 0 && name[length - 1] == '/'; /* as old archives have it */
        if (!folder) {
            status = emb__entries_add(entries, t->path, name, length, &entry, (int64_t)seconds);
        }
    }
    if (type != 'g') forget(t);
    if (status == EMB_OK && !bare) status = skip(t, size + padding(size));
    return status;
}

static emb_status list(tar *t, emb__entries *entries) {
    uint8_t block[EMB__TAR_BLOCK];
    size_t got;
    for (bool first = true;; first = false) {
        emb_status status = read_bytes(t, block, sizeof block, &got);
        if (status != EMB_OK) return status;
        if ((got == 0 && !first) || (got == sizeof block && is_empty(block))) return EMB_OK;
        if (got < sizeof block) return ends_early(t);
        if (!emb__tar_header(block)) {
            return emb__fail(EMB_ERR_FORMAT, "%s: has no tar header at byte %llu", t->path,
                             (unsigned long long)(t->at - sizeof block));
        }
        status = take_entry(t, block, entries);
        if (status != EMB_OK) return status;
    }
}

emb_status emb__tar_list(emb__stream *stream, const char *path,
                         emb_status (*keep)(void *data, const uint8_t *bytes, size_t count),
                         void *data, emb__entries *entries) {
    tar t = {.stream = stream, .path = path, .keep = keep, .data = data};
    emb_status status = list(&t, entries);
    if (status == EMB_OK) status = emb__stream_check(stream);
    forget(&t);
    if (status == EMB_OK) emb__entries_finish(entries);
    return status;
}
