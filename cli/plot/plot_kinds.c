/* The table of kinds of plots. See plot_kinds.h. */
#include "plot/plot_kinds.h"

#include <string.h>

#include "core/folders.h"
#include "core/label_names.h"
#include "core/message.h"
#include "core/network.h"

const cli_plot_kind cli_plot_kinds[] = {
    {.name = "loss", .draw = cli_plot_loss},
    {.name = "film", .of_decoder = true, .moves = true, .draw = cli_plot_film},
    {.name = "codes",
     .needs_net = true,
     .needs_weights = true,
     .needs_images = true,
     .draw = cli_plot_codes_kind},
    {.name = "manifold",
     .needs_net = true,
     .needs_weights = true,
     .needs_images = true,
     .needs_decoder = true,
     .draw = cli_plot_manifold},
    {.name = "walk",
     .needs_net = true,
     .needs_weights = true,
     .needs_images = true,
     .needs_decoder = true,
     .moves = true,
     .draw = cli_plot_walk},
    {.name = "samples",
     .needs_net = true,
     .needs_weights = true,
     .of_decoder = true,
     .draw = cli_plot_samples},
    {.name = "traversal",
     .needs_net = true,
     .needs_weights = true,
     .needs_images = true,
     .needs_decoder = true,
     .many_dims = true,
     .draw = cli_plot_traversal},
    {.name = "prior",
     .needs_net = true,
     .needs_weights = true,
     .needs_images = true,
     .needs_decoder = true,
     .draw = cli_plot_prior},
    {.name = "errors",
     .needs_net = true,
     .needs_weights = true,
     .needs_images = true,
     .needs_decoder = true,
     .draw = cli_plot_errors},
    {.name = "filters", .needs_net = true, .needs_weights = true, .draw = cli_plot_filters},
    {.name = "network", .needs_net = true, .draw = cli_plot_network},
    {.name = "transposed", .needs_net = true, .of_decoder = true, .draw = cli_plot_transposed},
    {0},
};

const cli_plot_kind *cli_plot_kind_find(const char *name) {
    for (const cli_plot_kind *kind = cli_plot_kinds; kind->name; kind++) {
        if (strcmp(kind->name, name) == 0) return kind;
    }
    return NULL;
}

/* A part that the kind needs and the network lacks; NULL: none. */
static const char *lacking(const emb_net *net, const cli_plot_kind *kind) {
    const bool encoder = kind->needs_images || kind->needs_decoder;
    const bool decoder = kind->needs_decoder || kind->of_decoder;
    return encoder && !emb_net_has_part(net, "encoder")   ? "encoder"
           : decoder && !emb_net_has_part(net, "decoder") ? "decoder"
                                                          : NULL;
}

/* Says what the network is, and which kinds there are of it. */
static bool has_parts(const cli_plot *plot, const cli_plot_kind *kind) {
    const emb_net *net = plot->net;
    const char *missing = lacking(net, kind);
    if (!missing) return true;
    const bool encodes = emb_net_has_part(net, "encoder");
    cli_text others = {0};
    for (const cli_plot_kind *k = cli_plot_kinds; k->name; k++) {
        const bool of_run = !k->needs_net;
        if (lacking(net, k) || (of_run && !cli_is_folder(plot->run))) continue;
        if (k->needs_weights && !cli_network_is_trained(net)) continue;
        cli_text_add(&others, "%s%s", others.length ? ", " : "", k->name);
    }
    cli_fail(emb_net_classes(net) == 0 && encodes
                 ? E_("%s is an encoder alone, and %s needs a decoder; of it there are: %s")
             : emb_net_classes(net) == 0
                 ? E_("%s is a decoder alone, and %s needs an encoder; of it there are: %s")
             : encodes ? E_("%s is a classifier on codes, and %s needs a decoder; of it there are: "
                            "%s")
                       : E_("%s is a classifier of images, and %s is of autoencoders; of it there "
                            "are: %s"),
             plot->run, kind->name, others.bytes);
    cli_text_free(&others);
    return false;
}

/* A conditional network needs a label of each. */
static bool open_images(cli_plot *plot) {
    const int labels = emb_net_conditions(plot->net);
    if (!cli_split_open(&plot->split, plot->net, plot->run, plot->dataset ? plot->dataset : "mnist",
                        plot->split_name)) {
        return false;
    }
    if (labels == 0 || plot->has_label || emb_images_classes(plot->split.images) > 0) return true;
    cli_fail("%s is conditional, and the images have no labels: say which one they have, "
             "--label 0 to %d",
             plot->run, labels - 1);
    return false;
}

static bool open_all(cli_plot *plot, const cli_plot_kind *kind) {
    if (!kind->needs_net) return true;
    plot->net =
        kind->needs_weights ? cli_network_open_trained(plot->run) : cli_network_open(plot->run, 0);
    if (!plot->net || !has_parts(plot, kind)) return false;
    if (plot->label_text) {
        plot->has_label = cli_label_find(plot->net, plot->label_text, &plot->label) &&
                          cli_network_set_label(plot->net, plot->label_text);
        if (!plot->has_label) return false;
    }
    return !kind->needs_images || open_images(plot);
}

emb_picture *cli_plot_draw(cli_plot *plot, const cli_plot_kind *kind) {
    emb_picture *picture = open_all(plot, kind) ? kind->draw(plot) : NULL;
    cli_split_close(&plot->split);
    emb_net_free(plot->net);
    plot->split = (cli_split){0};
    plot->net = NULL;
    return picture;
}
