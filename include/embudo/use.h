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

/* EMB_OK where the network reads these images: they have its input's shape, but for sides of 1; or,
 * for a flat input, as many pixels; or they are rows of as many numbers; and where they are bytes,
 * it knows which numbers those are (emb_preprocessing). Else the text says what it expects and what
 * it gets. */
EMB_API emb_status emb_net_accepts(const emb_net *net, const emb_images *images);
/* Gives images that the network reads its input's shape, with a note where theirs was another: rows
 * of 784 numbers become 1x28x28. Channels that were last in the file go back there for a network
 * that has them so. Fails where the shape does not fit, and leaves the images as they are. */
EMB_API emb_status emb_images_fit(emb_images *images, const emb_net *net);

/* How images become a network's numbers. A model file has it in its __metadata__, which training
 * writes; one without it, or a network that was never trained, counts as trained on bytes. */
typedef struct emb_preprocessing {
    bool floats;         /* trained on floats as they were; else on bytes, divided by 255 */
    double low, high;    /* the least and the largest number that it was trained on; 0 and 1 of
                            bytes */
    bool pixels;         /* pictures can be read: byte b is black + b (white - black) / 255 */
    double black, white; /* of floats as emb_images_set_pixels said, or 0 and 1 where they filled
                            most of 0..1; 0 and 1 of bytes */
} emb_preprocessing;
EMB_API void emb_net_preprocessing(const emb_net *net, emb_preprocessing *preprocessing);

/* Has emb_images_fetch, and what is made from it, read the images as the network does: bytes as
 * the numbers that its preprocessing says. What takes a network and uint8 images does so by itself.
 * EMB_ERR_ARGUMENT where the network cannot read bytes; see emb_net_accepts. */
EMB_API emb_status emb_images_follow(emb_images *images, const emb_net *net);

/* EMB_OK where the images' numbers lie about where those lay that the network was trained on; else
 * EMB_ERR_ARGUMENT, the text saying where both lie. Nothing else asks for it. */
EMB_API emb_status emb_net_same_range(const emb_net *net, const emb_images *images);

/* ---- computing ------------------------------------------------------------------------------- */

/* codes[n][L] = encoder(images[n][C][H][W]). Any n; threads as in emb_train_options.
 * EMB_ERR_SHAPE, here and below, where the network lacks the part that is asked for. */
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

/* logits[n][K] = classifier(images[n][C][H][W]), of the codes where the network has an encoder. */
EMB_API emb_status emb_net_classify(emb_net *net, const float *images, size_t n, float *logits,
                                    int threads);

/* probabilities[n][K] = softmax(logits[n][K]); both may be the same array. */
EMB_API void emb_softmax(const float *logits, size_t n, int classes, float *probabilities);

/* out[emb_net_layer's shape] = what layer `layer` makes of one image [C][H][W], the same bits as in
 * any other call. */
EMB_UNSETTLED emb_status emb_net_layer_output(emb_net *net, const float *image, size_t layer,
                                              float *out);

#ifdef __cplusplus
}
#endif

#endif
