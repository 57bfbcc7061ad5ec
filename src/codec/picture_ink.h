/* The ink of a picture's file, for EMB__FIT_MNIST. */
#ifndef EMB_CODEC_PICTURE_INK_H
#define EMB_CODEC_PICTURE_INK_H

#include "codec/picture_fit.h"

/* pixels[C][H][W] of the plan's shape = the ink of the draft that the fit made; every channel has
 * it. Does nothing for a plan of another kind. A failure's text begins with the path. */
emb_status emb__picture_ink(const char *path, const emb__fit *fit, const emb__picture_plan *plan,
                            uint8_t *pixels);

#endif
