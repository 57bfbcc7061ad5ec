/* A compiled network: its shapes are known, its parameters are in one arena, its activations are
 * planned.
 *
 * Owns: the parameters' names, places and values. Does not own: running it (device/), files,
 * notation text (net/notation/notation.h), training state (train/). */
#ifndef EMB_NET_NET_H
#define EMB_NET_NET_H

#include "base/pairs.h"
#include "base/random.h"
#include "net/layer.h"
#include "net/spec.h"

/* A parameter with its state_dict name. */
enum { EMB__TENSOR_NAME = 288 };

typedef struct emb__tensor {
    char name[EMB__TENSOR_NAME];
    const emb__param *param;
} emb__tensor;

/* What a network was trained on; emb_preprocessing follows from it. */
typedef struct emb__origin {
    bool floats;         /* floats, unchanged, low..high; else bytes divided by 255 */
    double low, high;    /* of floats */
    bool has_pixels;     /* for floats: it is known which of them are black and white */
    double black, white; /* then */
    int fit;             /* of a folder of pictures: emb_picture_fit; 0: of something else */
    int background;      /* then: EMB_BACKGROUND */
    bool like_mnist;     /* of bytes of something else: they lie in their squares as MNIST's do */
} emb__origin;

struct emb_net {
    emb__spec spec;
    const emb__kernels *kernels;
    int layer_count;
    emb__layer *layers;
    int unused_count;   /* layers that are not run: only their tensors are kept */
    emb__layer *unused; /* behind `layers` in one block */
    emb__shape input;
    int encoder_end;  /* layers [0, encoder_end) are the encoder; 0: there is none */
    int conditions;   /* labels that a layer reads, from 0 on; 0: none does */
    size_t labels_at; /* then: their place in a block's workspace */
    int *row_labels;  /* of rows that come as numbers: row i has number i % row_label_count */
    size_t row_label_count;
    int bottleneck;      /* of an autoencoder: the layer that adds to its loss; -1: none */
    bool classifies;     /* the layers after these are a classifier, else a decoder */
    bool shares;         /* two layers have one set of weights */
    bool is_part;        /* an encoder or a decoder alone: nothing that can be trained */
    size_t param_count;  /* numbers that are trained */
    size_t param_stride; /* the same rounded up to 16: room of one gradient buffer */
    size_t buffer_count; /* numbers that are not: they follow, at param_stride */
    size_t number_count; /* all, the room between included: of params, and of a copy of it */
    float *params;
    int tensor_count;
    int alias_count;      /* further names of some of the tensors: a module that stands twice */
    emb__tensor *tensors; /* the aliases are behind those that each have one parameter */
    size_t activation_vectors, scratch_vectors; /* of a workspace */
    size_t stats_count;                         /* floats: all layers' pass->stats */
    size_t mask_count;                          /* words: a block's masks of all layers */
    size_t batch_sums;        /* doubles: the most that a layer sums for half a block */
    size_t row_count;         /* floats: the longest row that an image leaves */
    size_t grad_vectors;      /* of one of its gradient buffers */
    int gradient_count;       /* of these, at least 2 */
    size_t lasting_vectors;   /* of one that lasts, see emb__gradient_plan */
    int lasting_count;        /* of these */
    unsigned version;         /* of params: goes up whenever they change */
    unsigned stepped_version; /* the version that the last training step made */
    /* What the device that runs the net keeps with it, and what frees that; NULL until it runs. */
    void *device;
    void (*device_free)(void *device);
    emb__origin origin; /* what it was trained on; 0 if it never was */
    /* Its description; describe.c sets it. */
    char *notation;      /* printed */
    char **layer_texts;  /* each layer printed */
    char *notes;         /* on how it was read, or NULL */
    emb__pairs metadata; /* of the file that it was read from */
    emb_written written; /* of a file with a class: what it says of training */
};

/* Layer i of those that run and, behind them, those that do not. */
static inline emb__layer *emb__net_any_layer(const emb_net *net, int i) {
    return i < net->layer_count ? &net->layers[i] : &net->unused[i - net->layer_count];
}

/* How many entries the codebook of its bottleneck has; 0: it has none. */
static inline int emb__net_entries(const emb_net *net) {
    const emb__layer *layer = net->bottleneck < 0 ? NULL : &net->layers[net->bottleneck];
    const emb__bottleneck *b = layer ? layer->kind->bottleneck : NULL;
    return b && b->entries ? b->entries(layer) : 0;
}

/* The tensor of a state_dict name, one of its aliases included, or NULL. */
const emb__tensor *emb__net_tensor_find(const emb_net *net, const char *name);

/* EMB_OK if the net has the part; else the text says that it has not. */
emb_status emb__net_needs(const emb_net *net, const char *part);
/* The layers [*from, *to) of a part, as emb_net_has_part names it; NULL: all of them. */
emb_status emb__net_part(const emb_net *net, const char *part, int *from, int *to);
/* The same for a net with both an encoder and a decoder. */
emb_status emb__net_reconstructs(const emb_net *net);
/* ... and for one that has a loss: neither an encoder nor a decoder alone. */
emb_status emb__net_has_loss(const emb_net *net);

/* The label of a row that comes as numbers; -1: it has none. */
int emb__net_row_label(const emb_net *net, size_t row);
/* Whether any of the layers [from, to) reads labels; and EMB_OK unless one does and rows have none.
 */
bool emb__net_reads_labels(const emb_net *net, int from, int to);
emb_status emb__net_needs_labels(const emb_net *net, int from, int to);

/* Says that params have changed, so that what was made of them is made again. */
void emb__net_changed(emb_net *net);

/* Draws every weight, in the order in which PyTorch builds the modules. */
void emb__net_draw(emb_net *net, emb__random *random);
/* Moves the stream to where emb__net_draw leaves it; no weight changes. */
void emb__net_skip_draw(const emb_net *net, emb__random *random);

#endif
