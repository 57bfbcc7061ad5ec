/* A trained network used: encode, decode, and the error of a reconstruction, block by block. */
#include <math.h>
#include <string.h>

#include "base/cancel.h"
#include "base/entry.h"
#include "base/threads.h"
#include "device/cpu/one_image.h"
#include "train/run.h"

/* Blocks of images that a team works through: as many as can be shared out evenly each by one
 * member, the rest by all together. `block` is called by everyone who works on it. */
typedef struct blocks {
    emb_net *net;
    size_t count; /* of images */
    void (*block)(const struct blocks *job, const emb__workspace *w, size_t first, size_t here);
    /* rows: layers [from, to) of in[count][...] give out[count][...] */
    int from, to;
    const float *in;
    float *out;
    /* errors */
    const emb_images *images;
    const uint32_t *indices;
    double *errors;
    uint8_t *predicted;
} blocks;

/* Images [first, ...), as many as fill the workspace's lanes or are there. */
static void run_from(const blocks *job, const emb__workspace *w, size_t first) {
    const size_t lanes = (size_t)w->k->lanes;
    if (first >= job->count) return;
    const size_t left = job->count - first;
    job->block(job, w, first, left < lanes ? left : lanes);
}

static void run_part(void *data, const emb__member *me) {
    const blocks *job = data;
    const size_t all = (job->count + EMB__LANES - 1) / EMB__LANES;
    const size_t members = (size_t)me->count, own = all / members;
    for (size_t i = 0; i < own && !emb__cancelled(); i++) {
        run_from(job, &job->net->workspaces[me->number],
                 ((size_t)me->number * own + i) * EMB__LANES);
    }
    /* Both halves of the one block that is left, where both have images. */
    const bool halves =
        emb__net_halves(job->net, me) && (job->count - 1) % EMB__LANES >= EMB__LANES / 2;
    const emb__workspace shared =
        halves ? emb__net_half(job->net, me) : emb__net_together(job->net, me);
    for (size_t b = own * members; b < all; b++) {
        if (!halves) emb__team_wait(me);
        run_from(job, &shared,
                 b * EMB__LANES + (halves ? (size_t)me->number * (size_t)shared.k->lanes : 0));
    }
}

static emb_status run_blocks(blocks *job, int asked) {
    const size_t all = (job->count + EMB__LANES - 1) / EMB__LANES;
    const int threads = emb__threads_for(asked, SIZE_MAX);
    emb_status status = emb__net_workspaces(job->net, emb__threads_for(threads, all), threads);
    if (status == EMB_OK) emb__team_run(threads, run_part, job);
    return status == EMB_OK ? emb__cancel_check() : status;
}

static void rows_block(const blocks *job, const emb__workspace *w, size_t first, size_t here) {
    const emb_net *net = job->net;
    const size_t ins = emb__shape_count(&net->layers[job->from].in);
    const size_t outs = emb__shape_count(&net->layers[job->to - 1].out);
    if (w->me->number == 0) {
        w->k->to_lanes(job->in + first * ins, (int)here, ins, emb__net_input(net, w, job->from));
    }
    emb__team_wait(w->me);
    emb__net_forward(net, w, job->from, job->to);
    emb__team_wait(w->me);
    if (w->me->number == 0) {
        w->k->from_lanes(emb__net_output(net, w, job->to - 1), (int)here, outs,
                         job->out + first * outs);
    }
}

/* Whether an image takes so little work that waking threads for a few of them would not pay. */
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
    if (few && emb__single_pays(net)) {
        emb_status status = EMB_OK;
        for (size_t i = 0; i < n && status == EMB_OK; i++) {
            status = emb__single_run(net, from, to, in + i * ins, out + i * outs);
        }
        return status;
    }
    blocks job = {
        .net = net, .count = n, .block = rows_block, .from = from, .to = to, .in = in, .out = out};
    return run_blocks(&job, asked);
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

