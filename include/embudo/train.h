/* embudo/train.h: training a network on images, saving where a training stands, and resuming it.
 *
 *     emb_run *run = emb_run_new(net, images, NULL);
 *     emb_epoch done;
 *     while (emb_run_epoch(run, &done) == EMB_OK && done.validation_loss > 0.01) continue;
 *     emb_run_free(run);
 */
#ifndef EMBUDO_TRAIN_H
#define EMBUDO_TRAIN_H

#include "data.h"
#include "model.h"
#include "net.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One training of one net on one data set. It consumes PyTorch's random stream in the lab
 * assignment's order: split, initial weights, then per epoch the loaders' draws. */
typedef struct emb_run emb_run;

/* How the learning rate changes over the epochs that a schedule spans. */
typedef enum emb_schedule {
    EMB_SCHEDULE_CONSTANT,
    EMB_SCHEDULE_LINEAR,    /* step by step along a line to 0 */
    EMB_SCHEDULE_COSINE,    /* along half a cosine to `eta_min` (Loshchilov and Hutter, 2017) */
    EMB_SCHEDULE_STEP,      /* times `gamma` every `step_size` epochs, as StepLR */
    EMB_SCHEDULE_ONE_CYCLE, /* up to the learning rate and down again, as OneCycleLR */
    EMB_SCHEDULE_PLATEAU    /* times `factor` when the loss stops falling, as ReduceLROnPlateau */
} emb_schedule;

/* What updates the weights, as torch.optim computes it. */
typedef enum emb_optimiser {
    EMB_OPTIMISER_ADAM,
    EMB_OPTIMISER_ADAMW,
    EMB_OPTIMISER_SGD,
    EMB_OPTIMISER_RMSPROP,
    EMB_OPTIMISER_NADAM
} emb_optimiser;

/* What EMB_SCHEDULE_PLATEAU looks at. */
typedef enum emb_plateau_mode {
    EMB_PLATEAU_MIN, /* the loss, which is to fall */
    EMB_PLATEAU_MAX  /* a classifier's accuracy, which is to rise */
} emb_plateau_mode;

/* By how much a number must be better than the best to count: by `threshold` times the best, or by
 * `threshold` itself. */
typedef enum emb_threshold_mode { EMB_THRESHOLD_REL, EMB_THRESHOLD_ABS } emb_threshold_mode;

enum { EMB_LOSS_TEXT = 192 }; /* room of a loss as a text */

