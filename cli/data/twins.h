/* Images that are there twice: among those that a score is of, and among those that were learned
 * from. A score of such says how they were remembered, whatever they are called. */
#ifndef CLI_TWINS_H
#define CLI_TWINS_H

#include <stddef.h>

#include <embudo.h>

#include "data/scored.h"

/* How many of `scored` are among `learned`, number by number. */
size_t cli_twins_count(const emb_images *scored, const emb_images *learned);
/* A note, where there are some. */
void cli_twins_tell(size_t twins, size_t count, cli_part part, const char *dataset);

#endif
