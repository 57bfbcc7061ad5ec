/* Seeds as torch.manual_seed takes them: whole numbers from -2^63 to 2^64 - 1, negative ones
 * standing for themselves and 2^64. PyTorch's generator, and so ours, counts them modulo 2^32. */
#ifndef CLI_SEED_H
#define CLI_SEED_H

#include <stdbool.h>
#include <stdint.h>

#define CLI_SEED_LEAST "-9223372036854775808"
#define CLI_SEED_MOST  "18446744073709551615"

/* Reads the seed that a text begins with; *end points behind its last digit. False if there is
 * none, or if it is out of range. */
bool cli_seed_read(const char *text, const char **end, uint64_t *seed);

/* As in the library's options, where 0 is the default and 2^32 stands for a seed of 0. */
uint64_t cli_seed_option(uint64_t seed);
/* The way back. */
uint64_t cli_seed_of_option(uint64_t option);

#endif
