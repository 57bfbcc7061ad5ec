/* See oddity.h. */
#include "serve/oddity.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "core/folders.h"
#include "core/language.h"
#include "core/message.h"
#include "core/network.h"
#include "use/usual.h"

struct cli_oddity {
    const char *model_name;
    int threads;
    char *place;
    cli_text why;     /* written before the state says that it failed */
    atomic_int state; /* a cli_oddity_state */
};

cli_oddity *cli_oddity_new(const char *model_name, int threads) {
    cli_oddity *o = cli_alloc(sizeof *o);
    *o = (cli_oddity){
        .model_name = model_name, .threads = threads, .place = cli_usual_place(model_name)};
    return o;
}

void cli_oddity_free(cli_oddity *o) {
    if (!o) return;
    free(o->place);
    cli_text_free(&o->why);
    free(o);
}

cli_oddity_state cli_oddity_ask(cli_oddity *o) {
    int unknown = CLI_ODDITY_UNKNOWN;
    atomic_compare_exchange_strong(&o->state, &unknown, CLI_ODDITY_WANTED);
    return (cli_oddity_state)atomic_load(&o->state);
}

emb_unusual *cli_oddity_open(const cli_oddity *o, const emb_net *net) {
    return emb_unusual_open(o->place, net);
}

const char *cli_oddity_why(const cli_oddity *o) { return o->why.bytes ? o->why.bytes : ""; }

/* By a network of its own: the server's is in use. */
void cli_oddity_tend(cli_oddity *o) {
    if (!o || atomic_load(&o->state) != CLI_ODDITY_WANTED) return;
    cli_text *before = cli_fail_into(&o->why);
    const bool plain = cli_language_plain(true); /* the server tells why */
    const bool quiet = cli_quiet(true);
    emb_net *net = cli_network_open_trained(o->model_name);
    emb_unusual *usual = net ? cli_usual_open(net, o->model_name, NULL, o->threads) : NULL;
    const bool kept = usual && cli_is_there(o->place);
    if (usual && !kept) cli_fail("%s: cannot be written", o->place);
    emb_unusual_free(usual);
    emb_net_free(net);
    cli_fail_into(before);
    cli_language_plain(plain);
    cli_quiet(quiet);
    atomic_store(&o->state, kept ? CLI_ODDITY_KNOWN : CLI_ODDITY_FAILED);
}
