/* A data set's images in groups by their codes: what `embudo cluster` finds, and writing it. */
#ifndef CLI_CLUSTER_JOB_H
#define CLI_CLUSTER_JOB_H

#include <stdbool.h>

#include <embudo.h>

#include "core/options.h"
#include "data/split.h"

enum { CLI_MOST_CLUSTERS = 1000 };

/* What the command works on, and what it finds. */
typedef struct cli_clusters {
    emb_net *net;
    cli_split split;
    emb_clusters_options options;
    int clusters;
    float *codes;      /* [count][L] */
    float *centres;    /* [clusters][L] */
    uint32_t *cluster; /* [count] */
    size_t *sizes;     /* [clusters] */
    int *commonest;    /* [clusters]: label; -1 without labels */
    size_t *agreeing;  /* [clusters]: images of that label */
} cli_clusters;

/* The table, the folder with sheets or the JSON that is asked for. False with the error printed. */
bool cli_clusters_write(const cli_clusters *job, const cli_args *args);

#endif
