/* What `embudo eval` measured of an autoencoder, as lines and as JSON. */
#ifndef CLI_EVAL_TEXT_H
#define CLI_EVAL_TEXT_H

#include <stdbool.h>

#include <embudo.h>

#include "core/json.h"
#include "data/split.h"

typedef struct cli_evaluation {
    emb_score score;
    bool alike; /* --ssim */
    emb_similarity similarity;
    char *noise; /* the kind that was put on the images; NULL: none; to be freed */
    emb_denoising denoised;
    bool measured; /* it is a kind of autoencoder with measures of its own */
    emb_measured measures;
} cli_evaluation;

void cli_evaluation_print(const cli_evaluation *e, const emb_net *net, const cli_split *split);

/* Members of an object that is open. */
void cli_evaluation_json(const cli_evaluation *e, const emb_net *net, cli_json *json);

/* "model", "data", "part" and "images": what every answer of eval and classify begins with. */
void cli_scored_json(cli_json *json, const char *model, const char *dataset, cli_part part,
                     size_t images);

#endif
