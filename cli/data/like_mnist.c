/* See like_mnist.h. */
#include "data/like_mnist.h"

#include <stdlib.h>
#include <string.h>

#include "core/message.h"
#include "data/data_sets.h"
#include "data/held.h"
#include "data/picture_options.h"

/* The images of a set that was learned from, wherever they can still be had. */
static bool has_layout(const char *set) {
    if (strcmp(set, "mnist") == 0) return true;
    if (cli_set_find(cli_sets, set)) return false; /* we know those */
    emb_images *images = emb_images_open(set, EMB_TRAIN);
    if (!images) {
        cli_note("%s: cannot be read, so it is not known whether pictures are to be read as "
                 "MNIST's makers did: give "
                 "--like-mnist or --no-like-mnist",
                 set);
    }
    const bool like = images && emb_images_like_mnist(images);
    emb_images_free(images);
    return like;
}

static bool find_out(const emb_net *net, const char *model_name) {
    int shape[3];
    emb_pictures pictures;
    emb_preprocessing read;
    emb_net_input_shape(net, shape);
    emb_net_preprocessing(net, &read);
    if (emb_net_pictures(net, &pictures)) return pictures.fit == EMB_FIT_MNIST;
    if (shape[0] != 1 || read.floats) return false;
    char *set = cli_held_set_of(model_name);
    const bool like = set && has_layout(set);
    free(set);
    return like;
}

bool cli_like_mnist(const emb_net *net, const char *model_name, bool inverted) {
    static enum { UNKNOWN, YES, NO } found; /* once is enough: a process works with one run */
    const cli_wish typed = cli_pictures_like_mnist();
    if (typed != CLI_UNSAID) return typed == CLI_WISHED;
    if (inverted) return false;
    if (found == UNKNOWN) found = find_out(net, model_name) ? YES : NO;
    return found == YES;
}
