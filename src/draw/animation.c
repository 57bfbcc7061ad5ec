/* Pictures one after another, as GIF or APNG.
 *
 * An APNG is PNGs in one file: chunks acTL (how many frames, how often) and, before each frame,
 * fcTL (its size and time); from the second frame on the data is in fdAT chunks instead of IDAT
 * (https://wiki.mozilla.org/APNG_Specification). */
#include <string.h>
#include <zlib.h>

#include "base/entry.h"
#include "base/memory.h"
#include "draw/cells.h"
#include "draw/pen.h"
#include "draw/view.h"

#ifdef EMB_HAVE_GIF
#include <gif_lib.h>
#endif

enum { FRAME = 280, MOST_FRAMES = 10000, LEAST_DELAY = 10, MOST_DELAY = 60000, DELAY = 80 };

/* The frames with their defaults filled in. */
typedef struct frames {
    const emb_animation *animation;
    int view[3]; /* the shape in which a frame is shown */
    float range[2];
    int scale, delay, width, height;
    uint32_t *rgb; /* [height][width], the current frame */
} frames;

static emb_status check(const emb_animation *animation, frames *reel) {
    const int *shape = animation->shape;
    int view[3];
    if (animation->count < 1 || animation->count > MOST_FRAMES) {
        return emb__fail(EMB_ERR_ARGUMENT, "an animation of %zu frames: expected 1 to %d",
                         animation->count, MOST_FRAMES);
    }
    if (emb__view_check(shape) != EMB_OK) return EMB_ERR_SHAPE;
    emb_view_shape(shape, view);
    const int side = view[1] > view[2] ? view[1] : view[2];
    *reel = (frames){.animation = animation,
                     .scale = animation->scale != 0 ? animation->scale
                              : side < FRAME        ? FRAME / side
                                                    : 1,
                     .delay = animation->delay == 0 ? DELAY : animation->delay};
    if (reel->scale < 1 || side > EMB__MOST_SIDE / reel->scale) {
        return emb__fail(EMB_ERR_ARGUMENT, "frames of %dx%d pixels at scale %d: at most %d a side",
                         view[1], view[2], reel->scale, EMB__MOST_SIDE);
    }
    memcpy(reel->view, view, sizeof view);
    emb_view_range(animation->pixels, animation->count, shape, reel->range);
    reel->width = view[2] * reel->scale;
    reel->height = view[1] * reel->scale;
    if (reel->delay >= LEAST_DELAY && reel->delay <= MOST_DELAY) return EMB_OK;
    return emb__fail(EMB_ERR_ARGUMENT, "a frame is shown for %d to %d milliseconds, got %d",
                     LEAST_DELAY, MOST_DELAY, reel->delay);
}

/* Makes frame i the current one, enlarged. False without memory. */
static bool show(frames *reel, size_t i) {
    const int *shape = reel->animation->shape, *view = reel->view;
    const size_t size = (size_t)shape[0] * (size_t)shape[1] * (size_t)shape[2];
    const size_t height = (size_t)view[1], width = (size_t)view[2], scale = (size_t)reel->scale;
    uint32_t *small = emb__alloc(height * width * sizeof *small);
    if (!small ||
        !emb__cell_pixels(reel->animation->pixels + i * size, shape, reel->range, small, width)) {
        emb__free(small);
        return false;
    }
    for (size_t y = 0; y < height * scale; y++) {
        for (size_t x = 0; x < width * scale; x++) {
            reel->rgb[y * width * scale + x] = 0xFF000000 | small[y / scale * width + x / scale];
        }
    }
    emb__free(small);
    return true;
}

/* ---- APNG ---- */

#ifdef EMB_HAVE_CAIRO

static void put_32(uint8_t bytes[4], uint32_t x) {
    for (int i = 0; i < 4; i++) bytes[i] = (uint8_t)(x >> (24 - 8 * i));
}

