/* See eval_text.h. */
#include "use/eval_text.h"

#include <math.h>
#include <stdlib.h>

#include "core/message.h"
#include "data/measures.h"

/* ---- lines ----------------------------------------------------------------------------------- */

/* --ssim: how alike images and reconstructions look. */
static void print_similarity(const emb_similarity *alike, const char *prefix) {
    cli_print("%sSSIM %.4f\n", prefix, alike->ssim);
    if (isfinite(alike->ms_ssim)) cli_print("%sMS-SSIM %.4f\n", prefix, alike->ms_ssim);
}

static void print_noise(const cli_evaluation *e, const char *prefix) {
    const emb_denoising *d = &e->denoised;
    char mse[CLI_NUMBER_SIZE];
    cli_print("%snoisy (%s) MSE %s", prefix, e->noise, cli_error_text(d->noisy_mse, 6, mse));
    if (isfinite(d->noisy_psnr)) cli_print(", PSNR %.2f dB", d->noisy_psnr);
    cli_print("\n%sdenoised MSE %s", prefix, cli_error_text(d->mse, 6, mse));
    if (isfinite(d->psnr)) {
        cli_print(", PSNR %.2f dB, a gain of %.2f dB", d->psnr, d->psnr - d->noisy_psnr);
    }
    cli_print("\n");
}

static void print_measures(const cli_evaluation *e, const emb_net *net, const char *prefix) {
    const emb_measured *m = &e->measures;
    cli_text line = {0};
    cli_measures_print(&line, m->measures, m->measure_count, false, prefix);
    cli_print("%s\n", line.bytes ? line.bytes : prefix);
    cli_text_free(&line);
    if (emb_net_entries(net) > 0) {
        cli_print("%scode: %d indices of %d entries, %d bits\n", prefix, emb_net_places(net),
                  emb_net_entries(net), cli_code_bits(net));
    } else {
        cli_print("%sactive numbers of the code: %d of %d\n", prefix, m->active, m->latent);
    }
}

void cli_evaluation_print(const cli_evaluation *e, const emb_net *net, const cli_split *split) {
    char mse[CLI_NUMBER_SIZE];
    const char *prefix = cli_part_prefix(split->part);
    cli_print("%sMSE %s\n", prefix, cli_error_text(e->score.mse, 6, mse));
    /* There is none without a black and a white, and none if the reconstruction is exact. */
    if (isfinite(e->score.psnr)) cli_print("%sPSNR %.2f dB\n", prefix, e->score.psnr);
    if (e->alike) print_similarity(&e->similarity, prefix);
    if (e->noise) print_noise(e, prefix);
    if (e->measured) print_measures(e, net, prefix);
    char *phrase = cli_scored_phrase(e->score.count, split->part, split->dataset);
    cli_print("%s\n", phrase);
    free(phrase);
}

/* ---- JSON ------------------------------------------------------------------------------------ */

void cli_scored_json(cli_json *json, const char *model, const char *dataset, cli_part part,
                     size_t images) {
    cli_json_name(json, "model", model);
    cli_json_name(json, "data", dataset);
    cli_json_string(json, "part", cli_part_name(part));
    cli_json_whole(json, "images", (int64_t)images);
}

static void add_noise(const cli_evaluation *e, cli_json *json) {
    const emb_denoising *d = &e->denoised;
    cli_json_open(json, "noise", '{');
    cli_json_string(json, "kind", e->noise);
    cli_json_real(json, "noisy_mse", d->noisy_mse);
    cli_json_real(json, "noisy_psnr", d->noisy_psnr);
    cli_json_real(json, "mse", d->mse);
    cli_json_real(json, "psnr", d->psnr);
    cli_json_real(json, "gain", d->psnr - d->noisy_psnr);
    cli_json_close(json, '}');
}

static void add_measures(const cli_evaluation *e, const emb_net *net, cli_json *json) {
    const emb_measured *m = &e->measures;
    cli_json_open(json, "measures", '{');
    for (int i = 0; i < m->measure_count; i++) {
        cli_json_real(json, m->measures[i].name, m->measures[i].value);
    }
    cli_json_close(json, '}');
    if (emb_net_entries(net) > 0) {
        cli_json_whole(json, "code_indices", emb_net_places(net));
        cli_json_whole(json, "code_entries", emb_net_entries(net));
        cli_json_whole(json, "code_bits", cli_code_bits(net));
    } else {
        cli_json_whole(json, "active", m->active);
        cli_json_whole(json, "latent", m->latent);
    }
}

void cli_evaluation_json(const cli_evaluation *e, const emb_net *net, cli_json *json) {
    cli_json_real(json, "mse", e->score.mse);
    cli_json_real(json, "psnr", e->score.psnr);
    if (e->alike) {
        cli_json_real(json, "ssim", e->similarity.ssim);
        cli_json_real(json, "ms_ssim", e->similarity.ms_ssim);
    }
    if (e->noise) add_noise(e, json);
    if (e->measured) add_measures(e, net, json);
}
