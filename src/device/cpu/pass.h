/* Blocks of 16 images through a network's layers, forward and back.
 *
 * Owns: the order of the layers, and where a team's members wait for each other. Does not own: the
 * memory (workspace.h), what a layer does (net/layer.h). */
#ifndef EMB_CPU_PASS_H
#define EMB_CPU_PASS_H

#include "device/cpu/workspace.h"

/* Runs layers [from, to) on a workspace's block. The input of layer `from` must be in place. */
void emb__net_forward(const emb_net *net, const emb__workspace *w, int from, int to);

/* The way back, from the loss's gradient by the output, see emb__net_loss_gradient; `grads` as in
 * emb__pass. For halves, `grads` is the half's own buffer, and the second half's lies param_stride
 * after the first's. */
void emb__net_backward(const emb_net *net, const emb__workspace *w, float *grads, bool add);
/* Where the gradient by the last layer's output belongs. */
float *emb__net_loss_gradient(const emb_net *net, const emb__workspace *w);

/* The same through layers [from, to) alone, from the last to the first. */
void emb__net_backward_part(const emb_net *net, const emb__workspace *w, int from, int to,
                            float *grads, bool add);

/* The arguments of layer i's passes, for what it does besides them (emb__batch_kind). */
emb__pass emb__net_pass(const emb_net *net, const emb__workspace *w, int i);

/* One layer's share of a pass, for `embudo bench`. grads as in emb__pass; the gradient by the
 * layer's output is taken from w->grad[0], the one by its input goes to w->grad[1]. */
typedef enum emb__work { EMB__FORWARD, EMB__INPUT_GRADIENT, EMB__WEIGHT_GRADIENT } emb__work;
void emb__net_run_layer(const emb_net *net, const emb__workspace *w, int i, emb__work work,
                        float *grads);

/* The block of activations that layer i reads, and the one it writes. */
float *emb__net_input(const emb_net *net, const emb__workspace *w, int i);
float *emb__net_output(const emb_net *net, const emb__workspace *w, int i);

#endif
