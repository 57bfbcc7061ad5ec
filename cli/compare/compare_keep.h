/* What `embudo compare` keeps while it works, so that it can go on: compare.json in its folder,
 * with the command and each result as it comes, and the folder unfinished/, with the autoencoder
 * and the training that are in work. */
#ifndef CLI_COMPARE_KEEP_H
#define CLI_COMPARE_KEEP_H

#include "compare/compare.h"

/* A model that is trained: the autoencoder of a length, or a contender. It is also what a result is
 * known by. */
typedef struct cli_unit {
    uint64_t seed;
    const cli_contender *contender; /* NULL: the autoencoder */
    int latent;                     /* 0: it reads images */
} cli_unit;

/* Every function that returns a bool prints the error if it returns false, but for _find. */

/* Keeps in the folder from here on, which is made if it is not there, and locked. */
bool cli_keep_begin(cli_compare *compare, const char *folder);

/* For --resume: reads the record in the folder. `line` gets the recorded line, with the data and
 * the autoencoder where they are now; its texts are the keeping's. *complete: there is nothing left
 * to do. */
bool cli_keep_resume(cli_compare *compare, const char *folder, const cli_args *typed,
                     cli_args *line, bool *complete);

/* A result that is known already: false if there is none. */
bool cli_keep_find(const cli_compare *compare, const cli_unit *unit, cli_kept *found);
/* A new one. */
bool cli_keep_add(cli_compare *compare, const cli_unit *unit, const cli_kept *result);

/* The run of the training that was in work when this unit's was stopped, and how many epochs and
 * seconds it had; NULL, without an error, if there is none for it. */
emb_run *cli_keep_run(const cli_compare *compare, const cli_unit *unit, emb_net *net,
                      const emb_images *images, int *epochs, double *seconds);
/* Writes it, after so many epochs and seconds, if there is a folder. */
bool cli_keep_step(const cli_compare *compare, const cli_unit *unit, const emb_run *run, int epochs,
                   double seconds);

/* The trained autoencoder of a unit that is not done with, to be freed; NULL, without an error, if
 * there is none. And writing it, removing it. */
emb_net *cli_keep_net(const cli_compare *compare, const cli_unit *unit);
bool cli_keep_net_save(const cli_compare *compare, const cli_unit *unit, const emb_net *net);

/* The autoencoder in work, whose unit this is; borrowed. */
void cli_keep_has(cli_compare *compare, const cli_unit *unit, const emb_net *net);
/* After a signal: if there is no folder yet, the next free one of runs/compare-001, ... is made,
 * with that autoencoder in it. What goes wrong is printed. */
void cli_keep_stopped(cli_compare *compare);

/* Whether this is the network with which the work began: the run's weights, or the notation of the
 * first length. It is recorded. */
bool cli_keep_network(cli_compare *compare, const emb_net *net);

/* The record as it stands: "running", "interrupted", "finished". */
bool cli_keep_write(const cli_compare *compare, const char *outcome);
/* Removes what was in work, and gives the folder back. */
void cli_keep_finish(cli_compare *compare);
/* Frees all, and gives the folder back. */
void cli_keep_free(cli_compare *compare);

#endif
