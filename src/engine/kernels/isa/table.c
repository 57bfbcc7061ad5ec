/* One instruction set's row of kernels. */
#include "engine/kernels/isa.h"
#include "engine/kernels/vec.h"

EMB_DECLARE_KERNELS(EMB_NAME)

#define EMB_TEXT_(a) #a
#define EMB_TEXT(a)  EMB_TEXT_(a)

const emb__kernels EMB_NAME(kernels) = EMB_KERNEL_TABLE(EMB_TEXT(EMB_ISA), EMB_NAME);
