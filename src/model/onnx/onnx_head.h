/* The tensor at which the walk stands, the head: how its numbers lie in the layers', and what is
 * still to be done to it; and the constants that it meets. */
#ifndef EMB_MODEL_ONNX_HEAD_H
#define EMB_MODEL_ONNX_HEAD_H

#include "model/onnx/onnx_walk.h"

/* ---- constants (onnx_constant.c) ------------------------------------------------------------- */

/* The constant that is the node's input i; NULL with the text set if that is not a constant. */
const emb__onnx_value *emb__onnx_constant(const emb__onnx_chain *chain, size_t i);
/* Checks that its numbers are there; *count is their number. Nothing is read. */
emb_status emb__onnx_present(const emb__onnx_chain *chain, const emb__onnx_value *value,
                             size_t *count);
/* values[*count] = its numbers, to be freed. */
emb_status emb__onnx_read(const emb__onnx_chain *chain, const emb__onnx_value *value,
                          float **values, size_t *count);
/* Runs a node whose inputs are all constants, some of them floats; *done is false if it is not such
 * a node. */
emb_status emb__onnx_compute_floats(emb__onnx_chain *chain, bool *done);

/* ---- how numbers lie (onnx_lie.c) ------------------------------------------------------------ */

/* The rank that layers have for a tensor of the graph: 1 or 3. */
int emb__onnx_notation_rank(int rank);
/* How many numbers an image of these dimensions has. */
size_t emb__onnx_count(int rank, const int64_t *d);
/* Whether the layers have the head's numbers in the graph's order. */
bool emb__onnx_ordered(const emb__onnx_chain *chain);
/* Where the graph's k-th number of the head lies. */
size_t emb__onnx_where(const emb__onnx_chain *chain, size_t k);
/* Gives the head other dimensions with as many numbers. */
emb_status emb__onnx_look_as(emb__onnx_chain *chain, int rank, const int64_t *d);
/* Makes the node's input a vector, in any order; or an image of these sides, in the graph's
 * order. */
emb_status emb__onnx_need_vector(emb__onnx_chain *chain);
emb_status emb__onnx_need_image(emb__onnx_chain *chain, const int64_t sides[3]);
/* Adds Flatten and Unflatten as layers, whatever the graph's dimensions. */
emb_status emb__onnx_flatten(emb__onnx_chain *chain);
emb_status emb__onnx_unflatten(emb__onnx_chain *chain, const int64_t sides[3]);
emb_status emb__onnx_transpose(emb__onnx_chain *chain);
/* Decides that channels come last in an input, or an Unflatten, that nothing has decided. */
emb_status emb__onnx_channels_last(emb__onnx_chain *chain);
/* Decides the sides of an input, or an output, that nothing has decided. */
emb_status emb__onnx_decide(emb__onnx_chain *chain);

/* ---- scale and shift (onnx_affine.c, onnx_spread.c) ------------------------------------------ */

/* The side of the grid that the head's dimension `at` is; -1 if it is none. */
int emb__onnx_side(const emb__onnx_chain *chain, int at);
/* Brings numbers, one for each of the head, from the graph's order into the layers' order. */
emb_status emb__onnx_into_order(const emb__onnx_chain *chain, float **numbers, size_t count);
/* numbers[*count] = the constant that is the node's input i, to be freed: one number for all, or
 * one for each place of side *dim, or in the layers' order for all. */
emb_status emb__onnx_affine_read(emb__onnx_chain *chain, size_t i, float **numbers, size_t *count,
                                 int *dim);
/* Adds a step to the head's scale and shift, and applies it if the last layer can. The step's
 * numbers, in the grid's order, are taken over on success and on failure. */
emb_status emb__onnx_affine_add(emb__onnx_chain *chain, emb__onnx_affine step);
/* Whether the step goes into the last layer that multiplies. */
bool emb__onnx_affine_follows(const emb__onnx_chain *chain, const emb__onnx_affine *step);
/* Applies the head's scale and shift, with a layer of its own. */
emb_status emb__onnx_affine_flush(emb__onnx_chain *chain);
/* Puts it into the last layer, which has just been made and reads the former head, whose numbers
 * lay in this grid; emb__onnx_affine_fits says whether that is possible. */
