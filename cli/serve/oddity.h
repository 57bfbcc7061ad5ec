/* How unusual each image is, by what embudo score keeps beside the model. What is not there yet is
 * learned by the thread that waits for Ctrl-C, for that reads files and may print; the server asks
 * for it, and then judges by it. */
#ifndef CLI_ODDITY_H
#define CLI_ODDITY_H

#include <embudo.h>

typedef struct cli_oddity cli_oddity;

/* Of the model of that name, which is borrowed. */
cli_oddity *cli_oddity_new(const char *model_name, int threads);
void cli_oddity_free(cli_oddity *oddity);

typedef enum cli_oddity_state {
    CLI_ODDITY_UNKNOWN,
    CLI_ODDITY_WANTED, /* it is being learned */
    CLI_ODDITY_KNOWN,
    CLI_ODDITY_FAILED
} cli_oddity_state;

/* For the server: how it stands. Wants it, if it is not known. */
cli_oddity_state cli_oddity_ask(cli_oddity *oddity);
/* Once it is known, what is usual for the network, to be freed; NULL with emb_error(). */
emb_unusual *cli_oddity_open(const cli_oddity *oddity, const emb_net *net);
/* Once it failed: why. */
const char *cli_oddity_why(const cli_oddity *oddity);

/* Learns what is wanted; nothing is printed. By the thread that made it. */
void cli_oddity_tend(cli_oddity *oddity);

#endif
