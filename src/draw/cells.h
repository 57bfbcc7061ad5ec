/* Images as the network has them, made into pixels of a page. */
#ifndef EMB_DRAW_CELLS_H
#define EMB_DRAW_CELLS_H

#include "draw/canvas.h"

/* rgb[height][stride] = pixels[C][H][W] as emb_view shows them, in the height and width that
 * emb_view_shape gives. False without memory. */
bool emb__cell_pixels(const float *pixels, const int shape[3], const float range[2], uint32_t *rgb,
                      size_t stride);

/* The same over a box of the page, with a thin frame around it that hides none of its pixels; lines
 * are drawn as lines. False without memory. */
bool emb__cell_draw(emb__canvas *canvas, double x, double y, double across, double down,
                    const float *pixels, const int shape[3], const float range[2]);

/* The same for {1 or 3, H, W}, never as lines, however few rows it has. */
bool emb__cell_draw_picture(emb__canvas *canvas, double x, double y, double across, double down,
                            const float *pixels, const int shape[3]);

/* The same for numbers -1..1 of one channel, as colours. */
bool emb__cell_draw_signed(emb__canvas *canvas, double x, double y, double across, double down,
                           const float *values, const int shape[3]);

#endif
