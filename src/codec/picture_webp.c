/* WebP by libwebp, lossy and lossless: the picture, or an animation's first, to RGB. See
 * picture_file.h.
 *
 * libwebp gives a picture as a whole and keeps a lossless one as a whole, too: 3 or 4 bytes and
 * 4 bytes a pixel. So few bytes may not announce many pixels (emb__picture_sparse). Where an
 * animation's first picture does not cover its canvas, it is transparent. */
#include <string.h>

#include "base/memory.h"
#include "base/translate.h"
#include "codec/webp_chunks.h"

emb_status emb__webp_probe(const emb__picture_file *file, emb__picture_info *info) {
    emb__webp_header header;
    return emb__webp_header_read(file, &header, info);
}

#ifndef EMB_HAVE_WEBP

emb_status emb__webp_read(const emb__picture_file *file, emb__fit *fit) {
    (void)fit;
    return emb__fail(EMB_ERR_MISSING,
                     "%s: reading WebP needs libwebp, which this build is without: install "
                     "libwebp-dev (Debian, Ubuntu) and build again",
                     file->path);
}

#else

#include <webp/decode.h>

static emb_status failed(const emb__picture_file *file, VP8StatusCode code) {
    static const char *const why[] = {
        [VP8_STATUS_INVALID_PARAM] = N_("is damaged"),
        [VP8_STATUS_BITSTREAM_ERROR] = N_("its data are damaged"),
        [VP8_STATUS_UNSUPPORTED_FEATURE] = N_("uses what libwebp does not know"),
        [VP8_STATUS_SUSPENDED] = N_("ends too early"),
        [VP8_STATUS_USER_ABORT] = N_("is damaged"),
        [VP8_STATUS_NOT_ENOUGH_DATA] = N_("ends too early"),
    };
    if (code == VP8_STATUS_OUT_OF_MEMORY) {
        return emb__fail(EMB_ERR_MEMORY, "%s: libwebp has no memory", file->path);
    }
    const bool known = code >= 0 && (size_t)code < sizeof why / sizeof *why && why[code];
    return emb__fail(EMB_ERR_FORMAT, "%s: WebP: %s", file->path,
                     _(known ? why[code] : "is damaged"));
}

/* pixels[tall][wide][samples], 3 or 4. */
static emb_status unpack(const emb__picture_file *file, const emb__webp_header *h, size_t samples,
                         uint8_t *pixels) {
    WebPDecoderConfig config;
    if (!WebPInitDecoderConfig(&config)) {
        return emb__fail(EMB_ERR_MISSING, "%s: libwebp is of another version than its header",
                         file->path);
    }
    VP8StatusCode code = WebPGetFeatures(h->data, h->count, &config.input);
    if (code != VP8_STATUS_OK) return failed(file, code);
    if (config.input.width != (int)h->wide || config.input.height != (int)h->tall) {
        return emb__fail(EMB_ERR_FORMAT, "%s: WebP: announces %zu x %zu pixels and has %d x %d",
                         file->path, h->wide, h->tall, config.input.width, config.input.height);
    }
    config.output.colorspace = samples == 4 ? MODE_RGBA : MODE_RGB;
    config.output.is_external_memory = 1;
    config.output.u.RGBA.rgba = pixels;
    config.output.u.RGBA.stride = (int)(h->wide * samples);
    config.output.u.RGBA.size = h->tall * h->wide * samples;
    code = WebPDecode(h->data, h->count, &config);
    WebPFreeDecBuffer(&config.output);
    return code == VP8_STATUS_OK ? EMB_OK : failed(file, code);
}

/* Rows of the canvas, [width][samples]. `row` is NULL if the picture covers it. */
static void give_rows(const emb__webp_header *h, size_t samples, uint8_t *pixels, uint8_t *row,
                      emb__fit *fit) {
    const size_t stride = h->wide * samples;
    for (size_t y = 0; y < h->height; y++) {
        const bool covered = y >= h->top && y - h->top < h->tall;
        uint8_t *from = pixels + (covered ? (y - h->top) * stride : 0);
        if (row) memset(row, 0, h->width * samples);
        if (row && covered) memcpy(row + h->left * samples, from, stride);
        emb__fit_row(fit, row ? row : from);
    }
}

emb_status emb__webp_read(const emb__picture_file *file, emb__fit *fit) {
    emb__webp_header h;
    emb_status status = emb__webp_whole(file);
    if (status == EMB_OK) status = emb__webp_header_read(file, &h, &fit->info);
    if (status != EMB_OK) return status;
    const size_t samples = fit->info.alpha ? 4 : 3;
    status =
        emb__picture_begin(file, fit, (int)samples, h.height, h.width, emb__picture_sparse(file));
    if (status != EMB_OK) return status;
    if (h.left + h.wide > h.width || h.top + h.tall > h.height) {
        return emb__fail(EMB_ERR_FORMAT, "%s: WebP: its first picture leaves the canvas",
                         file->path);
    }
    const bool covers = h.wide == h.width && h.tall == h.height;
    uint8_t *pixels = emb__alloc(h.tall * h.wide * samples);
    uint8_t *row = covers ? NULL : emb__alloc(h.width * samples);
    if (pixels && (row || covers)) {
        status = unpack(file, &h, samples, pixels);
        if (status == EMB_OK) give_rows(&h, samples, pixels, row, fit);
    } else {
        status = emb__fail_prefix(EMB_ERR_MEMORY, "%s: ", file->path);
    }
    emb__free(pixels);
    emb__free(row);
    return status;
}

#endif
