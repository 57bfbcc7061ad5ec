/* GIF by giflib: the first picture, to 8-bit grey or RGB. See picture_file.h.
 *
 * Where the picture does not cover its canvas, it is transparent, as browsers show it. An
 * interlaced picture is kept as a whole, a byte a pixel; if that is much, it is unpacked once
 * beforehand to see whether there is so much. */
#include "codec/gif_blocks.h"

#include "base/memory.h"
#include "base/translate.h"

emb_status emb__gif_probe(const emb__picture_file *file, emb__picture_info *info) {
    emb__gif_header header;
    return emb__gif_header_read(file, &header, info);
}

#ifndef EMB_HAVE_GIF

emb_status emb__gif_read(const emb__picture_file *file, emb__fit *fit) {
    (void)fit;
    return emb__fail(EMB_ERR_MISSING,
                     "%s: reading GIF needs giflib, which this build is without: install "
                     "libgif-dev (Debian, Ubuntu) and build again",
                     file->path);
}

#else

#include <string.h>

#include <gif_lib.h>

typedef struct reading {
    const emb__picture_file *file;
    size_t at; /* in the file's bytes */
    emb__gif_header header;
    GifFileType *gif;
    uint8_t *indices; /* [wide]; if interlaced, [tall][wide] */
    uint8_t *row;     /* [W][samples] */
    size_t samples;
    uint8_t colours[256][4]; /* each index as samples */
} reading;

static int give_bytes(GifFileType *gif, GifByteType *bytes, int count) {
    reading *r = gif->UserData;
    const size_t left = r->file->count - r->at, want = count > 0 ? (size_t)count : 0;
    const size_t given = want < left ? want : left;
    memcpy(bytes, r->file->bytes + r->at, given);
    r->at += given;
    return (int)given;
}

static emb_status failed(const reading *r, int error) {
    const char *why = GifErrorString(error);
    if (error == D_GIF_ERR_NOT_ENOUGH_MEM) {
        return emb__fail(EMB_ERR_MEMORY, "%s: giflib has no memory", r->file->path);
    }
    return emb__fail(EMB_ERR_FORMAT, "%s: GIF: %s", r->file->path, why ? why : _("is damaged"));
}

/* Opens it anew, up to the first picture's data. */
static emb_status begin(reading *r) {
    int error = D_GIF_ERR_OPEN_FAILED;
    GifRecordType kind = UNDEFINED_RECORD_TYPE;
    if (r->gif) DGifCloseFile(r->gif, NULL);
    r->at = 0;
    r->gif = DGifOpen(r, give_bytes, &error);
    if (!r->gif) return failed(r, error);
    while (kind != IMAGE_DESC_RECORD_TYPE) {
        GifByteType *data = NULL;
        int code = 0;
        if (DGifGetRecordType(r->gif, &kind) == GIF_ERROR) return failed(r, r->gif->Error);
        if (kind == TERMINATE_RECORD_TYPE) return failed(r, D_GIF_ERR_NO_IMAG_DSCR);
        if (kind != EXTENSION_RECORD_TYPE) continue;
        int good = DGifGetExtension(r->gif, &code, &data);
        while (good != GIF_ERROR && data) good = DGifGetExtensionNext(r->gif, &data);
        if (good == GIF_ERROR) return failed(r, r->gif->Error);
    }
    return DGifGetImageDesc(r->gif) == GIF_ERROR ? failed(r, r->gif->Error) : EMB_OK;
}

/* The next row that is stored. */
static emb_status unpack(reading *r, uint8_t *indices) {
    return DGifGetLine(r->gif, indices, (int)r->header.wide) == GIF_ERROR ? failed(r, r->gif->Error)
                                                                          : EMB_OK;
}

/* ---- interlaced ------------------------------------------------------------------------------ */

/* Whether all rows are there, without keeping them. */
static emb_status count_rows(reading *r) {
    uint8_t *indices = emb__alloc(r->header.wide);
    if (!indices) return emb__fail_prefix(EMB_ERR_MEMORY, "%s: ", r->file->path);
    emb_status status = EMB_OK;
    for (size_t y = 0; y < r->header.tall && status == EMB_OK; y++) status = unpack(r, indices);
    emb__free(indices);
    return status == EMB_OK ? begin(r) : status;
}

