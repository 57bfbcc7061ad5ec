/* What is compared: a classifier, and what it reads. */
#ifndef CLI_CONTENDERS_H
#define CLI_CONTENDERS_H

#include <stdbool.h>

typedef struct cli_contender {
    const char *input, *model; /* "codes", "pca" or "images"; "linear", "mlp", "knn" or "cnn" */
    const char *net;           /* the built-in network; NULL: nearest neighbours */
    const char *title;         /* for people, in English */
} cli_contender;

/* In the order of the table. */
enum { CLI_CONTENDERS = 8 };
extern const cli_contender cli_contenders[CLI_CONTENDERS];
bool cli_contender_reads_images(const cli_contender *contender);

#endif
