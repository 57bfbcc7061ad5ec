/* The table of kinds of plots. See plot_kinds.h. */
#include "plot/plot_kinds.h"

#include <string.h>

#include "core/message.h"
#include "core/network.h"

const cli_plot_kind cli_plot_kinds[] = {
    {.name = "loss", .draw = cli_plot_loss},
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
    if (missing) cli_fail("%s has no %s, which %s needs", plot->run, missing, kind->name);
    return !missing;
}

static bool open_all(cli_plot *plot, const cli_plot_kind *kind) {
    if (!kind->needs_net) return true;
    plot->net =
        kind->needs_weights ? cli_network_open_trained(plot->run) : cli_network_open(plot->run, 0);
    if (!plot->net || !has_parts(plot, kind)) return false;
    if (plot->has_label && emb_net_set_labels(plot->net, &plot->label, 1) != EMB_OK) {
        cli_fail("--label %d: %s", plot->label, emb_error());
        return false;
    }
    if (!kind->needs_images) return true;
    return cli_split_open(&plot->split, plot->net, plot->run,
                          plot->dataset ? plot->dataset : "mnist", plot->split_name);
}

emb_picture *cli_plot_draw(cli_plot *plot, const cli_plot_kind *kind) {
    emb_picture *picture = open_all(plot, kind) ? kind->draw(plot) : NULL;
    cli_split_close(&plot->split);
    emb_net_free(plot->net);
    plot->split = (cli_split){0};
    plot->net = NULL;
    return picture;
}
