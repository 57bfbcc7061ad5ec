/* The ink of a drawing, laid out as MNIST's makers did: found on its paper, cropped, scaled into 20
 * of 28 rows and columns with its ratio kept, its centre of mass in the middle, light on dark.
 *
 * Ink is what has sharp edges: shading and soft shadows have none, and paper, lines and noise have
 * weaker ones. All is in whole numbers. */
#ifndef EMB_CODEC_INK_H
#define EMB_CODEC_INK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/memory.h"

/* A picture of 1 or 3 channels, [C][H][W]. Borrows its pixels. */
typedef struct emb__sheet {
    int channels, height, width;
    const uint8_t *pixels;
} emb__sheet;

/* out[height][width] = its ink, 0 where there is none. EMB_ERR_FORMAT, with the reason as text, if
 * there is none that stands out. A picture of this size that is light on dark stays as it is. */
emb_status emb__ink_lay(const emb__sheet *sheet, int height, int width, uint8_t *out);

/* Whether an image is laid out so: light on dark, in the middle by its mass. */
bool emb__ink_laid(const uint8_t *pixels, int height, int width);

#endif
