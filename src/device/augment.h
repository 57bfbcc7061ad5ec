/* Changes of an image that leave it an image of the same thing. */
#ifndef EMB_DEVICE_AUGMENT_H
#define EMB_DEVICE_AUGMENT_H

#include "device/corrupt.h"

/* How far each may go; 0: not at all. */
typedef struct emb__augmentation {
    double shift;                /* whole pixels, along either axis */
    double rotate;               /* degrees, to either side */
    double flip;                 /* 1: half of the images are mirrored left to right */
    double zoom;                 /* 0.1: to 0.9 to 1.1 times the size */
    double brightness, contrast; /* likewise a factor, of the distance from black and of the one
                                    from the image's mean */
} emb__augmentation;

/* Whether it moves pixels. */
bool emb__augmentation_moves(const emb__augmentation *augmentation);

/* row[C*H*W] becomes another; `spare` is room for as many numbers. What comes in from outside is
 * the image's ground, the median of its outermost pixels in each channel, so that paper stays
 * white; between pixels lies the mean of four by their distance. */
void emb__augmentation_run(const emb__augmentation *augmentation, const emb__tones *tones,
                           emb__draws *draws, const int shape[3], float *row, float *spare);

#endif
