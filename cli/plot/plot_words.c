/* The words on pictures. See plot_words.h. */
#include "plot/plot_words.h"

#include <stdlib.h>
#include <string.h>

#include "core/strings.h"

static const char *const words[CLI_WORDS][2] = {
    [CLI_WORD_LOSS_TITLE] = {"Loss by epoch", "P\u00e9rdida por \u00e9poca"},
    [CLI_WORD_EPOCH] = {"epoch", "\u00e9poca"},
    [CLI_WORD_LOSS_MSE] = {"loss (mean squared error)",
                           "p\u00e9rdida (error cuadr\u00e1tico medio)"},
    [CLI_WORD_LOSS_ENTROPY] = {"loss (cross entropy)", "p\u00e9rdida (entrop\u00eda cruzada)"},
    [CLI_WORD_LOSS_SUM] = {"loss (the sum)", "p\u00e9rdida (la suma)"},
    [CLI_WORD_ELBO] = {"ELBO (nats)", "ELBO (nats)"},
    [CLI_WORD_RECONSTRUCTION_LOSS] = {"reconstruction", "reconstrucci\u00f3n"},
    [CLI_WORD_KL] = {"KL (nats)", "KL (nats)"},
    [CLI_WORD_PENALTY] = {"penalty", "penalizaci\u00f3n"},
    [CLI_WORD_MMD] = {"MMD", "MMD"},
    [CLI_WORD_COMMITMENT] = {"commitment", "compromiso"},
    [CLI_WORD_PERPLEXITY] = {"perplexity", "perplejidad"},
    [CLI_WORD_UNUSED] = {"entries never taken", "entradas sin usar"},
    [CLI_WORD_TRAIN_MEAN] = {"training (mean of the epoch)",
                             "entrenamiento (media de la \u00e9poca)"},
    [CLI_WORD_TRAIN_LAST] = {"last training batch", "\u00faltimo lote de entrenamiento"},
    [CLI_WORD_TRAINING] = {"training", "entrenamiento"},
    [CLI_WORD_VALIDATION] = {"validation", "validaci\u00f3n"},
    [CLI_WORD_ACCURACY_TITLE] = {"Accuracy by epoch", "Exactitud por \u00e9poca"},
    [CLI_WORD_ACCURACY] = {"accuracy (%)", "exactitud (%)"},
    [CLI_WORD_PART_TEST] = {"test ", " de prueba"},
    [CLI_WORD_PART_VAL] = {"validation ", " de validaci\u00f3n"},
    [CLI_WORD_PART_TRAIN] = {"training ", " de entrenamiento"},
    [CLI_WORD_PART_HELD] = {"held-out ", " de reserva"},
    [CLI_WORD_PART_ALL] = {"", ""},
    [CLI_WORD_PART_IMAGES] = {"%simages of %s", "im\u00e1genes%s de %s"},
    [CLI_WORD_LEARNED_FROM] = {"%s (%s training and %s validation images of %s)",
                               "%s (%s im\u00e1genes de entrenamiento y %s de validaci\u00f3n "
                               "de %s)"},
    [CLI_WORD_CODES_TITLE] = {"The codes of %s %s", "Los c\u00f3digos de %s %s"},
    [CLI_WORD_CODE_AXIS] = {"code[%d]", "c\u00f3digo[%d]"},
    [CLI_WORD_FIRST_COMPONENT] = {"first principal component (%.1f %% of the variance)",
                                  "primera componente principal (%.1f %% de la varianza)"},
    [CLI_WORD_SECOND_COMPONENT] = {"second principal component (%.1f %% of the variance)",
                                   "segunda componente principal (%.1f %% de la varianza)"},
    [CLI_WORD_CLASS] = {"label", "etiqueta"},
    [CLI_WORD_MANIFOLD_TITLE] = {"What the decoder makes of the code plane",
                                 "Lo que el decodificador hace del plano de c\u00f3digos"},
    [CLI_WORD_MANIFOLD_DIMS_TITLE] =
        {"What the decoder makes of two of the code's numbers, the others at their median",
         "Lo que el decodificador hace de dos n\u00fameros del c\u00f3digo, los otros en su "
         "mediana"},
    [CLI_WORD_WALK_TITLE] = {"A straight walk from code to code, decoded",
                             "Un paseo recto de c\u00f3digo a c\u00f3digo, decodificado"},
    [CLI_WORD_NEARER_LABEL] = {"each with the label of the nearer image",
                               "cada una con la etiqueta de la imagen m\u00e1s cercana"},
    [CLI_WORD_LABEL] = {"label %s", "etiqueta %s"},
    [CLI_WORD_SAMPLES_PRIOR_TITLE] =
        {"New images, of codes drawn from the standard normal distribution",
         "Im\u00e1genes nuevas, de c\u00f3digos sorteados de la distribuci\u00f3n normal "
         "est\u00e1ndar"},
    [CLI_WORD_SAMPLES_FITTED_TITLE] =
        {"New images, of codes drawn from a normal distribution fitted to those of %s %s",
         "Im\u00e1genes nuevas, de c\u00f3digos sorteados de una distribuci\u00f3n normal ajustada "
         "a los de %s %s"},
    [CLI_WORD_SAMPLES_ENTRIES_TITLE] =
        {"New images, of entries drawn in the manner of those of %s %s",
         "Im\u00e1genes nuevas, de entradas sorteadas a la manera de las de %s %s"},
    [CLI_WORD_TRAVERSAL_TITLE] = {"What each number of the code changes",
                                  "Lo que cambia cada n\u00famero del c\u00f3digo"},
    [CLI_WORD_TRAVERSAL_SOME_TITLE] =
        {"What the %zu of %zu numbers of the code that vary most change",
         "Lo que cambian los %zu de %zu n\u00fameros del c\u00f3digo que m\u00e1s var\u00edan"},
    [CLI_WORD_STILL_ZERO] = {"the others at 0", "con los dem\u00e1s en 0"},
    [CLI_WORD_STILL_MEAN] = {"the others at their mean", "con los dem\u00e1s en su media"},
    [CLI_WORD_STILL_IMAGE] = {"the others as image %zu has them",
                              "con los dem\u00e1s como los tiene la imagen %zu"},
    [CLI_WORD_IDLE] = {" (says nothing)", " (no dice nada)"},
    [CLI_WORD_PRIOR_TITLE] =
        {"The plane of the prior, each cell as probable as any other, and where codes lie",
         "El plano de la distribuci\u00f3n previa, en celdas igual de probables, y d\u00f3nde hay "
         "c\u00f3digos"},
    [CLI_WORD_PRIOR_FITTED_TITLE] =
        {"The plane of a fitted normal distribution, in cells as probable, and where codes lie",
         "El plano de una distribuci\u00f3n normal ajustada, en celdas igual de probables, y "
         "d\u00f3nde hay c\u00f3digos"},
    [CLI_WORD_FEW_CODES] = {"a quarter of its share of the codes, or less",
                            "la cuarta parte de los c\u00f3digos que le tocan, o menos"},
    [CLI_WORD_USUAL_CODES] = {"its share of the codes", "los c\u00f3digos que le tocan"},
    [CLI_WORD_MANY_CODES] = {"4 times its share, or more", "4 veces los que le tocan, o m\u00e1s"},
    [CLI_WORD_ORIGINAL] = {"original", "original"},
    [CLI_WORD_RECONSTRUCTION] = {"reconstruction", "reconstrucci\u00f3n"},
    [CLI_WORD_IMAGE] = {"image %zu", "imagen %zu"},
    [CLI_WORD_ERRORS_TITLE] = {"The %d worst reconstructions of %s %s",
                               "Las %d peores reconstrucciones de %s %s"},
    [CLI_WORD_FILTERS_TITLE] = {"Weights of the first layer, %s.%s %s",
                                "Pesos de la primera capa, %s.%s %s"},
    [CLI_WORD_ACTIVATIONS_TITLE] = {"Image %zu of the %s, layer by layer",
                                    "La imagen %zu de las %s, capa por capa"},
    [CLI_WORD_KERNELS] = {"weights", "pesos"},
    [CLI_WORD_INPUT] = {"input", "entrada"},
    [CLI_WORD_CODE] = {"the code", "el c\u00f3digo"},
    [CLI_WORD_FUNNEL_TITLE] = {"%s: %s parameters", "%s: %s par\u00e1metros"},
    [CLI_WORD_PARAMETERS] = {"parameters", "par\u00e1metros"},
    [CLI_WORD_CONVOLUTION] = {"convolution", "convoluci\u00f3n"},
    [CLI_WORD_TRANSPOSED] = {"transposed convolution", "convoluci\u00f3n transpuesta"},
    [CLI_WORD_LINEAR] = {"linear", "lineal"},
    [CLI_WORD_ACTIVATION] = {"activation", "activaci\u00f3n"},
    [CLI_WORD_NORM] = {"normalization", "normalizaci\u00f3n"},
    [CLI_WORD_NOISE] = {"noise in training", "ruido al entrenar"},
    [CLI_WORD_JOIN] = {"puts branches together", "une ramas"},
    [CLI_WORD_BOTTLENECK] = {"bottleneck of its kind", "cuello de su clase"},
    [CLI_WORD_SPATIAL] = {"pooling, enlarging, padding", "submuestreo, ampliaci\u00f3n, relleno"},
    [CLI_WORD_RESHAPE] = {"other shape, same numbers", "otra forma, los mismos n\u00fameros"},
    [CLI_WORD_TRANSPOSED_INPUT] = {"input, %dx%d", "entrada, %dx%d"},
    [CLI_WORD_TRANSPOSED_SPREAD] = {"zeros put between, edges cut: %dx%d",
                                    "ceros intercalados, bordes recortados: %dx%d"},
    [CLI_WORD_TRANSPOSED_OUTPUT] = {"output, %dx%d", "salida, %dx%d"},
    [CLI_WORD_VALUE] = {"a number of the input", "un n\u00famero de la entrada"},
    [CLI_WORD_ZERO] = {"zero", "cero"},
    [CLI_WORD_CUT] = {"cut off by padding", "recortado por padding"},
    [CLI_WORD_EXTRA] = {"added by output_padding", "a\u00f1adido por output_padding"},
    [CLI_WORD_TAPS] = {"the kernel, and the number it makes",
                       "el n\u00facleo, y el n\u00famero que produce"},
    [CLI_WORD_CONFUSION_TITLE] = {"%.2f %% of %s %simages of %s classified right",
                                  "Aciertos: %.2f %% de %s im\u00e1genes%s de %s"},
    [CLI_WORD_TRUE_CLASS] = {"true class", "clase verdadera"},
    [CLI_WORD_PREDICTED_CLASS] = {"predicted class", "clase predicha"},
    [CLI_WORD_ROW_SHARE] = {"share of the row", "parte de la fila"},
    [CLI_WORD_COMPARE_TITLE] = {"%d numbers an image against all of its pixels",
                                "%d n\u00fameros por imagen frente a todos sus p\u00edxeles"},
    [CLI_WORD_SWEEP_TITLE] =
        {"What a code keeps of an image, by its length",
         "Lo que un c\u00f3digo conserva de una imagen, seg\u00fan su longitud"},
    [CLI_WORD_PART_ACCURACY] = {"%saccuracy (%%), %s images of %s",
                                "exactitud%s (%%), %s im\u00e1genes de %s"},
    [CLI_WORD_NUMBERS] = {"numbers in a code", "n\u00fameros del c\u00f3digo"},
    [CLI_WORD_INPUT_CODES] = {"autoencoder's codes", "c\u00f3digos del autoencoder"},
    [CLI_WORD_INPUT_PCA] = {"principal components", "componentes principales"},
    [CLI_WORD_INPUT_IMAGES] = {"images", "im\u00e1genes"},
    [CLI_WORD_ODDEST_TITLE] = {"The %d oddest of %s %s (%s above the threshold, %.3g)",
                               "Las %d m\u00e1s raras de %s %s (%s por encima del umbral, %.3g)"},
    [CLI_WORD_ODDEST_ONE] = {"The oddest of %s %s (%s above the threshold, %.3g)",
                             "La m\u00e1s rara de %s %s (%s por encima del umbral, %.3g)"},
    [CLI_WORD_THRESHOLD] = {"The threshold is %.3g", "El umbral es %.3g"},
    [CLI_WORD_PICTURES] = {"pictures", "im\u00e1genes"},
    [CLI_WORD_IMAGE_ROW] = {"image", "imagen"},
    [CLI_WORD_EXPECTED] = {"expected", "lo esperado"},
    [CLI_WORD_DIFFERENCE] = {"difference", "diferencia"},
    [CLI_WORD_NEAREST] = {"nearest in training", "la m\u00e1s cercana"},
    [CLI_WORD_SCORE] = {"score %.3g", "rareza %.3g"},
    [CLI_WORD_ROC_TITLE] = {"ROC curves, and the areas under them (usual: %s)",
                            "Curvas ROC y sus \u00e1reas (lo normal: %s)"},
    [CLI_WORD_PRECISION_TITLE] =
        {"Precision by recall, and its mean (usual: %s)",
         "Precisi\u00f3n seg\u00fan exhaustividad, y su media (lo normal: %s)"},
    [CLI_WORD_FOUND] = {"share of unusual images found (recall)",
                        "parte de las raras que se halla (exhaustividad)"},
    [CLI_WORD_ALARMS] = {"share of usual images above the threshold (false alarms)",
                         "parte de las normales por encima del umbral (falsas alarmas)"},
    [CLI_WORD_PRECISION] = {"share of alarms that are unusual images (precision)",
                            "parte de las alarmas que son raras (precisi\u00f3n)"},
    [CLI_WORD_CHANCE] = {"chance", "azar"},
    [CLI_WORD_SIMILAR_TITLE] = {"%s, and what is nearest by code",
                                "%s, y lo m\u00e1s cercano seg\u00fan el c\u00f3digo"},
    [CLI_WORD_TWICE_TITLE] = {"pictures that are there more than once",
                              "im\u00e1genes que est\u00e1n m\u00e1s de una vez"},
    [CLI_WORD_TWICE_FIRST_TITLE] = {"the first %zu of %s groups", "los primeros %zu de %s grupos"},
    [CLI_WORD_CLUSTER_TITLE] = {"cluster %zu: nearest to its middle, of %s%s",
                                "grupo %zu: lo m\u00e1s cercano a su centro, de %s%s"},
};

int cli_language(const char *name) { return strcmp(name, "es") == 0; }

const char *cli_word_in(int language, cli_word word) { return words[word][language]; }

const char *cli_word_part(int language, cli_part part) {
    return words[CLI_WORD_PART_TEST + (int)part][language];
}

char *cli_word_images(int language, cli_part part, const char *dataset) {
    char *name = cli_scored_set(dataset);
    char *text = cli_format(cli_word_in(language, CLI_WORD_PART_IMAGES),
                            cli_word_part(language, part), name);
    free(name);
    return text;
}
