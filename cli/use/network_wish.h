/* What a person may wish of a new network, and what would fit where a wish does not. */
#ifndef CLI_NETWORK_WISH_H
#define CLI_NETWORK_WISH_H

#include <embudo.h>

#include "core/network_writer.h"
#include "core/options.h"

/* Reads --latent, --width, --depth and --upsample, once the size and the kind are known. CLI_DONE,
 * or the exit code with the message printed. */
int cli_network_wish_read(cli_new_network *network, const cli_args *args);

/* Writes the network and opens it: *text is its notation; both are to be freed. CLI_DONE, or the
 * exit code with the message printed, which says what would fit. */
int cli_network_wish_make(const cli_new_network *network, const cli_args *args, char **text,
                          emb_net **net);

#endif
