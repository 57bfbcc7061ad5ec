/* The table of contenders. See contenders.h. */
#include "compare/contenders.h"

#include <stddef.h>
#include <string.h>

const cli_contender cli_contenders[CLI_CONTENDERS] = {
    {"codes", "linear", "head-linear", {"codes, linear", "c\u00f3digos, lineal"}},
    {"codes", "mlp", "head-mlp", {"codes, MLP", "c\u00f3digos, MLP"}},
    {"codes",
     "knn",
     NULL,
     {"codes, nearest neighbours", "c\u00f3digos, vecinos m\u00e1s cercanos"}},
    {"pca", "linear", "head-linear", {"PCA, linear", "PCA, lineal"}},
    {"pca", "mlp", "head-mlp", {"PCA, MLP", "PCA, MLP"}},
    {"pca", "knn", NULL, {"PCA, nearest neighbours", "PCA, vecinos m\u00e1s cercanos"}},
    {"images", "mlp", "mlp", {"images, MLP", "im\u00e1genes, MLP"}},
    {"images", "cnn", "cnn", {"images, CNN", "im\u00e1genes, CNN"}},
};

bool cli_contender_reads_images(const cli_contender *contender) {
    return strcmp(contender->input, "images") == 0;
}
