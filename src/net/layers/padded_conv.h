/* Conv2d's passes: those of conv.h or, with a padding_mode other than 'zeros', those around an
 * image that is padded in scratch. */
#ifndef EMB_NET_LAYERS_PADDED_CONV_H
#define EMB_NET_LAYERS_PADDED_CONV_H

#include "net/layers/conv.h"
#include "net/layers/pad.h"

/* How a Conv2d pads: EMB__PAD_ZEROS is the convolution's own. */
emb__pad_mode emb__conv_pad_mode(const emb__layer *layer);
/* The pixels before and after the image, in rows (side 0) or columns. */
void emb__conv_pads(const emb__layer *layer, int side, int pads[2]);
/* The shape of the padded image. */
emb__shape emb__conv_padded(const emb__layer *layer);

/* emb__conv_compile for an image that is padded otherwise: `shape` has the padding. */
emb_status emb__padded_conv_compile(emb__layer *layer, emb__conv_shape *shape);
size_t emb__padded_conv_plan_cost(const emb__layer *layer);
emb_status emb__padded_conv_plan(emb__layer *layer);
emb_status emb__padded_conv_plan_enlarged(emb__layer *layer, const int by[2]);
void emb__padded_conv_clear(emb__layer *layer);
void emb__padded_conv_forward(const emb__layer *layer, const emb__pass *pass);
void emb__padded_conv_backward(const emb__layer *layer, const emb__pass *pass);
void emb__padded_conv_single(const emb__layer *layer, const emb__single *pass);
size_t emb__padded_conv_scratch(const emb__layer *layer);

#endif
