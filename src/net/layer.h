/* A kind of layer: one row of a table and one file in layers/.
 *
 * A row says how the layer is written (its arguments), what shape it makes, which tensors it trains
 * and how it runs forward and back on one block of images. */
#ifndef EMB_NET_LAYER_H
#define EMB_NET_LAYER_H

#include <float.h>
#include <math.h>
#include <stddef.h>

#include "base/random.h"
#include "base/threads.h"
#include "kernels/kernels.h"
#include "net/spec.h"

typedef enum emb__arg_type {
    EMB__INT,     /* Linear's out_features */
    EMB__PAIR,    /* kernel_size: an int, or a tuple of two (height, width) */
    EMB__PADDING, /* a pair, or 'valid' or 'same' */
    EMB__BOOL,    /* bias: True or False */
    EMB__OPEN,  /* a pair, of which either may be None, kept as 0: an adaptive pool's output_size */
    EMB__QUAD,  /* an int, or a tuple of four: left, right, top, bottom */
    EMB__SIZES, /* Unflatten's unflattened_size: a tuple */
    EMB__DIMS,  /* LayerNorm's normalized_shape: a tuple, or a number for a tuple of one */
    EMB__REAL,  /* a number, whole or not: a slope */
    EMB__REALS, /* such a number, or a tuple of two: a scale_factor */
    EMB__WORD   /* one of some words: a mode */
} emb__arg_type;

/* One argument as PyTorch names it. The rows of a kind's arguments end with a NULL name. Examples:
 *
 *     {"in_channels", EMB__INT, .required = true, .least = 1, .most = EMB__MAX_SIZE},
 *     {"stride", EMB__PAIR, .least = 1, .most = EMB__MAX_SIZE, .value = 1},
 *     {"bias", EMB__BOOL, .value = true},
 *     {"negative_slope", EMB__REAL, .real = {EMB__ANY_REAL, .value = 0.01}},
 *     {"approximate", EMB__WORD, .words = (const char *const[]){"none", "tanh", NULL}},
 *
 *     {"stride", EMB__PAIR, .may_be_none = true, .is_none = true, .least = 1, .most =
 * EMB__MAX_SIZE},
 *
 * A layer reads spec->args[i].v[0], or spec->args[i].real, unless spec->args[i].is_none. No default
 * depends on another argument: Conv2d's stride defaults to 1. */
typedef struct emb__arg_kind {
    const char *name;
    emb__arg_type type;
    bool required;
    bool may_be_none, is_none; /* None is allowed; it is the default */
    int least, most;           /* range of each whole number, both ends allowed */
    int value;        /* the default if not required; for a pair, both; for a word, its place */
    bool one_is_both; /* of a pair that is required: (2,) is (2, 2), as for a pool's window */
    struct {
        double least, most, value;
    } real;
    const char *const *words; /* ends with NULL */
} emb__arg_kind;

/* The range of a real number that may be any that a float holds. */
#define EMB__ANY_REAL .least = -FLT_MAX, .most = FLT_MAX
/* The same of a limit, which may be infinite: float('inf'). */
#define EMB__ANY_LIMIT .least = -INFINITY, .most = INFINITY

/* The value of an argument that is not required and not given. */
emb__arg emb__arg_default(const emb__arg_kind *kind);

/* The shape of one image (or code) between two layers. Layers that compute take rank 1 or 3; others
 * may stand between Flatten and Unflatten. */
typedef struct emb__shape {
    int rank, d[EMB__MAX_DIMS];
} emb__shape;

/* Product of the dimensions: at most EMB__MAX_ELEMENTS once compiled. */
size_t emb__shape_count(const emb__shape *shape);
/* Writes "32x4x4" into `text`, which is returned. */
enum { EMB__SHAPE_TEXT = 40 };
const char *emb__shape_print(const emb__shape *shape, char text[EMB__SHAPE_TEXT]);

/* A member's share of a block of this shape: some rows of all channels, or all rows of some
 * channels, whichever makes the shares more equal. A layer makes this share of its output; a layer
 * that then works on it in place has the same share, and need not wait for the other members. */
emb__share emb__shape_share(const emb__shape *shape, const emb__member *me);

/* A trained tensor, or a buffer. Its numbers start at `at` in the net's parameters, and a trained
 * one's gradient at the same place in a gradient buffer. */
