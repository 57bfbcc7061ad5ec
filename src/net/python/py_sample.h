/* What a variational class does to draw its code: mu + torch.randn_like(std) * torch.exp(logvar /
 * 2) becomes a Variational layer.
 *
 * Owns: which of these a value is on the way there. Other arithmetic with tensors gives an unknown
 * value, which is told only if the result depends on it. */
#ifndef EMB_NET_PYTHON_PY_SAMPLE_H
#define EMB_NET_PYTHON_PY_SAMPLE_H

#include "net/python/py_value.h"

/* a sign b, one of which is a tensor, or on its way to a drawn code. */
emb_status emb__py_sample_binary(emb__py *py, int line, int sign, const emb__py_value *a,
                                 const emb__py_value *b, emb__py_value *out);
/* A value on the way to a drawn code. */
emb_status emb__py_drawn_value(emb__py *py, int line, const emb__py_drawn *is, emb__py_value *out);
/* A tensor, half of one, or a multiple of these, as the latter; false if it is none. */
bool emb__py_as_scaled(const emb__py *py, const emb__py_value *value, emb__py_drawn *is);
/* The drawn code: a Variational layer on the means and the logarithms of the variances. */
emb_status emb__py_sample_code(emb__py *py, int line, const emb__py_drawn *mean,
                               const emb__py_drawn *spread, emb__py_value *out);
/* A function, or the method of its first argument; *found: it is one of these. */
emb_status emb__py_sample_call(emb__py *py, int line, const char *name,
                               const emb__py_row *arguments, const emb__py_map *keywords,
                               emb__py_value *out, bool *found);
/* Its sizes, which may make random numbers of the same shape and nothing else. */
emb_status emb__py_sample_sizes(emb__py *py, const emb__py_value *of, emb__py_value *out);
/* x[:, :8], x[:, 0]: one of two halves of a tensor. */
emb_status emb__py_sample_item(emb__py *py, int line, const emb__py_value *tensor,
                               const emb__py_value *index, emb__py_value *out, bool *found);

#endif
