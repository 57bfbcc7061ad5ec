/* The table of contenders. See contenders.h. */
#include "compare/contenders.h"

#include "core/language.h"

#include <stddef.h>
#include <string.h>

const cli_contender cli_contenders[CLI_CONTENDERS] = {
    {"codes", "linear", "head-linear", N_("codes, linear")},
    {"codes", "mlp", "head-mlp", N_("codes, MLP")},
    {"codes", "knn", NULL, N_("codes, nearest neighbours")},
    {"pca", "linear", "head-linear", N_("PCA, linear")},
    {"pca", "mlp", "head-mlp", N_("PCA, MLP")},
    {"pca", "knn", NULL, N_("PCA, nearest neighbours")},
    {"images", "mlp", "mlp", N_("images, MLP")},
    {"images", "cnn", "cnn", N_("images, CNN")},
};

bool cli_contender_reads_images(const cli_contender *contender) {
    return strcmp(contender->input, "images") == 0;
}