typedef struct emb__param {
    const char *role; /* "weight", "bias", or as PyTorch's state dict calls it */
    int rank, d[4];
    size_t at, count;
    bool is_buffer;   /* not trained: kept and saved with the weights, and in params after them */
    bool is_counter;  /* a buffer that counts: one number, a 64-bit integer in files */
    bool is_variance; /* a buffer whose numbers are 0 or more */
    bool is_constant; /* the first numbers are not drawn: all are `initial` */
    bool is_copy;     /* ... or those of the layer's first tensor */
    float initial;
} emb__param;

enum { EMB__MAX_INPUTS = 8 /* of a layer that puts branches together */ };
enum { EMB__MAX_PARAMS = 5, EMB__MAX_PARAMETERS = 1 << 28 /* numbers: 1 GiB of weights */ };

/* The geometry of a layer whose outputs are sums of products: the convolutions, and Linear as a 1x1
 * kernel on a 1x1 image. */
typedef struct emb__conv {
    emb__gather forward, backward;
    emb__correlate weight;
    bool transposed; /* then the small side is the layer's input, else its output */
    bool bias;
} emb__conv;

/* A normalisation. A tensor is groups of planes, each with statistics of its own for each image:
 * `groups` times `pieces` planes of `count` places. */
typedef struct emb__norm {
    size_t groups, pieces, count;
    bool by_place;     /* a weight is for a place of a group, not for a plane */
    bool weight, bias; /* whether there are any */
    double epsilon;
} emb__norm;

typedef struct emb__activation emb__activation; /* layers/activation.h */

/* Where a layer's gradients lie, see graph_gradients.h: numbers of gradient buffers. Those from
 * EMB__LASTING on keep their numbers while a layer waits for the whole batch, and so each block has
 * its own; the others are a thread's, and stay in its cache. */
enum { EMB__LASTING = 64 };
typedef struct emb__gradient_plan {
    bool runs;                   /* backward is needed at all */
    int out;                     /* the gradient by the output */
    int in[EMB__MAX_INPUTS];     /* where the one by an input is made; -1: nobody needs it */
    int sum_to[EMB__MAX_INPUTS]; /* unless -1, it is then added to this one: the input has other
                                    readers */
    bool sums;                   /* whether one is */
} emb__gradient_plan;

/* A layer compiled. */
typedef struct emb__layer {
    const emb__layer_kind *kind;
    const emb__layer_spec *spec;
    emb__shape in, out;
    int input_count;                 /* 1, but for a kind that joins */
    int inputs[EMB__MAX_INPUTS];     /* layers, all before this one; -1: the network's input */
    emb__shape ins[EMB__MAX_INPUTS]; /* their shapes; the first is `in` */
    double low, high;                /* limits of the output's numbers, or infinite */
    emb__gradient_plan gradient;
    int param_count;
    emb__param params[EMB__MAX_PARAMS]; /* the trained ones first, in PyTorch's order of drawing */
    size_t fan_in;                      /* for the initial weights */
    size_t multiply_adds;               /* of one image forward, taps over the padding included */
    float numbers[EMB__CURVE_ARGS];     /* an activation's, see layers/activation.h */
    bool keeps_input;          /* its backward reads its input, even if its kind works in place */
    emb__conv conv;            /* of the convolutions and Linear */
    emb__resample resample[2]; /* of layers that weigh neighbours: forward, and its way back */
    emb__pool pool;            /* of layers that choose among them */
    emb__norm norm;            /* of the normalisations */
    emb__conv *enlarged;       /* of a layer that does an enlargement's work too, see the kind's
                                  plan_enlarged; else NULL */
    bool left_to_next;         /* such an enlargement: steps leave it to the next layer */
    bool repeats;        /* its weights are those of a layer before it, which is called twice */
    bool adds;           /* a layer after it has its weights, too: its gradient is added to
                            that one's, which is made first */
    bool frozen;         /* while a step runs: its weights stay, and it runs as in an evaluation */
    bool own_cut;        /* members' shares of the output are not emb__shape_share's */
    size_t packed_count; /* of floats: the packed weights for one image alone */
    size_t kept_count;   /* vectors of 16 that forward leaves to backward, besides activations */
    size_t noise_count;  /* vectors of 16: the normal numbers that are drawn for it, see
                            emb__bottleneck */
    size_t stats_at;     /* place of pass->stats among those of all layers, in floats */
    size_t mask_at;      /* place of pass->mask among a block's, in words */
    size_t in_at, out_at, kept_at, noise_at; /* places in a block's workspace, in vectors of 16 */
} emb__layer;

