/* Images as the network has them, made into pixels of a page. */
#ifndef EMB_STUDY_CELLS_H
#define EMB_STUDY_CELLS_H

#include "study/canvas.h"

/* rgb[height][stride] = pixels[C][height][width], 0..1 clipped, C = 1 or 3. */
void emb__cell_pixels(const float *pixels, const int shape[3], uint32_t *rgb, size_t stride);

/* One image over a box of the page, with a thin frame around it, which hides none of its pixels.
 * False where there is no memory. */
bool emb__cell_draw(emb__canvas *canvas, double x, double y, double across, double down,
                    const float *pixels, const int shape[3]);

/* The same for numbers -1..1 of one channel, as colours. */
bool emb__cell_draw_signed(emb__canvas *canvas, double x, double y, double across, double down,
                           const float *values, const int shape[3]);

/* EMB_ERR_SHAPE unless it is {1 or 3, height, width}. */
emb_status emb__cell_check(const int shape[3]);

#endif
