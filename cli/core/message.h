/* What the program says: errors and notes on standard error, results on standard output.
 *
 * Messages are escaped by emb_text_for for EMB_SHOWN, so that neither a file's name nor a file's
 * content reaches the terminal as a command. */
#ifndef CLI_MESSAGE_H
#define CLI_MESSAGE_H

#include <stdbool.h>

#include "core/say.h"
#include "core/strings.h"
#include "core/told.h"

/* Exit codes of the program. A run that a signal ended exits with 128 + the signal's number. */
enum { CLI_DONE = 0, CLI_FAILED = 1, CLI_USAGE = 2, CLI_ILL = 4 /* --strict: the doctor warned */ };

/* --quiet: from here on cli_note, cli_line and the live line say nothing; once a signal came, notes
 * do. Returns what held before. */
bool cli_quiet(bool on);

/* "embudo: ..." on standard error. Returns CLI_FAILED, so that a failing command ends with
 * `return cli_fail(...)`. */
int cli_fail(const char *format, ...) CLI_PRINTF(1, 2);

/* From here on failures are not printed, and `sink` gets the first of them: for work that a command
 * can do without. NULL prints again. Returns what was there before. */
cli_text *cli_fail_into(cli_text *sink);

/* While false, failures that come after a signal (stop.h) are not printed: what is cancelled fails.
 * True, as it is at first, prints them again. */
void cli_fail_after_stop(bool shown);

/* cli_fail for wrong usage; adds where to read more: `command` is "train", or NULL for the program
 * itself. Returns CLI_USAGE. */
int cli_usage(const char *command, const char *format, ...) CLI_PRINTF(2, 3);

/* One line on standard error that is not an error. */
void cli_note(const char *format, ...) CLI_PRINTF(1, 2);

/* The same for a warning, which --quiet does not silence. */
void cli_warn(const char *format, ...) CLI_PRINTF(1, 2);

/* A note for each line of `notes` that has not been printed yet. */
void cli_notes(const char *notes);

/* A line on standard output, escaped for display and written at once, that says what was done: a
 * file's name, an epoch's loss. The result itself is elsewhere, so a line that cannot be written is
 * not a failure; cli_close_output reports it. Results are printed with printf. */
void cli_line(const char *format, ...) CLI_PRINTF(1, 2);
/* The same for one that has a number that is nowhere else, which --quiet does not silence. */
void cli_line_result(const char *format, ...) CLI_PRINTF(1, 2);
/* The same for a path that a script may use, as in "$(embudo data get digits)": escaped for display
 * on a terminal, byte for byte elsewhere. */
void cli_line_path(const char *path);

/* From here on standard output is for cli_output alone, and everything else that is printed there
 * goes to standard error: for results that programs read. False with the error printed. */
bool cli_output_take(void);

/* The file that cli_output writes, by its number. */
int cli_output_file(void);

/* From here on messages call this path by another name, which is no longer. Both are kept. */
void cli_message_alias(const char *path, const char *name);

/* What cli_output writes goes there, too, until this is taken back: the result is a file that
 * follows. */
void cli_output_aside(bool on);

/* A path as cli_line_path prints it, by cli_output. */
void cli_output_path(const char *path);

/* Bytes that are the result, unchanged: for long results. */
void cli_output(const char *bytes, size_t count);

/* What is printed is also in that file or folder (the name is copied): if it cannot be printed,
 * that is not a failure, and is reported at the end. */
void cli_output_lies_in(const char *where);

/* Closes standard output. False, with the error printed, if something that was printed could not be
 * written; false without a message if the reader has gone. */
bool cli_close_output(void);

#endif
