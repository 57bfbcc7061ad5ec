/* A network compiled: shapes known, parameters in one arena, activations planned.
 *
 * Owns: the parameters' names, places and values, and running blocks of 16 images through the
 * layers. Does not own: files, notation text (net/notation/notation.h), training state (run.h). */
#ifndef EMB_NET_NET_H
#define EMB_NET_NET_H

#include "base/random.h"
#include "net/layer.h"
#include "net/spec.h"

/* A parameter with its state_dict name. */
typedef struct emb__tensor {
    char name[EMB__NAME_SIZE + 24];
    const emb__param *param;
} emb__tensor;

/* One thread's memory for one block: every layer's activations, two gradients, scratch. */
typedef struct emb__workspace {
    float *arena;
    float *grad[2];
    float *scratch;
    const emb__kernels *k;   /* of 16 lanes, or of 8: then half a block */
    const emb__member *me;   /* whose part of the block's work is done; see emb__net_together */
    const emb__member *pair; /* of a half block: the one of two who work on the halves; else NULL */
} emb__workspace;

/* What a network was trained on; emb_preprocessing follows from it. */
typedef struct emb__origin {
    bool floats;         /* as they were, low..high; else bytes divided by 255 */
    double low, high;    /* of floats */
    bool has_pixels;     /* of floats: it was said which of them are black and white */
    double black, white; /* then */
} emb__origin;

struct emb_net {
    emb__spec spec;
    const emb__kernels *kernels;
    int layer_count;
    emb__layer *layers;
    emb__shape input;
    int encoder_end;     /* layers [0, encoder_end) are the encoder; 0: there is none */
    bool classifies;     /* the layers after these are a classifier, else a decoder */
    bool is_part;        /* an encoder or a decoder alone: nothing that can be trained */
    size_t param_count;  /* numbers that are trained */
    size_t param_stride; /* the same rounded up to 16: room of one gradient buffer */
    float *params;
    int tensor_count;
    emb__tensor *tensors;
    size_t activation_vectors, grad_vectors, scratch_vectors; /* of a workspace */
    int workspace_count;
    emb__workspace *workspaces;
    bool halves; /* two threads share a block by halves rather than by rows; see emb__net_halves */
    unsigned version; /* of params: goes up whenever they change */
    /* For one image alone, see one_image.h; NULL until one comes. */
    float *single, *packed;
    size_t single_stride;
    unsigned packed_version;
    unsigned stepped_version; /* the last that a training step made */
    unsigned asked_version;   /* the last of these that one image alone went through */
    emb__origin origin;       /* what it was trained on; 0 of a network that never was */
    char *notation;           /* printed; set by formats */
    char *notes;              /* on how it was read, or NULL; set by formats */
    char **layer_texts;       /* each layer printed; set by formats */
    size_t metadata_count;    /* pairs from the model file; set by formats */
    char **metadata;          /* key, value, key, value, ... */
};

/* The shapes and tensors of a spec, which the net takes over on success and on failure. Nothing is
 * allocated but these: whether a file holds such tensors can be asked before emb__net_plan. NULL,
 * with "NAME:LINE: encoder.7 Linear expects ..., gets ..." as the text, where shapes do not fit. */
emb_net *emb__net_shape(emb__spec *spec);

/* Makes it a network that runs. Parameters are zero. On failure it can only be freed. */
emb_status emb__net_plan(emb_net *net);

/* The tensor of a state_dict name, or NULL. */
const emb__tensor *emb__net_tensor_find(const emb_net *net, const char *name);

/* EMB_OK where the net has the part, else a text that says so. */
emb_status emb__net_needs(const emb_net *net, const char *part);
/* The same for a net with both an encoder and a decoder. */
emb_status emb__net_reconstructs(const emb_net *net);
/* ... and for one that has a loss: neither an encoder nor a decoder alone. */
emb_status emb__net_has_loss(const emb_net *net);

/* Draws every weight, in the order PyTorch builds the modules. */
void emb__net_draw(emb_net *net, emb__random *random);

/* Makes sure that there are workspaces for `blocks` blocks at once and for a team of `members`;
 * those past the blocks have only scratch. */
emb_status emb__net_workspaces(emb_net *net, int blocks, int members);
/* The bytes of these. */
size_t emb__net_workspaces_size(const emb_net *net, size_t blocks, size_t members);
void emb__net_workspaces_clear(emb_net *net);

/* The first workspace's block as one that the whole team works on, each member with its own
 * scratch. emb__net_forward and emb__net_backward, called by each member with this, do the work
 * together; none has waited for the others at the end. */
emb__workspace emb__net_together(const emb_net *net, const emb__member *me);

/* Whether this member's team shares one block by halves: it has two members, and vectors of half
 * the length are about as fast here. Then nobody waits for anybody. */
bool emb__net_halves(const emb_net *net, const emb__member *me);
/* The member's own workspace, for its half of a block. The two meet at Linear layers alone: these
 * share out the features of both halves, so that their weights, most of a network's, stay in one
 * processor's cache; the gradients of these go to the first half's buffer. */
emb__workspace emb__net_half(const emb_net *net, const emb__member *me);

/* Runs layers [from, to) on a workspace's block. The input of layer `from` must be in place. */
void emb__net_forward(const emb_net *net, const emb__workspace *w, int from, int to);

/* Back from loss by output, in w->grad[0]; grads as in emb__pass. For halves, `grads` is the half's
 * own buffer, and the second half's lies param_stride after the first's. */
void emb__net_backward(const emb_net *net, const emb__workspace *w, float *grads, bool add);

/* One layer's share of a pass, for `embudo bench`. grads as in emb__pass; the gradient by the
 * layer's output is taken from w->grad[0], the one by its input goes to w->grad[1]. */
typedef enum emb__work { EMB__FORWARD, EMB__INPUT_GRADIENT, EMB__WEIGHT_GRADIENT } emb__work;
void emb__net_run_layer(const emb_net *net, const emb__workspace *w, int i, emb__work work,
                        float *grads);

/* Into how many buffers the gradients of a batch are summed: one for each of at most 16 runs of
 * neighbouring blocks. Depends on the shapes and the batch alone, never on threads. */
size_t emb__net_gradient_sets(const emb_net *net, size_t batch);

/* The block of activations that layer i reads, and the one it writes. */
float *emb__net_input(const emb_net *net, const emb__workspace *w, int i);
float *emb__net_output(const emb_net *net, const emb__workspace *w, int i);

#endif
