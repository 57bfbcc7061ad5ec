/* ONNX's operators as layers. */
#ifndef EMB_MODEL_ONNX_NODES_H
#define EMB_MODEL_ONNX_NODES_H

#include "model/onnx/onnx_walk.h"

/* Add, Sub, Mul, Div, Neg and BatchNormalization of the head (onnx_arithmetic.c). */
emb_status emb__onnx_arithmetic(emb__onnx_chain *chain);
emb_status emb__onnx_normalize(emb__onnx_chain *chain);

/* Gemm and MatMul (onnx_linear.c), and a layer's bias from input i, times `scale`. */
emb_status emb__onnx_gemm(emb__onnx_chain *chain);
emb_status emb__onnx_matmul(emb__onnx_chain *chain);
emb_status emb__onnx_take_bias(emb__onnx_chain *chain, emb__onnx_layer *layer, size_t i,
                               float scale);
/* Conv and ConvTranspose (onnx_conv.c). */
emb_status emb__onnx_conv(emb__onnx_chain *chain, bool transposed);

/* InstanceNormalization, GroupNormalization, LayerNormalization (onnx_norm.c). */
emb_status emb__onnx_instance_norm(emb__onnx_chain *chain);
emb_status emb__onnx_group_norm(emb__onnx_chain *chain);
emb_status emb__onnx_layer_norm(emb__onnx_chain *chain);
/* Adds BatchNorm1d or BatchNorm2d with its scale, bias, mean and variance, which are taken over. */
emb_status emb__onnx_batch_norm(emb__onnx_chain *chain, float *parts[4]);
/* Whether a Reshape to [batch, ...shape] only groups the channels for an InstanceNormalization; the
 * head then stays as it is. */
bool emb__onnx_groups(emb__onnx_chain *chain, int count, const int64_t *shape);
/* Whether a Reshape to [batch, ...shape] lays all images side by side, as the channels of one, for
 * a BatchNormalization alone, as PyTorch writes an InstanceNorm2d with running statistics; the head
 * then stays as it is. And whether the node reads such a tensor. */
bool emb__onnx_stacks(emb__onnx_chain *chain, int count, const int64_t *shape);
bool emb__onnx_is_stacked(const emb__onnx_chain *chain);
/* Whether a normalisation's weights are all 1 and its biases 0. */
bool emb__onnx_is_plain(const emb__onnx_layer *layer);

/* Before the first node: finds the operators that are an activation together, in chain->found
 * (onnx_formula.c). `knows` says whether an operator is read by itself. */
emb_status emb__onnx_find_curves(emb__onnx_chain *chain, bool (*knows)(const char *op));
/* After that: finds those that are a LayerNorm together, likewise (onnx_moments.c); and adds one,
 * over the head's last `n` dimensions (onnx_norm.c). */
void emb__onnx_find_norms(emb__onnx_chain *chain);
emb_status emb__onnx_moments(emb__onnx_chain *chain, const emb__onnx_found *found);
emb_status emb__onnx_norm_of(emb__onnx_chain *chain, int n, const emb__onnx_found *found);
/* Whether an operator computes each number by itself, whether a layer does so or not. */
bool emb__onnx_is_curve(const char *op);
/* Makes the head floats without zeros still to come around them, as all operators but some read it.
 */
emb_status emb__onnx_check_head(emb__onnx_chain *chain);
/* Whether an operator is read by itself (onnx_ops.c). */
bool emb__onnx_knows(const char *op);
/* PRelu (onnx_curve.c). */
emb_status emb__onnx_prelu(emb__onnx_chain *chain);

/* A layer that works on each number (onnx_curve.c). */
emb_status emb__onnx_pointwise(emb__onnx_chain *chain, const emb__layer_kind *kind);
/* The activation that has this name in ONNX; NULL: there is none. */
const emb__layer_kind *emb__onnx_curve_find(const char *op);
/* Adds a layer of this kind, with its numbers. */
emb_status emb__onnx_curve(emb__onnx_chain *chain, const emb__layer_kind *kind,
                           const float *numbers);
/* The same, with the node's attributes as its numbers. */
emb_status emb__onnx_curve_apply(emb__onnx_chain *chain, const emb__layer_kind *kind);
/* Clip, Max and Min (onnx_limits.c), and one of their limits: an attribute or, in newer versions,
 * an input; *limit stays as it is if there is none. */
emb_status emb__onnx_clip(emb__onnx_chain *chain);
emb_status emb__onnx_limit(emb__onnx_chain *chain, const char *name, size_t i, float *limit);
/* The limits of the head's numbers, if the layer that makes them has limits. */
void emb__onnx_known_limits(const emb__onnx_chain *chain, float *low, float *high);
/* Whether the node's attribute of that name is this word. */
bool emb__onnx_says(const emb__onnx_chain *chain, const char *name, const char *word);
/* Makes the node's input an image, of one row if it has one dimension besides channels, ready for a
 * layer. */
emb_status emb__onnx_need_pixels(emb__onnx_chain *chain);
/* Adds one of the padding layers: left, right, above, below. */
emb_status emb__onnx_pad_layer(emb__onnx_chain *chain, const emb__layer_kind *kind,
                               const int64_t pads[4]);
/* MaxPool and AveragePool; GlobalMaxPool and GlobalAveragePool; ReduceMean and ReduceMax over all
 * pixels (onnx_pool.c). */
emb_status emb__onnx_pool(emb__onnx_chain *chain);
emb_status emb__onnx_pool_global(emb__onnx_chain *chain);
emb_status emb__onnx_reduce(emb__onnx_chain *chain);
/* Resize and Upsample (onnx_resize.c). */
emb_status emb__onnx_resize(emb__onnx_chain *chain);
/* DepthToSpace and SpaceToDepth (onnx_shuffle.c). */
emb_status emb__onnx_shuffle(emb__onnx_chain *chain);
/* Looks at the head as more than three dimensions, as the node says; and the nodes after it, up to
 * the one that ends it. */
emb_status emb__onnx_split(emb__onnx_chain *chain);
emb_status emb__onnx_split_step(emb__onnx_chain *chain);
/* Zeros that a Pad has put around the head, as a layer. */
emb_status emb__onnx_pad_flush(emb__onnx_chain *chain);
/* These, and rows and columns that wait. */
emb_status emb__onnx_flush(emb__onnx_chain *chain);

#endif
