/* Plain or gzipped content through one door. See gzip.h. */
#include "codec/gzip.h"

#include <string.h>
#include <zlib.h>

#include "base/memory.h"
#include "base/translate.h"
#include "codec/file.h"
#include "codec/inflate.h"

enum {
    INPUT = 1 << 16,          /* compressed bytes read at a time */
    GZIP_WINDOW = 15 + 16,    /* zlib's code for: the largest window, only a gzip wrapper */
    INFLATE_AT_ONCE = 1 << 30 /* zlib counts room in an unsigned int */
};

/* `quick` reads a gzipped file; zlib reads one that it finds odd, once more from the beginning. */
struct emb__stream {
    emb__file file;
    bool packed, ended;   /* ended: the one member's trailer has been checked */
    bool has_zlib;        /* z is to be ended */
    emb__inflate *quick;  /* NULL: zlib reads */
    const uint8_t *piece; /* what `quick` has made and nobody has taken yet */
    size_t piece_size;
    uint64_t given; /* bytes, all that `quick` has made and that were taken */
    uint32_t sum;   /* CRC-32 of the content, once it has ended */
    z_stream z;
    size_t held, used; /* bytes of `input`: a plain file's first, or compressed ones */
    uint8_t input[INPUT];
};

void *emb__zlib_alloc(void *unused, unsigned count, unsigned size) {
    (void)unused;
    return emb__calloc(count, size);
}

void emb__zlib_free(void *unused, void *block) {
    (void)unused;
    emb__free(block);
}

bool emb__unpacks_at_once(size_t packed, size_t unpacked) {
    enum { LITTLE = 1 << 18, LARGE = 1 << 20, MOST_RATIO = 16 };
    return unpacked <= LITTLE || (packed > LARGE && unpacked / MOST_RATIO <= packed);
}

static emb_status refill(emb__stream *s) {
    s->used = 0;
    return emb__file_read(&s->file, s->input, INPUT, &s->held);
}

static emb_status begin_quick(emb__stream *s) {
    emb__inflate_free(s->quick);
    s->file.at = 0;
    s->ended = false;
    s->given = s->piece_size = 0;
    s->piece = s->input;
    s->quick = emb__inflate_new(&s->file);
    return s->quick ? EMB_OK : emb__fail_prefix(EMB_ERR_MEMORY, "%s: ", s->file.path);
}

static emb_status start(emb__stream *s, const char *path) {
    emb_status status = emb__file_open(&s->file, path);
    if (status == EMB_OK) status = refill(s);
    if (status != EMB_OK) return status;
    if (s->held == 0) return emb__fail(EMB_ERR_FORMAT, "%s: is empty", path);
    if (s->held < 2 || s->input[0] != 0x1f || s->input[1] != 0x8b) return EMB_OK;
    s->packed = true;
    return begin_quick(s);
}

emb__stream *emb__stream_open(const char *path) {
    emb__stream *s = emb__alloc(sizeof *s);
    if (!s) return NULL;
    s->file = (emb__file){.fd = -1, .path = path};
    s->packed = s->ended = s->has_zlib = false;
    s->quick = NULL;
    memset(&s->z, 0, sizeof s->z);
    if (start(s, path) == EMB_OK) return s;
    emb__stream_close(s);
    return NULL;
}

emb_status emb__stream_rewind(emb__stream *s) {
    if (s->packed) return begin_quick(s);
    s->file.at = 0;
    return refill(s);
}

emb_status emb__stream_check(const emb__stream *s) { return emb__file_check(&s->file); }

void emb__stream_close(emb__stream *s) {
    if (!s) return;
    if (s->has_zlib) inflateEnd(&s->z);
    emb__inflate_free(s->quick);
    emb__file_close(&s->file);
    emb__free(s);
}

size_t emb__stream_packed(const emb__stream *s) { return s->packed ? s->file.size : SIZE_MAX; }

emb_status emb__stream_length(const emb__stream *s, uint32_t *length) {
    uint8_t last[4] = {0};
    size_t got;
    const size_t at = s->file.size < sizeof last ? 0 : s->file.size - sizeof last;
    emb_status status = emb__file_read_at(&s->file, at, last, sizeof last, &got);
    *length = (uint32_t)last[0] | (uint32_t)last[1] << 8 | (uint32_t)last[2] << 16 |
              (uint32_t)last[3] << 24;
    return status;
}

static emb_status read_plain(emb__stream *s, uint8_t *bytes, size_t want, size_t *got) {
    size_t held = s->held - s->used;
    *got = held < want ? held : want;
    memcpy(bytes, s->input + s->used, *got);
    s->used += *got;
    if (*got == want) return EMB_OK;
    size_t more;
    emb_status status = emb__file_read(&s->file, bytes + *got, want - *got, &more);
    *got += more;
    return status;
}

