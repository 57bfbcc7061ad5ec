/* embudo/net.h: a network: opened by its notation, its name or its file; its shapes, layers and
 * weights.
 *
 *     emb_net *net = emb_net_open("notebook", NULL);
 *     puts(emb_net_notation(net));
 *     emb_net_free(net);
 *
 * What it makes of images is in embudo/use.h, its training in embudo/train.h, saving and exporting
 * in embudo/model.h. */
#ifndef EMBUDO_NET_H
#define EMBUDO_NET_H

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A network whose shapes are all known, with its weights. Its parts decide what it is:
 *   - encoder, decoder: an autoencoder, which gives back its input's shape and is trained on the
 *     mean squared error;
 *   - classifier: a classifier, which gives K logits, one for each class (2 to EMB_MAX_CLASSES),
 *     and is trained on CrossEntropyLoss, for which the images need labels below K;
 *   - encoder, classifier: a classifier of the encoder's codes;
 *   - encoder or decoder alone: a part of an autoencoder, which computes and cannot be trained. */
typedef struct emb_net emb_net;

typedef struct emb_net_options {
    int latent;  /* overrides the notation's `latent`; 1..EMB_MAX_SIZE; 0 leaves it as it is */
    int classes; /* overrides the notation's `classes`, if it has a line of that name; 0: leaves it
                  */
    /* Of a file that has a class (.py, .ipynb): */
    const char *class_name; /* which one, if it has several; NULL: the file decides */
    const char *set;        /* arguments of the class and constants of the file: "hidden=64,
                               depth=2"; NULL: none */
    int input[3];           /* {channels, height, width} of the images; a row of n numbers is
                               {n, 1, 1} */
} emb_net_options;

/* Opens a network. `name` is a model file (.safetensors: notation and weights), a notation file
 * (.net: weights are zero until emb_net_init or emb_run_new), a Python file or a notebook (.py,
 * .ipynb) with a class that is an nn.Module, whose text is followed and not run, an ONNX model, as
 * emb_net_import takes it, or the name of a network that is compiled in ("notebook"). A file is
 * recognised by its bytes rather than by its name. Every shape is checked before anything is
 * allocated. NULL on failure. */
EMB_API emb_net *emb_net_open(const char *name, const emb_net_options *options);

/* The same from a text in memory; `name` stands for it in error texts. */
EMB_API emb_net *emb_net_parse(const char *text, const char *name, const emb_net_options *options);
EMB_API void emb_net_free(emb_net *net);

/* Draws the weights as PyTorch does after torch.manual_seed(seed). */
EMB_API emb_status emb_net_init(emb_net *net, uint64_t seed);

/* A new network that classifies images: an autoencoder's encoder, and after it a classifier whose
 * input has as many numbers as a code, with the weights of both. NULL if they do not fit. */
EMB_API emb_net *emb_net_attach(const emb_net *autoencoder, const emb_net *classifier);

/* Copies each tensor of `source`, buffers too, of which `net` has one with the same name and shape.
 * Returns how many these are. */
EMB_UNSETTLED size_t emb_net_take(emb_net *net, const emb_net *source);

/* What a file with a class says of training beside it; 0, false and "" where it says nothing. */
typedef struct emb_written {
    int batch_size, epochs;
    double learning_rate, weight_decay, momentum, val_split;
    bool has_seed;
    uint64_t seed;
    bool shuffle;       /* the images that are trained on are shuffled in each epoch */
    char optimiser[16]; /* as --optimiser has it: "adam"; "lbfgs" is one that embudo has not */
    char loss[24];      /* as --loss has it: "bce"; "KLDivLoss" is one that embudo has not */
    char schedule[24];  /* "step"; or the file's own word for another, "OneCycleLR" */
    int step_size;      /* of step, as gamma */
    double gamma, beta1, beta2, epsilon, clip_norm;
    bool amsgrad;
    bool loss_sums; /* the file's loss is a sum, where embudo's is a mean */
} emb_written;

/* False, and *written empty, if the network is of no such file, or the file says nothing. */
EMB_UNSETTLED bool emb_net_written(const emb_net *net, emb_written *written);

/* ---- what it is ------------------------------------------------------------------------------ */

/* What a reader should know about how the file was read: that names of tensors had a prefix, that
 * an input's channels were last, and so on. One line each, without a newline after the last; "" if
 * there is nothing to say. Borrowed from the net. */
EMB_API const char *emb_net_notes(const emb_net *net);

/* The notation, printed: it parses back to the same network. Borrowed from the net. */
EMB_API const char *emb_net_notation(const emb_net *net);
/* shape = {channels, height, width} of an input image; a flat input of n numbers is {n, 1, 1}. */
EMB_API void emb_net_input_shape(const emb_net *net, int shape[3]);
/* The same of what the last layer gives. */
EMB_API void emb_net_output_shape(const emb_net *net, int shape[3]);

