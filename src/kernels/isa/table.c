/* One instruction set's row of kernels. */
#include "kernels/isa.h"
#include "kernels/vec.h"

EMB_DECLARE_KERNELS(EMB_NAME)

#define EMB_TEXT_(a) #a
#define EMB_TEXT(a)  EMB_TEXT_(a)

#define EMB_16(name) EMB_NAME_OF(name, 16)

#if LANES == 16
extern const emb__kernels EMB_NAME_OF(kernels, 8);
#define EMB_HALF &EMB_NAME_OF(kernels, 8)
#else
void EMB_16(single_gather)(const emb__gather *, const float *, const float *, const float *,
                           float *, float *);
void EMB_16(single_dense)(const float *, int, const float *, const float *, float *, int);
void EMB_16(single_norm)(const float *, size_t, size_t, const float *, const emb__norm_affine *,
                         float *);
void EMB_16(single_resample)(const emb__resample *, int, const float *, float *, float *);
void EMB_16(single_max_pool)(const emb__pool *, int, const float *, float *);
void EMB_16(single_nearest)(const float *, size_t, const float *, int, int, float *);
#define EMB_HALF NULL
#endif

const emb__kernels EMB_NAME(kernels) = EMB_KERNEL_TABLE(EMB_TEXT(EMB_ISA), LANES, EMB_HALF,
                                                        EMB_NAME, EMB_16);
