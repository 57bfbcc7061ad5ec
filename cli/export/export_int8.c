/* What whole numbers cost: runs the test images through the network in float and in whole
 * numbers. */
#include "export/export_int8.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/message.h"
#include "core/network.h"
#include "core/rows.h"
#include "data/open_data.h"
#include "data/range.h"

static const double most_loss = 0.05; /* share of the error, above which a note says so */

bool cli_export_images(cli_export *job, const cli_args *args) {
    const char *dataset = cli_arg(args, "DATASET")->text;
    const char *name = cli_arg(args, "RUN|MODEL")->text;
    if (!cli_split_open(&job->scored, job->net, name, dataset, NULL)) return false;
    const cli_holdout held = cli_holdout_of(job->net, name, dataset);
    job->train = cli_held_open(dataset, EMB_TRAIN, &held);
    return job->train && cli_range_fit(job->net, job->train, dataset);
}

bool cli_export_quantise(cli_export *job) {
    job->int8 = emb_int8_new(job->net, job->train, NULL, emb_images_count(job->train));
    if (!job->int8) cli_fail("%s", emb_error());
    return job->int8;
}

void cli_export_close(cli_export *job) {
    emb_int8_free(job->int8);
    emb_unusual_free(job->usual);
    emb_images_free(job->train);
    cli_split_close(&job->scored);
    emb_net_free(job->net);
}

/* A network's outputs for images, in float for parts that are not exported. */
static emb_status through(const cli_export *job, bool whole, const float *in, size_t count,
                          float *codes, float *out) {
    const bool encoder = whole && (!job->part || strcmp(job->part, "encoder") == 0);
    const bool decoder = whole && (!job->part || strcmp(job->part, "decoder") == 0);
    if (job->part && strcmp(job->part, "head") == 0 && whole) {
        const emb_status encoded = emb_net_encode(job->net, in, count, codes, job->threads);
        return encoded == EMB_OK
                   ? emb_int8_classify_codes(job->int8, codes, count, out, job->threads)
                   : encoded;
    }
    if (emb_net_classes(job->net) > 0) {
        return whole ? emb_int8_classify(job->int8, in, count, out, job->threads)
                     : emb_net_classify(job->net, in, count, out, job->threads);
    }
    emb_status status = encoder ? emb_int8_encode(job->int8, in, count, codes, job->threads)
                                : emb_net_encode(job->net, in, count, codes, job->threads);
    if (status != EMB_OK) return status;
    return decoder ? emb_int8_decode(job->int8, codes, count, out, job->threads)
                   : emb_net_decode(job->net, codes, count, out, job->threads);
}

static int best(const float *logits, int classes) {
    int at = 0;
    for (int c = 1; c < classes; c++) {
        if (logits[c] > logits[at]) at = c;
    }
    return at;
}

/* Squared errors, or images classified correctly, for images [first, first + here). */
static double count_up(const cli_export *job, size_t first, size_t here, const float *in,
                       const float *out) {
    const int classes = emb_net_classes(job->net);
    const size_t size = cli_network_pixels(job->net);
    double sum = 0;
    for (size_t i = 0; i < here && classes > 0; i++) {
        sum += best(out + i * (size_t)classes, classes) ==
               emb_images_label(job->scored.images, first + i);
    }
    for (size_t i = 0; i < here * size && classes == 0; i++) {
        const double d = (double)out[i] - (double)in[i];
        sum += d * d;
    }
    return sum;
}

/* results[0] is the float network's, [1] that of whole numbers. */
static bool measure(const cli_export *job, double results[2]) {
    const size_t size = cli_network_pixels(job->net), outs = cli_network_outputs(job->net);
    const size_t count = emb_images_count(job->scored.images), chunk = cli_network_chunk(job->net);
    const size_t most = chunk < count ? chunk : count;
    const size_t latent = (size_t)emb_net_latent(job->net);
    float *in = cli_alloc(most * size * sizeof *in), *out = cli_alloc(most * outs * sizeof *out);
    float *codes = cli_alloc(most * (latent + 1) * sizeof *codes);
    emb_status status = EMB_OK;
    for (size_t first = 0; first < count && status == EMB_OK; first += most) {
        const size_t here = count - first < most ? count - first : most;
        status = cli_rows(job->scored.images, NULL, first, here, in);
        for (int whole = 0; whole < 2 && status == EMB_OK; whole++) {
            status = through(job, whole, in, here, codes, out);
            if (status == EMB_OK) results[whole] += count_up(job, first, here, in, out);
        }
    }
    free(in);
    free(out);
    free(codes);
    if (status != EMB_OK) cli_fail("%s", emb_error());
    return status == EMB_OK;
}

/* Keeps them as they are told. */
static void keep(cli_export *job, const double results[2], double of) {
    job->compared = true;
    for (int whole = 0; whole < 2; whole++) job->results[whole] = results[whole] / of;
}

bool cli_export_compare(cli_export *job) {
    double results[2] = {0};
    const double images = (double)emb_images_count(job->scored.images);
    const bool classifies = emb_net_classes(job->net) > 0;
    if (!classifies &&
        (!emb_net_has_part(job->net, "encoder") || !emb_net_has_part(job->net, "decoder"))) {
        return true; /* a part alone: there is nothing to compare it with */
    }
    if (classifies && emb_images_label(job->scored.images, 0) < 0) return true;
    /* A classifier is only run as a whole: an encoder's codes have no accuracy. */
    if (classifies && job->part && strcmp(job->part, "encoder") == 0) return true;
    if (!measure(job, results)) return false;
    const char *prefix = cli_part_prefix(job->scored.part);
    char *phrase = cli_scored_phrase(job->scored.count, job->scored.part, job->scored.dataset);
    if (classifies) {
        keep(job, results, images);
        cli_line_result("%saccuracy %.2f %% in float, %.2f %% in whole numbers, on %s", prefix,
                        100 * results[0] / images, 100 * results[1] / images, phrase);
        free(phrase);
        return true;
    }
    const double elements = images * (double)cli_network_pixels(job->net);
    char numbers[2][CLI_NUMBER_SIZE], change[CLI_NUMBER_SIZE] = "";
    if (!isfinite(results[0]) || !isfinite(results[1])) {
        cli_fail("the test images' numbers, or the network's outputs, are too large");
        return false;
    }
    keep(job, results, elements);
    const double loss = results[1] / results[0] - 1;
    for (int whole = 0; whole < 2; whole++) {
        cli_error_text(results[whole] / elements, 6, numbers[whole]);
    }
    /* There is no share of an error of 0. */
    if (isfinite(loss)) snprintf(change, sizeof change, " (%+.2f %%)", 100 * loss);
    cli_decimals(change);
    cli_line_result("%sMSE %s in float, %s in whole numbers%s, on %s", prefix, numbers[0],
                    numbers[1], change, phrase);
    free(phrase);
    if (loss > most_loss) {
        cli_note("whole numbers cost more than %.0f %% here; float may be the better choice",
                 100 * most_loss);
    }
    return true;
}
