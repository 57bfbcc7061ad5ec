/* Networks for images of a size, written as notation: embudo new, and embudo train where nobody
 * names a network that fits. */
#ifndef CLI_NETWORK_WRITER_H
#define CLI_NETWORK_WRITER_H

#include <stdbool.h>

#define CLI_NETWORK_KINDS "conv|residual|mlp|classifier"

typedef struct cli_new_network {
    const char *kind;   /* a word of CLI_NETWORK_KINDS; NULL: conv, of a row of numbers mlp */
    const char *name;   /* what it is for, as the first line calls it */
    int rank, shape[3]; /* rank 1: shape[0] numbers in a row; 3: C, H, W */
    int latent;         /* numbers in a code; 0: the usual number */
    bool ends_open;     /* the images' numbers are not all from 0 to 1 */
} cli_new_network;

/* The notation's text, to be freed. */
char *cli_network_write(const cli_new_network *wanted);

/* Whether a kind is for images alone. */
bool cli_network_needs_image(const char *kind);

/* Numbers in a code if nobody says how many. */
int cli_network_usual_latent(const int shape[3]);

#endif
