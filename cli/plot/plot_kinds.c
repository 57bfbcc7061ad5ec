/* The kinds of pictures, and what several of them do. See plot.h. */
#include <stdlib.h>
#include <string.h>

#include "core/message.h"
#include "core/network.h"
#include "core/room.h"
#include "core/strings.h"
#include "plot/plot.h"

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

/* ---- opening ---- */

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

/* ---- what several kinds do ---- */

emb_picture *cli_plot_drawn(emb_picture *picture) {
    if (!picture) cli_fail("%s", emb_error());
    return picture;
}

const char *cli_plot_title(const cli_plot *plot, const char *standard) {
    return plot->title ? plot->title : standard;
}

float *cli_plot_codes(cli_plot *plot) {
    const size_t latent = (size_t)emb_net_latent(plot->net);
    if (!cli_room_codes(plot->net, plot->split.count, "; a smaller --count takes fewer"))
        return NULL;
    float *codes = cli_alloc(plot->split.count * latent * sizeof *codes);
    if (emb_net_encode_images(plot->net, plot->split.images, plot->split.indices, plot->split.count,
                              codes, plot->threads) == EMB_OK) {
        return codes;
    }
    cli_fail("%s", emb_error());
    free(codes);
    return NULL;
}

static int by_size(const void *a, const void *b) {
    const float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

float *cli_plot_sorted(const float *codes, size_t count, int latent, int dim) {
    float *sorted = cli_alloc(count * sizeof *sorted);
    for (size_t i = 0; i < count; i++) sorted[i] = codes[i * (size_t)latent + (size_t)dim];
    qsort(sorted, count, sizeof *sorted, by_size);
    return sorted;
}

float cli_plot_quantile(const float *sorted, size_t count, double share) {
    const size_t place = (size_t)(share * (double)count);
    return sorted[place < count ? place : count - 1];
}

bool cli_plot_fits(const cli_plot *plot, size_t images, const char *option) {
    char *less = cli_format("; a smaller %s takes fewer", option);
    const bool fits = cli_room_for(images, cli_network_pixels(plot->net), CLI_ROOM_PICTURE,
                                   "images", "one picture holds", less) &&
                      cli_room_codes(plot->net, images, less);
    free(less);
    return fits;
}

bool cli_plot_check_dims(const cli_plot *plot) {
    const int latent = emb_net_latent(plot->net);
    if (!plot->has_dims) return true;
    if (plot->dims[0] == plot->dims[1]) {
        cli_fail("--dims %d,%d names one number of the code twice; expected two", plot->dims[0],
                 plot->dims[1]);
        return false;
    }
    for (int i = 0; i < 2; i++) {
        if (plot->dims[i] < latent) continue;
        cli_fail("--dims %d,%d: a code of %s has %d number%s, counted from 0", plot->dims[0],
                 plot->dims[1], plot->run, latent, latent == 1 ? "" : "s");
        return false;
    }
    return true;
}

bool cli_plot_check_images(const cli_plot *plot) {
    for (size_t i = 0; i < plot->image_count; i++) {
        if (plot->images[i] < plot->split.count) continue;
        cli_fail("there is no image %zu: the %s split has %zu, counted from 0", plot->images[i],
                 cli_split_word(&plot->split), plot->split.count);
        return false;
    }
    return true;
}