void emb__net_lay_out(const emb_net *net, const emb__workspace *w, const emb_images *images,
                      const uint32_t *indices, size_t first, size_t count) {
    const uint8_t *pixels[EMB__LANES] = {0};
    const size_t size = emb__shape_count(&net->input);
    float *rows = w->grad[1]; /* free before a block has run */
    const bool plain = images->pixels && emb__net_plain_bytes(net);
    for (size_t lane = 0; lane < count; lane++) {
        const size_t i = indices ? indices[first + lane] : first + lane;
        if (plain) pixels[lane] = emb_images_pixels(images, i);
        if (!plain) emb__net_row(net, images, i, rows + lane * size);
    }
    if (plain) {
        w->k->lay_out(pixels, (int)count, size, emb__net_input(net, w, 0));
    } else {
        w->k->to_lanes(rows, (int)count, size, emb__net_input(net, w, 0));
    }
}

static void codes_block(const blocks *job, const emb__workspace *w, size_t first, size_t here) {
    const emb_net *net = job->net;
    const size_t outs = emb__shape_count(&net->layers[job->to - 1].out);
    if (w->me->number == 0) emb__net_lay_out(net, w, job->images, job->indices, first, here);
    emb__team_wait(w->me);
    emb__net_forward(net, w, 0, job->to);
    emb__team_wait(w->me);
    if (w->me->number == 0) {
        w->k->from_lanes(emb__net_output(net, w, job->to - 1), (int)here, outs,
                         job->out + first * outs);
    }
}

emb_status emb_net_encode_images(emb_net *net, const emb_images *images, const uint32_t *indices,
                                 size_t count, float *codes, int threads) {
    EMB__ENTER;
    emb_status status = emb__net_needs(net, "encoder");
    if (status == EMB_OK) status = emb_net_accepts(net, images);
    if (status == EMB_OK && !indices && count > emb_images_count(images)) {
        status = emb__fail(EMB_ERR_ARGUMENT, "%zu images to encode; there are %zu", count,
                           emb_images_count(images));
    }
    for (size_t i = 0; status == EMB_OK && indices && i < count; i++) {
        if (indices[i] < emb_images_count(images)) continue;
        status = emb__fail(EMB_ERR_ARGUMENT, "image %lu does not exist; there are %zu",
                           (unsigned long)indices[i], emb_images_count(images));
    }
    if (status != EMB_OK || count == 0) return status;
    blocks job = {.net = net,
                  .count = count,
                  .block = codes_block,
                  .to = net->encoder_end,
                  .out = codes,
                  .images = images,
                  .indices = indices};
    return run_blocks(&job, threads);
}

/* The kernel's squares are float32: where they leave its range, the sums of the first `here` lanes
 * once more in double. */
static void mend_errors(const emb_net *net, const emb__workspace *w, size_t here, double *errors) {
    static const double least = 1e-26; /* so many tinier squares as an image has numbers are less */
    const float *y = emb__net_output(net, w, net->layer_count - 1), *x = emb__net_input(net, w, 0);
    const size_t lanes = (size_t)w->k->lanes, size = emb__shape_count(&net->input);
    for (size_t lane = 0; lane < here; lane++) {
        if (isfinite(errors[lane]) && errors[lane] >= least) continue;
        errors[lane] = 0;
        for (size_t i = lane; i < size * lanes; i += lanes) {
            const double d = (double)y[i] - (double)x[i];
            errors[lane] += d * d;
        }
    }
}

static void errors_block(const blocks *job, const emb__workspace *w, size_t first, size_t here) {
    const emb_net *net = job->net;
    if (w->me->number == 0) emb__net_lay_out(net, w, job->images, job->indices, first, here);
    emb__team_wait(w->me);
    emb__net_forward(net, w, 0, net->layer_count);
    emb__team_wait(w->me);
    if (w->me->number != 0) return;
    double errors[EMB__LANES];
    uint8_t predicted[EMB__LANES];
    emb__net_loss(net, w, job->images, job->indices, first, here, 0, NULL, errors, predicted);
    if (!net->classifies) mend_errors(net, w, here, errors);
    memcpy(job->errors + first, errors, here * sizeof *errors);
    if (job->predicted) memcpy(job->predicted + first, predicted, here);
}

emb_status emb__net_errors(emb_net *net, const emb_images *images, const uint32_t *indices,
                           size_t count, int asked, double *errors, uint8_t *predicted) {
    blocks job = {.net = net,
                  .count = count,
                  .block = errors_block,
                  .images = images,
                  .indices = indices,
                  .errors = errors,
                  .predicted = predicted};
    return run_blocks(&job, asked);
}
