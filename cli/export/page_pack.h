/* Arrays as text within JSON, in a page: bytes by their place in a number (all first ones, then all
 * second ones: neighbours are then alike), deflated, in base64. */
#ifndef CLI_PAGE_PACK_H
#define CLI_PAGE_PACK_H

#include <embudo.h>

#include "core/strings.h"

/* ,"KEY":"..." of `count` numbers of `size` bytes, little end first. */
emb_status cli_pack_add(cli_text *out, const char *key, const void *values, size_t count,
                        size_t size);

/* ,"KEY":{"low":[...],"step":[...],"at":"..."} of values[count][length]: their positions of 16 bits
 * in the box of all, a column after the other. */
emb_status cli_pack_add_positions(cli_text *out, const char *key, const float *values, size_t count,
                                  size_t length);

#endif
