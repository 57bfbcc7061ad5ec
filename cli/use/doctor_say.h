/* The doctor's voice: lines on standard error, and what they were about, by words that are the same
 * in all languages. */
#ifndef CLI_DOCTOR_SAY_H
#define CLI_DOCTOR_SAY_H

#include <stdbool.h>
#include <stddef.h>

#include "core/json.h"

/* --no-doctor: whoever would look need not. */
bool cli_doctor_is_off(void);

/* Says a line, which is freed, of what was found: "mean image". NULL: nothing is wrong. */
void cli_doctor_say(const char *finding, char *line);

/* How many lines were said, and the words of the first ones, each once. */
size_t cli_doctor_findings(void);
const char *cli_doctor_finding(size_t i); /* NULL behind the last */

/* The lines themselves, of which the first ones are kept; NULL behind the last. */
const char *cli_doctor_line(size_t i);

/* "doctor": the words. */
void cli_doctor_json(cli_json *json);

/* The same, as the last member of an answer: closes the object and prints it. */
void cli_doctor_put_json(cli_json *json);

#endif
