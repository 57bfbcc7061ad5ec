/* See archive_zip.h. APPNOTE.TXT 6.3.10: sections 4.3.7, .12, .14 to .16 and 4.5.3. */
#include "codec/archive_zip.h"

#include <string.h>
#include <zlib.h>

#include "base/memory.h"
#include "base/translate.h"
#include "codec/gzip.h"

enum { LOCAL = 30, HEAD = 46, END = 22, LOCATOR = 20, LONG_END = 56, TAIL = (1 << 16) + END };
enum { MOST_DIRECTORY = 1 << 30, MOST_RATIO = 1032, SPARE = 4096, ENCRYPTED = 1 };

static uint64_t u16_at(const uint8_t *b) { return (uint64_t)b[0] | (uint64_t)b[1] << 8; }
static uint64_t u32_at(const uint8_t *b) { return u16_at(b) | u16_at(b + 2) << 16; }
static uint64_t u64_at(const uint8_t *b) { return u32_at(b) | u32_at(b + 4) << 32; }

static emb_status damaged(const char *path) {
    return emb__fail(EMB_ERR_FORMAT, "%s: the ZIP archive is damaged", path);
}

static emb_status read_exactly(const emb__file *file, uint64_t at, void *bytes, size_t want) {
    size_t got;
    if (at > file->size || want > file->size - at) return damaged(file->path);
    const emb_status status = emb__file_read_at(file, (size_t)at, bytes, want, &got);
    return status == EMB_OK && got < want ? damaged(file->path) : status;
}

/* ---- the directory --------------------------------------------------------------------------- */

typedef struct directory {
    uint64_t count, bytes, at;
} directory;

/* A directory's end at byte `at`, or the longer one that it stands for. */
static emb_status read_end(const emb__file *file, uint64_t at, const uint8_t *end, directory *d) {
    uint8_t locator[LOCATOR] = {0}, record[LONG_END] = {0};
    *d = (directory){u16_at(end + 10), u32_at(end + 12), u32_at(end + 16)};
    if (at < LOCATOR) return EMB_OK;
    emb_status status = read_exactly(file, at - LOCATOR, locator, LOCATOR);
    if (status != EMB_OK || memcmp(locator, "PK\6\7", 4) != 0) return status;
    status = read_exactly(file, u64_at(locator + 8), record, LONG_END);
    if (status != EMB_OK) return status;
    if (memcmp(record, "PK\6\6", 4) != 0) return damaged(file->path);
    *d = (directory){u64_at(record + 32), u64_at(record + 40), u64_at(record + 48)};
    return EMB_OK;
}

/* The last record of an end whose comment ends with the file. */
static emb_status find_end(const emb__file *file, directory *d) {
    const size_t size = file->size < TAIL ? file->size : TAIL;
    const uint64_t from = file->size - size;
    uint8_t *tail = emb__alloc(size);
    emb_status status = tail ? read_exactly(file, from, tail, size) : EMB_ERR_MEMORY;
    size_t at = size;
    while (status == EMB_OK && at >= END) {
        const uint8_t *end = tail + at - END;
        if (memcmp(end, "PK\5\6", 4) == 0 && u16_at(end + 20) == size - at) break;
        at--;
    }
    if (status == EMB_OK && at < END) status = damaged(file->path);
    if (status == EMB_OK) status = read_end(file, from + at - END, tail + at - END, d);
    emb__free(tail);
    return status;
}

/* The long numbers (0x0001) of a head's extra field take the places of those that are all ones. */
static bool read_long(const uint8_t *extra, size_t size, uint64_t *numbers[3]) {
    while (size >= 4) {
        const uint64_t id = u16_at(extra), length = u16_at(extra + 2);
        if (length > size - 4) return false;
        const uint8_t *at = extra + 4, *end = at + length;
        for (int i = 0; id == 1 && i < 3; i++) {
            if (*numbers[i] != UINT32_MAX) continue;
            if (end - at < 8) return false;
            *numbers[i] = u64_at(at);
            at += 8;
        }
        extra += 4 + length;
        size -= 4 + (size_t)length;
    }
    return true;
}

/* Days before the first of a month, March being the first, so that a leap day is the last. */
static int64_t seconds_of(uint64_t time, uint64_t date) {
    const int64_t year = 1980 + (int64_t)(date >> 9), month = (int64_t)(date >> 5 & 15);
    const int64_t y = month > 2 ? year : year - 1, m = month > 2 ? month - 3 : month + 9;
    const int64_t days =
        365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + (int64_t)(date & 31) - 1 - 719468;
    return days * 86400 + (int64_t)(time >> 11) * 3600 + (int64_t)(time >> 5 & 63) * 60 +
           (int64_t)(time & 31) * 2;
}

