/* The table of kinds of plots. See plot_kinds.h. */
#include "plot/plot_kinds.h"

#include <string.h>

#include "core/label_names.h"
#include "core/message.h"
#include "core/network.h"

const cli_plot_kind cli_plot_kinds[] = {
    {.name = "loss", .draw = cli_plot_loss},
    {.name = "film", .moves = true, .draw = cli_plot_film},
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
    {.name = "samples", .needs_net = true, .needs_weights = true, .draw = cli_plot_samples},
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
    {.name = "transposed", .needs_net = true, .draw = cli_plot_transposed},
    {0},
};

const cli_plot_kind *cli_plot_kind_find(const char *name) {
    for (const cli_plot_kind *kind = cli_plot_kinds; kind->name; kind++) {
        if (strcmp(kind->name, name) == 0) return kind;
    }
    return NULL;
}

static bool has_parts(const cli_plot *plot, const cli_plot_kind *kind) {
    const char *missing =
        (kind->needs_images || kind->needs_decoder) && !emb_net_has_part(plot->net, "encoder")
            ? "encoder"
        : kind->needs_decoder && !emb_net_has_part(plot->net, "decoder") ? "decoder"
                                                                         : NULL;
    if (missing && !cli_network_takes_part(plot->net, plot->run, missing)) return false;
    if (missing) {
        cli_fail(strcmp(missing, "encoder") == 0 ? E_("%s has no encoder, which %s needs")
                                                 : E_("%s has no decoder, which %s needs"),
                 plot->run, kind->name);
    }
    return !missing;
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
