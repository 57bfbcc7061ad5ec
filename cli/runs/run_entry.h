/* A run on disk as a thing: what its record says, what state it is in, how large it is. */
#ifndef CLI_RUN_ENTRY_H
#define CLI_RUN_ENTRY_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/strings.h"
#include "data/run_scores.h"

typedef struct cli_run_entry {
    char *path;           /* its folder, as other commands take it */
    json_t *record;       /* its run.json */
    const char *started;  /* UTC, "2026-11-25T07:29:50Z"; "" if it does not say */
    const char *outcome;  /* as in the record, "running" only if a process has it */
    char *network, *data; /* as tables call them */
    int latent;           /* 0: it has no codes, or does not say */
    int indices, entries; /* of a codebook; 0: it has none */
    int epochs, done;     /* planned, and done; 0: none */
    cli_best_epoch best;  /* by its validation loss */
    bool tested;          /* `test` is there */
    cli_test_score test;  /* of its model */
    bool checked;         /* the doctor has looked at its network */
    unsigned found;       /* each emb_finding that it has */
    uint64_t bytes;       /* of its files */
} cli_run_entry;

/* Whether a record is that of a run, not another file of that name. */
bool cli_run_is_record(const json_t *record);

/* Reads a run; the path is copied. False with the error printed, and nothing to free, if the folder
 * is no run. */
bool cli_run_entry_read(cli_run_entry *entry, const char *path);
void cli_run_entry_free(cli_run_entry *entry);

/* The runs in a folder, or the folder itself if it is one, by their names: numbers within these
 * count as numbers. What has a run.json that cannot be read is left out with a note. NULL with the
 * error printed if there is no such folder; else to be freed. */
typedef struct cli_run_list {
    cli_run_entry *runs;
    size_t count;
} cli_run_list;
bool cli_run_list_read(cli_run_list *list, const char *folder);
/* The same without a word: for who looks again and again. */
bool cli_run_list_look(cli_run_list *list, const char *folder);
void cli_run_list_free(cli_run_list *list);

/* Less than, equal to or greater than 0: the order of two names. */
int cli_run_name_order(const char *a, const char *b);

#endif