static emb_status add_head(const emb__file *file, const uint8_t *head, size_t name_length,
                           size_t extra_length, emb__entries *entries) {
    const uint64_t flags = u16_at(head + 8), method = u16_at(head + 10);
    uint64_t packed = u32_at(head + 20), size = u32_at(head + 24), at = u32_at(head + 42);
    const char *name = (const char *)head + HEAD;
    if (name_length > 0 && name[name_length - 1] == '/') return EMB_OK; /* a folder */
    if (!read_long(head + HEAD + name_length, extra_length, (uint64_t *[]){&size, &packed, &at})) {
        return damaged(file->path);
    }
    const char *what = flags & ENCRYPTED            ? N_("is encrypted")
                       : method != 0 && method != 8 ? N_("is neither stored nor deflated")
                       : packed > file->size        ? N_("is larger than the archive")
                       : size / MOST_RATIO > packed + SPARE || (method == 0 && size != packed)
                           ? N_("announces more than its bytes can hold")
                           : NULL;
    if (what) {
        return emb__fail(EMB_ERR_FORMAT, "%s: %.*s %s", file->path, (int)name_length, name,
                         _(what));
    }
    const emb__archived entry = {.at = at,
                                 .packed = packed,
                                 .size = size,
                                 .deflated = method == 8,
                                 .crc = (uint32_t)u32_at(head + 16)};
    return emb__entries_add(entries, file->path, name, name_length, &entry,
                            seconds_of(u16_at(head + 12), u16_at(head + 14)));
}

emb_status emb__zip_list(const emb__file *file, emb__entries *entries) {
    directory d;
    emb_status status = find_end(file, &d);
    if (status != EMB_OK) return status;
    if (d.bytes > MOST_DIRECTORY || d.bytes > file->size || d.count > d.bytes / HEAD) {
        return damaged(file->path);
    }
    uint8_t *bytes = emb__alloc((size_t)d.bytes);
    status = bytes ? read_exactly(file, d.at, bytes, (size_t)d.bytes) : EMB_ERR_MEMORY;
    size_t at = 0;
    for (uint64_t i = 0; i < d.count && status == EMB_OK; i++) {
        const uint8_t *head = bytes + at;
        const size_t left = (size_t)d.bytes - at;
        if (left < HEAD || memcmp(head, "PK\1\2", 4) != 0) {
            status = damaged(file->path);
            break;
        }
        const size_t name = (size_t)u16_at(head + 28), extra = (size_t)u16_at(head + 30);
        const size_t all = HEAD + name + extra + (size_t)u16_at(head + 32);
        status = all > left ? damaged(file->path) : add_head(file, head, name, extra, entries);
        at += all;
    }
    emb__free(bytes);
    if (status == EMB_OK) emb__entries_finish(entries);
    return status;
}

/* ---- a file ---------------------------------------------------------------------------------- */

static bool inflate_all(const emb__archived *e, uint8_t *packed, uint8_t *bytes) {
    z_stream z = {.zalloc = emb__zlib_alloc, .zfree = emb__zlib_free};
    if (inflateInit2(&z, -MAX_WBITS) != Z_OK) return false;
    z.next_in = packed;
    z.avail_in = (uInt)e->packed;
    z.next_out = bytes;
    z.avail_out = (uInt)e->size;
    const bool good = inflate(&z, Z_FINISH) == Z_STREAM_END && z.total_out == e->size;
    inflateEnd(&z);
    return good;
}

emb_status emb__zip_load(const emb__file *file, const emb__archived *e, const char *name,
                         uint8_t *bytes) {
    uint8_t head[LOCAL] = {0};
    emb_status status = read_exactly(file, e->at, head, LOCAL);
    if (status != EMB_OK) return status;
    if (memcmp(head, "PK\3\4", 4) != 0) return damaged(file->path);
    const uint64_t at = e->at + LOCAL + u16_at(head + 26) + u16_at(head + 28);
    uint8_t *packed = e->deflated ? emb__alloc((size_t)e->packed + 1) : bytes;
    if (!packed) return EMB_ERR_MEMORY;
    status = read_exactly(file, at, packed, (size_t)e->packed);
    const bool good = status == EMB_OK && (!e->deflated || inflate_all(e, packed, bytes)) &&
                      crc32_z(crc32_z(0, NULL, 0), bytes, (size_t)e->size) == e->crc;
    if (status == EMB_OK && !good) {
        status = emb__fail(EMB_ERR_FORMAT, "%s: is damaged in its ZIP archive", name);
    }
    if (e->deflated) emb__free(packed);
    return status;
}
