/* Measuring how unusual images are; what that means is in embudo/unusual.h. */
#ifndef EMB_STUDY_UNUSUAL_H
#define EMB_STUDY_UNUSUAL_H

#include "model/judge.h"
#include "net/net.h"
#include "study/selection.h"

enum {
    EMB__UNUSUAL_COMPONENTS = 32,
    EMB__UNUSUAL_CODES = 20000,
    EMB__UNUSUAL_CODE_NUMBERS = 1 << 22 /* of all codes together */
};

/* numbers[count][EMB_UNUSUAL_KINDS], the images checked. */
emb_status emb__unusual_judge(const emb_unusual *u, emb_net *net, const emb__selection *selection,
                              int threads, double *numbers);

/* rows[here][D] = images [first, first + here) of the selection; if the network is used,
 * codes[here][L] and made[here][D], their reconstructions. */
emb_status emb__unusual_run(emb_net *net, bool uses_net, const emb__selection *selection,
                            size_t first, size_t here, int threads, float *rows, float *codes,
                            float *made);

/* The sum of the differences between neighbouring pixels of an image [C, H, W]. */
double emb__unusual_variation(const float *image, const int shape[3]);

/* Images that are worked on together. */
size_t emb__unusual_chunk(size_t size);

#endif
