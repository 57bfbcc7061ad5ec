/* Codes of a vector-quantised model as people have them: indices of its codebook's entries. */
#ifndef CLI_ENTRY_CODES_H
#define CLI_ENTRY_CODES_H

#include <embudo.h>

#include "core/options.h"

/* VERB is a literal: "write". */
#define CLI_VECTORS_OPTION(VERB)                                                                   \
    {                                                                                              \
        "vectors", 0, CLI_FLAG, NULL, NULL, 0, 0, 0,                                               \
            "of a vector-quantised model: " VERB                                                   \
            " the entries' numbers themselves, in C order, in place "                              \
            "of their indices"                                                                     \
    }

/* Whether --vectors, if it is given, has an effect on the network. False with the error printed. */
bool cli_vectors_fit(const emb_net *net, const cli_args *args);

/* The codes, [count][L], whose indices are numbers[count][places]; NULL with the error printed. To
 * be freed. */
float *cli_codebook_codes(const emb_net *net, const float *numbers, size_t count);

#endif
