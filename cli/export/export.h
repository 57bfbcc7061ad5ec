/* What the files of `embudo export` share. */
#ifndef CLI_EXPORT_H
#define CLI_EXPORT_H

#include <stdbool.h>

#include <embudo.h>

#include "core/options.h"
#include "data/split.h"

enum { CLI_EXPORT_FILES = 8 };

typedef struct cli_export {
    emb_net *net;
    const char *part; /* NULL: all */
    bool uint8;
    int threads;
    emb_images *train; /* NULL until they are needed, ... */
    cli_split scored;  /* ... as these are */
    emb_int8 *int8;
    emb_unusual *usual; /* NULL without --score; else */
    emb_verdict verdict;

    /* What came of it, for --json. */
    char *files[CLI_EXPORT_FILES];
    size_t file_count;
    emb_c_size size;   /* of C; without paths: none was written */
    bool compared;     /* with whole numbers: */
    double results[2]; /* the float network's MSE or accuracy, and theirs */
} cli_export;

#endif
