/* Random numbers in forward that are more than randn: a distribution whose rsample() draws a code,
 * and noise, which a training adds and a network does not.
 *
 * Owns: distributions, and what is said of random numbers that are not a code's. Does not own: the
 * way from normal numbers to a code (py_sample.h). */
#ifndef EMB_NET_PYTHON_PY_RANDOM_H
#define EMB_NET_PYTHON_PY_RANDOM_H

#include "net/python/py_value.h"

/* A function or method of that name; *found: it is one of these. `arguments` may be unknown. */
emb_status emb__py_random_call(emb__py *py, int line, const char *name,
                               const emb__py_row *arguments, const emb__py_map *keywords,
                               emb__py_value *out, bool *found);
/* q.loc, q.scale of a distribution; *found: it is one of these. */
emb_status emb__py_random_attribute(emb__py *py, const emb__py_value *of, const char *name,
                                    emb__py_value *out, bool *found);
/* Whether a path of torch makes such a value without a tensor among its arguments, in forward or
 * where the class is made. */
bool emb__py_random_path(const char *path, bool in_forward);

#endif