static emb_status fail_inflate(const emb__stream *s, int result) {
    const char *path = s->file.path;
    if (result == Z_MEM_ERROR) return emb__fail_prefix(EMB_ERR_MEMORY, "%s: ", path);
    if (result == Z_NEED_DICT) {
        return emb__fail(EMB_ERR_FORMAT, "%s: damaged gzip data: asks for a dictionary", path);
    }
    return emb__fail(EMB_ERR_FORMAT, "%s: damaged gzip data: %s", path,
                     s->z.msg ? s->z.msg : _("not inflatable"));
}

/* The file must end after the member's trailer. */
static emb_status check_end(emb__stream *s) {
    s->ended = true;
    if (s->used == s->held) {
        emb_status status = refill(s);
        if (status != EMB_OK) return status;
    }
    if (s->used < s->held) {
        return emb__fail(EMB_ERR_FORMAT, "%s: has bytes after the end of its gzip data",
                         s->file.path);
    }
    return EMB_OK;
}

/* One call of inflate into bytes[room]; *made is the number of bytes that it gave. */
static emb_status inflate_some(emb__stream *s, uint8_t *bytes, size_t room, size_t *made) {
    if (s->used == s->held) {
        emb_status status = refill(s);
        if (status != EMB_OK) return status;
        if (s->held == 0) {
            return emb__fail(EMB_ERR_FORMAT, "%s: ends in the middle of its gzip data",
                             s->file.path);
        }
    }
    uInt given = (uInt)(s->held - s->used);
    uInt limit = (uInt)(room < INFLATE_AT_ONCE ? room : INFLATE_AT_ONCE);
    s->z.next_in = s->input + s->used;
    s->z.avail_in = given;
    s->z.next_out = bytes;
    s->z.avail_out = limit;
    int result = inflate(&s->z, Z_NO_FLUSH);
    s->used += given - s->z.avail_in;
    *made = limit - s->z.avail_out;
    if (result == Z_STREAM_END) return check_end(s);
    if (result != Z_OK && result != Z_BUF_ERROR) return fail_inflate(s, result);
    return EMB_OK;
}

static emb_status read_zlib(emb__stream *s, uint8_t *bytes, size_t want, size_t *got) {
    while (*got < want && !s->ended) {
        size_t made = 0;
        emb_status status = inflate_some(s, bytes + *got, want - *got, &made);
        if (status != EMB_OK) return status;
        *got += made;
    }
    s->sum = (uint32_t)s->z.adler;
    return EMB_OK;
}

/* From the file's beginning; what was given already is passed over. */
static emb_status begin_zlib(emb__stream *s) {
    const char *path = s->file.path;
    uint8_t passed[4096];
    emb__inflate_free(s->quick);
    s->quick = NULL;
    if (s->has_zlib) inflateEnd(&s->z);
    memset(&s->z, 0, sizeof s->z);
    s->z.zalloc = emb__zlib_alloc;
    s->z.zfree = emb__zlib_free;
    s->has_zlib = inflateInit2(&s->z, GZIP_WINDOW) == Z_OK;
    if (!s->has_zlib) return emb__fail(EMB_ERR_MEMORY, "%s: out of memory for inflating", path);
    s->file.at = 0;
    emb_status status = refill(s);
    for (uint64_t left = s->given; left > 0 && status == EMB_OK && !s->ended;) {
        size_t got = 0;
        status = read_zlib(s, passed, left < sizeof passed ? left : sizeof passed, &got);
        left -= got;
    }
    return status;
}

/* The next piece. */
static emb_status read_quick(emb__stream *s) {
    switch (emb__inflate_more(s->quick, &s->piece, &s->piece_size)) {
    case EMB__INFLATE_GOES_ON:
        return EMB_OK;
    case EMB__INFLATE_ENDS:
        s->ended = true;
        s->sum = emb__inflate_sum(s->quick);
        return EMB_OK;
    case EMB__INFLATE_ODD:
        s->piece_size = 0;
        return begin_zlib(s);
    case EMB__INFLATE_FAILED:
        break;
    }
    s->piece_size = 0;
    return emb__last_status();
}

emb_status emb__stream_read(emb__stream *s, void *bytes, size_t want, size_t *got) {
    if (!s->packed) return read_plain(s, bytes, want, got);
    emb_status status = EMB_OK;
    for (*got = 0; s->quick && status == EMB_OK; status = read_quick(s)) {
        const size_t part = s->piece_size < want - *got ? s->piece_size : want - *got;
        memcpy((uint8_t *)bytes + *got, s->piece, part);
        s->piece += part;
        s->piece_size -= part;
        s->given += part;
        *got += part;
        if (*got == want || s->ended) return EMB_OK;
    }
    return status == EMB_OK ? read_zlib(s, bytes, want, got) : status;
}

bool emb__stream_sum(const emb__stream *s, uint32_t *sum) {
    *sum = s->sum;
    return s->packed && s->ended && s->piece_size == 0;
}