typedef struct emb_train_options {
    uint64_t seed; /* of torch.manual_seed, counted modulo 2^32; 0: 42. For PyTorch's seed 0
                      write 4294967296. */
    double
        learning_rate;   /* > 0; 0: torch.optim's default: 0.001, of RMSprop 0.01, of NAdam 0.002 */
    double beta1, beta2; /* of the Adams, below 1; 0: 0.9 and 0.999; negative: 0 */
    double epsilon;      /* of all but SGD, > 0; 0: 1e-8 */
    double val_split;    /* share kept for validation, < 1; 0: 0.2; negative: none */
    size_t val_count;    /* above 0: so many of the last images validate, instead of a share that is
                            drawn: a data set's own EMB_VAL after its EMB_TRAIN (emb_images_join).
                            Nothing is drawn for a split then, and val_split has no meaning */
    int batch_size;      /* 1..EMB_MAX_BATCH; 0: 16. The last batch of an epoch may be smaller. */
    bool shuffle;        /* the training loader's shuffle=True */
    emb_schedule schedule; /* of the learning rate */
    int epochs; /* that the schedule spans, 1..1000000: needed for linear, cosine and one-cycle;
                   after them the last rate stays */
    int warmup; /* steps, 0..2^30, over which the rate first rises evenly to what the schedule says;
                   0: none. It keeps Adam's first steps, whose size its moments do not bound yet,
                   from driving a Tanh network into saturation. */
    bool keep_weights; /* begin with the net's weights; the random stream is the same */
    int threads; /* 1..256; 0: the fastest number here, at most emb_default_threads(). Never changes
                    a bit of any result. */

    /* What is minimised: kinds of losses with weights, "mse + 0.2*ssim"; "": emb_net_loss. Of
     * networks with a decoder, by torch.nn's names or shorter: mse, l1, smooth_l1(beta=1),
     * huber(delta=1), bce, bce_with_logits, ssim(data_range, window=11, sigma=1.5), ms_ssim (the
     * same and levels=5); of classifiers: cross_entropy(label_smoothing=0). data_range is what lies
     * between black and white: by default the images' own, 1 unless they have another. window: odd,
     * 3..63; levels: 2..5. */
    char loss[EMB_LOSS_TEXT];

    emb_optimiser optimiser; /* 0: Adam */
    double momentum;         /* of SGD and RMSprop, >= 0; 0: none */
    double dampening;        /* of SGD's momentum */
    bool nesterov;           /* SGD's momentum is Nesterov's; needs a momentum, and no dampening */
    bool amsgrad;            /* of Adam and AdamW */
    bool centered;           /* of RMSprop */
    bool decoupled_weight_decay; /* of NAdam: its weight decay is as AdamW's; needs one */
    double alpha;                /* of RMSprop, below 1; 0: 0.99; negative: 0 */
    double momentum_decay;       /* of NAdam, > 0; 0: 0.004; negative: none */
    double weight_decay;         /* > 0; 0: none, of AdamW 0.01; negative: none. AdamW's is
                                    decoupled, the others add it to the gradient */

    /* Gradients are clipped first by the norm of all of them together, as clip_grad_norm_, then
     * each number by itself, as clip_grad_value_. */
    double clip_norm, clip_value; /* > 0; 0: not clipped */

    /* > 0, < 1: the network's weights are an exponential moving average of those that are trained,
     * with this decay, as get_ema_multi_avg_fn's; buffers are the trained network's. Whenever
     * emb_run_step has returned, the net has the averages: validation, what is saved and all that
     * is computed with the net uses them. The run keeps the trained weights to itself, in
     * checkpoints as well. 0: no average */
    double ema;

    int step_size;       /* of EMB_SCHEDULE_STEP: epochs, 1..1000000; needed for it */
    bool fixed_momentum; /* one-cycle leaves the momentum alone, as cycle_momentum=False. Else
                            SGD's and RMSprop's momentum, the others' beta1, falls from
                            max_momentum to base_momentum as the rate rises, and rises again */
    double eta_min;      /* of EMB_SCHEDULE_COSINE, >= 0: the rate at its end */
    double gamma;        /* of EMB_SCHEDULE_STEP, > 0; 0: 0.1 */
    double pct_start;    /* of one-cycle: the share of its steps that rises, in (0, 1); 0: 0.3. If
                            that is one step, it has learning_rate at once; OneCycleLR divides by 0 */
    double div_factor;   /* of one-cycle: its first rate is learning_rate / this; 0: 25 */
    double final_div_factor; /* of one-cycle: its last rate is the first / this; 0: 10000 */
    double base_momentum, max_momentum; /* below 1; 0: 0.85 and 0.95; negative: 0 */

    /* Of EMB_SCHEDULE_PLATEAU, as ReduceLROnPlateau. */
    double factor;    /* below 1; 0: 0.1; negative: 0 */
    int patience;     /* epochs without a better loss that it bears; 0: 10; negative: none */
    int cooldown;     /* >= 0: epochs after each change of the rate in which none counts */
    double threshold; /* how much better is better, below 1 if it is relative; 0: 0.0001; negative:
                         0 */
    double min_lr;    /* >= 0: the rate does not fall below it */
    emb_plateau_mode mode;
    emb_threshold_mode threshold_mode;

    /* Early stopping: emb_run_stopped is true after so many epochs in a row, 1..1000000, whose loss
     * was not below the best by more than stop_min_delta, >= 0; 0: never. The loss, and that of
     * EMB_SCHEDULE_PLATEAU, is the validation's; without a validation set the epoch's mean loss. */
    int stop_patience;
    double stop_min_delta;

    /* What is frozen: parts and layers, with all that is in them, separated by commas: "encoder",
     * "encoder.0-3, decoder.0.body"; "": nothing. Their weights stay as they are, bit for bit, and
     * they run as in an evaluation: BatchNorm by its running statistics, which stay too, and
     * Dropout not at all. Their gradients are not computed, nor what leads only to them. What the
     * optimiser keeps for them is 0 */
    char freeze[EMB_LOSS_TEXT];

    /* How training images are changed, each anew in every epoch, as a function of the seed, the
     * epoch and the image's index: "shift=2, rotate=10, flip, zoom=0.1, brightness=0.2,
     * contrast=0.2", or some of these; "": not at all. They are shifted by up to so many whole
     * pixels along either axis, turned by up to so many degrees, mirrored left to right (half of
     * them), zoomed and changed in brightness and contrast by a factor of up to 1 more or less than
     * that; what comes in from outside has the median of the image's outermost pixels, channel by
     * channel. Validation images are not changed. */
    char augment[EMB_LOSS_TEXT];
    /* The noise that the network learns to take off: it is put on its input, and the output is
     * compared with the image without it. One of "gaussian=0.3" (its deviation, where white less
     * black is 1; the sum is bound to black and white), "salt=0.1" (so large a share of the
     * numbers, each by itself, becomes black or white) and "mask=0.25" (... black); "": none. What
     * is drawn is as above; validation images have noise, too, the same one in every epoch. */
    char denoise[EMB_LOSS_TEXT];
} emb_train_options;

