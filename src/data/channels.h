/* The order of an image's channels: first, as networks read them, or last, as many files have
 * them. */
#ifndef EMB_DATA_CHANNELS_H
#define EMB_DATA_CHANNELS_H

#include "data/images.h"

void emb__images_set_shape(emb_images *images, int channels, int height, int width);

/* Changes [N][H][W][C], whose `shape` is {H, W, C}, to [N][C][H][W], and the shape with it. */
emb_status emb__images_channels_first(emb_images *images);
/* And back. */
emb_status emb__images_channels_last(emb_images *images);

#endif
