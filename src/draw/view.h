/* Numbers of any shape as a picture: the parts of embudo/draw.h's emb_view_... calls. */
#ifndef EMB_DRAW_VIEW_H
#define EMB_DRAW_VIEW_H

#include <stdbool.h>

#include "base/status.h"

typedef enum emb__view_kind {
    EMB__VIEW_PICTURE,  /* a picture as it is, grey or in colour */
    EMB__VIEW_CHANNELS, /* other than 1 or 3 channels: side by side, in grey */
    EMB__VIEW_LINES     /* rows of numbers: a line for each channel */
} emb__view_kind;

enum { EMB__VIEW_WIDTH = 96, EMB__VIEW_LINE = 48 /* pixels, of a line */ };

/* How a shape is shown. If as lines: *lines of them, of *length numbers each; both may be NULL. */
emb__view_kind emb__view_of(const int shape[3], int *lines, int *length);

/* EMB_ERR_SHAPE unless all sides are at least 1. */
emb_status emb__view_check(const int shape[3]);

/* Points of a line through values[length] for a box of 1 x 1, from the upper left corner: xy[2 *
 * emb__view_points(length)]. Of a long line, the least and the largest number of each stretch are
 * drawn. Numbers that are not finite are left out; the return value is the number of points that
 * are left. */
size_t emb__view_points(int length);
size_t emb__view_line(const float *values, int length, const float range[2], double *xy);

#endif
