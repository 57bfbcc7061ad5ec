/* The words on pictures, in the languages of the guide. */
#ifndef CLI_PLOT_WORDS_H
#define CLI_PLOT_WORDS_H

#include "data/scored.h"

typedef enum cli_word {
    CLI_WORD_LOSS_TITLE,
    CLI_WORD_EPOCH,
    CLI_WORD_LOSS_MSE,
    CLI_WORD_LOSS_ENTROPY,
    CLI_WORD_TRAIN_MEAN,
    CLI_WORD_TRAIN_LAST,
    CLI_WORD_TRAINING,
    CLI_WORD_VALIDATION,
    CLI_WORD_ACCURACY_TITLE,
    CLI_WORD_ACCURACY,
    CLI_WORD_PART_TEST, /* of cli_part, in its order: the word beside "images" */
    CLI_WORD_PART_VAL,
    CLI_WORD_PART_TRAIN,
    CLI_WORD_PART_HELD,
    CLI_WORD_PART_ALL,
    CLI_WORD_PART_IMAGES,
    CLI_WORD_LEARNED_FROM,
    CLI_WORD_CODES_TITLE,
    CLI_WORD_CODE_AXIS,
    CLI_WORD_FIRST_COMPONENT,
    CLI_WORD_SECOND_COMPONENT,
    CLI_WORD_CLASS,
    CLI_WORD_MANIFOLD_TITLE,
    CLI_WORD_MANIFOLD_DIMS_TITLE,
    CLI_WORD_WALK_TITLE,
    CLI_WORD_ORIGINAL,
    CLI_WORD_RECONSTRUCTION,
    CLI_WORD_IMAGE,
    CLI_WORD_ERRORS_TITLE,
    CLI_WORD_FILTERS_TITLE,
    CLI_WORD_ACTIVATIONS_TITLE,
    CLI_WORD_KERNELS,
    CLI_WORD_INPUT,
    CLI_WORD_CODE,
    CLI_WORD_FUNNEL_TITLE,
    CLI_WORD_PARAMETERS,
    CLI_WORD_CONVOLUTION,
    CLI_WORD_TRANSPOSED,
    CLI_WORD_LINEAR,
    CLI_WORD_ACTIVATION,
    CLI_WORD_NORM,
    CLI_WORD_NOISE,
    CLI_WORD_JOIN,
    CLI_WORD_RESHAPE,
    CLI_WORD_SPATIAL,
    CLI_WORD_BOTTLENECK,
    CLI_WORD_TRANSPOSED_INPUT,
    CLI_WORD_TRANSPOSED_SPREAD,
    CLI_WORD_TRANSPOSED_OUTPUT,
    CLI_WORD_VALUE,
    CLI_WORD_ZERO,
    CLI_WORD_CUT,
    CLI_WORD_EXTRA,
    CLI_WORD_TAPS,
    CLI_WORD_CONFUSION_TITLE,
    CLI_WORD_TRUE_CLASS,
    CLI_WORD_PREDICTED_CLASS,
    CLI_WORD_ROW_SHARE,
    CLI_WORD_COMPARE_TITLE,
    CLI_WORD_SWEEP_TITLE,
    CLI_WORD_PART_ACCURACY,
    CLI_WORD_NUMBERS,
    CLI_WORD_INPUT_CODES,
    CLI_WORD_INPUT_PCA,
    CLI_WORD_INPUT_IMAGES,
    CLI_WORD_ODDEST_TITLE,
    CLI_WORD_ODDEST_ONE,
    CLI_WORD_THRESHOLD,
    CLI_WORD_PICTURES,
    CLI_WORD_IMAGE_ROW,
    CLI_WORD_EXPECTED,
    CLI_WORD_DIFFERENCE,
    CLI_WORD_NEAREST,
    CLI_WORD_SCORE,
    CLI_WORD_ROC_TITLE,
    CLI_WORD_PRECISION_TITLE,
    CLI_WORD_FOUND,
    CLI_WORD_ALARMS,
    CLI_WORD_PRECISION,
    CLI_WORD_CHANCE,
    CLI_WORD_SIMILAR_TITLE,
    CLI_WORD_TWICE_TITLE,
    CLI_WORD_TWICE_FIRST_TITLE,
    CLI_WORD_CLUSTER_TITLE,
    CLI_WORDS
} cli_word;

/* "en|es", and the place of a word among these. */
#define CLI_LANGUAGES     "en|es"
#define CLI_LANGUAGE_HELP "the language of the picture's text"
int cli_language(const char *name);

/* Some hold conversions for printf; both languages have the same ones in the same order. */
const char *cli_word_in(int language, cli_word word);
/* "test " in English, " de prueba" in Spanish. */
const char *cli_word_part(int language, cli_part part);
/* "test images of mnist", to be freed. */
char *cli_word_images(int language, cli_part part, const char *dataset);

#endif
