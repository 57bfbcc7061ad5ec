/* Networks for images of a size, written as notation: embudo new, and embudo train where nobody
 * names a network that fits. */
#ifndef CLI_NETWORK_WRITER_H
#define CLI_NETWORK_WRITER_H

#include <stdbool.h>

#define CLI_NETWORK_KINDS                                                                          \
    "conv|residual|mlp|classifier|denoising|sparse|variational|conditional|wasserstein|vq"

enum { CLI_NETWORK_WIDTH = 16 /* channels at the full size if nobody says how many */ };

typedef struct cli_new_network {
    const char *kind;   /* a word of CLI_NETWORK_KINDS; NULL: conv, of a row of numbers mlp */
    const char *name;   /* what it is for, as the first line calls it */
    int rank, shape[3]; /* rank 1: shape[0] numbers in a row; 3: C, H, W */
    int latent;         /* numbers in a code; 0: the usual number */
    int width;          /* channels at the full size, doubled where sides are halved, three times
                           at most; 0: CLI_NETWORK_WIDTH, or fewer for an image so large that they
                           are too many */
    int levels;         /* sizes on the way down, the full one included; 0: until sides are at most
                           4. At most cli_network_levels */
    int classes;        /* of a classifier; 0: ten, as long as nobody knows */
    bool transposed;    /* ConvTranspose2d enlarges, Conv2d with a stride makes smaller; else
                           Upsample with Conv2d, and MaxPool2d */
    bool ends_open;     /* the images' numbers are not all from 0 to 1 */
} cli_new_network;

/* The notation's text, to be freed. */
char *cli_network_write(const cli_new_network *wanted);

/* What a kind is trained with: " --loss bce", or "". */
const char *cli_network_training(const cli_new_network *network);

/* Whether a kind is for images alone. */
bool cli_network_needs_image(const char *kind);

/* The most sizes on the way down: until both sides are 1. */
int cli_network_levels(const int shape[3]);

/* Numbers in a code if nobody says how many. */
int cli_network_usual_latent(const int shape[3]);

#endif
