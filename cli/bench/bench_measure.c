/* Throughput of training and of inference, and the time of one image, through the library's public
 * functions. */
#include "bench/bench_measure.h"

#include <math.h>
#include <stdlib.h>

#include "bench/bench_figures.h"
#include "core/message.h"
#include "core/network.h"
#include "core/progress.h"
#include "core/room.h"

/* Images to train on: four batches, so that an epoch's end weighs little, of a data set that comes
 * from memory rather than from the nearest cache. */
enum { LEAST_IMAGES = 2048, LEAST_FLOATS = 1024, MOST_BYTES = 1 << 28 };

/* Calls whose times are kept in one repeat. */
enum { MOST_CALLS = 1 << 16 };

static bool failed(void) {
    cli_fail("%s", emb_error());
    return false;
}

/* ---- images ---------------------------------------------------------------------------------- */

static uint8_t *random_bytes(size_t count) {
    uint8_t *bytes = cli_alloc(count);
    uint32_t state = 1;
    for (size_t i = 0; i < count; i++) {
        state = state * 1664525u + 1013904223u; /* Numerical Recipes' generator */
        bytes[i] = (uint8_t)(state >> 24);
    }
    return bytes;
}

/* `wanted` images, or as many as MOST_BYTES hold, but a batch at least. */
static size_t affordable(size_t wanted, size_t image_bytes, size_t batch) {
    size_t most = MOST_BYTES / image_bytes;
    if (wanted > most) wanted = most;
    return wanted > batch ? wanted : batch;
}

bool cli_bench_make_images(cli_bench *bench) {
    size_t pixels = cli_network_pixels(bench->net), batch = 1;
    int shape[3];
    for (int i = 0; i < bench->batch_count; i++) {
        if ((size_t)bench->batches[i] > batch) batch = (size_t)bench->batches[i];
    }
    emb_net_input_shape(bench->net, shape);
    const size_t outputs = cli_network_outputs(bench->net);
    if (!cli_room_for(batch, pixels > outputs ? pixels : outputs, CLI_ROOM_NUMBERS,
                      E_("%s images of %s numbers are more than are held at once, at most %s "
                         "images; take smaller --batches"),
                      NULL)) {
        return false;
    }
    size_t count = 4 * batch > LEAST_IMAGES ? 4 * batch : LEAST_IMAGES;
    count = affordable(count, pixels, batch);
    uint8_t *bytes = random_bytes(count * pixels);
    const int classes = emb_net_classes(bench->net);
    uint8_t *labels = classes > 0 ? cli_alloc(count) : NULL;
    for (size_t i = 0; labels && i < count; i++) labels[i] = (uint8_t)(i % (size_t)classes);
    bench->images = emb_images_new(bytes, labels, count, shape);
    free(bytes);
    free(labels);
    if (!bench->images) return failed();
    size_t floats = batch > LEAST_FLOATS ? batch : LEAST_FLOATS;
    floats = affordable(floats, pixels * sizeof(float), batch);
    bench->floats = floats < count ? floats : count;
    bench->pixels = cli_alloc(bench->floats * pixels * sizeof *bench->pixels);
    return emb_images_fetch(bench->images, NULL, bench->floats, bench->pixels, NULL) == EMB_OK ||
           failed();
}

/* ---- throughput ------------------------------------------------------------------------------ */

/* Steps of a training until `seconds` are over; *images: how many they took. */
static bool train_for(emb_run *run, double seconds, size_t batch, size_t *images, double *taken) {
    double from = cli_clock();
    size_t steps = 0;
    float loss;
    do {
        if (emb_run_step(run, &loss) != EMB_OK) return failed();
        steps++;
        *taken = cli_clock() - from;
    } while (*taken < seconds);
    *images = steps * batch;
    return true;
}

bool cli_bench_train(cli_bench *bench, int batch, int threads) {
    size_t size = (size_t)bench->batches[batch], images;
    double taken;
    emb_train_options options = {
        .val_split = -1, .batch_size = bench->batches[batch], .threads = bench->threads[threads]};
    emb_run *run = emb_run_new(bench->net, bench->images, &options);
    /* BatchNorm1d has no variance of one image. */
    if (!run && size == 1 && bench->batch_count > 1) {
        if (threads == 0 && bench->one_peak.count == 1) {
            cli_note("left out: training at batch 1: %s", emb_error());
        }
        return true;
    }
    if (!run) return failed();
    bool good = train_for(run, bench->seconds / 10, size, &images, &taken) &&
                train_for(run, bench->seconds, size, &images, &taken);
    emb_run_free(run);
    if (good) cli_figure_add(&bench->train[batch][threads], (double)images / taken);
    return good;
}

