/* See network_wish.h. */
#include "use/network_wish.h"

#include <stdlib.h>
#include <string.h>

#include "core/message.h"
#include "core/message_code.h"

/* ---- reading --------------------------------------------------------------------------------- */

/* The first option that a network of this kind has no use for; NULL: none. */
static const char *useless(const cli_new_network *n, const cli_args *args, const char **why) {
    static const struct {
        const char *kind, *option, *why;
    } rows[] = {
        {"classifier", "latent", N_("is for autoencoders; a classifier has no code")},
        {"classifier", "upsample", N_("is for autoencoders; a classifier has no decoder")},
        {"mlp", "width", N_("is for convolutions; a network of --kind mlp has none")},
        {"mlp", "depth", N_("is for convolutions; a network of --kind mlp has none")},
        {"mlp", "upsample", N_("is for convolutions; a network of --kind mlp has none")},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        *why = rows[i].why;
        if (strcmp(n->kind, rows[i].kind) == 0 && cli_arg(args, rows[i].option)->given) {
            return rows[i].option;
        }
    }
    return NULL;
}

int cli_network_wish_read(cli_new_network *n, const cli_args *args) {
    const char *why, *option = useless(n, args, &why), *command = args->command->name;
    const cli_value *depth = cli_arg(args, "depth");
    if (option) return cli_usage(command, "--%s %s", option, _(why));
    n->latent = (int)cli_arg(args, "latent")->whole;
    n->width = (int)cli_arg(args, "width")->whole;
    n->transposed = strcmp(cli_arg(args, "upsample")->text, "transposed") == 0;
    if (!depth->given) return CLI_DONE;
    n->levels = (int)depth->whole + 1;
    const int most = cli_network_levels(n->shape) - 1;
    if (depth->whole <= most) return CLI_DONE;
    if (most == 0) return cli_usage(command, "--depth: one pixel cannot be halved; --depth 0 fits");
    return cli_usage(
        command,
        cli_plural(
            (unsigned long)most,
            "--depth %d: after %d halving images of %dx%d are one pixel; --depth 0 to %d fit",
            "--depth %d: after %d halvings images of %dx%d are one pixel; --depth 0 to %d fit"),
        (int)depth->whole, most, n->shape[1], n->shape[2], most);
}

/* ---- making ---------------------------------------------------------------------------------- */

static bool can_be_made(const cli_new_network *n) {
    char *text = cli_network_write(n);
    emb_trial *trial = emb_trial_new(text, "the network", NULL, NULL);
    const bool good = trial && !emb_trial_error(trial);
    emb_trial_free(trial);
    free(text);
    return good;
}

/* The largest value below a wish, *field of `n`, with which the network can be made; 0: none. */
static int largest(cli_new_network *n, int *field) {
    int good = 0, bad = *field;
    while (bad - good > 1) {
        *field = good + (bad - good) / 2;
        if (can_be_made(n)) {
            good = *field;
        } else {
            bad = *field;
        }
    }
    return good;
}

/* Says what is wrong with the wishes; returns the exit code. */
static int refuse(const cli_new_network *wanted, const cli_args *args, const char *why) {
    static const char *const options[] = {"width", "latent"};
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        cli_new_network n = *wanted;
        int *field = i == 0 ? &n.width : &n.latent;
        const int wish = *field, fits = wish ? largest(&n, field) : 0;
        if (fits == 0) continue;
        return cli_usage(args->command->name, "--%s %d is too much for %s; --%s %d fits",
                         options[i], wish, wanted->name, options[i], fits);
    }
    return cli_fail("%s", why);
}

int cli_network_wish_make(const cli_new_network *n, const cli_args *args, char **text,
                          emb_net **net) {
    *text = cli_network_write(n);
    *net = emb_net_parse(*text, "the network", NULL);
    if (*net) return CLI_DONE;
    char *why = cli_error_kept();
    const int code = refuse(n, args, why);
    free(why);
    free(*text);
    *text = NULL;
    return code;
}
