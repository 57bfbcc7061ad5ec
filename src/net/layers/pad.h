/* Padding and cropping: shared by the padding layers and Conv2d's padding_mode. */
#ifndef EMB_NET_LAYERS_PAD_H
#define EMB_NET_LAYERS_PAD_H

#include "net/layer.h"

/* What stands around the image. In the order of Conv2d's words for padding_mode. */
typedef enum emb__pad_mode {
    EMB__PAD_ZEROS,
    EMB__PAD_REFLECT,   /* the pixels behind its edge, which is not repeated */
    EMB__PAD_REPLICATE, /* its edge */
    EMB__PAD_CIRCULAR   /* its other end */
} emb__pad_mode;

/* Conv2d's words for these. */
extern const char *const emb__pad_words[];

/* *size = the side of an image of `in` pixels with `before` and `after` more, or fewer, at its
 * ends; what PyTorch refuses is refused. */
emb_status emb__pad_size(emb__pad_mode mode, int in, int before, int after, int *size);

/* The line of such a padding. */
emb_status emb__pad_line(emb__line *line, emb__pad_mode mode, int in, int before, int after);

#endif
