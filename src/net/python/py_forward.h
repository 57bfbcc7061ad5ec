/* What a class does with an image: its forward, or what stands for one where Lightning's classes
 * have none.
 *
 * Owns: calling these. Does not own: finding the loss in a training_step (py_loss.h). */
#ifndef EMB_NET_PYTHON_PY_FORWARD_H
#define EMB_NET_PYTHON_PY_FORWARD_H

#include "net/python/py_value.h"

typedef enum emb__py_way {
    EMB__PY_FORWARD,
    EMB__PY_PARTS,       /* what its decoder makes of what its encoder gives */
    EMB__PY_STEP_IMAGES, /* its training_step on images, up to the loss */
    EMB__PY_STEP, /* on images and labels; the last, since its failure is the likeliest to help */
    EMB__PY_WAYS
} emb__py_way;

bool emb__py_has_way(const emb__py_object *root, emb__py_way way);

/* *out is what a class with this way gives for an image. */
emb_status emb__py_go(emb__py *py, emb__py_object *root, emb__py_way way, const emb__py_value *in,
                      emb__py_value *out);

#endif
