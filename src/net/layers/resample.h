/* Shared by the layers that make pixels of neighbouring ones by fixed weights: AvgPool2d,
 * AdaptiveAvgPool2d, Upsample, the paddings. Each fills its lines; the passes are the same. */
#ifndef EMB_NET_LAYERS_RESAMPLE_H
#define EMB_NET_LAYERS_RESAMPLE_H

#include "net/layer.h"

/* Fails with "expects an image ..." if layer->in is not one. */
emb_status emb__resample_expect(const emb__layer *layer);

/* Plans the way back, both[1], once both lines of both[0] are filled. */
emb_status emb__resample_turn(emb__resample *both);
void emb__resample_clear(emb__resample *both);

/* The layers' clear and passes. */
void emb__resample_free(emb__layer *layer);
void emb__resample_forward(const emb__layer *layer, const emb__pass *pass);
void emb__resample_backward(const emb__layer *layer, const emb__pass *pass);
void emb__resample_single(const emb__layer *layer, const emb__single *pass);
size_t emb__resample_scratch(const emb__layer *layer);

#endif
