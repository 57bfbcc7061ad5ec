/* What is told of a run by its folder alone, as members of an object that is open. */
#ifndef CLI_RUN_TOLD_H
#define CLI_RUN_TOLD_H

#include "core/json.h"

/* "history": the columns of its history.csv; an empty object if it has none that can be read. */
void cli_run_told_history(cli_json *json, const char *run);
/* "record": its entry in `embudo runs --json`; nothing if it is no run. */
void cli_run_told_record(cli_json *json, const char *run);

#endif
