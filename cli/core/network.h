/* Opening what a command line names as a network. */
#ifndef CLI_NETWORK_H
#define CLI_NETWORK_H

#include <stdbool.h>

#include <embudo.h>

#include "core/options.h"
#include "core/strings.h"

/* emb_net_open. `latent`: 0 leaves the network's own. NULL with the error printed. */
emb_net *cli_network_open(const char *name, int latent);

/* The same for a network that must have been trained: one whose weights are all zero is refused. */
emb_net *cli_network_open_trained(const char *name);
/* The same, with `latent` numbers in a code unless that is 0. */
emb_net *cli_network_open_weights(const char *name, int latent);

/* Whether its weights are not all zero, as those of a notation are. */
/* False with the error printed for a classifier, `name`, without such a part; of other networks the
 * library says what they lack. */
bool cli_network_takes_part(const emb_net *net, const char *name, const char *part);

bool cli_network_is_trained(const emb_net *net);

/* If the network comes with weights, says that the training does not use them. */
void cli_network_anew(const emb_net *net, const char *name);

/* The label that --label `text` says, for all images. False with the error printed. */
bool cli_network_set_label(emb_net *net, const char *text);

/* Takes --label for what is decoded. If it is `needed`, a conditional network without it is
 * refused. False with the error printed. */
bool cli_network_label(emb_net *net, const cli_args *args, bool needed);

/* Takes --label for images that a conditional network is to reconstruct. Images that have labels of
 * their own take none; others need it. False with the error printed. */
bool cli_network_label_images(emb_net *net, const cli_args *args, const emb_images *images);

size_t cli_network_parameters(const emb_net *net);

/* C*H*W of an input image. */
size_t cli_network_pixels(const emb_net *net);

/* C*H*W of the last layer's output. */
size_t cli_network_outputs(const emb_net *net);

/* Images that are in memory at a time: a multiple of 64, some megabytes. */
size_t cli_network_chunk(const emb_net *net);

/* image[C*H*W] = image i; reconstruction[C*H*W] = its reconstruction by the network. */
emb_status cli_network_reconstruct(emb_net *net, const emb_images *images, size_t i, float *image,
                                   float *reconstruction);

#endif
