/* See info_fit.h. */
#include "report/info_fit.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/class_options.h"
#include "core/input_size.h"
#include "core/message.h"
#include "core/message_code.h"
#include "core/network.h"
#include "core/remedies.h"
#include "report/layer_table.h"

static void get_layer(const void *of, size_t i, emb_layer_info *info) {
    emb_trial_layer(of, i, info);
}

/* The layers up to the one that does not fit, and what would. */
static void explain(emb_trial *trial, const char *name) {
    const cli_layers layers = {.count = emb_trial_layer_count(trial),
                               .of = trial,
                               .get = get_layer,
                               .stop = emb_trial_stop(trial)};
    char *why = cli_error_kept(); /* the trial's error, as long as nothing else fails */
    cli_text fits = {0};
    int input[3];
    emb_trial_input_shape(trial, input);
    cli_print("%s: input %dx%dx%d\n\n", cli_shown(name), input[0], input[1], input[2]);
    cli_layers_print(&layers);
    if (emb_trial_seek(trial) == EMB_OK) cli_remedies_list(trial, &fits);
    if (fits.length > 0) {
        cli_print("\nThis would fit:\n%s", fits.bytes);
    } else {
        cli_print("\nembudo new --input %dx%dx%d writes a network that fits.\n", input[0], input[1],
                  input[2]);
    }
    cli_text_free(&fits);
    fflush(stdout);
    cli_fail("%s", why);
    free(why);
}

/* The text of a network: of one that opens its notation, else the file itself. To be freed; NULL.
 */
static char *text_of(const char *name, emb_net *net) {
    enum { MOST = 1 << 20 };
    char *text = NULL;
    size_t count;
    if (net) return cli_format("%s", emb_net_notation(net));
    return emb_file_read(name, MOST, &text, &count) == EMB_OK ? text : NULL;
}

/* As it is written: NULL, and *why says why not, if it cannot be opened. */
static emb_net *open_written(const char *name, int latent, cli_text *why) {
    cli_text *before = cli_fail_into(why);
    emb_net *net = cli_network_open(name, latent);
    cli_fail_into(before);
    return net;
}

/* The network with this input (NULL: its own), of one that opens or of the text of one that does
 * not. NULL with all printed. */
static emb_net *open_with(const char *name, emb_net *net, const emb_net_options *options,
                          const int *input, const cli_text *why) {
    char *text = text_of(name, net);
    emb_trial *trial = text ? emb_trial_new(text, name, net ? NULL : options, input) : NULL;
    emb_net *made = NULL;
    if (trial && emb_trial_error(trial)) {
        explain(trial, name);
    } else if (trial && input) {
        made = emb_net_parse(emb_trial_notation(trial), name, NULL);
        if (!made) cli_fail("%s", emb_error());
    } else {
        cli_fail("%s", why->length > 0 ? why->bytes : emb_error());
    }
    emb_trial_free(trial);
    free(text);
    return made;
}

int cli_info_open(const cli_args *args, emb_net **net) {
    const char *name = cli_arg(args, "NETWORK")->text;
    const bool asked = cli_arg(args, "input")->given;
    const emb_net_options options = {.latent = (int)cli_arg(args, "latent")->whole};
    int input[3], rank;
    cli_text why = {0};
    if (asked && cli_input_size(args, "input", input, &rank) != CLI_DONE) return CLI_USAGE;
    if (cli_class_read(args, name) != CLI_DONE) return CLI_USAGE;
    if (cli_class_file(name)) {
        *net = cli_network_open(name, options.latent);
        return *net ? CLI_DONE : CLI_FAILED;
    }
    emb_net *written = *net = open_written(name, options.latent, &why);
    if (!written || asked) {
        *net = open_with(name, written, &options, asked ? input : NULL, &why);
        emb_net_free(written);
    }
    cli_text_free(&why);
    return *net ? CLI_DONE : CLI_FAILED;
}
