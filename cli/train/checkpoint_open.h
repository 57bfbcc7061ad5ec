/* Opening a run's checkpoint: a given one, or the newest that can be read. */
#ifndef CLI_CHECKPOINT_OPEN_H
#define CLI_CHECKPOINT_OPEN_H

#include <embudo.h>
#include <stdbool.h>

/* A checkpoint that is opened once, and the network in it. Zeroed: none. */
typedef struct cli_checkpoint_opened {
    char *path;
    emb_checkpoint *checkpoint;
    emb_net *net;
} cli_checkpoint_opened;

/* Takes over the path. False with the text in emb_error() and nothing to close. */
bool cli_checkpoint_open(cli_checkpoint_opened *o, char *path);

/* The newest checkpoint of a run that can be read: a file may be damaged, but the one before it may
 * be good. True without one if the run has none; false with the error printed if none can be
 * read. */
bool cli_checkpoint_open_newest(cli_checkpoint_opened *o, const char *run);

void cli_checkpoint_close(cli_checkpoint_opened *o);

#endif
