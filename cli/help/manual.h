/* The manual pages, made from the same tables as the help. */
#ifndef CLI_MANUAL_H
#define CLI_MANUAL_H

#include "core/options.h"
#include "help/help_topics.h"

/* Writes folder/man1/embudo.1, a page for each command and each action of one, and
 * folder/man7/embudo-TOPIC.7. The exit code. */
int cli_manual_write(const char *folder);

/* One page, to be freed with cli_text_free: of the command, of an action of it, of the topic or, if
 * all are NULL, of the program. */
cli_text cli_manual_page(const cli_command *command, const cli_command *action,
                         const cli_topic *topic);

#endif
