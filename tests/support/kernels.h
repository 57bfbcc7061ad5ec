/* Kernels held against their definition, bit for bit. */
#ifndef EMB_TESTS_KERNELS_H
#define EMB_TESTS_KERNELS_H

#include <stddef.h>

#include "base/memory.h"
#include "kernels/kernels.h"

/* The definition, of a block's lanes or of half a block's, and how many lanes those are. */
extern const emb__kernels *test_reference;
extern size_t test_lanes;

/* cmocka's fixture for a group: finds the definition. */
int kernels_set_up(void **state);

/* Calls `test` for each instruction set, with a block's lanes and with half a block's. */
void each_isa(void (*test)(const emb__kernels *k));

/* Numbers of many sizes and both signs, a few zeros of both signs among them. */
float draw(void);
float *filled(size_t count);
float *copied(const float *from, size_t count);

void expect_same(const char *isa, const char *what, size_t row, const float *got,
                 const float *expected, size_t count);

#endif
