/* embudo/study.h: what one measures on a trained network: errors and accuracies, principal
 * components to compare it with, nearest neighbours, and how fast the machine is.
 *
 *     emb_score score;
 *     if (emb_net_score(net, images, NULL, 0, 0, &score) == EMB_OK) printf("%.4f\n", score.mse);
 */
#ifndef EMBUDO_STUDY_H
#define EMBUDO_STUDY_H

#include "data.h"
#include "net.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- scores ---------------------------------------------------------------------------------- */

typedef struct emb_score {
    double mse;  /* mean over every element of every image */
    double psnr; /* dB: 10 log10(peak^2 / mse), the peak being white less black, or 1 for floats in
                    0..1; NaN for other floats, whose white and black are not known, and for bytes
                    that are all below an eighth of 255. Infinite if mse is 0. */
    size_t count;
} emb_score;

/* Reconstructs images and compares. `indices` picks `count` of them; NULL: all. */
EMB_API emb_status emb_net_score(emb_net *net, const emb_images *images, const uint32_t *indices,
                                 size_t count, int threads, emb_score *score);

/* mse[count] = each image's own mean squared error over its numbers. Images as in emb_net_score. */
EMB_API emb_status emb_net_errors(emb_net *net, const emb_images *images, const uint32_t *indices,
                                  size_t count, int threads, double *mse);

/* Structural similarity of images and their reconstructions, each image's mean over its channels
 * and positions (Wang, Bovik, Sheikh and Simoncelli, 2004): a Gaussian window of 11 with sigma 1.5,
 * no padding, the peak of emb_score as the data's range. 1: the same. */
typedef struct emb_similarity {
    double ssim;    /* mean over the images */
    double ms_ssim; /* on five scales (Wang, Simoncelli and Bovik, 2003); NaN below 176x176 */
    size_t count;
} emb_similarity;

/* Images as in emb_net_score. EMB_ERR_ARGUMENT for images below 11x11, and for floats whose white
 * and black are not known. */
EMB_API emb_status emb_net_similarity(emb_net *net, const emb_images *images,
                                      const uint32_t *indices, size_t count, int threads,
                                      emb_similarity *similarity);

/* How much of the noise on its input a network takes off. */
typedef struct emb_denoising {
    double noisy_mse, noisy_psnr; /* of the images with noise, against those without it */
    double mse, psnr;             /* of the reconstructions of the former, likewise */
    size_t count;
} emb_denoising;

/* Images as in emb_net_score; the noise by its text, as emb_train_options.denoise, and by a seed
 * (0: 42), the same for an image as in the validation of a run with that seed. */
EMB_API emb_status emb_net_score_denoising(emb_net *net, const emb_images *images,
                                           const uint32_t *indices, size_t count, const char *noise,
                                           uint64_t seed, int threads, emb_denoising *denoising);

/* How emb_net_measure measures. Zeroed: by the defaults. */
typedef struct emb_measuring {
    const char *loss; /* of the reconstruction, as emb_train_options.loss; NULL: emb_net_loss */
    uint64_t seed;    /* what is drawn is the same as in the validation of a run with it; 0: 42 */
    int threads;
} emb_measuring;

/* What is told of a kind of autoencoder. */
typedef struct emb_measured {
    int measure_count;
    emb_measure measures[EMB_MOST_MEASURES]; /* their values over the images */
    int active;   /* numbers of the code that say something: whose variance over the images is above
                     0.01 (Burda, Grosse and Salakhutdinov, 2016) */
    int latent;   /* of so many */
    size_t count; /* of images */
} emb_measured;

/* Images as in emb_net_score. EMB_ERR_ARGUMENT for a network without a layer such as Variational.
 */
EMB_UNSETTLED emb_status emb_net_measure(emb_net *net, const emb_images *images,
                                         const uint32_t *indices, size_t count,
                                         const emb_measuring *how, emb_measured *measured);

typedef struct emb_class_score {
    double loss;     /* mean CrossEntropyLoss of an image */
    double accuracy; /* share that is classified correctly, 0..1 */
    size_t count;
} emb_class_score;

/* Classifies labelled images. Images as in emb_net_score. confusion[K][K], or NULL: how many images
 * of class `row` were classified as `column`. */
