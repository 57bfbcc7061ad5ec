/* The first principal components of codes: so that a page can show codes which are too many to be
 * sent. */
#ifndef CLI_COMPONENTS_H
#define CLI_COMPONENTS_H

#include <stddef.h>

#include <embudo.h>

enum { CLI_COMPONENTS = 8 };

/* How many there are of codes of so many numbers. */
int cli_components_of(int latent);

/* rows[1 + components][numbers]: the mean of some codes, and the directions in which they differ
 * most, of length 1 and at right angles, the one of largest variance first. A direction's number of
 * largest magnitude is positive. */
emb_status cli_components_find(const float *codes, size_t count, int numbers, float *rows);

/* places[count][components] = how far along each direction a code is from the mean. */
void cli_components_place(const float *codes, size_t count, int numbers, const float *rows,
                          float *places);

#endif
