/* embudo/checkup.h: what can be wrong with a network, and with the images that it is trained on or
 * given.
 *
 *     emb_shades shades;
 *     if (emb_net_examine_shades(net, images, &shades) == EMB_OK && shades.is_negative)
 * puts("ink");
 */
#ifndef EMBUDO_CHECKUP_H
#define EMBUDO_CHECKUP_H

#include "data.h"
#include "net.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- a network ------------------------------------------------------------------------------- */

/* What can be wrong with a trained network. */
typedef enum emb_finding {
    EMB_FINDING_MEAN_IMAGE = 1, /* reconstructs no better than the mean image does */
    EMB_FINDING_PCA = 2,        /* ... or than as many principal components do */
    EMB_FINDING_CONSTANT = 4,   /* the code is the same for every image */
    EMB_FINDING_DEAD = 8,       /* some numbers of the code are; see emb_checkup.dead */
    EMB_FINDING_SATURATED = 16, /* most numbers of the code are nearly always at their limits */
    EMB_FINDING_RANGE = 32, /* the images' numbers lie beyond the last layer's limits, or are below
                               1e-4 or above 1e5 in size: initial weights are made for about 1 */
    EMB_FINDING_COLLAPSE = 64, /* a variational code is nearly the prior for every image, and says
                                nothing of any (posterior collapse) */
    EMB_FINDING_DIVERGENCE = 128, /* a variational code costs nats, and yet reconstructs hardly
                                     better than the mean image does */
    EMB_FINDING_UNUSED = 256      /* most entries of a codebook were never taken */
} emb_finding;

typedef struct emb_checkup {
    unsigned findings; /* emb_finding, or'ed; 0: nothing is wrong */
    double mse;        /* of the network, as in emb_score */
    double mean_mse;   /* of the mean image of the training images */
    double pca_mse;    /* of `components` principal components of them; NaN if there are none */
    int components; /* as many as the code has numbers, or fewer if so many would take long: fewer
                       do no better; 0 if the images are too few for a comparison */
    int latent;     /* numbers in a code */
    int dead, saturated; /* of these */
    bool has_layer; /* a hidden Tanh or Sigmoid lets nothing through: nearly all of its outputs are
                       at their limits */
    size_t layer;   /* the first such one, as in emb_net_layer */
    double layer_share; /* the share of its outputs at their limits */
    double low, high;   /* the range of the training images' numbers */
    double freedom;     /* what can still move: the mean slope of that layer's freest output, from 0
                           (held) to 1; without such a layer, the spread of the code's widest
                           number. It grows in a network that frees itself. */
    /* Of a kind of autoencoder, what emb_net_measure tells: 0 measures for others. */
    int measure_count, active;
    int entries; /* of a codebook; 0 without one */
    emb_measure measures[EMB_MOST_MEASURES];
} emb_checkup;

typedef struct emb_examine_options {
    bool young;  /* the network has seen the training images a few times at most: do not compare it
                    with PCA */
    bool quick;  /* look only at the layers: errors are then NaN */
    int threads; /* as in emb_train_options */
} emb_examine_options;

/* Examines a net on `images` (`indices` picks `count`; NULL: all), against what the training images
 * `reference` allow without a network. Takes some thousands of both at even distances, fewer if
 * images or the network are large, so that it is done in a second or so. The images may be the
 * reference itself. */
EMB_UNSETTLED emb_status emb_net_examine(emb_net *net, const emb_images *reference,
                                         const uint32_t *reference_indices, size_t reference_count,
                                         const emb_images *images, const uint32_t *indices,
                                         size_t count, const emb_examine_options *options,
                                         emb_checkup *checkup);

/* ---- images ---------------------------------------------------------------------------------- */

/* What can be wrong with the images of a training. */
typedef enum emb_data_finding {
    EMB_DATA_ALIKE = 1,   /* nearly all are the same picture */
    EMB_DATA_CHANNEL = 2, /* a channel of theirs is one and the same number everywhere */
    EMB_DATA_FEW = 4,     /* the network has more parameters than all of them have numbers, and can
                             learn them by heart */
    EMB_DATA_CLASSES = 8  /* a classifier's training or validation images lack a class */
} emb_data_finding;

typedef struct emb_data_checkup {
    unsigned findings;          /* emb_data_finding, or'ed; 0: nothing is wrong */
    size_t looked;              /* training images that were looked at */
    double alike;               /* the share of these that are nearly the first one */
    int channel, channels;      /* the first constant channel, or -1; how many there are */
    double constant;            /* its number, as the network reads it */
    size_t parameters, numbers; /* the network's; those of all training images */
    int untaught, unmeasured;   /* classes without training images or, if there are none of these,
                                   classes without validation images */
    int label;                  /* the first such class, or -1 */
    size_t label_count;         /* its images in the other share */
} emb_data_checkup;

/* Examines the images of a training: `train` picks those to learn from (NULL: all), `val` those
 * that it is watched on (NULL: none). The network need not have been trained. Some thousands of
 * images are looked at, at even distances. */
EMB_UNSETTLED emb_status emb_net_examine_data(const emb_net *net, const emb_images *images,
                                              const uint32_t *train, size_t train_count,
                                              const uint32_t *val, size_t val_count,
                                              emb_data_checkup *checkup);

/* Whether images are negatives of those that an autoencoder learned, such as ink on paper for one
 * that learned light on dark. */
typedef struct emb_shades {
    bool is_negative;
    double mse, negative_mse; /* as they are, and with black and white exchanged; NaN if nothing
                                 says which numbers are black and white */
} emb_shades;

/* Reconstructs up to 64 of the images both ways. */
EMB_UNSETTLED emb_status emb_net_examine_shades(emb_net *net, const emb_images *images,
                                                emb_shades *shades);

#ifdef __cplusplus
}
#endif

#endif
