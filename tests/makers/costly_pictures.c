/* See costly.h. */
#include "makers/costly.h"

#include <string.h>
#include <zlib.h>

static void png_chunk(buffer *file, const char *name, const uint8_t *bytes, size_t length) {
    const size_t at = file->count + 4;
    add_number(file, (uint32_t)length, 4, true);
    add_bytes(file, name, 4);
    if (bytes != file->at + file->count) add_bytes(file, bytes, length);
    add_number(file, (uint32_t)crc32(0, file->at + at, (uInt)(4 + length)), 4, true);
}

/* A grey picture whose data are `held` bytes of zeros. */
static void png(buffer *file, uint32_t width, uint32_t height, size_t held, bool interlaced,
                bool whole) {
    static const uint8_t nothing[1 << 16];
    uint8_t head[13] = {[8] = 8, [12] = interlaced};
    for (int i = 0; i < 4; i++) {
        head[i] = (uint8_t)(width >> (24 - 8 * i));
        head[4 + i] = (uint8_t)(height >> (24 - 8 * i));
    }
    ADD(file, "\x89PNG\r\n\x1a\n");
    png_chunk(file, "IHDR", head, sizeof head);
    png_chunk(file, "noNe", nothing, sizeof nothing); /* so that it could hold as much */
    const size_t at = file->count;
    ADD(file, "....IDAT");
    add_packed(file, "", 0, held, 15);
    const uint32_t length = (uint32_t)(file->count - at - 8);
    for (int i = 0; i < 4; i++) file->at[at + (size_t)i] = (uint8_t)(length >> (24 - 8 * i));
    add_number(file, (uint32_t)crc32(0, file->at + at + 4, length + 4), 4, true);
    if (whole) png_chunk(file, "IEND", head, 0);
}

void png_cut(buffer *file) { png(file, 10000, 10000, 100010000, false, false); }
void png_short(buffer *file) { png(file, 10000, 10000, 99000000, false, true); }
void png_interlaced(buffer *file) { png(file, 10000, 10000, 99000000, true, true); }
void png_wide(buffer *file) { png(file, 100000000, 1, 99000000, false, true); }
void png_tall(buffer *file) { png(file, 1, 1 << 16, (2 << 16) - 1, false, true); }

void pnm_text(buffer *file) {
    ADD(file, "P3 699 250 255\n");
    for (int i = 1; i < 699 * 250 * 3; i++) ADD(file, "1 ");
    ADD(file, "x ");
}

void pnm_bytes(buffer *file) {
    ADD(file, "P6 577 600 254\n");
    memset(file->at + file->count, 1, 577 * 600 * 3);
    file->count += 577 * 600 * 3;
    file->at[file->count - 1] = 255;
}

/* A JPEG's header, of one component; a scan that is not enough for it; and the end. */
static void jpeg(buffer *file, const char *frame, size_t frame_length, bool end) {
    ADD(file, "\xff\xd8\xff\xdb\0\x43\0");
    for (int i = 0; i < 64; i++) ADD(file, "\1");
    add_bytes(file, frame, frame_length);
    /* One code for each table: no difference, in a byte, and no more of the block, in a bit. */
    ADD(file, "\xff\xc4\0\x14\x00\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\0\0");
    ADD(file, "\xff\xc4\0\x14\x10\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
    const bool progressive = (uint8_t)frame[1] == 0xc2;
    if (progressive) ADD(file, "\xff\xda\0\x08\1\1\0\0\0\0");
    if (!progressive) ADD(file, "\xff\xda\0\x08\1\1\0\0\x3f\0");
    while (file->count < file->room - 2) ADD(file, "\0");
    if (end) ADD(file, "\xff\xd9");
}

#define FRAME(sof, size)       "\xff" sof "\0\x0b\x08" size "\1\1\x11\0"
#define JPEG(file, frame, end) jpeg(file, frame, sizeof(frame) - 1, end)

void jpeg_cut(buffer *file) { JPEG(file, FRAME("\xc0", "\x2d\0\x2d\0"), false); }
void jpeg_short(buffer *file) { JPEG(file, FRAME("\xc0", "\x2d\0\x2d\0"), true); }
void jpeg_wide(buffer *file) { JPEG(file, FRAME("\xc0", "\x08\0\xf0\0"), true); }
void jpeg_progressive(buffer *file) { JPEG(file, FRAME("\xc2", "\x2d\0\x2d\0"), true); }

/* Runs of one row each, and no end. */
void bmp_runs(buffer *file) {
    enum { W = 2000, H = 65000 };
    ADD(file, "BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0");
    add_number(file, W, 4, false);
    add_number(file, H, 4, false);
    ADD(file, "\1\0\x08\0\1\0\0\0");
    for (int i = 0; i < 20; i++) ADD(file, "\0");
    for (int i = 1; i < H; i++) ADD(file, "\xff\1\0\0");
}

/* 16 million pixels, and one code. */
void gif_interlaced(buffer *file) {
    ADD(file, "GIF89a\0\x40\0\4\x80\0\0\0\0\0\xff\xff\xff");
    ADD(file, ",\0\0\0\0\0\x40\0\4\x40\2\1\x04\0;");
}

static void tag(buffer *file, uint32_t number, uint32_t kind, uint32_t value) {
    add_number(file, number, 2, false);
    add_number(file, kind, 2, false);
    add_number(file, 1, 4, false);
    add_number(file, value, 4, false);
}

/* A tile of 16 million pixels of which some are there. */
void tiff_tile(buffer *file) {
    ADD(file, "II*\0\x08\0\0\0\x09\0");
    tag(file, 256, 4, 4000); /* width, length, bits, deflated, grey, tiles */
    tag(file, 257, 4, 4000);
    tag(file, 258, 3, 8);
    tag(file, 259, 3, 8);
    tag(file, 262, 3, 1);
    tag(file, 322, 4, 4000);
    tag(file, 323, 4, 4000);
    tag(file, 324, 4, 122);
    tag(file, 325, 4, 0);
    ADD(file, "\0\0\0\0");
    const size_t at = file->count;
    add_packed(file, "", 0, 15000000, 15);
    for (int i = 0; i < 4; i++)
        file->at[at - 8 + (size_t)i] = (uint8_t)((file->count - at) >> 8 * i);
}

/* 16 million pixels, of nothing that makes sense. */
void webp_lossless(buffer *file) {
    ADD(file, "RIFF\x58\0\0\0WEBPVP8L\x4c\0\0\0\x2f");
    add_number(file, 3999 | 3999 << 14, 4, false);
    for (int i = 0; i < 71; i++) ADD(file, "\0");
}
