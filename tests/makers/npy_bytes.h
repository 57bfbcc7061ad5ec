/* NPY files of any version, type and shape, right and wrong. */
#ifndef EMB_TESTS_NPY_BYTES_H
#define EMB_TESTS_NPY_BYTES_H

#include "makers/bytes.h"

/* What stands in front, with this text, padded as NumPy does. */
void add_npy_header(buffer *file, int version, const char *text);

/* A file of version 1; `shape` as in "2, 3". */
void put_npy(const char *path, const char *descr, const char *shape, const void *numbers,
             size_t count);

#endif
