/* Words of a command line that stand in each other's places. */
#ifndef CLI_WORD_ORDER_H
#define CLI_WORD_ORDER_H

#include "core/options.h"

/* Says so if a run stands behind a word in its place, which is none. CLI_DONE, or
 * CLI_USAGE with the message printed. */
int cli_words_ordered(const cli_args *args);

#endif
