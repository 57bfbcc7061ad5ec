/* See like_mnist.h. */
#include "data/like_mnist.h"

#include <stdlib.h>

#include "data/data_sets.h"
#include "data/open_data.h"
#include "data/picture_options.h"

bool cli_like_mnist(const emb_net *net, bool inverted) {
    const cli_wish typed = cli_pictures_like_mnist();
    return typed == CLI_UNSAID ? !inverted && emb_net_like_mnist(net) : typed == CLI_WISHED;
}

/* A folder or an archive that does not have MNIST's files. */
static bool may_be_pictures(const char *dataset) {
    char *idx = emb_images_folder(dataset, EMB_TRAIN);
    if (!idx) idx = emb_images_folder(dataset, EMB_TEST);
    const bool other = !idx && !cli_set_find(cli_sets, dataset) && !cli_dataset_is_array(dataset);
    free(idx);
    return other;
}

void cli_like_mnist_follow(const emb_net *net, const char *dataset) {
    if (may_be_pictures(dataset)) cli_pictures_follow_mnist(cli_like_mnist(net, false));
}
