/* What a model says of pictures: a classifier which class each is, an autoencoder its code, and
 * whether the error of the reconstruction is unusual. */
#ifndef CLI_PREDICTIONS_H
#define CLI_PREDICTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include <embudo.h>

typedef struct cli_predictions {
    size_t count;
    const char **files; /* [count]; the names are borrowed */
    int shape[3];
    float *shown; /* [count][C][H][W]: what the network was given */
    float *made;  /* likewise: their reconstructions; NULL: it makes none */
    /* Of a classifier. */
    int classes;         /* 0: it is none */
    float *shares;       /* [count][classes]: probabilities; of neighbours, shares of their votes */
    int *first, *second; /* [count]: the most probable classes */
    emb_images *named;   /* whose classes have names; NULL: classes are numbers */
    /* Of an autoencoder. */
    int length;     /* numbers of a code; 0: it makes none */
    bool indices;   /* they are indices of a codebook's entries */
    float *codes;   /* [count][length] */
    double *errors; /* [count]: mean squared; NULL: without a reconstruction */
    /* By what an image is unusual, if that is known. */
    bool judged;
    emb_unusual_by by;
    double threshold;
    double *judgements; /* [count]: above the threshold it is unusual */
} cli_predictions;

/* A zeroed one is accepted. */
void cli_predictions_free(cli_predictions *p);

/* A class's probability for a picture. */
double cli_predictions_share(const cli_predictions *p, size_t i, int label);
/* Whether a picture is unusual; false also where nothing is judged. */
bool cli_predictions_odd(const cli_predictions *p, size_t i);

#endif