/* order[count] = the images' indices as a run with these options splits them (only seed, val_split
 * and val_count matter): the first *train_count are trained on, the others validate. 1 <= count <
 * 2^31. */
EMB_API emb_status emb_split(size_t count, const emb_train_options *options, uint32_t *order,
                             size_t *train_count);

/* *filled = the options (NULL: none) with their defaults filled in and the loss in its full
 * spelling: "MSELoss + 0.2*SSIM". EMB_ERR_ARGUMENT, with the option named, if one is out of its
 * range, does not go with the others, or belongs to another optimiser or schedule and is not its
 * default: it would do nothing. What is filled in can be given again. */
EMB_API emb_status emb_train_fill(const emb_train_options *options, emb_train_options *filled);

/* What a run with these options sees of images (`indices` picks `count`; NULL: the first) in an
 * epoch, 0 being its first: inputs[count][C*H*W] = what the network reads, targets (or NULL)
 * likewise = what its output is compared with. Numbers as from emb_images_fetch. An image's index
 * decides on its changes: here it is the one in `images`. */
EMB_API emb_status emb_train_images(const emb_images *images, const emb_train_options *options,
                                    size_t epoch, const uint32_t *indices, size_t count,
                                    float *inputs, float *targets);

/* What a run minimises for this net unless its options say more, as PyTorch's nn spells it:
 * "MSELoss" of an autoencoder, "CrossEntropyLoss" of a classifier. NULL of an encoder or a decoder
 * alone. */
EMB_API const char *emb_net_loss(const emb_net *net);
/* What a run with these options (NULL: the defaults) updates weights by, as torch.optim spells it:
 * "Adam". NULL if they name none. */
EMB_API const char *emb_train_optimiser(const emb_train_options *options);

/* What the notebook prints and shows after an epoch. */
typedef struct emb_epoch {
    float loss;             /* of the last training batch */
    double mean_loss;       /* mean over the epoch's training batches, each before its update */
    double validation_loss; /* mean of the batches' means; NaN without a validation set */
    double accuracy; /* share of the training images classified correctly, each before its batch's
                        update; NaN for an autoencoder */
    double validation_accuracy; /* NaN for an autoencoder, or without a validation set */
    size_t steps;               /* so far in the run */
    size_t images;              /* trained on in this epoch */
    double seconds;             /* of training in this epoch, without validation */
    bool has_preview;           /* false without a validation set */
    size_t preview;             /* index of the validation image that the notebook shows */
    int measure_count;          /* 0, but for a kind of autoencoder */
    emb_measure measures[EMB_MOST_MEASURES]; /* their values over the training batches, each before
                                                its update, and over the validation set */
} emb_epoch;

/* Splits the images, draws the weights. Borrows net and images until it is freed. NULL on failure,
 * for instance if the images' shape is not that of the net's input. A NULL net or images, from a
 * constructor that failed, gives NULL and leaves that constructor's text. */
EMB_API emb_run *emb_run_new(emb_net *net, const emb_images *images,
                             const emb_train_options *options);
EMB_API void emb_run_free(emb_run *run);

/* ---- step by step ---------------------------------------------------------------------------- */

/* Trains on the next batch; *loss is its mean loss before the update. If that is not finite,
 * EMB_ERR_DIVERGED and no update; the text names the step and the tensor or layer. */
EMB_API emb_status emb_run_step(emb_run *run, float *loss);
/* True when the batch just taken was its epoch's last (and before the first). */
EMB_API bool emb_run_epoch_done(const emb_run *run);
/* After an epoch's last batch: validates and picks the preview. Draws from the random stream, so
 * call it once an epoch. EMB_ERR_DIVERGED if a weight or the validation loss is not finite;
 * emb_run_restore then goes back to the epoch before. */
EMB_API emb_status emb_run_finish_epoch(emb_run *run, emb_epoch *epoch);
/* emb_run_step until the epoch is done, then emb_run_finish_epoch. */
EMB_API emb_status emb_run_epoch(emb_run *run, emb_epoch *epoch);

/* Puts back the net's weights of the last epoch's end (the initial ones before that). */
EMB_API void emb_run_restore(emb_run *run);

