/* Evens out the light on a paper, whose shadows may have sharp edges. */
#ifndef EMB_CODEC_INK_LIGHT_H
#define EMB_CODEC_INK_LIGHT_H

#include <stdbool.h>

#include "base/memory.h"

/* grey[height][width] becomes what it would be on paper that is equally light everywhere; or, not
 * `light`, on a board that is equally dark. Paper is what is the lightest (darkest) within the
 * width of a pen. EMB_ERR_MEMORY. */
emb_status emb__ink_even_light(uint8_t *grey, int height, int width, bool light);

#endif
