/* One training: the random stream, the loaders' order, Adam's moments, the place in the epoch.
 *
 * Owns what changes as a net learns, except its weights, which are the net's. */
#ifndef EMB_TRAIN_RUN_H
#define EMB_TRAIN_RUN_H

#include "data/images.h"
#include "device/cpu/pace.h"
#include "net/net.h"

struct emb_run {
    emb_net *net;              /* borrowed */
    const emb_images *images;  /* borrowed */
    emb_train_options options; /* with the defaults filled in */
    emb__random random;        /* torch's default generator */
    emb__random epoch_random;  /* the same before the open epoch's first draw */
    uint32_t *split;           /* a permutation of the images: training, then validation */
    size_t train_count, val_count;
    uint32_t *order;     /* this epoch's training images, in the order they are taken */
    uint32_t *val_order; /* room for a shuffled validation set */
    double *errors;      /* per image: of a batch, or of the validation set */
    uint8_t *predicted;  /* the same of a classifier */
    size_t position;     /* of the next image in `order` */
    bool epoch_open;     /* between an epoch's first batch and finish_epoch */
    size_t steps;
    float last_loss;
    double loss_sum; /* over this epoch's batches */
    size_t batches, right;
    double seconds;       /* of training in this epoch */
    emb__pace pace;       /* of options.threads */
    size_t sets;          /* gradient buffers */
    float *grads, *m, *v; /* [sets][param_stride], [param_stride] twice */
    float *kept;          /* the weights at the last epoch's end */
    char *data;           /* [EMB__RUN_DATA]: what the images are, in words; "" until formats ask */
};

enum { EMB__RUN_DATA = 128 };

/* What a run that goes on needs beside its options, its images and four arrays of the weights' size
 * (the weights, m, v, kept). */
typedef struct emb__run_state {
    emb__random random; /* before the open epoch's first draw, or now */
    bool epoch_open;
    size_t position, steps, batches, right;
    float last_loss;
    double loss_sum, seconds;
} emb__run_state;

void emb__run_get_state(const emb_run *run, emb__run_state *state);
/* Puts it into a run that has just been made with the same options; the arrays are the caller's to
 * fill. EMB_ERR_FORMAT where no run of these images and options can be in that state. */
emb_status emb__run_set_state(emb_run *run, const emb__run_state *state);

/* *train = how many of `images` images a run with these options, as given to emb_run_new, trains
 * on; the others validate. */
emb_status emb__run_split(size_t images, const emb_train_options *options, size_t *train);

/* Bytes that such a run takes beside its network and its images once it has validated, where other
 * work is for `blocks` blocks at once. */
emb_status emb__run_size(const emb_net *net, size_t images, const emb_train_options *options,
                         size_t blocks, size_t *bytes);

/* EMB_ERR_DIVERGED, its text naming the step and the tensor or the layer, for the next `batch`
 * images of the epoch, whose loss is not finite. */
emb_status emb__run_blame(const emb_run *run, size_t batch);

/* EMB_ERR_DIVERGED, its text naming the step and the tensor, where a second moment has overflowed:
 * the weight would never move again, and nothing else would show it. */
emb_status emb__run_check_moments(const emb_run *run);

/* errors[i] = the loss of image indices[i] (indices NULL: image i), summed over its terms, and for
 * a classifier, unless NULL, predicted[i]. In blocks of 16 over the threads; an image's error does
 * not depend on them. */
emb_status emb__net_errors(emb_net *net, const emb_images *images, const uint32_t *indices,
                           size_t count, int asked, double *errors, uint8_t *predicted);

/* Terms that an image's loss is the mean of: its pixels for the mean squared error, 1 for cross
 * entropy. */
size_t emb__net_loss_terms(const emb_net *net);

/* EMB_OK where the images have what the loss needs: for a classifier, labels below its classes. */
emb_status emb__net_can_learn(const emb_net *net, const emb_images *images);

/* The loss of a block of `count` images, indices[first ...] as in emb__net_lay_out, that has run
 * forward: for the workspace's lanes, errors and predicted as above (predicted may be NULL), and
 * unless `grad` is NULL the gradient by the output of `scale` times the errors' sum; of the mean
 * squared error, half of that. */
void emb__net_loss(const emb_net *net, const emb__workspace *w, const emb_images *images,
                   const uint32_t *indices, size_t first, size_t count, float scale, float *grad,
                   double *errors, uint8_t *predicted);

/* Lays images indices[first, first + count) (indices NULL: image i), count <= 16, out as the block
 * that the network reads. */
void emb__net_lay_out(const emb_net *net, const emb__workspace *w, const emb_images *images,
                      const uint32_t *indices, size_t first, size_t count);

/* emb_net_accepts, but for what bytes stand for: training decides that anew. */
emb_status emb__net_fits(const emb_net *net, const emb_images *images);
/* EMB_OK where the network knows which numbers bytes are: for images of bytes, the rest of
 * emb_net_accepts. */
emb_status emb__net_reads_bytes(const emb_net *net);
/* Remembers what the images that `indices` pick are: from now on the network is trained on them. */
void emb__net_train_on(emb_net *net, const emb_images *images, const uint32_t *indices,
                       size_t count);
/* row[C*H*W] = image i as the network reads it. */
void emb__net_row(const emb_net *net, const emb_images *images, size_t i, float *row);
/* Whether emb__net_row makes of bytes what all but networks of floats with black and white of their
 * own make of them. */
bool emb__net_plain_bytes(const emb_net *net);
/* The distance from black to white in the images as the network reads them; NaN where nothing says
 * it. */
double emb__net_peak(const emb_net *net, const emb_images *images);

/* The mean loss of `count` images from their errors. */
double emb__run_mean_error(const emb_run *run, const double *errors, size_t count);

/* The next `batch` images of the epoch forward and back, and Adam's update where their loss, which
 * is returned, is a finite number. */
float emb__run_batch(emb_run *run, size_t batch);

/* The learning rate of the step after `steps` others. */
double emb__run_rate(const emb_run *run, size_t steps);

/* The constants of Adam's step t (from 1):
 *   m = beta1 m + (1 - beta1) g,  v = beta2 v + (1 - beta2) g^2,
 *   w = w - learning_rate / (1 - beta1^t) m / (sqrt(v) / sqrt(1 - beta2^t) + epsilon)
 * (Kingma and Ba, 2015, with epsilon where PyTorch has it). */
emb__adam_step emb__adam_constants(const emb_train_options *options, double learning_rate,
                                   size_t t);

#endif
