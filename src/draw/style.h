/* The looks that all pictures share: sizes of letters, and colours that one can tell apart without
 * telling red from green. */
#ifndef EMB_DRAW_STYLE_H
#define EMB_DRAW_STYLE_H

#include "draw/canvas.h"

/* Pixels at normal size. */
enum { EMB__TITLE = 18, EMB__LABEL = 14, EMB__SMALL = 13, EMB__TINY = 12, EMB__HALO = 3 };
enum { EMB__MARGIN = 24, EMB__SPACE = 12 };

enum {
    EMB__WHITE = 0xFFFFFF,
    EMB__DARK = 0x222222, /* letters, axes */
    EMB__GREY = 0x666666, /* less important letters */
    EMB__PALE = 0xDDDDDD, /* lines of a grid */
    EMB__FRAME = 0x999999
};

/* The colour of category `i` among `count`; repeated if there are more than the palettes have. */
uint32_t emb__colour(size_t i, size_t count);

/* Numbers 0..1 as colours, clipped: from dark to light, in lightness and in hue. */
uint32_t emb__colour_map(double share);
/* From white to dark blue, for a ground with letters on it; *letters is a colour that can be read
 * on it. */
uint32_t emb__colour_ground(double share, uint32_t *letters);
/* -1..1, clipped: blue, white, red-brown. */
uint32_t emb__colour_signed(double value);

#endif
