/* --tensorboard. See tensorboard.h. */
#include "report/tensorboard.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/folders.h"
#include "core/message.h"
#include "core/network.h"
#include "data/range.h"

enum {
    STEP_EVERY = 20,       /* steps between two losses */
    PAIRS = 8,             /* images that are shown with their reconstructions */
    PROJECTED = 2000,      /* images in the projector, which draws each in the browser */
    MOST_NUMBERS = 1 << 24 /* of all these images */
};

/* Ends the recording. */
static void give_up(cli_tensorboard *board) {
    cli_note("no more TensorBoard files: %s", emb_error());
    emb_events_free(board->events);
    board->events = NULL;
}

bool cli_tensorboard_open(cli_tensorboard *board, char *folder) {
    board->folder = folder;
    if (!cli_folder_make(board->folder)) return false;
    board->events = emb_events_new(board->folder);
    if (!board->events) cli_fail("%s", emb_error());
    return board->events;
}

void cli_tensorboard_close(cli_tensorboard *board) {
    emb_events_free(board->events);
    free(board->folder);
    *board = (cli_tensorboard){0};
}

void cli_tensorboard_step(cli_tensorboard *board, const cli_subject *s, float loss) {
    emb_events *events = board->events;
    const size_t step = events ? emb_run_steps(s->run) : 0;
    if (!events || (step - 1) % STEP_EVERY != 0) return;
    emb_status status = emb_events_scalar(events, "loss/step", step, (double)loss);
    if (status == EMB_OK) {
        status = emb_events_scalar(events, "learning_rate", step, emb_run_learning_rate(s->run));
    }
    if (status != EMB_OK) give_up(board);
}

/* ---- an epoch -------------------------------------------------------------------------------- */

static emb_status add_scalars(emb_events *events, const emb_epoch *done) {
    const struct {
        const char *tag;
        double value;
    } scalars[] = {
        {"loss/train", done->mean_loss},
        {"loss/validation", done->validation_loss},
        {"accuracy/train", done->accuracy},
        {"accuracy/validation", done->validation_accuracy},
        {"images_per_second", done->seconds > 0 ? (double)done->images / done->seconds : NAN},
    };
    emb_status status = EMB_OK;
    for (size_t i = 0; i < sizeof scalars / sizeof *scalars && status == EMB_OK; i++) {
        if (!isfinite(scalars[i].value)) continue;
        status = emb_events_scalar(events, scalars[i].tag, done->steps, scalars[i].value);
    }
    return status;
}

/* "elbo/train", "elbo/validation": what is told of a kind of autoencoder. */
static emb_status add_measures(emb_events *events, const emb_epoch *done) {
    emb_status status = EMB_OK;
    for (int i = 0; i < 2 * done->measure_count && status == EMB_OK; i++) {
        const emb_measure *m = &done->measures[i / 2];
        const double value = i % 2 == 0 ? m->value : m->validation;
        if (!isfinite(value)) continue;
        char *tag = cli_format("%s/%s", m->name, i % 2 == 0 ? "train" : "validation");
        status = emb_events_scalar(events, tag, done->steps, value);
        free(tag);
    }
    return status;
}

static emb_status add_weights(emb_events *events, const emb_net *net, size_t step) {
    emb_status status = EMB_OK;
    for (size_t i = 0; i < emb_net_tensor_count(net) && status == EMB_OK; i++) {
        emb_tensor_info info;
        emb_net_tensor(net, i, &info);
        char *tag = cli_format("weights/%s", info.name);
        status = emb_events_histogram(events, tag, step, info.values, info.count);
        free(tag);
    }
    return status;
}

/* Copies an image {C, H, W} into the sheet [C][2 H][count W], at its column and in one of the two
 * rows. */
static void place(const int shape[3], const float *image, size_t column, size_t row, size_t count,
                  float *sheet) {
    const size_t h = (size_t)shape[1], w = (size_t)shape[2];
    for (size_t c = 0; c < (size_t)shape[0]; c++) {
        for (size_t y = 0; y < h; y++) {
            memcpy(sheet + ((c * 2 + row) * h + y) * count * w + column * w,
                   image + (c * h + y) * w, w * sizeof *sheet);
        }
    }
}