/* Rows 0, 8, 16, ..., then 4, 12, ..., then 2, 6, ..., then 1, 3, ... */
static emb_status unpack_all(reading *r) {
    enum { SPARE = 1 << 18 };
    static const size_t first[] = {0, 4, 2, 1}, step[] = {8, 8, 4, 2};
    const emb__gif_header *h = &r->header;
    emb_status status = EMB_OK;
    if (h->tall * h->wide > r->file->count + SPARE) status = count_rows(r);
    if (status != EMB_OK) return status;
    r->indices = emb__alloc(h->tall * h->wide);
    if (!r->indices) return emb__fail_prefix(EMB_ERR_MEMORY, "%s: ", r->file->path);
    for (size_t pass = 0; pass < 4; pass++) {
        for (size_t y = first[pass]; y < h->tall && status == EMB_OK; y += step[pass]) {
            status = unpack(r, r->indices + y * h->wide);
        }
    }
    return status;
}

/* ---- a picture ------------------------------------------------------------------------------- */

/* An index beyond the palette is black. */
static void make_colours(reading *r) {
    const emb__gif_header *h = &r->header;
    const size_t channels = r->samples - (r->samples % 2 == 0);
    for (size_t i = 0; i < 256; i++) {
        for (size_t c = 0; c < channels && i < h->colours; c++) {
            r->colours[i][c] = h->palette[3 * i + c];
        }
        r->colours[i][channels] = (int)i == h->clear ? 0 : 255; /* alpha, or unused */
    }
}

static void put_row(reading *r, const uint8_t *indices) {
    const size_t samples = r->samples;
    uint8_t *to = r->row + r->header.left * samples;
    for (size_t i = 0; i < r->header.wide; i++, to += samples) {
        memcpy(to, r->colours[indices[i]], samples);
    }
}

static emb_status read_rows(reading *r, emb__fit *fit) {
    const emb__gif_header *h = &r->header;
    const size_t row_bytes = h->width * r->samples;
    for (size_t y = 0; y < h->height; y++) {
        const bool covered = y >= h->top && y - h->top < h->tall;
        memset(r->row, 0, row_bytes);
        if (covered) {
            uint8_t *indices = r->indices + (h->interlaced ? (y - h->top) * h->wide : 0);
            emb_status status = h->interlaced ? EMB_OK : unpack(r, indices);
            if (status != EMB_OK) return status;
            put_row(r, indices);
        }
        emb__fit_row(fit, r->row);
    }
    return EMB_OK;
}

static emb_status read_picture(reading *r, emb__fit *fit) {
    const emb__gif_header *h = &r->header;
    r->samples = (size_t)fit->info.channels + fit->info.alpha;
    emb_status status = emb__picture_begin(r->file, fit, (int)r->samples, h->height, h->width,
                                           emb__picture_sparse(r->file));
    if (status != EMB_OK) return status;
    if (h->tall < 1 || h->wide < 1) {
        return emb__fail(EMB_ERR_FORMAT, "%s: GIF: its picture has %zu x %zu pixels", r->file->path,
                         h->wide, h->tall);
    }
    make_colours(r);
    status = begin(r);
    if (status == EMB_OK && h->interlaced) status = unpack_all(r);
    if (status != EMB_OK) return status;
    if (!h->interlaced) r->indices = emb__alloc(h->wide);
    r->row = emb__alloc(h->width * r->samples);
    if (!r->row || !r->indices) return emb__fail_prefix(EMB_ERR_MEMORY, "%s: ", r->file->path);
    return read_rows(r, fit);
}

emb_status emb__gif_read(const emb__picture_file *file, emb__fit *fit) {
    reading r = {.file = file};
    emb_status status = emb__gif_header_read(file, &r.header, &fit->info);
    if (status == EMB_OK) status = read_picture(&r, fit);
    if (r.gif) DGifCloseFile(r.gif, NULL);
    emb__free(r.indices);
    emb__free(r.row);
    return status;
}

#endif
