/* film.npy of a run: what one validation image becomes after each epoch, for those who look back.
 * The practice shows another image after each epoch, which its loader picks; here it is the same
 * from the first epoch to the last. */
#ifndef CLI_FILM_H
#define CLI_FILM_H

#include <stdbool.h>
#include <stddef.h>

#include "train/training_state.h"

typedef struct cli_film {
    size_t image;  /* its index */
    size_t count;  /* of frames: the image itself, then one an epoch; 0: there is no film */
    size_t pixels; /* numbers of a frame */
    float *frames; /* [count][C][H][W], 0..1 as they are drawn */
} cli_film;

/* What the network reads of a validation image in an epoch, from 0 on (with --denoise, noise, too),
 * and what it makes of it, both as they are drawn: pair[2][C][H][W]. False with the error
 * printed. */
bool cli_film_pair(const cli_training *training, int epoch, size_t image, float *pair);

/* Begins the film or, of a run that is resumed, goes on with that of the epochs that are kept.
 * There is none without a decoder or validation images, and none of a run whose first epochs left
 * none.
 */
bool cli_film_begin(cli_film *film, const cli_training *training);
/* Adds what an epoch, from 1 on, has made, and writes the file. One that would be larger than
 * CLI_FILM_MOST numbers ends there. */
enum { CLI_FILM_MOST = 1 << 22 };
bool cli_film_add(cli_film *film, const cli_training *training, int epoch);
void cli_film_free(cli_film *film);

#endif
