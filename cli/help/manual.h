/* The manual pages, made from the same tables as the help. */
#ifndef CLI_MANUAL_H
#define CLI_MANUAL_H

/* Writes folder/man1/embudo.1, a page for each command and each action of one, and
 * folder/man7/embudo-TOPIC.7. The exit code. */
int cli_manual_write(const char *folder);

#endif
