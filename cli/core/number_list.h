/* Whole numbers with commas between them, as an option has them: "2,8,16". */
#ifndef CLI_NUMBER_LIST_H
#define CLI_NUMBER_LIST_H

#include <stdbool.h>
#include <stdint.h>

/* The next number of the list, which *text is moved behind: NULL after the last one. False where
 * there is none from `least` to `most` up to the comma or the end. */
bool cli_number_next(const char **text, uint64_t least, uint64_t most, uint64_t *number);

#endif
