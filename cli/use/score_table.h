/* How unusual images are, as numbers: what `embudo score` prints and writes. */
#ifndef CLI_SCORE_TABLE_H
#define CLI_SCORE_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include <embudo.h>

#include "core/strings.h"
#include "data/split.h"

typedef struct cli_scores {
    const cli_split *split;
    const char *const *files; /* of the images; NULL: they are from a data set */
    emb_unusual_by by;
    double threshold, false_alarms;
    size_t validated; /* images that the threshold is from */
    double *numbers;  /* [count][EMB_UNUSUAL_KINDS] */
    size_t *order;    /* [count]: the oddest first */
    int normal;       /* the label of usual images; -1: it is not known */
} cli_scores;

/* What image i is judged by, and whether it is unusual. */
double cli_scores_of(const cli_scores *scores, size_t i);
bool cli_scores_is_odd(const cli_scores *scores, size_t i);
size_t cli_scores_odd(const cli_scores *scores);

/* Fills `order`. */
void cli_scores_sort(cli_scores *scores);

/* The image's file or its number in the split, and its class or ""; to be freed. */
char *cli_scores_name(const cli_scores *scores, size_t i);
char *cli_scores_label(const cli_scores *scores, size_t i);

/* How well a kind of number tells usual images from others, if a class is known to be usual: the
 * area under the ROC curve, ties counted half, and the average precision. False without both. */
bool cli_scores_areas(const cli_scores *scores, emb_unusual_by by, double *roc, double *precision);

/* The words of --by, in the order of emb_unusual_by. */
#define CLI_SCORES_BY "score|reconstruction|region|corrected|neighbours"
const char *cli_scores_word(emb_unusual_by by);
emb_unusual_by cli_scores_by(const char *word);

/* "name,label,score,reconstruction,neighbours,unusual", a line each; or the same and what belongs
 * to all of them as JSON. */
void cli_scores_csv(const cli_scores *scores, cli_text *out);
void cli_scores_json(const cli_scores *scores, const char *model_name, cli_text *out);

#endif