/* The arguments of a layer's forward and backward. Activations and gradients are one block of 16
 * images or half of one, [C][H][W][k->lanes]. */
typedef struct emb__pass {
    const emb__kernels *k;
    const emb__member *me; /* forward and backward do this member's part of the work */
    const float *params;   /* of the whole net */
    bool training;         /* a training step, not an evaluation */
    bool enlarged;         /* does the enlargement before it as well: `in` and `grad_in` are its */
    float *stats;          /* of a kind that needs the whole batch, then: what it says of it */
    const uint16_t *mask;  /* of a kind that draws, then: a word for each vector, a bit for each
                              lane from mask_shift on; NULL: nothing was drawn */
    int mask_shift;
    const float *noise;  /* of a bottleneck, then: what was drawn for it, 0 past the last image;
                            NULL: nothing, as outside of a training */
    float term;          /* of a bottleneck, backward: the factor of its term's gradient */
    const float *labels; /* of a kind that reads labels, then: each lane's; -1: there is none */
    const float *rows;   /* of one whose batch leaves rows, then: those of the batch */
    size_t row_images;   /* how many these are */
    size_t images;       /* that the block holds: the lanes from there on are padding */
    float *kept;         /* layer->kept_count vectors, from forward to backward */
    const float *in;     /* the layer's input */
    float *out;          /* the layer's output; the same as `in` for in-place kinds */
    float *grad_out; /* backward: the gradient by the output; an in-place kind turns it into the one
                        by the input */
    float *grad_in;  /* backward: gets the gradient by the input; NULL: nobody needs it */
    /* Of a kind that joins, all inputs, and their gradients; the first are `in` and `grad_in`. */
    const float *ins[EMB__MAX_INPUTS];
    float *grad_ins[EMB__MAX_INPUTS];
    float *grads;   /* backward: of the whole net's parameters; NULL: nobody needs it */
    bool add;       /* backward: add to grads instead of writing them */
    bool second;    /* backward of a Linear: the block's second half, after the first */
    float *scratch; /* at least emb__layer_scratch() vectors of 16 */
} emb__pass;

/* The arguments of a layer's `single`: one image, [row][column][channel]. */
typedef struct emb__single {
    const emb__kernels *k;
    const float *packed; /* the layer's weights, packed by its kind's `pack` */
    const float *in;
    float *out; /* the same as `in` for in-place kinds; numbers past the last may be overwritten up
                   to a multiple of 16 */
    float *scratch; /* as a pass has */
    int label;      /* likewise */
} emb__single;

/* What a kind that needs the whole batch does besides, in a training step. Each channel of each
 * half-block (8 images) gives some sums; these are merged by a balanced tree over the batch's
 * halves, in their order, split at the largest power of two below their number; what follows from
 * the whole is then there for the layer's forward and backward as pass->stats. */
