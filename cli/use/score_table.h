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
    bool uses_net;    /* false: it stands at the mean image */
    /* Of each image the nearest one that was learned from, by all of its numbers: see
     * score_nearest.h. NULL: they are not to be had. */
    const cli_split *learned;
    uint32_t *nearest; /* [count]: places in `learned`; UINT32_MAX: not looked for, or none */
    double *pixels;    /* [count]: the mean squared difference from it; NaN for those */
} cli_scores;

/* What tells usual images from others: emb_unusual_by, and the difference from the nearest. */
enum { CLI_SCORES_PIXELS = EMB_UNUSUAL_KINDS, CLI_SCORES_KINDS };

/* What image i is judged by, and whether it is unusual. */
double cli_scores_of(const cli_scores *scores, size_t i);
bool cli_scores_is_odd(const cli_scores *scores, size_t i);
size_t cli_scores_odd(const cli_scores *scores);

/* All images, those with the largest number of a kind first, of equal ones the earlier; to be
 * freed. */
size_t *cli_scores_ranked(const cli_scores *scores, int kind);
double cli_scores_number(const cli_scores *scores, size_t i, int kind);

/* The image's file or its number in the split, and its class or ""; to be freed. */
char *cli_scores_name(const cli_scores *scores, size_t i);
char *cli_scores_label(const cli_scores *scores, size_t i);
/* The same of its nearest image; NULL if there is none. */
char *cli_scores_near_name(const cli_scores *scores, size_t i);
char *cli_scores_near_label(const cli_scores *scores, size_t i);

/* The words of --by, in the order of emb_unusual_by; and "pixels" for CLI_SCORES_PIXELS. */
#define CLI_SCORES_BY "score|reconstruction|region|corrected|neighbours"
const char *cli_scores_word(int kind);
/* What such a number is, with its article: "a distance to the neighbours". */
const char *cli_scores_phrase(int kind);
emb_unusual_by cli_scores_by(const char *word);

#endif
