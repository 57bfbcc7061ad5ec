/* The table of contenders. See contenders.h. */
#include "compare/contenders.h"

#include "core/language.h"

#include <stddef.h>
#include <string.h>

const cli_contender cli_contenders[CLI_CONTENDERS] = {
    {N_("codes"), N_("linear"), "head-linear", N_("codes, linear")},
    {N_("codes"), "mlp", "head-mlp", N_("codes, MLP")},
    {N_("codes"), "knn", NULL, N_("codes, nearest neighbours")},
    {N_("pca"), N_("linear"), "head-linear", N_("PCA, linear")},
    {N_("pca"), "mlp", "head-mlp", N_("PCA, MLP")},
    {N_("pca"), "knn", NULL, N_("PCA, nearest neighbours")},
    {N_("images"), "mlp", "mlp", N_("images, MLP")},
    {N_("images"), "cnn", "cnn", N_("images, CNN")},
};

bool cli_contender_reads_images(const cli_contender *contender) {
    return strcmp(contender->input, "images") == 0;
}