EMB_API size_t emb_run_steps(const emb_run *run); /* taken so far */
/* Whether early stopping ends the training here, after emb_run_finish_epoch. */
EMB_API bool emb_run_stopped(const emb_run *run);
/* The learning rate in the step after those. */
EMB_API double emb_run_learning_rate(const emb_run *run);
EMB_API size_t emb_run_steps_per_epoch(const emb_run *run);
/* The split: indices into the images, in the split's order. Borrowed from the run. */
EMB_API const uint32_t *emb_run_train_indices(const emb_run *run, size_t *count);
EMB_API const uint32_t *emb_run_val_indices(const emb_run *run, size_t *count);

/* *loss (or NULL) = the mean loss of the images (`indices` picks `count`; NULL: all), as a training
 * step takes it; gradients = the loss's gradient by every weight, tensor after tensor in the order
 * of emb_net_tensor, each in PyTorch's layout. Room: the sum of the tensors' counts. */
EMB_API emb_status emb_net_gradients(emb_net *net, const emb_images *images,
                                     const uint32_t *indices, size_t count, float *gradients,
                                     double *loss);

/* ---- checkpoints ----------------------------------------------------------------------------- */

/* Writes a checkpoint: the model as emb_net_save writes it, with all that the run needs to be
 * resumed from here, even in the middle of an epoch. The file appears complete or not at all, and
 * what was there before stays until then. `extra` as in emb_net_save. */
EMB_API emb_status emb_run_save(const emb_run *run, const char *path, const emb_pair *extra,
                                size_t extra_count);

/* A checkpoint that is opened once for everything that is read from it: network and run come from
 * one file, whatever takes its name meanwhile. */
typedef struct emb_checkpoint emb_checkpoint;

/* NULL on failure. */
EMB_API emb_checkpoint *emb_checkpoint_open(const char *path);
/* Its network, with its weights and metadata, as emb_net_open would make it from the file; the
 * caller frees it. NULL on failure, or for NULL. */
EMB_API emb_net *emb_checkpoint_net(const emb_checkpoint *checkpoint);
/* Resumes the run as if nothing had happened: the same bits as a run that was never interrupted,
 * with any number of threads on either side. `net` comes from emb_checkpoint_net, or is another
 * network of the same notation; its weights become the checkpoint's. `images` is the data set that
 * it was trained on; another one is refused, as is another network. `threads` as in
 * emb_train_options; all other options are the checkpoint's. NULL on failure, and the net's weights
 * are then without meaning; a NULL checkpoint, net or images leaves that constructor's text. */
EMB_API emb_run *emb_checkpoint_run(const emb_checkpoint *checkpoint, emb_net *net,
                                    const emb_images *images, int threads);
/* What was made from it stays. */
EMB_API void emb_checkpoint_free(emb_checkpoint *checkpoint);

/* emb_checkpoint_open and emb_checkpoint_run in one call. */
EMB_API emb_run *emb_run_resume(emb_net *net, const emb_images *images, const char *path,
                                int threads);
/* Continues with another learning rate, above 0 and finite; a schedule and a warm-up start from
 * it. */
EMB_API void emb_run_set_learning_rate(emb_run *run, double rate);
/* Goes on to so many epochs in all, 1..1000000. A schedule that spans the epochs (linear, cosine,
 * one-cycle) spans these from here on; with another one the bits are those of a run that was to
 * have so many from the beginning. A run that has stopped early goes on, too: its patience counts
 * again from here. */
EMB_API emb_status emb_run_set_epochs(emb_run *run, int epochs);
/* The run's options, with defaults filled in. */
EMB_API void emb_run_options(const emb_run *run, emb_train_options *options);

/* ---- memory ---------------------------------------------------------------------------------- */

/* The most bytes that training takes with a batch size and a number of threads, besides the data
 * set: the weights, and both numbers of emb_run_memory. 0 for a net that cannot be trained. */
EMB_UNSETTLED size_t emb_net_memory(const emb_net *net, int batch_size, int threads);

/* What a training takes, in bytes, besides its network and its images. */
typedef struct emb_memory {
    size_t run; /* from the first epoch's end until the run is freed */
    size_t
        checkup; /* emb_net_examine's, besides the run for a while; 0 for a net without a decoder */
} emb_memory;

/* *memory = what a run of so many images with these options will take. Nothing is allocated. */
EMB_UNSETTLED emb_status emb_run_memory(const emb_net *net, size_t images,
                                        const emb_train_options *options, emb_memory *memory);

#ifdef __cplusplus
}
#endif

#endif
