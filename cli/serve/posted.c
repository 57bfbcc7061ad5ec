/* See posted.h. */
#include "serve/posted.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Numbers as they are, or as text. */
static bool take_codes(const cli_explorer *e, const cli_request *request, emb_array *codes,
                       cli_reply *problem) {
    char text[CLI_QUERY_ROOM];
    const size_t each = (size_t)e->latent * sizeof(float);
    *codes = (emb_array){0};
    if (strcmp(request->method, "POST") != 0) {
        if (!cli_query_text(request, "code", text) || !*text) {
            *problem = cli_reply_problem(400, "expected ?code= and %d numbers, which commas part",
                                         e->latent);
            return false;
        }
        if (emb_codes_parse(text, strlen(text), "code", e->latent, codes) == EMB_OK) return true;
    } else if (strcmp(request->type, "text/csv") == 0 && request->length > 0) {
        if (emb_codes_parse((const char *)request->body, request->length, "the body", e->latent,
                            codes) == EMB_OK) {
            return true;
        }
    } else if (strcmp(request->type, "application/octet-stream") == 0 && request->length > 0 &&
               request->length % each == 0) {
        codes->values = malloc(request->length);
        codes->shape[0] = request->length / each;
        if (codes->values) {
            memcpy(codes->values, request->body, request->length);
            return true;
        }
        *problem = cli_reply_problem(503, "there is no memory for these codes");
        return false;
    } else {
        *problem = cli_reply_problem(400,
                                     "expected codes of %d numbers, as text/csv or, float32, as "
                                     "application/octet-stream",
                                     e->latent);
        return false;
    }
    *problem = cli_reply_failure_as(400);
    return false;
}

bool cli_posted_finite(const float *values, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(values[i])) return false;
    }
    return true;
}

/* Codes of which every number is finite. */
bool cli_posted_codes(const cli_explorer *e, const cli_request *request, emb_array *codes,
                      cli_reply *problem) {
    if (!take_codes(e, request, codes, problem)) return false;
    if (cli_posted_finite(codes->values, codes->shape[0] * (size_t)e->latent)) return true;
    emb_array_free(codes);
    *problem = cli_reply_problem(400, "a number of these codes is not finite");
    return false;
}

/* A conditional network reads a label. */
bool cli_posted_label(cli_explorer *e, const cli_request *request, cli_reply *problem) {
    const int known = emb_net_conditions(e->net);
    const int label = (int)cli_query_whole(request, "label", EMB_MAX_CLASSES, known > 0 ? -1 : 0);
    if (known == 0) return true;
    if (label >= 0 && label < known && emb_net_set_labels(e->net, &label, 1) == EMB_OK) return true;
    *problem = cli_reply_problem(400, "the network is conditional: expected label= and 0 to %d",
                                 known - 1);
    return false;
}
