/* See entry_codes.h. */
#include "use/entry_codes.h"

#include <math.h>
#include <stdlib.h>

#include "core/message.h"

bool cli_vectors_fit(const emb_net *net, const cli_args *args) {
    if (emb_net_entries(net) > 0 || !cli_arg(args, "vectors")->given) return true;
    cli_fail("--vectors is for a vector-quantised model; the codes of %s are numbers anyway",
             cli_shown(cli_arg(args, "RUN|MODEL")->text));
    return false;
}

/* The numbers as whole ones; false with the error printed. */
static bool read_indices(const emb_net *net, const float *numbers, size_t count,
                         uint32_t *indices) {
    const size_t places = (size_t)emb_net_places(net);
    const double entries = emb_net_entries(net);
    for (size_t i = 0; i < count * places; i++) {
        const double x = (double)numbers[i];
        if (x < 0 || x >= entries || floor(x) != x) {
            cli_fail("number %zu of code %zu is %g; expected an index of the codebook, a whole "
                     "number from 0 to %g (or the entries' numbers with --vectors)",
                     i % places, i / places, x, entries - 1);
            return false;
        }
        indices[i] = (uint32_t)x;
    }
    return true;
}

float *cli_codebook_codes(const emb_net *net, const float *numbers, size_t count) {
    uint32_t *indices = cli_alloc(count * (size_t)emb_net_places(net) * sizeof *indices);
    float *codes = cli_alloc(count * (size_t)emb_net_latent(net) * sizeof *codes);
    bool good = read_indices(net, numbers, count, indices);
    if (good && emb_net_from_indices(net, indices, count, codes) != EMB_OK) {
        cli_fail("%s", emb_error());
        good = false;
    }
    free(indices);
    if (good) return codes;
    free(codes);
    return NULL;
}
