/* See measures.h. */
#include "data/measures.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/message.h"
#include "core/seed.h"
#include "core/told.h"
#include "data/recorded.h"

/* As a line has them; the first is preceded by whose they are. */
static const char *const shown[][2] = {{"elbo", N_("%sELBO")},
                                       {"reconstruction", N_("%sreconstruction")},
                                       {"kl", N_("%sKL")},
                                       {"penalty", N_("%spenalty")},
                                       {"mmd", N_("%sMMD")},
                                       {"l1", N_("%sL1")},
                                       {"commitment", N_("%scommitment")},
                                       {"perplexity", N_("%sperplexity")},
                                       {"unused", N_("%sunused")}};

static void add_name(cli_text *text, const char *name, const char *whose) {
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        if (strcmp(shown[i][0], name) != 0) continue;
        cli_text_tell(text, shown[i][1], whose);
        return;
    }
    cli_text_add(text, "%s%s", whose, name);
}

void cli_measures_print(cli_text *text, const emb_measure *measures, int count, bool validation,
                        const char *whose) {
    for (int i = 0; i < count; i++) {
        if (i > 0) cli_text_add(text, ", ");
        add_name(text, measures[i].name, i > 0 ? "" : whose);
        cli_text_tell(text, " %.5g", validation ? measures[i].validation : measures[i].value);
    }
}

void cli_measures_columns(cli_text *text, const emb_measure *measures, int count) {
    for (int i = 0; i < count; i++) {
        cli_text_add(text, ",%s,validation_%s", measures[i].name, measures[i].name);
    }
}

void cli_measures_cells(cli_text *text, const emb_measure *measures, int count) {
    for (int i = 0; i < count; i++) {
        cli_text_add(text, ",%.9g,", measures[i].value);
        if (!isnan(measures[i].validation)) cli_text_add(text, "%.9g", measures[i].validation);
    }
}

bool cli_measures_take(emb_net *net, const emb_images *images, int threads,
                       emb_measured *measured) {
    uint64_t seed = 42;
    size_t length;
    cli_recorded_seed(net, &seed);
    const char *loss = emb_text_value(emb_net_metadata(net, CLI_OPTIONS_KEY), "loss", &length);
    char *copy = loss ? cli_format("%.*s", (int)length, loss) : NULL;
    const emb_measuring how = {.loss = copy, .seed = cli_seed_option(seed), .threads = threads};
    const emb_status status = emb_net_measure(net, images, NULL, 0, &how, measured);
    free(copy);
    if (status == EMB_OK) return true;
    cli_fail("%s", emb_error());
    return false;
}

int cli_code_bits(const emb_net *net) {
    int bits = 0;
    while (((int64_t)1 << bits) < emb_net_entries(net)) bits++;
    return bits * emb_net_places(net);
}
