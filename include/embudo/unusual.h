/* embudo/unusual.h: which images are unlike those that a network learned from, and beyond what
 * threshold; the verdict on an image, as a model's file and its exports carry it.
 *
 *     emb_unusual *unusual = emb_unusual_new(net, images, train, train_count, val, val_count, 0);
 *     double threshold = emb_unusual_threshold(unusual, EMB_UNUSUAL_SCORE, 0.01);
 */
#ifndef EMBUDO_UNUSUAL_H
#define EMBUDO_UNUSUAL_H

#include "data.h"
#include "net.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What an image is judged by; each is the larger, the less the image is like those that the
 * network learned from. */
typedef enum emb_unusual_by {
    /* The error of the reconstruction, in which directions that are usually wrong count less, for
     * how busy the image is: d' (R + r I)^-1 d / TV. d = image - reconstruction less its mean over
     * the training images, R the covariance of d there, by its 32 largest principal components and
     * the mean of the others, r the mean of all variances; TV the sum of the differences between
     * neighbouring pixels, at least a tenth of what the middle training image has and at most what
     * all but a hundredth of them have. 1: as the middle one of the validation images. */
    EMB_UNUSUAL_SCORE,
    EMB_UNUSUAL_RECONSTRUCTION, /* the mean squared error */
    EMB_UNUSUAL_REGION,         /* the largest mean squared error of a window of a quarter of the
                                   height by a quarter of the width */
    EMB_UNUSUAL_CORRECTED,      /* the sum of squared errors / TV */
    EMB_UNUSUAL_NEIGHBOURS,     /* the mean distance of the code to the five nearest codes of
                                   training images; of 20,000 of them if there are more */
    EMB_UNUSUAL_KINDS
} emb_unusual_by;

/* What is needed to judge images by a network. */
typedef struct emb_unusual emb_unusual;

/* Learns from images that the network was trained on (train_indices), what usual errors are, and
 * from some that it was not (val_indices), how they are spread. Without the latter, every fifth
 * training image is taken for them, and the rest alone is learned from. A network that reconstructs
 * no better than the mean image is not used: the image itself then stands for its error, and
 * reconstruction and neighbours are NaN. At most 10,000 training images at even distances are
 * looked at for errors. Borrows nothing. Threads, here and below, as in emb_train_options; they do
 * not change the result. NULL on failure. */
EMB_UNSETTLED emb_unusual *emb_unusual_new(emb_net *net, const emb_images *images,
                                           const uint32_t *train_indices, size_t train_count,
                                           const uint32_t *val_indices, size_t val_count,
                                           int threads);
EMB_UNSETTLED void emb_unusual_free(emb_unusual *unusual);

/* Whether the network is used; false: it stands at the mean image. */
EMB_UNSETTLED bool emb_unusual_uses_net(const emb_unusual *unusual);
/* Whether the validation images are ones that the network did not learn from; and their number. */
EMB_UNSETTLED bool emb_unusual_is_validated(const emb_unusual *unusual);
EMB_UNSETTLED size_t emb_unusual_count(const emb_unusual *unusual);

/* The number above which an image is unusual, if the share `false_alarms`, above 0 and below 1, of
 * usual images may be taken for unusual. If n validation images have at least 50 such, it is their
 * number of rank ceil((n + 1) (1 - false_alarms)); that would be a matter of luck with fewer. Then
 * it is the mean of two estimates: the largest tenth of the validation images' numbers taken for an
 * exponential tail; and the number of that rank among 5,000 training images, each half of which is
 * scored by the covariance of the other half, times the ratio of both kinds' numbers of the rank
 * for 0.1. (With less than 20 images, and from 0.1 on, the rank alone.) NaN if there is no such
 * number. */
EMB_UNSETTLED double emb_unusual_threshold(const emb_unusual *unusual, emb_unusual_by by,
                                           double false_alarms);

/* numbers[count][EMB_UNUSUAL_KINDS] of images (`indices` picks `count`; NULL: all). The net is the
 * one that emb_unusual_new had, with the same weights: EMB_ERR_ARGUMENT for another. */
EMB_UNSETTLED emb_status emb_unusual_score(const emb_unusual *unusual, emb_net *net,
                                           const emb_images *images, const uint32_t *indices,
                                           size_t count, int threads, double *numbers);

/* As a safetensors file. A file that belongs to another network, or to other weights, is not opened
 * (EMB_ERR_ARGUMENT). */
EMB_UNSETTLED emb_status emb_unusual_save(const emb_unusual *unusual, const char *path);
EMB_UNSETTLED emb_unusual *emb_unusual_open(const char *path, const emb_net *net);

/* By what an image is unusual: what a model's file and its exports carry. */
typedef struct emb_verdict {
    const emb_unusual *unusual; /* borrowed */
    emb_unusual_by by;
    double false_alarms, threshold; /* an image above the threshold is unusual */
} emb_verdict;

/* Fills *verdict. EMB_ERR_ARGUMENT if there is no such threshold. */
EMB_UNSETTLED emb_status emb_unusual_verdict(const emb_unusual *unusual, emb_unusual_by by,
                                             double false_alarms, emb_verdict *verdict);

/* How many numbers an export needs for it, besides the network's. */
EMB_UNSETTLED size_t emb_verdict_numbers(const emb_verdict *verdict);

/* Writes the verdict into the __metadata__ of the model's file, whose tensors stay as they are.
 * EMB_ERR_ARGUMENT if the net or the file has other weights than those that were measured. */
EMB_UNSETTLED emb_status emb_verdict_store(const emb_verdict *verdict, emb_net *net,
                                           const char *path);

/* Whether the net's file has a verdict, on these weights: *verdict, with `unusual` NULL. */
EMB_UNSETTLED bool emb_verdict_stored(const emb_net *net, emb_verdict *verdict);

#ifdef __cplusplus
}
#endif

#endif
