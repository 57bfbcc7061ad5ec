/* Standard error: one line at a time, and one live line (the progress bar) that is never mixed with
 * them. Nothing here allocates memory, since there may be none left; message.h is for everything
 * else. */
#ifndef CLI_SAY_H
#define CLI_SAY_H

#include <stdbool.h>
#include <stddef.h>

/* "PREFIX message TAIL" and a newline, in one write, escaped by emb_text_for for EMB_SHOWN. */
void cli_say(const char *prefix, const char *message, const char *tail);
/* The same for a failure, which is remembered. */
void cli_say_failure(const char *message, const char *tail);

/* The system has no memory left: says so, unless a failure was printed before, and ends the
 * program. */
_Noreturn void cli_fail_memory(size_t bytes);

/* Draws `text` as the live line of standard error instead of the current one. */
void cli_live(const char *text);
void cli_live_clear(void);
/* From here on nothing is drawn. */
void cli_live_quiet(bool on);

#endif