typedef emb_status apply(emb_net *net, const float *in, size_t n, float *out, int threads);

/* What running forward means for this network. */
static apply *whole_of(const cli_bench *bench) {
    return emb_net_classes(bench->net) > 0 ? emb_net_classify : emb_net_reconstruct;
}

/* The number of its outputs for an image. */
static size_t outputs_of(const cli_bench *bench) {
    const int classes = emb_net_classes(bench->net);
    return classes > 0 ? (size_t)classes : cli_network_pixels(bench->net);
}

/* Calls on one batch after another until `seconds` are over. */
static bool forward_for(const cli_bench *bench, double seconds, size_t batch, int threads,
                        float *out, double *rate) {
    size_t pixels = cli_network_pixels(bench->net), position = 0, images = 0;
    double from = cli_clock(), taken;
    do {
        if (position + batch > bench->floats) position = 0;
        const float *in = bench->pixels + position * pixels;
        if (whole_of(bench)(bench->net, in, batch, out, threads) != EMB_OK) return failed();
        position += batch;
        images += batch;
        taken = cli_clock() - from;
    } while (taken < seconds);
    *rate = (double)images / taken;
    return true;
}

bool cli_bench_forward(cli_bench *bench, int batch, int threads) {
    size_t size = (size_t)bench->batches[batch];
    float *out = cli_alloc(size * outputs_of(bench) * sizeof *out);
    int count = bench->threads[threads];
    double rate;
    bool good = forward_for(bench, bench->seconds / 10, size, count, out, &rate) &&
                forward_for(bench, bench->seconds, size, count, out, &rate);
    free(out);
    if (good) cli_figure_add(&bench->forward[batch][threads], rate);
    return good;
}

/* ---- one image ------------------------------------------------------------------------------- */

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The time that a share of the calls did not exceed. */
static double quantile(const double *sorted, size_t count, double share) {
    size_t rank = (size_t)ceil(share * (double)count);
    return sorted[rank > 0 ? rank - 1 : 0];
}

/* Calls `f` on one image or code after another, each call timed by itself. */
static bool time_calls(const cli_bench *bench, apply *f, const float *in, size_t in_size,
                       size_t in_count, float *out, cli_figure *median, cli_figure *p99) {
    enum { WARM_UP = 16, LEAST_CALLS = 100 };
    double *times = cli_alloc(MOST_CALLS * sizeof *times), from = cli_clock();
    size_t count = 0;
    bool good = true;
    for (size_t i = 0; good && i < WARM_UP + MOST_CALLS; i++) {
        double start = cli_clock();
        good = f(bench->net, in + i % in_count * in_size, 1, out, 1) == EMB_OK;
        double end = cli_clock();
        if (i >= WARM_UP) times[count++] = end - start;
        if (count >= LEAST_CALLS && end - from > bench->seconds) break;
    }
    if (good) {
        qsort(times, count, sizeof *times, by_size);
        cli_figure_add(median, quantile(times, count, 0.5));
        cli_figure_add(p99, quantile(times, count, 0.99));
    }
    free(times);
    return good ? true : failed();
}

bool cli_bench_single(cli_bench *bench) {
    enum { IMAGES = 256 };
    size_t pixels = cli_network_pixels(bench->net), latent = (size_t)emb_net_latent(bench->net);
    size_t count = bench->floats < IMAGES ? bench->floats : IMAGES;
    float *codes = cli_alloc(count * latent * sizeof *codes);
    const size_t outputs = outputs_of(bench);
    float *out = cli_alloc((outputs > latent ? outputs : latent) * sizeof *out);
    bool good = true;
    if (emb_net_has_part(bench->net, "encoder")) {
        good = emb_net_encode(bench->net, bench->pixels, count, codes, 1) == EMB_OK || failed();
        good = good && time_calls(bench, emb_net_encode, bench->pixels, pixels, count, out,
                                  &bench->encode, &bench->encode_p99);
    }
    if (good && emb_net_has_part(bench->net, "decoder")) {
        good = time_calls(bench, emb_net_decode, codes, latent, count, out, &bench->decode,
                          &bench->decode_p99);
    }
    if (good && emb_net_has_part(bench->net, "classifier")) {
        good = time_calls(bench, emb_net_classify, bench->pixels, pixels, count, out,
                          &bench->classify, &bench->classify_p99);
    }
    free(codes);
    free(out);
    return good;
}
