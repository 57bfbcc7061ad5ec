/* The recorded line of a run that is resumed: what was typed when it began, with what is typed
 * now. */
#ifndef CLI_RESUME_LINE_H
#define CLI_RESUME_LINE_H

#include "train/resumption.h"

/* The words of the line that began the run, for its record, with another plan if it has that by
 * now: typed with this --resume, or with one that was killed before it changed the record. */
void cli_resume_words(const cli_filling *filling, const json_t *record);

/* Reads that line as one of the command that is running; options that are typed now replace those
 * in it, but for --resume. Data and files are where the record says, or where they are now. False
 * with the error printed if the record has no such line. */
bool cli_resume_line(const cli_filling *filling, const json_t *record);

/* Takes an option out of a line. */
void cli_resume_drop(cli_args *line, const char *name);

#endif
