/* Topics of `embudo help`: what is worth knowing and belongs to no command. */
#ifndef CLI_HELP_TOPICS_H
#define CLI_HELP_TOPICS_H

#include <stddef.h>

#include "help/help_texts.h"

typedef struct cli_topic {
    const char *name, *summary;
    const cli_topic_line *lines;
    /* What tables know, at the end: names of networks, of layers, of data sets, number `i` of
     * them; NULL behind the last. The text is kept. NULL if there is none. */
    const char *(*more)(size_t i);
} cli_topic;

/* Ends with a NULL name. */
extern const cli_topic cli_topics[];

/* NULL if there is none of that name. */
const cli_topic *cli_topic_find(const char *name);

/* All lines of a topic, to be freed with free(). */
cli_topic_line *cli_topic_lines(const cli_topic *topic);

#endif
