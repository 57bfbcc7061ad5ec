/* EXIF's note on how a camera was held. */
#ifndef EMB_CODEC_EXIF_H
#define EMB_CODEC_EXIF_H

#include <stddef.h>
#include <stdint.h>

/* The orientation, 1 to 8, that EXIF data give which begin with a TIFF header. 1 if they give none,
 * or nonsense: pictures are not refused for their notes. */
int emb__exif_orientation(const uint8_t *bytes, size_t count);

#endif
