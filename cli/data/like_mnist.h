/* Whether pictures are laid out as MNIST's makers did, where nobody says. */
#ifndef CLI_LIKE_MNIST_H
#define CLI_LIKE_MNIST_H

#include <stdbool.h>

#include <embudo.h>

/* Whether pictures for this network are: as --like-mnist or --no-like-mnist says or, without them,
 * if it was trained on images that are laid out so; but not if they are `inverted`, by --invert. */
bool cli_like_mnist(const emb_net *net, bool inverted);

/* From here on the pictures of the data set are, if it may have any. */
void cli_like_mnist_follow(const emb_net *net, const char *dataset);

#endif
