/* Being told to stop: Ctrl-C, SIGTERM, a closed terminal. */
#ifndef CLI_STOP_H
#define CLI_STOP_H

/* From here on the first of these signals is only noted; a second one ends the process at once. */
void cli_stop_listen(void);

/* The number of the signal that came, or 0. */
int cli_stop_signal(void);

#endif
