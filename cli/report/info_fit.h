/* The network that `embudo info` shows: as it is written, or with another input; and what is shown
 * where its shapes do not fit. */
#ifndef CLI_INFO_FIT_H
#define CLI_INFO_FIT_H

#include <embudo.h>

#include "core/options.h"

/* CLI_DONE, or the exit code with all printed: the layers that fit and what would, then the
 * error. */
int cli_info_open(const cli_args *args, emb_net **net);

#endif
