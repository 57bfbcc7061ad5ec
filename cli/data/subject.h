/* What a training works on: a network, images and the run that ties them. */
#ifndef CLI_SUBJECT_H
#define CLI_SUBJECT_H

#include <stddef.h>
#include <stdint.h>

#include <embudo.h>

typedef struct cli_subject {
    emb_net *net;
    emb_images *images;
    emb_run *run;                  /* NULL: it has not begun, or there is none */
    size_t train_count, val_count; /* images */
} cli_subject;

/* The images that a training is watched on, as indices: the validation images or, if there are
 * none, those to learn from. Borrowed from the run. */
const uint32_t *cli_subject_watched(const cli_subject *subject, size_t *count);

/* Frees all three. */
void cli_subject_release(cli_subject *subject);

#endif
