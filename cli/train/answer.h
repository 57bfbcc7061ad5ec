/* What a command that makes a folder says to programs: --print-folder and --json. Standard output
 * is then theirs alone. */
#ifndef CLI_ANSWER_H
#define CLI_ANSWER_H

#include <stdbool.h>

#include "core/json.h"
#include "core/options.h"
#include "train/job.h"

#define CLI_PRINT_FOLDER_OPTION                                                                    \
    {                                                                                              \
        "print-folder", 0, CLI_FLAG, NULL, NULL, 0, 0, 0,                                          \
            "print the folder on standard output and nothing else, for scripts: all lines go to "  \
            "standard error"                                                                       \
    }

/* Before anything is printed. CLI_DONE, or the exit code with the message printed. */
int cli_answer_begin(const cli_args *args);

/* Whether one of them is asked for. */
bool cli_answer_wanted(const cli_args *args);

/* --print-folder. */
void cli_answer_folder(const cli_args *args, const char *folder);

/* Members of an object that is open: what a training came to. */
void cli_answer_training(const cli_job *job, cli_json *json);
/* The same of a run that is complete, by its record; nothing was trained. */
void cli_answer_record(const char *folder, cli_json *json);

#endif