EMB_API emb_status emb_net_score_classes(emb_net *net, const emb_images *images,
                                         const uint32_t *indices, size_t count, int threads,
                                         emb_class_score *score, uint32_t *confusion);

/* ---- new codes ------------------------------------------------------------------------------- */

/* Whether the network's codes were trained to have a standard normal distribution. */
EMB_UNSETTLED bool emb_net_has_prior(const emb_net *net);

/* Draws codes, for emb_net_decode: from the standard normal distribution if the network has such a
 * prior, and then no images are needed; else from a normal distribution with the means and
 * covariances of the codes of images (`indices` picks `count`, NULL: all; at most the first
 * 20,000). Those of a network with a codebook are drawn place by place, row by row: each index is
 * that of one of these images whose indices to the left and above are the same, as far as at least
 * 8 images' are. A code is a function of the seed (0: 42) and its number. NULL on failure. */
typedef struct emb_sampler emb_sampler;
EMB_UNSETTLED emb_sampler *emb_sampler_new(emb_net *net, const emb_images *images,
                                           const uint32_t *indices, size_t count, uint64_t seed,
                                           int threads);
EMB_UNSETTLED void emb_sampler_free(emb_sampler *sampler);
/* codes[count][L] = those with the numbers first, first + 1, ... */
EMB_UNSETTLED emb_status emb_sampler_draw(const emb_sampler *sampler, size_t first, size_t count,
                                          float *codes);

/* ---- principal components -------------------------------------------------------------------- */

/* Principal components: the straight-line counterpart of an autoencoder. With as many numbers in a
 * code, no linear encoder and decoder reconstruct the images they were fitted to better. */
typedef struct emb_pca emb_pca;

/* Fits `components` of them to the images (`indices` picks `count`; NULL: all), flattened to D =
 * C*H*W numbers. components: 1 to the smaller of D and the number of images. The sign of a
 * component makes its number of largest magnitude positive. Threads as in emb_train_options. NULL
 * on failure. */
EMB_API emb_pca *emb_pca_new(const emb_images *images, const uint32_t *indices, size_t count,
                             int components, int threads);
EMB_API void emb_pca_free(emb_pca *pca);

EMB_API int emb_pca_count(const emb_pca *pca);         /* components */
EMB_API const float *emb_pca_mean(const emb_pca *pca); /* [D]: the mean image */
/* [components][D], each of length 1, at right angles, the one of largest variance first. */
EMB_API const float *emb_pca_vectors(const emb_pca *pca);
/* [components]: the variance of the images along each, their mean square (divided by N). */
EMB_API const double *emb_pca_variances(const emb_pca *pca);
/* The variance in all D directions together: component i explains variances[i] / total of it. */
EMB_API double emb_pca_total_variance(const emb_pca *pca);

/* codes[count][components] = vectors * (image - mean) of each image. EMB_ERR_ARGUMENT if float32
 * cannot hold one, because the images' numbers are near its limits. */
EMB_API emb_status emb_pca_encode(const emb_pca *pca, const emb_images *images,
                                  const uint32_t *indices, size_t count, float *codes, int threads);
/* *mse = mean over every element of every image of the squared difference from mean + codes *
 * vectors, by the first `components` alone (0: by the mean image): comparable with emb_score's. */
EMB_API emb_status emb_pca_score(const emb_pca *pca, int components, const emb_images *images,
                                 const uint32_t *indices, size_t count, int threads, double *mse);

/* ---- neighbours ------------------------------------------------------------------------------ */

/* predicted[query_count] = the class of each of queries[query_count][length] by its nearest
 * neighbours among reference[count][length], whose classes are labels[count]. Nearness is
 * Euclidean; of two as near, the lower index is nearer. The class of most neighbours wins; among
 * classes with equally many, the one whose nearest member is nearest. neighbours: 1 to count. Every
 * number must be finite. Threads as in emb_train_options. */
EMB_API emb_status emb_knn_classify(const float *reference, const uint8_t *labels, size_t count,
                                    int length, int neighbours, const float *queries,
                                    size_t query_count, uint8_t *predicted, int threads);

