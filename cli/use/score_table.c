/* See score_table.h. */
#include "use/score_table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/language.h"
#include "data/open_data.h"

static const char *const words[CLI_SCORES_KINDS] = {N_("score"),      N_("reconstruction"),
                                                    N_("region"),     N_("corrected"),
                                                    N_("neighbours"), N_("pixels")};

const char *cli_scores_word(int kind) { return words[kind]; }

const char *cli_scores_phrase(int kind) {
    static const char *const phrases[CLI_SCORES_KINDS] = {N_("a score"),
                                                          N_("an error of reconstruction"),
                                                          N_("an error in the worst region"),
                                                          N_("a corrected error"),
                                                          N_("a distance to the neighbours"),
                                                          N_("a distance by pixels")};
    return _(phrases[kind]);
}

emb_unusual_by cli_scores_by(const char *word) {
    int by = 0;
    while (by < EMB_UNUSUAL_KINDS - 1 && strcmp(words[by], word) != 0) by++;
    return (emb_unusual_by)by;
}

double cli_scores_number(const cli_scores *scores, size_t i, int kind) {
    if (kind == CLI_SCORES_PIXELS) return scores->pixels ? scores->pixels[i] : NAN;
    return scores->numbers[i * EMB_UNUSUAL_KINDS + (size_t)kind];
}

double cli_scores_of(const cli_scores *scores, size_t i) {
    return cli_scores_number(scores, i, (int)scores->by);
}

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

size_t *cli_scores_ranked(const cli_scores *scores, int kind) {
    const size_t count = scores->split->count;
    ranked *all = cli_alloc(count * sizeof *all);
    size_t *order = cli_alloc(count * sizeof *order);
    for (size_t i = 0; i < count; i++) all[i] = (ranked){cli_scores_number(scores, i, kind), i};
    qsort(all, count, sizeof *all, by_number);
    for (size_t i = 0; i < count; i++) order[i] = all[i].image;
    free(all);
    return order;
}

/* ---- texts ----------------------------------------------------------------------------------- */

static char *name_in(const cli_split *split, size_t i) {
    const char *file = emb_images_file(split->images, cli_split_index(split, i));
    return file ? cli_format("%s", file) : cli_format("%zu", i);
}

static char *label_in(const cli_split *split, size_t i) {
    char text[CLI_NUMBER_SIZE];
    const int label = emb_images_label(split->images, cli_split_index(split, i));
    return cli_format("%s", label < 0 ? "" : cli_class_name(split->images, label, text));
}

char *cli_scores_name(const cli_scores *scores, size_t i) {
    return scores->files ? cli_format("%s", scores->files[i]) : name_in(scores->split, i);
}

char *cli_scores_label(const cli_scores *scores, size_t i) {
    return scores->files ? cli_format("%s", "") : label_in(scores->split, i);
}

static bool has_near(const cli_scores *scores, size_t i) {
    return scores->nearest && scores->nearest[i] != UINT32_MAX;
}

char *cli_scores_near_name(const cli_scores *scores, size_t i) {
    return has_near(scores, i) ? name_in(scores->learned, scores->nearest[i]) : NULL;
}

char *cli_scores_near_label(const cli_scores *scores, size_t i) {
    return has_near(scores, i) ? label_in(scores->learned, scores->nearest[i]) : NULL;
}
