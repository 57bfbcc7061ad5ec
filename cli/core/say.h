/* Standard error: one line at a time, and one live line (the progress bar) that none of them is
 * ever mixed into. No memory is taken here, since there may be none left: message.h is for all
 * else. */
#ifndef CLI_SAY_H
#define CLI_SAY_H

#include <stdarg.h>
#include <stddef.h>

/* "PREFIX message TAIL" and the line's end, in one write, as emb_text_for has it for EMB_SHOWN. */
void cli_say(const char *prefix, const char *tail, const char *format, va_list list);
/* The same of a failure, which is kept in mind. */
void cli_say_failure(const char *tail, const char *format, va_list list);

/* The system gave no memory: says so, where no failure was told before, and ends the program. */
_Noreturn void cli_fail_memory(size_t bytes);

/* Draws `text` as the live line of standard error in place of the one there is. */
void cli_live(const char *text);
void cli_live_clear(void);

#endif
