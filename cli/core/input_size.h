/* The size of an image as it is typed: "3x64x64", "28x28" or, for numbers in a row, "784". */
#ifndef CLI_INPUT_SIZE_H
#define CLI_INPUT_SIZE_H

#include "core/options.h"

/* For the help of an option that takes one. */
#define CLI_INPUT_SIZE_HELP                                                                        \
    "channels, height and width (3x64x64), height and width of one channel (28x28), or numbers "   \
    "in a row (784)"

/* The value of the option of that name, as {C, H, W}; a row of n numbers is {n, 1, 1} with *rank 1,
 * an image has *rank 3. CLI_DONE, or CLI_USAGE with the message printed. */
int cli_input_size(const cli_args *args, const char *option, int shape[3], int *rank);

#endif
