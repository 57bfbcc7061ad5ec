/* Whether pictures are laid out as MNIST's makers did, where nobody says. */
#ifndef CLI_LIKE_MNIST_H
#define CLI_LIKE_MNIST_H

#include <stdbool.h>

#include <embudo.h>

/* Whether pictures for this network are: as --like-mnist or --no-like-mnist says or, without them,
 * if the model was trained so, or if the set that its run's record names has images laid out so;
 * but not if they are `inverted`, by --invert. */
bool cli_like_mnist(const emb_net *net, const char *model_name, bool inverted);

#endif
