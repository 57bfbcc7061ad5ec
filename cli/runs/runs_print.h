/* A list of runs as a table and as JSON. */
#ifndef CLI_RUNS_PRINT_H
#define CLI_RUNS_PRINT_H

#include "core/json.h"
#include "runs/run_entry.h"

/* Texts of a run's facts, each to be freed, "-" if it does not have it: its test score or best
 * validation loss ("0.0383", "97.31 %"), the doctor's verdict, epochs ("3/10"), when it began. */
char *cli_run_validation_text(const cli_run_entry *run);
char *cli_run_test_text(const cli_run_entry *run);
char *cli_run_verdict_text(const cli_run_entry *run);
char *cli_run_epochs_text(const cli_run_entry *run);
char *cli_run_when_text(const cli_run_entry *run);
char *cli_run_network_text(const cli_run_entry *run);
char *cli_run_outcome_text(const cli_run_entry *run);

/* On standard output. */
void cli_runs_print(const cli_run_list *list);

/* One run as an object, docs/FORMAT.md says of what. */
void cli_run_json_add(cli_json *json, const cli_run_entry *run);

#endif