/* The limits of the last layer's numbers: 0 and 1 for Sigmoid, -1 and 1 for Tanh, also behind
 * pooling, Upsample and the like, which keep them; infinite if there is no limit. */
EMB_API void emb_net_output_range(const emb_net *net, double *low, double *high);

/* Numbers in a code, L: those that an encoder gives, or a decoder alone takes; 0 for a classifier
 * of images. */
EMB_API int emb_net_latent(const emb_net *net);
/* Logits of a classifier, K; 0 for an autoencoder. */
EMB_API int emb_net_classes(const emb_net *net);
/* Whether it has a part of that name: "encoder", "decoder", "classifier", which takes images, or
 * "head", which is a classifier without the encoder before it, and takes codes. */
EMB_API bool emb_net_has_part(const emb_net *net, const char *part);

/* ---- layers and weights ---------------------------------------------------------------------- */

enum { EMB_LAYER_RANK = 5 };

/* What a layer does to numbers. */
typedef enum emb_layer_family {
    EMB_LAYER_ACTIVATION,  /* one thing to each by itself */
    EMB_LAYER_CONVOLUTION, /* Conv2d */
    EMB_LAYER_TRANSPOSED,  /* ConvTranspose2d */
    EMB_LAYER_LINEAR,      /* Linear */
    EMB_LAYER_NOISE,       /* draws while it trains: Dropout */
    EMB_LAYER_JOIN,        /* puts several inputs together */
    EMB_LAYER_RESHAPE,     /* nothing: the same numbers, perhaps in another shape */
    EMB_LAYER_NORM,        /* brings some together to mean 0 and variance 1 */
    EMB_LAYER_SPATIAL,   /* pooling, enlarging, padding: new pixels of old ones, without weights */
    EMB_LAYER_BOTTLENECK /* what makes an autoencoder one of a kind: Variational */
} emb_layer_family;

/* One line of `embudo info`. Strings are borrowed from the net. */
typedef struct emb_layer_info {
    const char *part;                /* "encoder" */
    int index;                       /* within the part, as in "encoder.7", of the layer or of
                                        the outermost container that it is in */
    const char *path;                /* within the part: "7", or "7.body.0" in a container */
    const char *layer;               /* "Conv2d(1, 8, 3, stride=2, padding=1)" */
    int rank, shape[EMB_LAYER_RANK]; /* of the output for one image: rank 1 or 3; others only
                                        between Flatten and Unflatten */
    size_t parameters;               /* numbers that are trained */
    size_t multiply_adds; /* of a forward pass of one image, taps over the padding included */
    const char *kind;     /* "Conv2d" */
    /* Rows and columns, for Conv2d and ConvTranspose2d; 0 for other layers. */
    int kernel[2], stride[2], padding[2], dilation[2]; /* padding: above and to the left */
    int output_padding[2];                             /* of ConvTranspose2d */
    emb_layer_family family;
} emb_layer_info;

EMB_UNSETTLED size_t emb_net_layer_count(const emb_net *net);
EMB_UNSETTLED void emb_net_layer(const emb_net *net, size_t i, emb_layer_info *info);

/* The name of the network number `i` that is compiled in, from 0 on, in alphabetical order; NULL
 * behind the last. */
EMB_UNSETTLED const char *emb_net_builtin(size_t i);
/* How the notation calls its kind of layers number `i`, with all arguments and their defaults:
 * "Linear(in_features, out_features, bias=True)". To be freed with free(); NULL behind the last. */
EMB_UNSETTLED char *emb_net_layer_usage(size_t i);

/* One trained tensor, or a buffer, such as a running mean. `values` is borrowed from the net and
 * changes as it trains. */
typedef struct emb_tensor_info {
    const char *name;   /* "encoder.0.weight" */
    int rank, shape[4]; /* a counter has rank 0 */
    size_t count;
    const float *values; /* C order, PyTorch's layout */
    bool is_buffer;      /* not trained */
    bool is_counter;     /* a buffer of one whole number, a 64-bit integer in files */
} emb_tensor_info;

EMB_API size_t emb_net_tensor_count(const emb_net *net);
/* How many tensors a state dict has: those, and behind them the further names that a class gives
 * some of them, such as a module that stands in it twice. emb_net_tensor knows these, too. */
EMB_UNSETTLED size_t emb_net_state_count(const emb_net *net);
EMB_API void emb_net_tensor(const emb_net *net, size_t i, emb_tensor_info *info);

