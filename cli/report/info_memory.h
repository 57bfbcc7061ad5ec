/* The memory that a training takes, for `embudo info`. */
#ifndef CLI_INFO_MEMORY_H
#define CLI_INFO_MEMORY_H

#include <stdbool.h>

#include <embudo.h>

#include "core/json.h"
#include "core/options.h"

/* Prints what a training of the network takes with info's options or, unless `json` is NULL, adds
 * it to the object that is open there. False with the error printed. */
bool cli_info_memory(const cli_args *args, emb_net *net, cli_json *json);

#endif
