/* Using a trained network: encode, decode, reconstruct, classify, block by block or one image
 * alone. */
#include "base/entry.h"
#include "device/cpu/inference.h"
#include "device/cpu/one_image.h"
#include "device/cpu/pass.h"
#include "device/cpu/walk.h"
#include "device/preprocessing.h"

/* data[count][...] = the last layer's outputs. */
static void keep_rows(const emb__walk *walk, const emb__workspace *w, size_t first, size_t here) {
    const emb_net *net = walk->net;
    const size_t size = emb__shape_count(&net->layers[walk->to - 1].out);
    float *rows = walk->data;
    w->k->from_lanes(emb__net_output(net, w, walk->to - 1), (int)here, size, rows + first * size);
}

/* Whether an image takes so little work that waking threads for a few images would not pay. */
static bool few_operations(const emb_net *net, int from, int to) {
    enum { FEW = 1 << 20 };
    size_t multiply_adds = 0;
    for (int i = from; i < to; i++) multiply_adds += net->layers[i].multiply_adds;
    return multiply_adds < FEW;
}

/* out[n][...] = layers [from, to) of in[n][...]. */
static emb_status run_rows(emb_net *net, int from, int to, const float *in, size_t n, float *out,
                           int asked) {
    const size_t ins = emb__shape_count(&net->layers[from].in);
    const size_t outs = emb__shape_count(&net->layers[to - 1].out);
    const bool few = n == 1 || (n < EMB__SINGLE_MOST && few_operations(net, from, to));
    if (few && emb__net_is_whole(net, from, to) && emb__single_pays(net)) {
        emb_status status = emb__net_needs_labels(net, from, to);
        for (size_t i = 0; i < n && status == EMB_OK; i++) {
            status = emb__single_run(net, from, to, in + i * ins, emb__net_row_label(net, i),
                                     out + i * outs);
        }
        return status;
    }
    const emb__walk walk = {
        .net = net, .from = from, .to = to, .count = n, .rows = in, .look = keep_rows, .data = out};
    return emb__walk_team(&walk, asked);
}

emb_status emb_net_encode(emb_net *net, const float *images, size_t n, float *codes, int threads) {
    EMB__ENTER;
    emb_status status = emb__net_needs(net, "encoder");
    return status == EMB_OK ? run_rows(net, 0, net->encoder_end, images, n, codes, threads)
                            : status;
}

emb_status emb_net_decode(emb_net *net, const float *codes, size_t n, float *images, int threads) {
    EMB__ENTER;
    emb_status status = emb__net_needs(net, "decoder");
    if (status != EMB_OK) return status;
    return run_rows(net, net->encoder_end, net->layer_count, codes, n, images, threads);
}

emb_status emb_net_reconstruct(emb_net *net, const float *images, size_t n, float *out,
                               int threads) {
    EMB__ENTER;
    emb_status status = emb__net_reconstructs(net);
    return status == EMB_OK ? run_rows(net, 0, net->layer_count, images, n, out, threads) : status;
}

emb_status emb_net_classify(emb_net *net, const float *images, size_t n, float *logits,
                            int threads) {
    EMB__ENTER;
    emb_status status = emb__net_needs(net, "classifier");
    return status == EMB_OK ? run_rows(net, 0, net->layer_count, images, n, logits, threads)
                            : status;
}

emb_status emb_net_layer_output(emb_net *net, const float *image, size_t layer, float *out) {
    EMB__ENTER;
    if (layer >= (size_t)net->layer_count) {
        return emb__fail(EMB_ERR_ARGUMENT, "layer %zu does not exist; there are %d", layer,
                         net->layer_count);
    }
    return run_rows(net, 0, (int)layer + 1, image, 1, out, 1);
}

/* out[count][...] = layers [0, to) of images of a data set. */
static emb_status run_images(emb_net *net, int to, const emb_images *images,
                             const uint32_t *indices, size_t count, float *out, int threads) {
    emb_status status = emb_net_accepts(net, images);
    if (status == EMB_OK) status = emb__images_have(images, indices, count);
    if (status != EMB_OK || count == 0) return status;
    const emb__walk walk = {.net = net,
                            .to = to,
                            .count = count,
                            .images = images,
                            .indices = indices,
                            .look = keep_rows,
                            .data = out};
    return emb__walk_team(&walk, threads);
}

emb_status emb_net_encode_images(emb_net *net, const emb_images *images, const uint32_t *indices,
                                 size_t count, float *codes, int threads) {
    EMB__ENTER;
    emb_status status = emb__net_needs(net, "encoder");
    if (status != EMB_OK) return status;
    return run_images(net, net->encoder_end, images, indices, count, codes, threads);
}

emb_status emb_net_reconstruct_images(emb_net *net, const emb_images *images,
                                      const uint32_t *indices, size_t count, float *out,
                                      int threads) {
    EMB__ENTER;
    emb_status status = emb__net_reconstructs(net);
    if (status != EMB_OK) return status;
    return run_images(net, net->layer_count, images, indices, count, out, threads);
}
