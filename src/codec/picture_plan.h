/* How pictures are treated on their way to a network, and what their files held.
 *
 * Owns: these two structs and their meaning. picture_formats.h fills them. */
#ifndef EMB_CODEC_PICTURE_PLAN_H
#define EMB_CODEC_PICTURE_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What becomes of a picture whose sides have another ratio than the shape's. */
typedef enum emb__fit_way {
    EMB__FIT_STRETCH, /* each side is scaled by itself */
    EMB__FIT_CROP,    /* its middle is taken, as much of it as has the shape's ratio */
    EMB__FIT_PAD,     /* all of it is shown, between bars of the background's colour */
    EMB__FIT_MNIST    /* its ink alone, laid out as MNIST's makers did (ink.h); the background does
                         not matter */
} emb__fit_way;

/* How every picture of a set is treated. Zeroed but for the shape, a picture is stretched, as its
 * file holds it, over black. */
typedef struct emb__picture_plan {
    int shape[3]; /* C, H, W; C is 1 (grey) or 3 (RGB) */
    emb__fit_way fit;
    uint8_t background[3]; /* RGB: under transparent pixels, and the bars */
    bool upright;          /* turned as the camera notes that it was held (EXIF orientation) */
    bool reduced; /* a large JPEG is decoded at 1/8, 1/4 or 1/2 of its size: picture_jpeg.c */
} emb__picture_plan;

/* What a picture's file holds. */
typedef struct emb__picture_info {
    const char *format;   /* "PNG", "JPEG", ... */
    size_t height, width; /* upright, whether a plan turns it or not */
    int channels;       /* 1 (grey) or 3, without transparency; of a palette, as its colours are */
    int bits;           /* of a channel in the file: 1, 2, 4, 8 or 16; of a palette's index */
    int orientation;    /* EXIF's, 1 to 8; from 5 on its file holds it lying on a side */
    bool alpha;         /* may be transparent: has such a channel, or a colour that is */
    bool palette, inks; /* has a palette; CMYK */
    bool profile;       /* has a colour profile that does not say that it is sRGB */
    bool several;       /* holds more pictures; only the first is read */
    /* Of the pixels that a decoder gave, without those that were cropped away; else 0. */
    size_t pixels, coloured; /* all; those whose channels differ by more than 16 */
    size_t transparent;      /* those that are not opaque: where it is 0, alpha does not matter */
    int ink; /* luma, 0..255, of what is drawn on a transparent ground: the mean over all pixels by
                their opacity; -1 if nothing is drawn */
} emb__picture_info;

/* Whether more than one pixel in a hundred is coloured. */
static inline bool emb__picture_coloured(const emb__picture_info *info) {
    return info->coloured > info->pixels / 100;
}

#endif
