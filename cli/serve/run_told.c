/* See run_told.h. */
#include "serve/run_told.h"

#include <stdlib.h>

#include "core/folders.h"
#include "core/message.h"
#include "data/history.h"
#include "runs/run_entry.h"
#include "runs/runs_print.h"

void cli_run_told_history(cli_json *json, const char *run) {
    char *path = cli_format("%s/history.csv", run);
    cli_history history = {0};
    cli_text why = {0}, *before = cli_fail_into(&why);
    const bool read = cli_is_file(path) && cli_history_read(&history, path);
    cli_fail_into(before);
    cli_text_free(&why);
    free(path);
    cli_json_open(json, "history", '{');
    for (size_t c = 0; read && c < history.columns; c++) {
        cli_json_open(json, history.names[c], '[');
        for (size_t r = 0; r < history.rows; r++) {
            cli_json_real(json, NULL, history.values[c * history.rows + r]);
        }
        cli_json_close(json, ']');
    }
    cli_json_close(json, '}');
    if (read) cli_history_free(&history);
}

void cli_run_told_record(cli_json *json, const char *run) {
    cli_run_entry entry;
    char *path = cli_format("%s/run.json", run);
    cli_text why = {0}, *before = cli_fail_into(&why);
    const bool read = cli_is_file(path) && cli_run_entry_read(&entry, run);
    cli_fail_into(before);
    cli_text_free(&why);
    free(path);
    if (!read) return;
    cli_json_open(json, "record", '[');
    cli_run_json_add(json, &entry);
    cli_json_close(json, ']');
    cli_run_entry_free(&entry);
}
