/* What a notebook says of its own training, offered or taken. */
#ifndef CLI_AS_WRITTEN_H
#define CLI_AS_WRITTEN_H

#include "core/options.h"
#include "data/recorded.h"

/* With --as-written, the terms become those of the network's file, but for options that are on the
 * line; without it, a note says what these are. */
void cli_as_written(cli_terms *terms, const emb_net *net, const char *name, const cli_args *args);

#endif
