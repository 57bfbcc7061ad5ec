/* Whether two images are the same picture: small versions of them, laid over each other as well as
 * a shift, a turn and a scale can, and what then differs. */
#ifndef EMB_STUDY_OVERLAY_H
#define EMB_STUDY_OVERLAY_H

#include "study/small_version.h"

/* How another image's version lies over this one: prepared once for many others. */
typedef struct emb__overlay {
    const emb__small *small;
    int channels;
    double ground[EMB__COARSE * EMB__COARSE];   /* mean 0, length 1 within the frame */
    double steps[4][EMB__COARSE * EMB__COARSE]; /* how that changes with scale, turn, shifts */
    double inverse[4][4];                       /* of their products */
} emb__overlay;

void emb__overlay_begin(emb__overlay *overlay, const emb__small *small, int channels);

/* How like the other one is, 0..1; 1 only for copies. */
double emb__overlay_like(const emb__overlay *overlay, const emb__small *other);

#endif
