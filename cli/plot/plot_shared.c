/* What several kinds of plots do. See plot_shared.h. */
#include "plot/plot_shared.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/label_names.h"
#include "core/message.h"
#include "core/network.h"
#include "core/room.h"
#include "core/strings.h"
#include "data/open_data.h"

emb_picture *cli_plot_drawn(emb_picture *picture) {
    if (!picture) cli_fail("%s", emb_error());
    return picture;
}

const char *cli_plot_title(const cli_plot *plot, const char *standard) {
    return plot->title ? plot->title : standard;
}

bool cli_plot_one_label(cli_plot *plot, int standard) {
    if (emb_net_conditions(plot->net) == 0 || plot->has_label) return true;
    plot->label = standard;
    plot->has_label = emb_net_set_labels(plot->net, &plot->label, 1) == EMB_OK;
    if (!plot->has_label) cli_fail("%s", emb_error());
    return plot->has_label;
}

char *cli_plot_labelled(const cli_plot *plot, char *title) {
    if (!plot->has_label) return title;
    char *name = cli_label_text(plot->net, plot->label);
    char *label = cli_told(cli_word_text(CLI_WORD_LABEL), name);
    char *text = cli_format("%s, %s", title, label);
    free(name);
    free(label);
    free(title);
    return text;
}

char *cli_plot_about(const cli_plot *plot, cli_word title) {
    char count[CLI_NUMBER_SIZE];
    char *what = cli_word_images(plot->split.part, plot->split.dataset);
    char *text = cli_format("%s (%s %s)", cli_word_text(title),
                            cli_thousands(plot->split.count, count), what);
    free(what);
    return text;
}

float *cli_plot_codes(cli_plot *plot) {
    const size_t latent = (size_t)emb_net_latent(plot->net);
    if (!cli_room_codes(plot->net, plot->split.count, "--count")) return NULL;
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
    return cli_room_for(images, cli_network_pixels(plot->net), CLI_ROOM_PICTURE,
                        E_("%s images of %s numbers are more than one picture holds, at most %s "
                           "images; a smaller %s takes fewer"),
                        option) &&
           cli_room_codes(plot->net, images, option);
}

char *cli_plot_number(double value) {
    const double rounded = round(100 * value) / 100;
    return cli_told("%s%.2f", rounded < 0 ? "\u2212" : "", fabs(rounded));
}

bool cli_plot_check_dims(const cli_plot *plot) {
    const int latent = emb_net_latent(plot->net);
    for (int i = 0; i < plot->dim_count; i++) {
        for (int k = 0; k < i; k++) {
            if (plot->dims[i] != plot->dims[k]) continue;
            cli_fail("--dims names number %d of the code twice; expected different ones",
                     plot->dims[i]);
            return false;
        }
        if (plot->dims[i] < latent) continue;
        cli_fail(cli_plural(
                     (unsigned long)latent,
                     "--dims: there is no number %d: a code of %s has %d number, counted from 0",
                     "--dims: there is no number %d: a code of %s has %d numbers, counted from 0"),
                 plot->dims[i], plot->run, latent);
        return false;
    }
    return true;
}

bool cli_plot_check_ordered(const cli_plot *plot, const char *what) {
    if (emb_net_entries(plot->net) == 0) return true;
    cli_fail("%s: a code is made of entries of a codebook, which have no order, and %s needs "
             "numbers; embudo plot %s samples draws new images",
             plot->run, what, plot->run);
    return false;
}

bool cli_plot_check_plane(const cli_plot *plot, const char *what) {
    const int latent = emb_net_latent(plot->net);
    if (latent == 2 || plot->dim_count > 0) return cli_plot_check_dims(plot);
    cli_fail(latent == 1 ? E_("%s: a code has %d number, but %s is drawn over two%s")
                         : E_("%s: a code has %d numbers, but %s is drawn over two%s"),
             plot->run, latent, what,
             latent > 2 ? _("; choose them with --dims, as in --dims 0,1") : "");
    return false;
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
