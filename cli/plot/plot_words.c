/* The words on pictures. See plot_words.h. */
#include "plot/plot_words.h"

#include <stdlib.h>
#include <string.h>

#include "core/told.h"

static const char *const words[CLI_WORDS] = {
    [CLI_WORD_LOSS_TITLE] = N_("Loss by epoch"),
    [CLI_WORD_EPOCH] = N_("epoch"),
    [CLI_WORD_LOSS_MSE] = N_("loss (mean squared error)"),
    [CLI_WORD_LOSS_ENTROPY] = N_("loss (cross entropy)"),
    [CLI_WORD_LOSS_SUM] = N_("loss (the sum)"),
    [CLI_WORD_ELBO] = N_("ELBO (nats)"),
    [CLI_WORD_RECONSTRUCTION_LOSS] = N_("reconstruction"),
    [CLI_WORD_KL] = N_("KL (nats)"),
    [CLI_WORD_PENALTY] = N_("penalty"),
    [CLI_WORD_MMD] = N_("MMD"),
    [CLI_WORD_COMMITMENT] = N_("commitment"),
    [CLI_WORD_PERPLEXITY] = N_("perplexity"),
    [CLI_WORD_UNUSED] = N_("entries never taken"),
    [CLI_WORD_TRAIN_MEAN] = N_("training (mean of the epoch)"),
    [CLI_WORD_TRAIN_LAST] = N_("last training batch"),
    [CLI_WORD_TRAINING] = N_("training"),
    [CLI_WORD_VALIDATION] = N_("validation"),
    [CLI_WORD_ACCURACY_TITLE] = N_("Accuracy by epoch"),
    [CLI_WORD_ACCURACY] = N_("accuracy (%)"),
    [CLI_WORD_PART_TEST] = N_("test "),
    [CLI_WORD_PART_VAL] = N_("validation "),
    [CLI_WORD_PART_TRAIN] = N_("training "),
    [CLI_WORD_PART_HELD] = N_("held-out "),
    [CLI_WORD_PART_ALL] = "",
    [CLI_WORD_PART_IMAGES] = N_("%simages of %s"),
    [CLI_WORD_LEARNED_FROM] = N_("%s (%s training and %s validation images of %s)"),
    [CLI_WORD_CODES_TITLE] = N_("The codes of %s %s"),
    [CLI_WORD_CODE_AXIS] = N_("code[%d]"),
    [CLI_WORD_FIRST_COMPONENT] = N_("first principal component (%.1f %% of the variance)"),
    [CLI_WORD_SECOND_COMPONENT] = N_("second principal component (%.1f %% of the variance)"),
    [CLI_WORD_CLASS] = N_("label"),
    [CLI_WORD_MANIFOLD_TITLE] = N_("What the decoder makes of the code plane"),
    [CLI_WORD_MANIFOLD_DIMS_TITLE] =
        N_("What the decoder makes of two of the code's numbers, the others at their median"),
    [CLI_WORD_WALK_TITLE] = N_("A straight walk from code to code, decoded"),
    [CLI_WORD_NEARER_LABEL] = N_("each with the label of the nearer image"),
    [CLI_WORD_LABEL] = N_("label %s"),
    [CLI_WORD_SAMPLES_PRIOR_TITLE] =
        N_("New images, of codes drawn from the standard normal distribution"),
    [CLI_WORD_SAMPLES_FITTED_TITLE] =
        N_("New images, of codes drawn from a normal distribution fitted to those of %s %s"),
    [CLI_WORD_SAMPLES_ENTRIES_TITLE] =
        N_("New images, of entries drawn in the manner of those of %s %s"),
    [CLI_WORD_TRAVERSAL_TITLE] = N_("What each number of the code changes"),
    [CLI_WORD_TRAVERSAL_SOME_TITLE] =
        N_("What the %zu of %zu numbers of the code that vary most change"),
    [CLI_WORD_STILL_ZERO] = N_("the others at 0"),
    [CLI_WORD_STILL_MEAN] = N_("the others at their mean"),
    [CLI_WORD_STILL_IMAGE] = N_("the others as image %zu has them"),
    [CLI_WORD_IDLE] = N_(" (says nothing)"),
    [CLI_WORD_PRIOR_TITLE] =
        N_("The plane of the prior, each cell as probable as any other, and where codes lie"),
    [CLI_WORD_PRIOR_FITTED_TITLE] =
        N_("The plane of a fitted normal distribution, in cells as probable, and where codes lie"),
    [CLI_WORD_FEW_CODES] = N_("a quarter of its share of the codes, or less"),
    [CLI_WORD_USUAL_CODES] = N_("its share of the codes"),
    [CLI_WORD_MANY_CODES] = N_("4 times its share, or more"),
    [CLI_WORD_ORIGINAL] = N_("original"),
    [CLI_WORD_NOISY] = N_("with noise"),
    [CLI_WORD_RECONSTRUCTION] = N_("reconstruction"),
    [CLI_WORD_IMAGE] = N_("image %zu"),
    [CLI_WORD_ERRORS_TITLE] = N_("The %d worst reconstructions of %s %s"),
    [CLI_WORD_FILTERS_TITLE] = N_("Weights of the first layer, %s.%s %s"),
    [CLI_WORD_ACTIVATIONS_TITLE] = N_("Image %zu of the %s, layer by layer"),
    [CLI_WORD_KERNELS] = N_("weights"),
    [CLI_WORD_INPUT] = N_("input"),
    [CLI_WORD_CODE] = N_("the code"),
    [CLI_WORD_FUNNEL_TITLE] = N_("%s: %s parameters"),
    [CLI_WORD_PARAMETERS] = N_("parameters"),
    [CLI_WORD_CONVOLUTION] = N_("convolution"),
    [CLI_WORD_TRANSPOSED] = N_("transposed convolution"),
    [CLI_WORD_LINEAR] = N_("linear"),
    [CLI_WORD_ACTIVATION] = N_("activation"),
    [CLI_WORD_NORM] = N_("normalization"),
    [CLI_WORD_NOISE] = N_("noise in training"),
    [CLI_WORD_JOIN] = N_("puts branches together"),
    [CLI_WORD_BOTTLENECK] = N_("bottleneck of its kind"),
    [CLI_WORD_SPATIAL] = N_("pooling, enlarging, padding"),
    [CLI_WORD_RESHAPE] = N_("other shape, same numbers"),
    [CLI_WORD_TRANSPOSED_INPUT] = N_("input, %dx%d"),
    [CLI_WORD_TRANSPOSED_SPREAD] = N_("zeros put between, edges cut: %dx%d"),
    [CLI_WORD_TRANSPOSED_OUTPUT] = N_("output, %dx%d"),
    [CLI_WORD_VALUE] = N_("a number of the input"),
    [CLI_WORD_ZERO] = N_("zero"),
    [CLI_WORD_CUT] = N_("cut off by padding"),
    [CLI_WORD_EXTRA] = N_("added by output_padding"),
    [CLI_WORD_TAPS] = N_("the kernel, and the number it makes"),
    [CLI_WORD_CONFUSION_TITLE] = N_("%.2f %% of %s %simages of %s classified right"),
    [CLI_WORD_TRUE_CLASS] = N_("true class"),
    [CLI_WORD_PREDICTED_CLASS] = N_("predicted class"),
    [CLI_WORD_ROW_SHARE] = N_("share of the row"),
    [CLI_WORD_COMPARE_TITLE] = N_("%d numbers an image against all of its pixels"),
    [CLI_WORD_SWEEP_TITLE] = N_("What a code keeps of an image, by its length"),
    [CLI_WORD_PART_ACCURACY] = N_("%saccuracy (%%), %s images of %s"),
    [CLI_WORD_NUMBERS] = N_("numbers in a code"),
    [CLI_WORD_INPUT_CODES] = N_("autoencoder's codes"),
    [CLI_WORD_INPUT_PCA] = N_("principal components"),
    [CLI_WORD_INPUT_IMAGES] = N_("images"),
    [CLI_WORD_ODDEST_TITLE] = N_("The %d oddest of %s %s (%s above the threshold, %.3g)"),
    [CLI_WORD_ODDEST_ONE] = N_("The oddest of %s %s (%s above the threshold, %.3g)"),
    [CLI_WORD_THRESHOLD] = N_("The threshold is %.3g"),
    [CLI_WORD_PICTURES] = N_("pictures"),
    [CLI_WORD_IMAGE_ROW] = N_("image"),
    [CLI_WORD_EXPECTED] = N_("expected"),
    [CLI_WORD_DIFFERENCE] = N_("difference"),
    [CLI_WORD_NEAREST] = N_("nearest in training"),
    [CLI_WORD_SCORE] = N_("score %.3g"),
    [CLI_WORD_ROC_TITLE] = N_("ROC curves, and the areas under them (usual: %s)"),
    [CLI_WORD_PRECISION_TITLE] = N_("Precision by recall, and its mean (usual: %s)"),
    [CLI_WORD_FOUND] = N_("share of unusual images found (recall)"),
    [CLI_WORD_ALARMS] = N_("share of usual images above the threshold (false alarms)"),
    [CLI_WORD_PRECISION] = N_("share of alarms that are unusual images (precision)"),
    [CLI_WORD_CHANCE] = N_("chance"),
    [CLI_WORD_SIMILAR_TITLE] = N_("%s, and what is nearest by code"),
    [CLI_WORD_TWICE_TITLE] = N_("pictures that are there more than once"),
    [CLI_WORD_TWICE_FIRST_TITLE] = N_("the first %zu of %s groups"),
    [CLI_WORD_CLUSTER_TITLE] = N_("cluster %zu: nearest to its middle, of %s%s"),
    [CLI_WORD_FILM_TITLE] = N_("A validation image, and what was made of it after each epoch"),
    [CLI_WORD_EPOCH_NUMBER] = N_("epoch %zu"),
    /* An epoch's picture has the practice's own titles in Spanish. */
    [CLI_WORD_PRACTICE_ORIGINAL] = N_("Original Image"),
    [CLI_WORD_PRACTICE_NOISY] = N_("Image with Noise"),
    [CLI_WORD_PRACTICE_MADE] = N_("Model's Prediction"),
};

const char *cli_word_text(cli_word word) { return *words[word] ? _(words[word]) : ""; }

const char *cli_word_part(cli_part part) {
    return cli_word_text((cli_word)(CLI_WORD_PART_TEST + (int)part));
}

char *cli_word_images(cli_part part, const char *dataset) {
    char *name = cli_scored_set(dataset);
    char *text = cli_told(cli_word_text(CLI_WORD_PART_IMAGES), cli_word_part(part), name);
    free(name);
    return text;
}

static const struct {
    const char *column;
    cli_word word;
} measures[CLI_MEASURES] = {{"elbo", CLI_WORD_ELBO},
                            {"reconstruction", CLI_WORD_RECONSTRUCTION_LOSS},
                            {"kl", CLI_WORD_KL},
                            {"penalty", CLI_WORD_PENALTY},
                            {"mmd", CLI_WORD_MMD},
                            {"commitment", CLI_WORD_COMMITMENT},
                            {"perplexity", CLI_WORD_PERPLEXITY},
                            {"unused", CLI_WORD_UNUSED}};

const char *cli_word_measure(size_t i, cli_word *word) {
    if (i >= CLI_MEASURES) return NULL;
    *word = measures[i].word;
    return measures[i].column;
}
