/* See score_table.h. */
#include "use/score_table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "data/open_data.h"

static const char *const words[EMB_UNUSUAL_KINDS] = {"score", "reconstruction", "region",
                                                     "corrected", "neighbours"};

const char *cli_scores_word(emb_unusual_by by) { return words[by]; }

emb_unusual_by cli_scores_by(const char *word) {
    int by = 0;
    while (by < EMB_UNUSUAL_KINDS - 1 && strcmp(words[by], word) != 0) by++;
    return (emb_unusual_by)by;
}

static double number(const cli_scores *s, size_t i, emb_unusual_by by) {
    return s->numbers[i * EMB_UNUSUAL_KINDS + (size_t)by];
}

double cli_scores_of(const cli_scores *scores, size_t i) { return number(scores, i, scores->by); }

bool cli_scores_is_odd(const cli_scores *scores, size_t i) {
    return cli_scores_of(scores, i) > scores->threshold;
}

size_t cli_scores_odd(const cli_scores *scores) {
    size_t odd = 0;
    for (size_t i = 0; i < scores->split->count; i++) odd += cli_scores_is_odd(scores, i);
    return odd;
}

/* ---- order ----------------------------------------------------------------------------------- */

typedef struct ranked {
    double number;
    size_t image;
} ranked;

/* The largest first; of equal ones the earlier. */
static int by_number(const void *a, const void *b) {
    const ranked *x = a, *y = b;
    if (x->number != y->number) return x->number < y->number ? 1 : -1;
    return (x->image > y->image) - (x->image < y->image);
}

static ranked *rank(const cli_scores *s, emb_unusual_by by) {
    ranked *all = cli_alloc(s->split->count * sizeof *all);
    for (size_t i = 0; i < s->split->count; i++) all[i] = (ranked){number(s, i, by), i};
    qsort(all, s->split->count, sizeof *all, by_number);
    return all;
}

void cli_scores_sort(cli_scores *scores) {
    ranked *all = rank(scores, scores->by);
    scores->order = cli_alloc(scores->split->count * sizeof *scores->order);
    for (size_t i = 0; i < scores->split->count; i++) scores->order[i] = all[i].image;
    free(all);
}

/* ---- usual and unusual classes --------------------------------------------------------------- */

static int label_of(const cli_scores *s, size_t i) {
    return emb_images_label(s->split->images, cli_split_index(s->split, i));
}

bool cli_scores_areas(const cli_scores *scores, emb_unusual_by by, double *roc, double *precision) {
    const size_t n = scores->split->count;
    double odd = 0, usual = 0, area = 0, sum = 0;
    if (scores->normal < 0 || !isfinite(number(scores, 0, by))) return false;
    ranked *all = rank(scores, by);
    for (size_t i = 0; i < n;) {
        size_t j = i;
        double here[2] = {0, 0};
        for (; j < n && all[j].number == all[i].number; j++) {
            here[label_of(scores, all[j].image) != scores->normal]++;
        }
        area += here[0] * (odd + here[1] / 2);
        odd += here[1];
        usual += here[0];
        sum += here[1] * odd / (odd + usual);
        i = j;
    }
    free(all);
    if (odd == 0 || usual == 0) return false;
    *roc = area / (odd * usual);
    *precision = sum / odd;
    return true;
}

/* ---- texts ----------------------------------------------------------------------------------- */

char *cli_scores_name(const cli_scores *scores, size_t i) {
    const size_t at = cli_split_index(scores->split, i);
    const char *file =
        scores->files ? scores->files[i] : emb_images_file(scores->split->images, at);
    return file ? cli_format("%s", file) : cli_format("%zu", i);
}

char *cli_scores_label(const cli_scores *scores, size_t i) {
    char text[CLI_NUMBER_SIZE];
    const int label = scores->files ? -1 : label_of(scores, i);
    return cli_format("%s", label < 0 ? "" : cli_class_name(scores->split->images, label, text));
}

static void add_cell(cli_text *out, char *text) {
    cli_text_for(out, EMB_CSV, text);
    cli_text_add(out, ",");
    free(text);
}

/* Nothing for a number that there is none of. */
static void add_number(cli_text *out, double value) {
    if (isfinite(value)) cli_text_add(out, "%.9g", value);
    cli_text_add(out, ",");
}

void cli_scores_csv(const cli_scores *scores, cli_text *out) {
    cli_text_add(out, "name,label,score,reconstruction,neighbours,unusual\n");
    for (size_t i = 0; i < scores->split->count; i++) {
        add_cell(out, cli_scores_name(scores, i));
        add_cell(out, cli_scores_label(scores, i));
        add_number(out, cli_scores_of(scores, i));
        add_number(out, number(scores, i, EMB_UNUSUAL_RECONSTRUCTION));
        add_number(out, number(scores, i, EMB_UNUSUAL_NEIGHBOURS));
        cli_text_add(out, "%d\n", cli_scores_is_odd(scores, i));
    }
}

static void add_image(const cli_scores *scores, size_t i, cli_json *json) {
    char *name = cli_scores_name(scores, i), *label = cli_scores_label(scores, i);
    cli_json_open(json, NULL, '{');
    cli_json_name(json, "name", name);
    cli_json_string(json, "label", *label ? label : NULL);
    cli_json_real(json, "score", cli_scores_of(scores, i));
    cli_json_real(json, "reconstruction", number(scores, i, EMB_UNUSUAL_RECONSTRUCTION));
    cli_json_real(json, "neighbours", number(scores, i, EMB_UNUSUAL_NEIGHBOURS));
    cli_json_bool(json, "unusual", cli_scores_is_odd(scores, i));
    cli_json_close(json, '}');
    free(name);
    free(label);
}

void cli_scores_json(const cli_scores *scores, const char *model_name, cli_text *out) {
    cli_json json = {0};
    double roc, precision;
    cli_json_open(&json, NULL, '{');
    cli_json_name(&json, "model", model_name);
    cli_json_string(&json, "by", words[scores->by]);
    cli_json_real(&json, "threshold", scores->threshold);
    cli_json_real(&json, "false_alarms", scores->false_alarms);
    cli_json_whole(&json, "validation_images", (int64_t)scores->validated);
    cli_json_whole(&json, "unusual", (int64_t)cli_scores_odd(scores));
    if (cli_scores_areas(scores, scores->by, &roc, &precision)) {
        cli_json_real(&json, "roc_auc", roc);
        cli_json_real(&json, "average_precision", precision);
    }
    cli_json_open(&json, "images", '[');
    for (size_t i = 0; i < scores->split->count; i++) add_image(scores, i, &json);
    cli_json_close(&json, ']');
    cli_json_close(&json, '}');
    *out = json.text;
    cli_text_add(out, "\n");
}