typedef struct emb__batch_kind {
    int least;           /* numbers of a channel that a batch must have */
    int sums, back_sums; /* doubles of a half's channel; forward's first is a count of numbers */
    /* NULL: as many as the input has. */
    int (*channels)(const emb__layer *layer);
    /* Instead of look and merge, and of the sums: each image leaves so many numbers in a row. All
     * rows are there for settle, find_term and the way back, as pass->rows. */
    size_t (*row_count)(const emb__layer *layer);
    void (*keep)(const emb__layer *layer, const emb__pass *pass, size_t lane, float *row);
    int stats;           /* floats of a channel; those that the way forward leaves are first */
    int forward_stats;   /* how many these are */
    bool counts_nothing; /* a counter of batches stays as it is */
    /* Unless NULL, a member's part of what must be there before a block is looked at. */
    void (*prepare)(const emb__layer *layer, const emb__pass *pass);
    /* The sums of a channel of the layer's input (of the gradient by its output): those of the
     * block's second half lie `stride` doubles after the first's. */
    void (*look)(const emb__layer *layer, const emb__pass *pass, int channel, double *sums,
                 size_t stride);
    /* Unless NULL, instead of that: the sums of channels [from, to), all of them at `sums`. */
    void (*look_all)(const emb__layer *layer, const emb__pass *pass, size_t from, size_t to,
                     double *sums, size_t stride);
    /* NULL, as is what follows of the way back: there, nothing but the stats is needed. */
    void (*look_back)(const emb__layer *layer, const emb__pass *pass, int channel, double *sums,
                      size_t stride);
    /* a = both. */
    void (*merge)(double *a, const double *b);
    void (*merge_back)(double *a, const double *b);
    /* Fills the channel's stats from the sums of all. Unless NULL, `buffers` are the net's numbers,
     * whose running statistics then take part of them. */
    void (*settle)(const emb__layer *layer, const emb__pass *pass, int channel, const double *sums,
                   float *buffers);
    /* Unless NULL, once all channels are settled: what of the buffers depends on them together. */
    void (*finish)(const emb__layer *layer, float *buffers);
    /* The same on the way back; the gradients of the layer's own weights go to pass->grads. */
    void (*settle_back)(const emb__layer *layer, const emb__pass *pass, int channel,
                        const double *sums);
} emb__batch_kind;

/* What a bottleneck adds to an image's loss. */
typedef struct emb__term {
    double said;  /* as it is reported */
    double added; /* before weight and scale */
} emb__term;

/* Rows that images left, `apart` floats after one another. */
typedef struct emb__row_list {
    const float *first;
    size_t images, apart;
} emb__row_list;

/* What a kind of autoencoder does besides. Its layer stands at the encoder's end and gives the
 * code; while it trains it may draw, and it adds a term to each image's loss, whose gradient its
 * backward adds. */
typedef struct emb__bottleneck {
    const char *measures[EMB_MOST_MEASURES]; /* names of what is told of it; NULL ends them */
    bool has_prior;                          /* codes are to have a standard normal distribution */
    bool by_numbers; /* the term is divided by the numbers of an image, of which the
                        reconstruction's loss is the mean */
    /* Normal numbers that are drawn for each image of a training; NULL: none. */
    size_t (*normals)(const emb__layer *layer);
    /* The factor of the term once the training has seen its images `epochs` times. */
    double (*weight)(const emb__layer *layer, double epochs);
    /* terms[lane], of a block that has run forward. */
    void (*find_term)(const emb__layer *layer, const emb__pass *pass, emb__term *terms);
    /* Unless NULL, outside of a training step: what a batch as a whole adds to each of its images'
     * terms. Each image leaves a row, as in emb__batch_kind; at most `most_judged` images are
     * looked at together, 0: any number. */
    size_t (*row_count)(const emb__layer *layer);
    void (*keep)(const emb__layer *layer, const emb__pass *pass, size_t lane, float *row);
    void (*judge)(const emb__layer *layer, const emb__row_list *rows, emb__term *whole);
    size_t most_judged;
    /* values[] = the measures, from the means over images of the loss without the term, and of what
     * is said of the term. */
    void (*measure)(double numbers, double reconstruction, double term, double *values);
    /* Unless NULL, it has a codebook of so many entries; a block that has run forward adds to
     * uses[entries] how often its images took each; and from the uses (NULL: from the buffers, as a
     * training has left them) follow further values. */
    int (*entries)(const emb__layer *layer);
    void (*count_uses)(const emb__layer *layer, const emb__pass *pass, size_t images,
                       uint64_t *uses);
    void (*measure_uses)(const emb__layer *layer, const float *params, const uint64_t *uses,
                         double *values);
} emb__bottleneck;

