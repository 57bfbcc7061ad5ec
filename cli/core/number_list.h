/* Whole numbers separated by commas, as in an option: "2,8,16". */
#ifndef CLI_NUMBER_LIST_H
#define CLI_NUMBER_LIST_H

#include <stdbool.h>
#include <stdint.h>

/* Reads the next number of the list and moves *text behind it, to NULL after the last one. False if
 * what is there, up to the comma or the end, is not a number from `least` to `most`. */
bool cli_number_next(const char **text, uint64_t least, uint64_t most, uint64_t *number);

#endif
