/* What the program says: errors and notes on standard error, results on standard output.
 *
 * Messages are written as emb_text_for has them for EMB_SHOWN, so that neither a file's name nor a
 * file's content reaches the terminal as a command. */
#ifndef CLI_MESSAGE_H
#define CLI_MESSAGE_H

#include <stdbool.h>

#include "core/say.h"
#include "core/strings.h"

/* Exit codes of the program. A run that a signal ended exits with 128 + the signal's number. */
enum { CLI_DONE = 0, CLI_FAILED = 1, CLI_USAGE = 2 };

/* "embudo: ..." on standard error. Returns CLI_FAILED, so that a failing command ends with
 * `return cli_fail(...)`. */
int cli_fail(const char *format, ...) CLI_PRINTF(1, 2);

/* Failures from here on are kept in `sink`, the first of them alone, and not printed: for work that
 * a command can do without. NULL prints again. Returns what was there before. */
cli_text *cli_fail_into(cli_text *sink);

/* cli_fail for wrong usage; adds where to read more: `command` is "train", or NULL for the program
 * itself. Returns CLI_USAGE. */
int cli_usage(const char *command, const char *format, ...) CLI_PRINTF(2, 3);

/* One line on standard error that is no error. */
void cli_note(const char *format, ...) CLI_PRINTF(1, 2);

/* The same of each line of `notes` that was not said before. */
void cli_notes(const char *notes);

/* A line to standard output, as it is shown and at once, that says what was done: a file's name, an
 * epoch's loss. What the command made lies elsewhere: a line that cannot be written is no failure,
 * and cli_close_output says so. printf is for what is itself the result. */
void cli_line(const char *format, ...) CLI_PRINTF(1, 2);
/* The same of a path that a script may take, as in "$(embudo data get digits)": as it is shown on a
 * terminal, and byte for byte elsewhere. */
void cli_line_path(const char *path);

/* Bytes that are the result, as they are: for many. */
void cli_output(const char *bytes, size_t count);

/* What is printed lies in that file or folder, too (copied): that it cannot be shown is no failure,
 * and is said in the end. */
void cli_output_lies_in(const char *where);

/* The end of standard output. False, with the error printed, where something that was printed did
 * not get out; without a word where its reader went away. */
bool cli_close_output(void);

#endif
