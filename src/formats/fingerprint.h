/* A data set's fingerprint: what a checkpoint knows it by. */
#ifndef EMB_FORMATS_FINGERPRINT_H
#define EMB_FORMATS_FINGERPRINT_H

#include "engine/images.h"

/* "60000 images of 1x28x28, uint8, 1a2b3c4d; labels 5e6f7a8b": count, shape, type, and the CRC32 of
 * the numbers and of the labels ("none"). */
enum { EMB__FINGERPRINT = 128 };
const char *emb__fingerprint(const emb_images *images, char text[EMB__FINGERPRINT]);

#endif
