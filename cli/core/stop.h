/* Being told to stop: Ctrl-C, SIGTERM, a closed terminal. */
#ifndef CLI_STOP_H
#define CLI_STOP_H

#include <stdbool.h>

/* From here on the first of these signals is only noted; a second one ends the process at once. */
void cli_stop_listen(void);

/* As if the first of them came, from the thread that works. */
void cli_stop_ask(void);
/* As if none had come: they are listened for again. */
void cli_stop_again(void);

/* The signal also makes the library return early from long work (emb_cancel). This takes that back,
 * so that what is left to do after a signal is done completely. */
void cli_stop_heard(void);

/* Between true and false a signal is only noted, and reaches the library afterwards: what happens
 * in between is short, and is done completely. */
void cli_stop_hold(bool hold);

/* From here on these signals end the process at once again. */
void cli_stop_default(void);

/* Whether a signal would only be noted, or one was. */
bool cli_stop_listens(void);

/* The number of the signal that came, or 0. */
int cli_stop_signal(void);

#endif
