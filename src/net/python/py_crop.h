/* x[:, :, :28, :28] of a tensor, which cuts its images, and what is made in __init__ to learn a
 * size. */
#ifndef EMB_NET_PYTHON_PY_CROP_H
#define EMB_NET_PYTHON_PY_CROP_H

#include "net/python/py_value.h"

/* An item of a tensor: rows and columns cut off, or an unknown value. */
emb_status emb__py_tensor_item(emb__py *py, int line, const emb__py_value *tensor,
                               const emb__py_value *index, emb__py_value *out);
/* torch.zeros(1, 3, 32, 32) outside of forward: a tensor whose shape alone is asked for. False: it
 * is none. */
bool emb__py_trial(emb__py *py, const char *path, const emb__py_row *arguments, emb__py_value *out,
                   emb_status *status);

#endif