/* EMB_OK if every weight is finite; else EMB_ERR_DIVERGED, and the text names the tensor. */
EMB_API emb_status emb_net_check(const emb_net *net);

/* ---- kinds of autoencoder -------------------------------------------------------------------- */

/* A number that is told of a kind of autoencoder, a mean over images. Of a variational one: "elbo",
 * the evidence's lower bound in nats an image, and what it is below 0 by, "reconstruction" and
 * "kl". Of a vector-quantised one: "reconstruction" and "commitment", the loss's two parts, and of
 * all images together the "perplexity" with which the codebook is used, and how many of its entries
 * are "unused". */
typedef struct emb_measure {
    const char *name; /* lasts as long as the network */
    double value;
    double validation; /* of a training; NaN without a validation set */
} emb_measure;

/* How many labels a conditional network knows, from 0 on: those of its Condition layers; 0: it is
 * not conditional. Images of a data set come with theirs. */
EMB_UNSETTLED int emb_net_conditions(const emb_net *net);
/* The labels of images and codes that come as numbers (emb_net_decode and so on), until the next
 * call: row i has labels[i % count]. 0: none; a layer that reads labels is then refused. */
EMB_UNSETTLED emb_status emb_net_set_labels(emb_net *net, const int *labels, size_t count);

/* Whether there is anything that is told of it, but for its error. */
EMB_UNSETTLED bool emb_net_has_measures(const emb_net *net);

/* Of a vector-quantised one: entries of its codebook, and places of a code, each of which has one
 * of them; 0 for any other network. */
EMB_UNSETTLED int emb_net_entries(const emb_net *net);
EMB_UNSETTLED int emb_net_places(const emb_net *net);
/* indices[n][places] = which entry stands at each place of codes[n][L], row by row: the nearest.
 * And back. EMB_ERR_ARGUMENT for a network without a codebook, and for an index past its end. */
EMB_UNSETTLED emb_status emb_net_to_indices(const emb_net *net, const float *codes, size_t n,
                                            uint32_t *indices);
EMB_UNSETTLED emb_status emb_net_from_indices(const emb_net *net, const uint32_t *indices, size_t n,
                                              float *codes);

/* ---- what fits ------------------------------------------------------------------------------- */

/* A network that is tried with an input, whether or not the shapes fit: how far an image comes. No
 * room is taken for weights. */
typedef struct emb_trial emb_trial;

/* `text` is a notation, for which `name` stands in error texts. `input` is the {channels, height,
 * width} to try, which a network that takes a row of numbers takes as one; NULL: as it is written.
 * NULL on failure, which shapes that do not fit are not. */
EMB_UNSETTLED emb_trial *emb_trial_new(const char *text, const char *name,
                                       const emb_net_options *options, const int input[3]);
EMB_UNSETTLED void emb_trial_free(emb_trial *trial);

/* What does not fit, as emb_net_parse would say it; NULL: the image comes through. */
EMB_UNSETTLED const char *emb_trial_error(const emb_trial *trial);
/* shape = {channels, height, width} of the input that is tried. */
EMB_UNSETTLED void emb_trial_input_shape(const emb_trial *trial, int shape[3]);
/* The layers that the image comes through; strings are borrowed from the trial. */
EMB_UNSETTLED size_t emb_trial_layer_count(const emb_trial *trial);
EMB_UNSETTLED void emb_trial_layer(const emb_trial *trial, size_t i, emb_layer_info *info);
/* The layer that it does not come through, "encoder.7 Linear(500, 64)"; NULL if it comes through
 * all layers. Borrowed from the trial, as is the notation of the network with the input. */
EMB_UNSETTLED const char *emb_trial_stop(const emb_trial *trial);
EMB_UNSETTLED const char *emb_trial_notation(const emb_trial *trial);

/* A layer that is written in another way. */
typedef struct emb_change {
    const char *part, *path;    /* "decoder", "7" */
    const char *before, *after; /* "Linear(500, 64)" */
} emb_change;

/* Something that would let an image through: layers that are changed together or, if there are
 * none, another input. */
typedef struct emb_remedy {
    int input[3]; /* 0 if layers are changed */
    size_t count;
    const emb_change *changes;
} emb_remedy;

/* Looks for remedies, each of which has been tried when this returns; changes of layers come first,
 * the smallest, and then inputs, the nearest. There may be none. */
EMB_UNSETTLED emb_status emb_trial_seek(emb_trial *trial);
EMB_UNSETTLED size_t emb_trial_remedy_count(const emb_trial *trial);
/* Borrowed from the trial. */
EMB_UNSETTLED const emb_remedy *emb_trial_remedy(const emb_trial *trial, size_t i);

#ifdef __cplusplus
}
#endif

#endif