/* Codes prepared for many searches among them. */
typedef struct emb_neighbours emb_neighbours;

/* Up to so many codes, a search looks at every one. */
enum { EMB_EXACT_NEIGHBOURS = 50000 };

/* Copies codes[count][length]. More than `exact` of them (0: EMB_EXACT_NEIGHBOURS) are sorted into
 * lists around centres, and a search looks at some: so many that 99 in 100 neighbours are found,
 * which is measured on codes of the index. The same codes give the same index for any number of
 * threads (as in emb_train_options). Numbers are finite, and at most 1e15 in size. NULL on
 * failure. */
EMB_UNSETTLED emb_neighbours *emb_neighbours_new(const float *codes, size_t count, int length,
                                                 size_t exact, int threads);
EMB_UNSETTLED void emb_neighbours_free(emb_neighbours *index);
/* The share of the ten nearest that is found, as measured; 1 if a search looks at every code. */
EMB_UNSETTLED double emb_neighbours_recall(const emb_neighbours *index);
/* How many lists there are, and *searched, unless NULL, = how many of them a search looks at. */
EMB_UNSETTLED size_t emb_neighbours_lists(const emb_neighbours *index, size_t *searched);
/* nearest[count][most] = the numbers of the codes nearest to each of queries[count][length],
 * nearest first, and distances[count][most] = how far they are (Euclidean). Of two as near, the
 * lower number comes first. most: 1 to the number of codes. */
EMB_UNSETTLED emb_status emb_neighbours_find(const emb_neighbours *index, const float *queries,
                                             size_t count, int most, uint32_t *nearest,
                                             float *distances, int threads);

/* ---- clusters -------------------------------------------------------------------------------- */

typedef struct emb_clusters_options {
    uint64_t seed; /* as in emb_train_options; 0: 42 */
    int starts;    /* the best of so many is taken; 0: 5 */
    int threads;   /* as in emb_train_options; they do not change the result */
} emb_clusters_options;

/* cluster[count] = 0..clusters-1 of each of codes[count][length] by k-means, which begins as
 * k-means++ does; centres[clusters][length] and *inertia, the sum of the squared distances to the
 * nearest centre, unless NULL. clusters: 1 to count. Numbers as in emb_neighbours_new. `options`
 * may be NULL. */
EMB_UNSETTLED emb_status emb_codes_cluster(const float *codes, size_t count, int length,
                                           int clusters, const emb_clusters_options *options,
                                           uint32_t *cluster, float *centres, double *inertia);

/* *silhouette = how well codes lie in their clusters, from -1 to 1, the mean over codes of (b - a)
 * / max(a, b): a is the mean distance to the codes of the same cluster, b that to those of the
 * nearest other one (Rousseeuw, 1987). Of more than EMB_SILHOUETTE_CODES codes, so many are taken,
 * at even distances. */
enum { EMB_SILHOUETTE_CODES = 2000 };
EMB_UNSETTLED emb_status emb_codes_silhouette(const float *codes, size_t count, int length,
                                              const uint32_t *cluster, int clusters, int threads,
                                              double *silhouette);

/* ---- images that look alike ------------------------------------------------------------------ */

typedef struct emb_alike_options {
    double likeness; /* of images that are taken for the same picture, 0..1; 0: EMB_ALIKE, and more
                        where images are all like several others, as digits are */
    int threads;     /* as in emb_train_options; they do not change the result */
} emb_alike_options;

/* How they were found. */
typedef struct emb_alike_report {
    size_t pairs;                     /* that were compared by their pixels */
    size_t blank;                     /* images of one colour, which are alone */
    double code_recall, pixel_recall; /* emb_neighbours_recall of the two indices; 1 without one */
} emb_alike_report;

/* Chosen on 1,420 drawings, of which nine in ten of those that were resized, cropped by 5 %,
 * compressed, brightened or turned by 5 degrees reach it. Of 9,000 others some 150 are as like
 * another one. */
#define EMB_ALIKE 0.93

