/* Where an image's channels lie: first, as networks read them, or last, as many files have them. */
#ifndef EMB_DATA_CHANNELS_H
#define EMB_DATA_CHANNELS_H

#include "data/images.h"

void emb__images_set_shape(emb_images *images, int channels, int height, int width);

/* Numbers that lie [N][H][W][C], `shape` being {H, W, C}, to [N][C][H][W], the shape with them. */
emb_status emb__images_channels_first(emb_images *images);
/* And back. */
emb_status emb__images_channels_last(emb_images *images);

#endif
