/* Tensors in other shapes, and several as one. */
#ifndef EMB_NET_PYTHON_PY_SHAPE_H
#define EMB_NET_PYTHON_PY_SHAPE_H

#include "net/python/py_value.h"

/* Argument i by its place, or by its name; NULL: it is not given. */
const emb__py_value *emb__py_given(const emb__py_row *arguments, const emb__py_map *keywords, int i,
                                   const char *name);
/* EMB_OK if it is a tensor, which `function` expects. */
emb_status emb__py_need_tensor(emb__py *py, int line, const emb__py_value *value,
                               const char *function);
/* A step for a layer that is written in the notation. */
emb_status emb__py_apply_plain(emb__py *py, int line, const char *call, const emb__py_value *in,
                               emb__py_value *out);

/* The tensor in another shape: sizes of one image. */
emb_status emb__py_reshape(emb__py *py, int line, const emb__py_value *tensor,
                           const emb__shape *shape, emb__py_value *out);
/* x.view(x.size(0), -1), x.reshape(-1, 32, 4, 4): the first is the batch. */
emb_status emb__py_view(emb__py *py, int line, const emb__py_value *tensor,
                        const emb__py_row *sizes, emb__py_value *out);
/* squeeze or, if `add`, unsqueeze. */
emb_status emb__py_squeeze(emb__py *py, int line, const emb__py_value *tensor,
                           const emb__py_value *dim, bool add, emb__py_value *out);
/* x.size(), x.shape: the batch and an image's sizes. */
emb_status emb__py_sizes(emb__py *py, const emb__py_value *tensor, emb__py_value *out);
/* A dimension as PyTorch counts them, 0 being the batch, as one of an image, from 0. `behind`: one
 * behind the last counts. False if there is none. */
bool emb__py_image_dim(const emb__shape *shape, int64_t dim, bool behind, int *out);

/* Whether a step has the image's numbers, in whatever shape. */
bool emb__py_is_image(const emb__py *py, int step);
/* What was done in place: whoever reads the tensor, or what it is a view of, reads `by` from here
 * on. Other values are left alone. */
emb_status emb__py_overwrite(emb__py *py, int line, const emb__py_value *tensor,
                             const emb__py_value *by);

/* The tensors' sum (two of them), or side by side. */
emb_status emb__py_join(emb__py *py, int line, bool sum, const emb__py_value *tensors, int count,
                        emb__py_value *out);
/* torch.cat */
emb_status emb__py_cat(emb__py *py, int line, const emb__py_row *arguments,
                       const emb__py_map *keywords, emb__py_value *out);

/* x.mean((2, 3)): over the rows and columns of an image. */
emb_status emb__py_mean(emb__py *py, int line, const emb__py_row *arguments,
                        const emb__py_map *keywords, emb__py_value *out);

/* F.pad */
emb_status emb__py_pad(emb__py *py, int line, const emb__py_row *arguments,
                       const emb__py_map *keywords, emb__py_value *out);

#endif
