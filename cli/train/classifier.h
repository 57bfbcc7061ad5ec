/* The network that a classifier begins with. */
#ifndef CLI_CLASSIFIER_H
#define CLI_CLASSIFIER_H

#include <embudo.h>

/* "cnn" or "mlp" of --net, "head-mlp" of --head mlp; anything else is a file's name. `words` is
 * NULL-ended. To be freed. */
char *cli_classifier_name(const char *name, const char *const *words, const char *prefix);

/* The network of that name for so many classes and, for codes, so many inputs (0: as many as it
 * has). NULL with the error printed. */
emb_net *cli_classifier_open(const char *name, int classes, int inputs);

#endif