/* pairs[count][2] of images of that shape: each first one above the second. */
static emb_status add_sheet(emb_events *events, const int images[3], const float *pairs,
                            size_t count, size_t step) {
    const size_t pixels = (size_t)images[0] * (size_t)images[1] * (size_t)images[2];
    int view[3];
    float range[2];
    emb_view_shape(images, view);
    emb_view_range(pairs, 2 * count, images, range);
    const size_t size = (size_t)view[0] * (size_t)view[1] * (size_t)view[2];
    const int shape[3] = {view[0], 2 * view[1], (int)count * view[2]};
    float *image = cli_alloc(size * sizeof *image),
          *sheet = cli_alloc(2 * count * size * sizeof *sheet);
    emb_status status = EMB_OK;
    for (size_t i = 0; i < 2 * count && status == EMB_OK; i++) {
        status = emb_view(pairs + i * pixels, images, range, image);
        if (status == EMB_OK) place(view, image, i / 2, i % 2, count, sheet);
    }
    if (status == EMB_OK) {
        status = emb_events_image(events, "reconstructions", step, sheet, shape);
    }
    free(image);
    free(sheet);
    return status;
}

/* The first validation images above their reconstructions. */
static emb_status add_reconstructions(emb_events *events, const cli_subject *s, size_t step,
                                      int threads) {
    if (!emb_net_has_part(s->net, "decoder")) return EMB_OK;
    int shape[3];
    size_t available;
    const uint32_t *indices = cli_subject_watched(s, &available);
    const size_t count = available < PAIRS ? available : PAIRS, pixels = cli_network_pixels(s->net);
    float *pairs = cli_alloc(2 * count * pixels * sizeof *pairs);
    float *images = cli_alloc(2 * count * pixels * sizeof *images), *made = images + count * pixels;
    emb_status status = emb_images_fetch(s->images, indices, count, images, NULL);
    /* All together: one at a time would pack a second copy of the weights. */
    if (status == EMB_OK)
        status = emb_net_reconstruct_images(s->net, s->images, indices, count, made, threads);
    for (size_t i = 0; i < count && status == EMB_OK; i++) {
        float *pair = pairs + 2 * i * pixels;
        memcpy(pair, images + i * pixels, pixels * sizeof *pair);
        memcpy(pair + pixels, made + i * pixels, pixels * sizeof *pair);
        cli_range_shade(s->net, pair, 2 * pixels);
    }
    free(images);
    emb_net_input_shape(s->net, shape);
    if (status == EMB_OK) status = add_sheet(events, shape, pairs, count, step);
    free(pairs);
    return status;
}

void cli_tensorboard_epoch(cli_tensorboard *board, const cli_subject *s, const emb_epoch *done,
                           int threads) {
    emb_events *events = board->events;
    if (!events) return;
    emb_status status = add_scalars(events, done);
    if (status == EMB_OK) status = add_measures(events, done);
    if (status == EMB_OK) status = add_weights(events, s->net, done->steps);
    if (status == EMB_OK) status = add_reconstructions(events, s, done->steps, threads);
    if (status != EMB_OK) give_up(board);
}

/* ---- the projector --------------------------------------------------------------------------- */

void cli_tensorboard_finish(cli_tensorboard *board, const cli_subject *s, int threads) {
    if (!board->events || !emb_net_has_part(s->net, "encoder")) return;
    int shape[3];
    emb_net_input_shape(s->net, shape);
    size_t available;
    const uint32_t *indices = cli_subject_watched(s, &available);
    const size_t pixels = cli_network_pixels(s->net), latent = (size_t)emb_net_latent(s->net);
    /* All of them are in memory at once. */
    const size_t most = MOST_NUMBERS / (pixels > latent ? pixels : latent),
                 fit = most < 1 ? 1 : most;
    size_t count = available < PROJECTED ? available : PROJECTED;
    if (count > fit) count = fit;
    float *codes = cli_alloc(count * latent * sizeof *codes);
    float *images = cli_alloc(count * pixels * sizeof *images);
    int *labels = cli_alloc(count * sizeof *labels);
    for (size_t i = 0; i < count; i++) labels[i] = emb_images_label(s->images, indices[i]);
    const emb_projector projector = {.count = count,
                                     .latent = (int)latent,
                                     .codes = codes,
                                     .labels = labels[0] >= 0 ? labels : NULL,
                                     .pixels = images,
                                     .shape = {shape[0], shape[1], shape[2]}};
    emb_status status = emb_images_fetch(s->images, indices, count, images, NULL);
    if (status == EMB_OK)
        status = emb_net_encode_images(s->net, s->images, indices, count, codes, threads);
    cli_range_shade(s->net, images, count * pixels);
    if (status == EMB_OK) status = emb_projector_write(board->folder, &projector);
    free(codes);
    free(images);
    free(labels);
    if (status != EMB_OK) {
        give_up(board);
        return;
    }
    cli_note("for TensorBoard: tensorboard --logdir %s", board->folder);
}
