/* See sampler.h. */
#include "data/sampler.h"

#include "core/message.h"

enum { MOST_FITTED = 20000 };

emb_sampler *cli_sampler_open(cli_split *fitted, emb_net *net, const char *name,
                              const char *dataset, uint64_t seed, int threads) {
    emb_sampler *sampler = NULL;
    *fitted = (cli_split){0};
    if (emb_net_has_prior(net)) {
        sampler = emb_sampler_new(net, NULL, NULL, 0, seed, threads);
    } else if (emb_net_has_part(net, "encoder")) {
        const bool array = cli_split_is_other(net, name, dataset);
        if (!cli_split_open(fitted, net, name, dataset, array ? "all" : "train")) return NULL;
        if (fitted->count > MOST_FITTED) fitted->count = MOST_FITTED;
        sampler =
            emb_sampler_new(net, fitted->images, fitted->indices, fitted->count, seed, threads);
    } else {
        cli_fail("%s is a decoder alone, of whose codes nothing is known: give embudo decode the "
                 "codes",
                 cli_shown(name));
        return NULL;
    }
    if (sampler) return sampler;
    cli_fail("%s", emb_error());
    cli_split_close(fitted);
    *fitted = (cli_split){0};
    return NULL;
}
