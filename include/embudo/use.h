/* embudo/use.h: what a network does with images: whether it reads them and how, and encoding,
 * decoding, reconstructing and classifying them.
 *
 *     if (emb_net_encode(net, pixels, 1, code, 0) != EMB_OK) fprintf(stderr, "%s\n", emb_error());
 */
#ifndef EMBUDO_USE_H
#define EMBUDO_USE_H

#include "data.h"
#include "net.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- whether and how it reads images --------------------------------------------------------- */

/* EMB_OK if the network reads these images: they have its input's shape, apart from sides of 1; or,
 * for a flat input, as many pixels; or they are rows of as many numbers; and, if they are bytes, it
 * knows which numbers bytes stand for (emb_preprocessing). Else the text says what it expects and
 * what it gets. */
EMB_API emb_status emb_net_accepts(const emb_net *net, const emb_images *images);
/* Gives images that the network reads its input's shape, with a note if theirs was another: rows of
 * 784 numbers become 1x28x28. Channels that were last in the file go back there for a network that
 * has them last. Fails if the shape does not fit, and leaves the images as they are. */
EMB_API emb_status emb_images_fit(emb_images *images, const emb_net *net);

/* How images become a network's numbers. A trained model's file says so in its __metadata__; a
 * model whose file does not, or that was never trained, counts as trained on bytes. */
typedef struct emb_preprocessing {
    bool floats;         /* trained on floats, unchanged; else on bytes, divided by 255 */
    double low, high;    /* the least and the largest number of its training; 0 and 1 for bytes */
    bool pixels;         /* pictures can be read: byte b is black + b (white - black) / 255 */
    double black, white; /* for floats as emb_images_set_pixels said, or 0 and 1 if they filled most
                            of 0..1; 0 and 1 for bytes */
} emb_preprocessing;
EMB_API void emb_net_preprocessing(const emb_net *net, emb_preprocessing *preprocessing);

/* How the pictures that the network was trained on became its images: what emb_open_options and
 * emb_read_options need in order to treat others in the same way. False, and *pictures zeroed, if
 * it was trained on something else. */
EMB_API bool emb_net_pictures(const emb_net *net, emb_pictures *pictures);
/* Whether the images that it was trained on lie in their squares as MNIST's do, or were pictures
 * laid out so: others are then best read by EMB_FIT_MNIST. */
EMB_UNSETTLED bool emb_net_like_mnist(const emb_net *net);

/* Has emb_images_fetch, and what is made from it, read the images as the network does: bytes become
 * the numbers that its preprocessing says. Calls that take a network and uint8 images do so by
 * themselves. EMB_ERR_ARGUMENT if the network cannot read bytes; see emb_net_accepts. */
EMB_API emb_status emb_images_follow(emb_images *images, const emb_net *net);

/* EMB_OK if the images' numbers are in about the same range as those that the network was trained
 * on; else EMB_ERR_ARGUMENT, and the text gives both ranges. No other call checks this. */
EMB_API emb_status emb_net_same_range(const emb_net *net, const emb_images *images);

/* ---- computing ------------------------------------------------------------------------------- */

/* codes[n][L] = encoder(images[n][C][H][W]). Any n; threads as in emb_train_options. EMB_ERR_SHAPE,
 * here and below, if the network lacks the part that is asked for. */
EMB_API emb_status emb_net_encode(emb_net *net, const float *images, size_t n, float *codes,
                                  int threads);
/* images[n][C][H][W] = decoder(codes[n][L]). */
EMB_API emb_status emb_net_decode(emb_net *net, const float *codes, size_t n, float *images,
                                  int threads);

/* codes[count][L] of images of a data set, the same bits: `indices` picks `count` of them; NULL:
 * the first `count`. */
EMB_API emb_status emb_net_encode_images(emb_net *net, const emb_images *images,
                                         const uint32_t *indices, size_t count, float *codes,
                                         int threads);

/* out[n][C][H][W] = decoder(encoder(images[n][C][H][W])), the same bits as one after the other. */
EMB_API emb_status emb_net_reconstruct(emb_net *net, const float *images, size_t n, float *out,
                                       int threads);

/* out[count][C][H][W] of images of a data set, the same bits; `indices` as in
 * emb_net_encode_images. Their labels are those that a conditional network reads. */
EMB_UNSETTLED emb_status emb_net_reconstruct_images(emb_net *net, const emb_images *images,
                                                    const uint32_t *indices, size_t count,
                                                    float *out, int threads);

/* logits[n][K] = classifier(images[n][C][H][W]), with the encoder before it, if the network has
 * one. */
EMB_API emb_status emb_net_classify(emb_net *net, const float *images, size_t n, float *logits,
                                    int threads);

/* probabilities[n][K] = softmax(logits[n][K]); both may be the same array. */
EMB_API void emb_softmax(const float *logits, size_t n, int classes, float *probabilities);

/* out[emb_net_layer's shape] = the output of layer `layer` for one image [C][H][W], the same bits
 * as in any other call. */
EMB_UNSETTLED emb_status emb_net_layer_output(emb_net *net, const float *image, size_t layer,
                                              float *out);

#ifdef __cplusplus
}
#endif

#endif