emb_status emb__onnx_affine_into(emb__onnx_chain *chain, const int64_t grid[3]);
bool emb__onnx_affine_fits(const emb__onnx_chain *chain, const emb__layer_kind *kind, bool padded);
/* The place in its numbers for the number m of a grid. */
size_t emb__onnx_affine_place(const emb__onnx_affine *affine, const int64_t grid[3], size_t m);
void emb__onnx_affine_clear(emb__onnx_affine *affine);
/* Called before a layer takes over the head's scale and shift: those of the graph's input are
 * noted, and in a walk that folds they become preprocessing (onnx_entry.c). */
void emb__onnx_enter(emb__onnx_chain *chain);
/* Whether a second walk, which folds, is right: the chain was walked once. `reconstructs`: its
 * output is compared with its input. */
bool emb__onnx_should_fold(const emb__onnx_chain *chain, bool reconstructs);
/* Adds notes on what became of it. */
void emb__onnx_say_entry(emb__onnx_chain *chain, bool reconstructs);
/* Looks at the head, whose scale and shift are still to be applied, at the graph's end
 * (onnx_ends.c). */
void emb__onnx_leave(emb__onnx_chain *chain);
/* Whether the node's output is what the graph gives, at most cast or reshaped. */
bool emb__onnx_is_final(const emb__onnx_chain *chain);
/* Softmax and LogSoftmax: a classifier's last one is left out. */
emb_status emb__onnx_softmax(emb__onnx_chain *chain);
/* Spreads it to a number for each number of the head, in the grid's order. */
emb_status emb__onnx_affine_widen(emb__onnx_chain *chain);
/* Spreads the affine's numbers to `count` of them, one for each place of `dim`. */
emb_status emb__onnx_affine_spread(emb__onnx_chain *chain, emb__onnx_affine *affine, int dim,
                                   size_t count);

/* ---- rows and columns (onnx_lines.c) --------------------------------------------------------- */

/* The side of the grid, 0 for channels, that each dimension of the head is. `outer`: pixels are
 * along the first, so that channels come last if nothing has decided that. */
emb_status emb__onnx_find_sides(emb__onnx_chain *chain, bool outer, int side[3]);
/* Makes the head's dimension `at` of the line, which is taken over on success and on failure. */
emb_status emb__onnx_lines_add(emb__onnx_chain *chain, int at, emb__line *line);
/* The same of so many places. */
emb_status emb__onnx_lines_copy(emb__onnx_chain *chain, int at, int64_t count, const int64_t *from);
/* Adds the layer that does what waits. */
emb_status emb__onnx_lines_flush(emb__onnx_chain *chain);
/* Whether what waits, or the last layer, puts pixels of the other end around the image, as many at
 * both ends; then the head is the image without them. */
bool emb__onnx_lines_wrap(emb__onnx_chain *chain, int64_t padding[2]);
/* Whether what waits lays out the windows of an AdaptiveMaxPool2d, each of so many places; then the
 * head is the image before that. */
bool emb__onnx_lines_adapt(emb__onnx_chain *chain, const int64_t kernel[2]);
void emb__onnx_lines_clear(emb__onnx_lines *lines);
/* Pad; Gather and Slice that take all that there is (onnx_edges.c). */
emb_status emb__onnx_pad(emb__onnx_chain *chain);
emb_status emb__onnx_take(emb__onnx_chain *chain);
/* Whether something is known about an operator that is refused (onnx_advice.c). */
bool emb__onnx_advises(const char *op);
/* Fails with that. */
emb_status emb__onnx_refuse(const emb__onnx_chain *chain);

/* Runs the node on the chain's head (onnx_ops.c). */
emb_status emb__onnx_apply(emb__onnx_chain *chain);
/* Runs a node that computes only with whole numbers or constants (onnx_shape.c). *done is false if
 * it is not such a node. */
emb_status emb__onnx_compute(emb__onnx_chain *chain, bool *done);

#endif
