/* How wide the strokes of a drawing are. */
#ifndef EMB_CODEC_INK_PEN_H
#define EMB_CODEC_INK_PEN_H

#include "codec/ink_find.h"

/* Makes thin strokes as wide as MNIST's thinner ones: scaled down, a fine pen would leave next to
 * nothing. Wider strokes stay. */
emb_status emb__drawing_thicken(emb__drawing *drawing);

#endif