/* Finds images that are the same picture: copies, and those that were resized, cropped a little,
 * compressed, brightened, shifted or turned by a few degrees. Which pairs are compared is decided
 * by the neighbours of codes[count][length] (NULL: of pixels alone) and of small versions of the
 * images; whether two are the same, by their pixels, one laid over the other as well as a shift, a
 * turn and a scale can.
 *
 * first[count] = for each image the place of the one that its group is held together by: every
 * member is like that one, whatever lies between others. Its own place: the image is that one, or
 * alone. likeness[count] = how like it is to that one: 1 if all numbers are the same, else less.
 * copy_of[count] (may be NULL) = the place of the first image with the same numbers, which is in
 * the same group; its own place: none before it has. What is of one colour is nobody's copy.
 * `indices` picks `count` images; NULL: the first `count`. `options` and `report` may be NULL. */
EMB_UNSETTLED emb_status emb_images_alike(const emb_images *images, const uint32_t *indices,
                                          size_t count, const float *codes, int length,
                                          const emb_alike_options *options, uint32_t *first,
                                          float *likeness, uint32_t *copy_of,
                                          emb_alike_report *report);

/* nearest[count] = for each image the place, among those of `reference` that are picked, of the one
 * that differs least from it, and mse[count] = the mean squared difference of their numbers. Of two
 * as near, the first. An image of the same data set is not compared with itself: if it is the only
 * one, its place is UINT32_MAX and its mse infinite. `reference_indices` and `indices` pick images
 * (NULL: all). Threads as in emb_train_options; they do not change the result. */
EMB_UNSETTLED emb_status emb_images_nearest(const emb_images *reference,
                                            const uint32_t *reference_indices,
                                            size_t reference_count, const emb_images *images,
                                            const uint32_t *indices, size_t count,
                                            uint32_t *nearest, double *mse, int threads);

/* ---- measuring ------------------------------------------------------------------------------- */

/* How fast this machine is, and where a training step's time goes. Each call computes for about
 * `seconds` (above 0; one round of its work at least) and gives one figure. Other work on the
 * machine disturbs it: measure several times, in turn with what is to be compared, and take the
 * median.
 * `threads` is 1..256, or 0 for emb_default_threads(). */

/* *gflops = 10^9 floating-point operations a second, a fused multiply-add counted as two, that the
 * threads reach together with the instruction set of emb_isa(), in multiply-adds that wait neither
 * for one another nor for memory. */
EMB_UNSETTLED emb_status emb_machine_peak(int threads, double seconds, double *gflops);

/* *gbytes = 10^9 bytes a second that the threads read and write together in a[i] = b[i] + s c[i],
 * over arrays of at least 192 MiB together and six times the last cache, if that is up to 128 MiB:
 * EMB_ERR_MEMORY if the system does not give that much. */
EMB_UNSETTLED emb_status emb_machine_bandwidth(int threads, double seconds, double *gbytes);

/* What a training step consists of: three passes of a layer, and three that are the network's. */
typedef enum emb_pass {
    EMB_PASS_FORWARD,
    EMB_PASS_INPUT_GRADIENT,
    EMB_PASS_WEIGHT_GRADIENT,
    EMB_PASS_LAY_OUT, /* the images' bytes as numbers, as the first layer reads them */
    EMB_PASS_LOSS,    /* the error, and its gradient by the output */
    EMB_PASS_OPTIMISER
} emb_pass;

typedef struct emb_pass_time {
    emb_pass pass;
    size_t layer;         /* as in emb_net_layer; 0 if the pass is the network's */
    size_t multiply_adds; /* of 16 images, taps over the padding included; 0: none are counted */
    double seconds;       /* of 16 images, the mean of many rounds */
} emb_pass_time;

/* The number of passes of a training step. A pass without work (Flatten, the gradient by the
 * network's input) does not count. */
EMB_UNSETTLED size_t emb_net_pass_count(const emb_net *net);

/* passes[emb_net_pass_count(net)] = every pass in the order of a training step of 16 made-up
 * images on this one thread, the steps taken one after another as in training, so that each pass
 * finds in the caches what it would find there. The weights are afterwards what they were before;
 * draw them first (emb_net_init). */
EMB_UNSETTLED emb_status emb_net_time_passes(emb_net *net, double seconds, emb_pass_time *passes);

#ifdef __cplusplus
}
#endif

#endif