static uint32_t get_32(const uint8_t *bytes) {
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* A chunk whose data is `head`, then `data`. */
static void add_chunk(emb__text *out, const char type[4], const uint8_t *head, size_t head_count,
                      const uint8_t *data, size_t count) {
    uint8_t word[4];
    put_32(word, (uint32_t)(head_count + count));
    emb__text_bytes(out, word, 4);
    emb__text_bytes(out, type, 4);
    uLong crc = crc32(0, (const Bytef *)type, 4);
    if (head_count > 0) {
        emb__text_bytes(out, head, head_count);
        crc = crc32(crc, head, (uInt)head_count);
    }
    if (count > 0) {
        emb__text_bytes(out, data, count);
        crc = crc32(crc, data, (uInt)count);
    }
    put_32(word, (uint32_t)crc);
    emb__text_bytes(out, word, 4);
}

/* Adds the current frame: once its PNG's head, then fcTL and its data. */
static void add_frame(emb__text *out, const frames *reel, size_t frame, const emb__text *png,
                      uint32_t *sequence) {
    const uint8_t *bytes = (const uint8_t *)png->bytes;
    uint8_t word[4], control[26] = {0};
    put_32(control, (*sequence)++);
    put_32(control + 4, (uint32_t)reel->width);
    put_32(control + 8, (uint32_t)reel->height);
    control[20] = (uint8_t)(reel->delay >> 8); /* thousandths of a second */
    control[21] = (uint8_t)reel->delay;
    control[22] = 1000 >> 8;
    control[23] = 1000 & 0xFF;
    bool controlled = false;
    for (size_t at = 8; at + 12 <= png->length;) {
        const uint8_t *chunk = bytes + at, *data = chunk + 8;
        const size_t count = get_32(chunk);
        at += 12 + count;
        if (memcmp(chunk + 4, "IHDR", 4) == 0 && frame == 0) {
            emb__text_bytes(out, bytes, 8);
            emb__text_bytes(out, chunk, 12 + count);
            uint8_t actl[8] = {0};
            put_32(actl, (uint32_t)reel->animation->count);
            add_chunk(out, "acTL", actl, sizeof actl, NULL, 0);
        }
        if (memcmp(chunk + 4, "IDAT", 4) != 0) continue;
        if (!controlled) add_chunk(out, "fcTL", control, sizeof control, NULL, 0);
        controlled = true;
        if (frame == 0) {
            emb__text_bytes(out, chunk, 12 + count);
        } else {
            put_32(word, (*sequence)++);
            add_chunk(out, "fdAT", word, sizeof word, data, count);
        }
    }
}

static emb_status draw_apng(frames *reel, emb__text *out) {
    uint32_t sequence = 0;
    for (size_t i = 0; i < reel->animation->count; i++) {
        emb__text png = {0};
        emb_status status = show(reel, i)
                                ? emb__cairo_png(reel->rgb, reel->width, reel->height, &png)
                                : EMB_ERR_MEMORY;
        if (status == EMB_OK) add_frame(out, reel, i, &png, &sequence);
        emb__free(png.bytes);
        if (status != EMB_OK) return status;
    }
    add_chunk(out, "IEND", NULL, 0, NULL, 0);
    return EMB_OK;
}

#else

static emb_status draw_apng(frames *reel, emb__text *out) {
    (void)reel, (void)out;
    return emb__fail(EMB_ERR_MISSING, "APNG needs cairo, which this build is without: install "
                                      "libcairo2-dev (Debian, Ubuntu) and build again");
}

#endif

/* ---- GIF ---- */

#ifdef EMB_HAVE_GIF

static int keep_bytes(GifFileType *gif, const GifByteType *bytes, int count) {
    emb__text_bytes(gif->UserData, bytes, (size_t)count);
    return count;
}

/* 256 greys, or a cube of 6 reds, 7 greens and 6 blues. */
static void set_palette(bool grey, GifColorType palette[256]) {
    for (int i = 0; i < 256; i++) {
        const int cube = i < 252 ? i : 0;
        palette[i].Red = (GifByteType)(grey ? i : cube / 42 * 51);
        palette[i].Green = (GifByteType)(grey ? i : (cube / 6 % 7 * 255 + 3) / 6);
        palette[i].Blue = (GifByteType)(grey ? i : cube % 6 * 51);
    }
}

static GifByteType entry_of(bool grey, uint32_t rgb) {
    const uint32_t r = rgb >> 16 & 0xFF, g = rgb >> 8 & 0xFF, b = rgb & 0xFF;
    if (grey) return (GifByteType)r;
    return (GifByteType)((r * 5 + 127) / 255 * 42 + (g * 6 + 127) / 255 * 6 + (b * 5 + 127) / 255);
}

static bool put_loop(GifFileType *gif) {
    static const GifByteType for_ever[] = {1, 0, 0};
    return EGifPutExtensionLeader(gif, APPLICATION_EXT_FUNC_CODE) == GIF_OK &&
           EGifPutExtensionBlock(gif, 11, "NETSCAPE2.0") == GIF_OK &&
           EGifPutExtensionBlock(gif, sizeof for_ever, for_ever) == GIF_OK &&
           EGifPutExtensionTrailer(gif) == GIF_OK;
}

static bool put_frame(GifFileType *gif, const frames *reel, GifByteType *line) {
    const bool grey = reel->view[0] == 1;
    const int hundredths = (reel->delay + 5) / 10;
    const GifByteType control[] = {0, (GifByteType)hundredths, (GifByteType)(hundredths >> 8), 0};
    bool good = EGifPutExtension(gif, GRAPHICS_EXT_FUNC_CODE, sizeof control, control) == GIF_OK &&
                EGifPutImageDesc(gif, 0, 0, reel->width, reel->height, false, NULL) == GIF_OK;
    for (int y = 0; good && y < reel->height; y++) {
        const uint32_t *row = reel->rgb + (size_t)y * (size_t)reel->width;
        for (int x = 0; x < reel->width; x++) line[x] = entry_of(grey, row[x]);
        good = EGifPutLine(gif, line, reel->width) == GIF_OK;
    }
    return good;
}

static bool put_all(GifFileType *gif, frames *reel, GifByteType *line) {
    GifColorType palette[256];
    set_palette(reel->view[0] == 1, palette);
    ColorMapObject *map = GifMakeMapObject(256, palette);
    EGifSetGifVersion(gif, true);
    bool good = map && EGifPutScreenDesc(gif, reel->width, reel->height, 8, 0, map) == GIF_OK &&
                put_loop(gif);
    GifFreeMapObject(map);
    for (size_t i = 0; good && i < reel->animation->count; i++) {
        good = show(reel, i) && put_frame(gif, reel, line);
    }
    return good;
}

static emb_status draw_gif(frames *reel, emb__text *out) {
    int error = 0;
    GifByteType *line = emb__alloc((size_t)reel->width);
    GifFileType *gif = line ? EGifOpen(out, keep_bytes, &error) : NULL;
    bool good = gif && put_all(gif, reel, line);
    if (gif && EGifCloseFile(gif, &error) != GIF_OK) good = false;
    emb__free(line);
    return good ? EMB_OK : emb__fail(EMB_ERR_MEMORY, "out of memory while writing a GIF");
}

#else

static emb_status draw_gif(frames *reel, emb__text *out) {
    (void)reel, (void)out, (void)show;
    return emb__fail(EMB_ERR_MISSING,
                     "GIF needs giflib, which this build is without: install libgif-dev (Debian, "
                     "Ubuntu) and build again, or write .apng");
}

#endif

emb_picture *emb_animation_draw(const emb_animation *animation, emb_format format) {
    EMB__ENTER;
    frames reel = {.animation = animation};
    if (check(animation, &reel) != EMB_OK) return NULL;
    if (format != EMB_GIF && format != EMB_APNG) {
        emb__fail(EMB_ERR_ARGUMENT, "an animation is .gif or .apng");
        return NULL;
    }
    emb__text out = {0};
    reel.rgb = emb__alloc((size_t)reel.width * (size_t)reel.height * sizeof *reel.rgb);
    emb_status status = !reel.rgb           ? EMB_ERR_MEMORY
                        : format == EMB_GIF ? draw_gif(&reel, &out)
                                            : draw_apng(&reel, &out);
    emb__free(reel.rgb);
    if (status == EMB_OK) return emb__picture_adopt(&out, NULL);
    emb__free(out.bytes);
    return NULL;
}
