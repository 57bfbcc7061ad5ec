/* The codes and the label of a request. */
#ifndef CLI_POSTED_H
#define CLI_POSTED_H

#include "serve/explorer.h"

bool cli_posted_finite(const float *values, size_t count);

/* Codes of which every number is finite, to be freed with emb_array_free: of the query or, of POST,
 * of the body. False with the problem, and nothing to free. */
bool cli_posted_codes(const cli_explorer *explorer, const cli_request *request, emb_array *codes,
                      cli_reply *problem);

/* Hands the query's label to a conditional network, which needs one. False with the problem. */
bool cli_posted_label(cli_explorer *explorer, const cli_request *request, cli_reply *problem);

#endif