struct emb__layer_kind {
    const char *name; /* as PyTorch's nn spells it */
    emb_layer_family family;
    const emb__arg_kind *args;
    bool any_args; /* accepts any arguments and ignores them */
    /* It is made of modules instead: its own Sequentials or layers, whose names are `children`,
     * which ends with NULL, the first of them required; NULL: any number, named by their places. */
    bool is_container;
    bool joins;     /* it then runs after the modules in it, on all their outputs */
    bool passes_on; /* one that joins: each input's gradient is the output's own */
    const char *const *children;
    /* For an activation, what is particular to it; else NULL. */
    const emb__activation *activation;
    /* In place: forward and backward work on one buffer. Alias: they do nothing at all. */
    bool in_place, alias;
    /* Not in place forward, but backward may be: it is given one buffer for both gradients. */
    bool back_in_place;
    /* Its backward reads its output, which must therefore not be overwritten. */
    bool keeps_output;
    /* Unless NULL: once all arguments are there, fills in those that depend on others. The error
     * text is like compile's. */
    emb_status (*settle)(emb__layer_spec *spec);
    /* From layer->in and the arguments: out, params, fan_in, multiply_adds, conv. Allocates
     * nothing. The error text is "expects ..., gets ..."; the caller puts file, line and layer
     * before it. */
    emb_status (*compile)(emb__layer *layer);
    /* Allocates what forward and backward need; how many positions that looks at; and freeing it,
     * planned or not. NULL for a kind that needs none. */
    emb_status (*plan)(emb__layer *layer);
    size_t (*plan_cost)(const emb__layer *layer);
    void (*clear)(emb__layer *layer);
    /* Unless NULL, once planned: whether forward copies each pixel to by[0] x by[1] neighbours. */
    bool (*enlarges)(const emb__layer *layer, int by[2]);
    /* Unless NULL: plans layer->enlarged, by which a training step does the work of such a layer
     * before this one as well, which nobody else reads; or nothing, if that is no less work. */
    emb_status (*plan_enlarged)(emb__layer *layer, const int by[2]);
    void (*forward)(const emb__layer *layer, const emb__pass *pass);
    void (*backward)(const emb__layer *layer, const emb__pass *pass);
    /* Unless NULL, outside of training y = x scale + shift, channel by channel: fills both
     * [channels], and says whether the weights before it may take them over: whether rounding these
     * leaves the results within 1e-5. */
    bool (*affine)(const emb__layer *layer, const float *params, double *scale, double *shift);
    bool first_half;   /* outside of training it gives the first half of its input's channels */
    bool passes;       /* ... its input */
    bool reads_labels; /* pass->labels */
    /* Forward for one image alone, the same numbers. */
    void (*single)(const emb__layer *layer, const emb__single *pass);
    /* packed[layer->packed_count] = the weights as `single` reads them; NULL for a kind without
     * any. */
    void (*pack)(const emb__layer *layer, const float *params, float *packed);
    /* Vectors of 16 that the backward needs besides everything else; may be NULL. */
    size_t (*scratch)(const emb__layer *layer);
    /* NULL: each image is by itself. */
    const emb__batch_kind *batch;
    /* Of a kind that draws while it trains: how many bits an image needs, each 1 with the
     * probability *keep; 0: none. NULL: it never draws. */
    size_t (*draws)(const emb__layer *layer, double *keep);
    /* NULL: it is an ordinary layer. */
    const emb__bottleneck *bottleneck;
    /* Two threads that have half of a block each meet at this layer and share out the outputs of
     * both halves: each weight then stays in one processor's cache. */
    bool halves_meet;
    /* *low and *high are the limits of all its inputs, and become those of its output, as it is
     * in an evaluation. NULL: there are none; for an alias, its input's. */
    void (*range)(const emb__layer *layer, double *low, double *high);
};

/* How many channels the kind of a layer that needs the whole batch has. */
static inline int emb__batch_channels(const emb__layer *layer) {
    const emb__batch_kind *batch = layer->kind->batch;
    return batch->channels ? batch->channels(layer) : layer->in.d[0];
}

/* The factor of a bottleneck's term in an image's loss; INFINITY: the training is over. */
static inline double emb__term_weight(const emb__layer *layer, size_t numbers, double epochs) {
    const emb__bottleneck *b = layer->kind->bottleneck;
    return b->weight(layer, epochs) / (b->by_numbers ? (double)numbers : 1);
}

/* Whether two threads that have half of a block each meet at the layer. */
static inline bool emb__layer_halves_meet(const emb__layer *layer) {
    return layer->kind->halves_meet || layer->enlarged;
}

/* The range of a kind that gives nothing but its inputs' numbers, or what lies between them. */
void emb__range_kept(const emb__layer *layer, double *low, double *high);

/* The argument of that name; NULL if the layer's kind has none. */
const emb__arg *emb__layer_arg(const emb__layer_spec *spec, const char *name);

#endif
