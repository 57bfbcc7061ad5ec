/* Images that occur twice: among those that are scored, and among those that were learned from.
 * Their score only says how well they were remembered, whatever they are called. */
#ifndef CLI_TWINS_H
#define CLI_TWINS_H

#include <stddef.h>

#include <embudo.h>

#include "data/scored.h"

/* How many of `scored` are among `learned`, number by number. */
size_t cli_twins_count(const emb_images *scored, const emb_images *learned);
/* Prints a note if there are some. */
void cli_twins_tell(size_t twins, size_t count, cli_part part, const char *dataset);

#endif
