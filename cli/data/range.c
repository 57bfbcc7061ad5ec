/* Numbers of images and of networks. See range.h. */
#include "data/range.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/message.h"
#include "core/rows.h"
#include "core/strings.h"
#include "data/open_data.h"

/* ---- the option ------------------------------------------------------------------------------ */

static bool read_number(const char *text, size_t length, double *x) {
    char *copy = cli_format("%.*s", (int)length, text), *end;
    *x = strtod(copy, &end);
    const bool good = end > copy && *end == '\0' && isfinite((float)*x) &&
                      strspn(copy, "+-.0123456789eE") == length;
    free(copy);
    return good;
}

int cli_range_option(const cli_args *args, double *black, double *white) {
    const cli_value *value = cli_arg(args, "pixel-range");
    if (!value->given) return CLI_DONE;
    const char *text = value->text, *between = strstr(text, "..");
    if (between && read_number(text, (size_t)(between - text), black) &&
        read_number(between + 2, strlen(between + 2), white) && (float)*black != (float)*white) {
        return CLI_DONE;
    }
    return cli_usage(args->command->name,
                     "--pixel-range: expected two different numbers, black..white, as in 0..16, "
                     "got '%s'",
                     text);
}

bool cli_range_tell(emb_images *images, const cli_args *args, const char *dataset) {
    double black = 0, white = 0;
    if (!cli_arg(args, "pixel-range")->given) return true;
    if (cli_range_option(args, &black, &white) != CLI_DONE) return false;
    if (emb_images_set_pixels(images, black, white) == EMB_OK) return true;
    cli_fail("%s: --pixel-range is for arrays of floats: %s", dataset, emb_error());
    return false;
}

/* ---- data sets ------------------------------------------------------------------------------- */

bool cli_range_fit(const emb_net *net, emb_images *images, const char *dataset) {
    static bool told; /* once is enough, even if a command reads several parts */
    if (dataset && !cli_dataset_fit(images, net, dataset)) return false;
    if (emb_net_accepts(net, images) != EMB_OK || emb_images_follow(images, net) != EMB_OK) {
        cli_fail("%s%s%s", dataset ? dataset : "", dataset ? ": " : "", emb_error());
        return false;
    }
    if (emb_net_same_range(net, images) != EMB_OK && !told) {
        told = true;
        cli_note("%s: %s", dataset ? dataset : _("the pictures"), emb_error());
    }
    return true;
}

void cli_range_shade(const emb_net *net, float *pixels, size_t count) {
    emb_preprocessing p;
    emb_net_preprocessing(net, &p);
    const double black = p.pixels ? p.black : p.low, white = p.pixels ? p.white : p.high;
    if ((black == 0 && white == 1) || black == white) return;
    for (size_t i = 0; i < count; i++) {
        pixels[i] = (float)(((double)pixels[i] - black) / (white - black));
    }
}

char *cli_range_dark(const emb_images *images) {
    static const float bright = 1.0F / 8;
    int shape[3];
    emb_images_shape(images, shape);
    const size_t size = (size_t)shape[0] * (size_t)shape[1] * (size_t)shape[2];
    float *pixels = cli_alloc(size * sizeof *pixels), most = 0;
    for (size_t i = 0; i < emb_images_count(images) && most < bright; i++) {
        if (cli_rows(images, NULL, i, 1, pixels) != EMB_OK) break;
        for (size_t p = 0; p < size; p++) most = pixels[p] > most ? pixels[p] : most;
    }
    free(pixels);
    if (most >= bright || most <= 0) return NULL;
    const int byte = (int)lrintf(most * 255);
    return cli_told("the images' bytes only reach %d of 255, so the training uses numbers from 0 "
                    "to %.3g. If %d is white, save floats (x / %d as float32)",
                    byte, (double)most, byte, byte);
}

/* ---- the last layer -------------------------------------------------------------------------- */

static bool passes_on(const emb_layer_info *layer) {
    return layer->family == EMB_LAYER_RESHAPE || layer->family == EMB_LAYER_SPATIAL;
}

/* The last layer that makes numbers, and does not only lay them out, or take or mix some. */
static void last_layer(const emb_net *net, emb_layer_info *layer) {
    size_t i = emb_net_layer_count(net) - 1;
    emb_net_layer(net, i, layer);
    while (i > 0 && passes_on(layer)) emb_net_layer(net, --i, layer);
}

char *cli_range_beyond(const emb_net *net, double low, double high) {
    /* The share of the numbers' range that lies beyond; less does not matter. */
    static const double share = 0.01;
    /* Numbers beyond these hardly change a weight, or throw it far off. */
    static const double small = 1e-4, large = 1e5;
    double least, most;
    emb_layer_info layer;
    if (!emb_net_has_part(net, "decoder")) return NULL;
    emb_net_output_range(net, &least, &most);
    const double size = fmax(fabs(low), fabs(high));
    if (size > 0 && (size < small || size > large)) {
        return cli_told("the images' numbers lie from %g to %g, but networks begin with weights "
                        "for numbers of about 1. Scale them, for instance to 0..1",
                        low, high);
    }
    const double slack = share * (high - low);
    if (!(low < least - slack) && !(high > most + slack)) return NULL;
    last_layer(net, &layer);
    char *gives =
        isfinite(most) ? cli_told("%g to %g", least, most) : cli_told("%g and above", least);
    char *scale = low >= 0 && least >= 0 && isfinite(most)
                      ? cli_told("Divide them by %g", high > 250 && high < 255 ? 255 : high)
                  : isfinite(most) ? cli_told("Scale them to %g..%g", least, most)
                                   : cli_told("Make them positive");
    char *line = cli_told(
        "the images' numbers lie from %g to %g, but the last layer, %s.%s %s, only gives %s and "
        "cannot reach the rest. %s, or use a network that does not end with it (embudo new DATASET "
        "writes one)",
        low, high, layer.part, layer.path, layer.layer, gives, scale);
    free(gives);
    free(scale);
    return line;
}
