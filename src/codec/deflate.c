/* emb_deflate: bytes made fewer. */
#include <embudo/files.h>
#include <limits.h>

#define ZLIB_CONST /* zlib then takes const input */
#include <zlib.h>

#include "base/entry.h"
#include "base/memory.h"
#include "base/status.h"
#include "codec/gzip.h"

/* Into `room` bytes, which are enough. */
static bool deflate_all(z_stream *z, const void *bytes, size_t count, uint8_t *to, size_t room) {
    const uint8_t *from = bytes, *const end = from + count;
    int state = Z_OK;
    z->next_out = to;
    do {
        const size_t left = (size_t)(end - from), here = left < INT_MAX ? left : INT_MAX;
        const size_t free_room = room - (size_t)(z->next_out - to);
        z->next_in = from;
        z->avail_in = (uInt)here;
        z->avail_out = (uInt)(free_room < INT_MAX ? free_room : INT_MAX);
        state = deflate(z, here == left ? Z_FINISH : Z_NO_FLUSH);
        from += here - z->avail_in;
    } while (state == Z_OK);
    return state == Z_STREAM_END;
}

emb_status emb_deflate(const void *bytes, size_t count, uint8_t **packed, size_t *packed_count) {
    EMB__ENTER;
    enum { HEAD = 64 };
    const size_t room = count + count / 1000 + HEAD; /* more than deflateBound */
    z_stream z = {.zalloc = emb__zlib_alloc, .zfree = emb__zlib_free};
    *packed = NULL;
    *packed_count = 0;
    if (deflateInit(&z, Z_BEST_COMPRESSION) != Z_OK) return EMB_ERR_MEMORY;
    uint8_t *made = emb__alloc(room);
    const bool good = made && deflate_all(&z, bytes, count, made, room);
    if (good) *packed_count = (size_t)(z.next_out - made);
    deflateEnd(&z);
    if (good) {
        *packed = made;
    } else {
        emb__free(made);
    }
    return good ? EMB_OK : EMB_ERR_MEMORY;
}
