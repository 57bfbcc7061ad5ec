/* See predictions.h. */
#include "use/predictions.h"

#include <stdlib.h>

double cli_predictions_share(const cli_predictions *p, size_t i, int label) {
    return (double)p->shares[i * (size_t)p->classes + (size_t)label];
}

bool cli_predictions_odd(const cli_predictions *p, size_t i) {
    return p->judged && p->judgements[i] > p->threshold;
}

void cli_predictions_free(cli_predictions *p) {
    emb_images_free(p->named);
    free(p->files);
    free(p->shown);
    free(p->made);
    free(p->shares);
    free(p->first);
    free(p->second);
    free(p->codes);
    free(p->errors);
    free(p->judgements);
    *p = (cli_predictions){0};
}
