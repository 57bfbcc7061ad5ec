/* `embudo plot RUN filters`: the first layer's weights as pictures, and each layer's output for one
 * image. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/language.h"
#include "core/message.h"
#include "core/network.h"
#include "core/room.h"
#include "core/shown.h"
#include "core/strings.h"
#include "plot/plot_shared.h"

enum { MOST_MAPS = 64 }; /* in a row; the others are left out, and the row says so */

/* A sheet that grows row by row; each row's strings and pixels are its own. */
typedef struct rows {
    emb_sheet_row *at;
    size_t count, room;
} rows;

static emb_sheet_row *add_row(rows *all) {
    if (all->count == all->room) {
        const size_t room = all->room ? 2 * all->room : 16;
        emb_sheet_row *grown = cli_alloc(room * sizeof *grown);
        if (all->count > 0) memcpy(grown, all->at, all->count * sizeof *grown);
        free(all->at);
        all->at = grown;
        all->room = room;
    }
    all->at[all->count] = (emb_sheet_row){0};
    return &all->at[all->count++];
}

static void free_rows(rows *all) {
    for (size_t i = 0; i < all->count; i++) {
        free((void *)all->at[i].title);
        free((void *)all->at[i].note);
        free((void *)all->at[i].pixels);
    }
    free(all->at);
}

/* ---- weights ---- */

/* The first convolution or Linear, and its weights. */
static bool first_weights(const emb_net *net, emb_layer_info *layer, emb_tensor_info *weight) {
    bool found = false;
    for (size_t at = 0; at < emb_net_layer_count(net) && !found; at++) {
        emb_net_layer(net, at, layer);
        found = layer->family == EMB_LAYER_CONVOLUTION || layer->family == EMB_LAYER_TRANSPOSED ||
                layer->family == EMB_LAYER_LINEAR;
    }
    if (!found) return false;
    char *name = cli_format("%s.%s.weight", layer->part, layer->path);
    found = false;
    for (size_t i = 0; i < emb_net_tensor_count(net) && !found; i++) {
        emb_net_tensor(net, i, weight);
        found = strcmp(weight->name, name) == 0;
    }
    free(name);
    return found;
}

/* The shape of one picture of a weight: a convolution's kernel, or what a Linear reads if that is
 * the image, else a row of numbers. */
static void weight_shape(const emb_net *net, const emb_tensor_info *weight, int shape[3]) {
    int input[3];
    shape[0] = 1;
    emb_net_input_shape(net, input);
    if (weight->rank == 4) {
        shape[1] = weight->shape[2];
        shape[2] = weight->shape[3];
    } else if (weight->shape[1] == input[0] * input[1] * input[2] && input[1] * input[2] > 1) {
        shape[1] = input[1];
        shape[2] = input[2];
    } else {
        shape[1] = 1;
        shape[2] = weight->shape[1];
    }
}

/* Pictures with one input channel share a row; with several there is a row for each output. */
static void add_weights(const emb_net *net, const emb_tensor_info *weight, rows *all) {
    int shape[3];
    float largest = 0;
    for (size_t i = 0; i < weight->count; i++) largest = fmaxf(largest, fabsf(weight->values[i]));
    weight_shape(net, weight, shape);
    const size_t size = (size_t)shape[1] * (size_t)shape[2];
    const size_t outputs = (size_t)weight->shape[0], each = weight->count / outputs / size;
    const size_t a_row = each == 1 ? outputs : each, row_count = each == 1 ? 1 : outputs;
    for (size_t i = 0; i < row_count && i < MOST_MAPS; i++) {
        emb_sheet_row *row = add_row(all);
        row->count = a_row < MOST_MAPS ? a_row : MOST_MAPS;
        row->diverging = true;
        memcpy(row->shape, shape, sizeof row->shape);
        float *pixels = cli_alloc(row->count * size * sizeof *pixels);
        for (size_t k = 0; k < row->count * size; k++) {
            pixels[k] = largest > 0 ? weight->values[i * a_row * size + k] / largest : 0;
        }
        row->pixels = pixels;
        row->title = row_count > 1 ? cli_format("%s [%zu]", weight->name, i)
                                   : cli_format("%s", weight->name);
        row->note = cli_told("\u2212%.2f \u2026 %.2f", (double)largest, (double)largest);
    }
}

/* ---- activations ---- */

/* Layers that make no new numbers are left out. */
static bool makes_numbers(const emb_layer_info *layer) {
    return layer->family != EMB_LAYER_RESHAPE;
}

static size_t numbers_of(const emb_layer_info *layer) {
    size_t count = 1;
    for (int k = 0; k < layer->rank; k++) count *= (size_t)layer->shape[k];
    return count;
}

static void add_signed(cli_text *text, float x) {
    cli_text_tell(text, "%s%.2f", x < 0 ? "\u2212" : "", (double)fabsf(x));
}

/* "8x14x14, from -0.52 to 1.30", or the numbers themselves if they are few. */
static char *activation_note(const emb_layer_info *layer, const float *values, size_t count,
                             float least, float most) {
    enum { FEW = 4 };
    cli_text text = {0};
    for (int i = 0; i < layer->rank; i++) cli_text_add(&text, i ? "x%d" : "%d", layer->shape[i]);
    cli_text_add(&text, ": ");
    if (count <= FEW) {
        for (size_t i = 0; i < count; i++) {
            if (i > 0) cli_text_add(&text, cli_decimal_sign() == ',' ? "; " : ", ");
            add_signed(&text, values[i]);
        }
    } else {
        add_signed(&text, least);
        cli_text_add(&text, " \u2026 ");
        add_signed(&text, most);
    }
    if (layer->rank == 3 && layer->shape[0] > MOST_MAPS) {
        cli_text_add(&text, " (%d/%d)", MOST_MAPS, layer->shape[0]);
    }
    return text.bytes;
}

/* A row's grey goes from its smallest number to its largest. */
static void add_activation(const emb_layer_info *layer, float *values, rows *all) {
    const size_t count = numbers_of(layer);
    float least = values[0], most = values[0];
    for (size_t i = 0; i < count; i++) {
        least = fminf(least, values[i]);
        most = fmaxf(most, values[i]);
    }
    emb_sheet_row *row = add_row(all);
    const bool maps = layer->rank == 3;
    const size_t channels = maps ? (size_t)layer->shape[0] : 1;
    row->title = cli_format("%s.%s %s", layer->part, layer->path, layer->kind);
    row->note = activation_note(layer, values, count, least, most);
    row->count = channels < MOST_MAPS ? channels : MOST_MAPS;
    row->shape[0] = 1;
    row->shape[1] = maps ? layer->shape[1] : 1;
    row->shape[2] = maps ? layer->shape[2] : (int)count;
    for (size_t i = 0; i < count; i++) {
        values[i] = most > least ? (values[i] - least) / (most - least) : 0.5f;
    }
    row->pixels = values;
}

/* One channel of one row or one column. */
static bool is_signal(const int shape[3]) {
    const int most = shape[1] > shape[2] ? shape[1] : shape[2];
    return shape[0] == 1 && shape[1] * shape[2] == most && most > 1 && most != 3;
}

static bool add_activations(cli_plot *plot, rows *all) {
    emb_layer_info layer;
    const size_t pixels = cli_network_pixels(plot->net);
    size_t kept = 0;
    for (size_t i = 0; i < emb_net_layer_count(plot->net); i++) {
        emb_net_layer(plot->net, i, &layer);
        if (makes_numbers(&layer)) kept += numbers_of(&layer);
    }
    if (kept > CLI_ROOM_PICTURE) {
        char some[CLI_NUMBER_SIZE], most[CLI_NUMBER_SIZE];
        cli_fail("its layers make %s numbers from an image; one picture holds at most %s",
                 cli_thousands(kept, some), cli_thousands(CLI_ROOM_PICTURE, most));
        return false;
    }
    float *image = cli_alloc(pixels * sizeof *image);
    emb_sheet_row *first = add_row(all);
    first->title = cli_format("%s", cli_word_text(CLI_WORD_INPUT));
    first->pixels = image;
    first->count = 1;
    emb_images_shape(plot->split.images, first->shape);
    if (is_signal(first->shape)) { /* a row of numbers, along either side: drawn as a line */
        first->shape[0] = (int)pixels;
        first->shape[1] = first->shape[2] = 1;
    }
    if (cli_split_fetch(&plot->split, plot->images[0], 1, image) != EMB_OK) {
        cli_fail("%s", emb_error());
        return false;
    }
    for (size_t i = 0; i < emb_net_layer_count(plot->net); i++) {
        emb_net_layer(plot->net, i, &layer);
        if (!makes_numbers(&layer)) continue;
        float *values = cli_alloc(numbers_of(&layer) * sizeof *values);
        if (emb_net_layer_output(plot->net, image, i, values) != EMB_OK) {
            free(values);
            cli_fail("%s", emb_error());
            return false;
        }
        add_activation(&layer, values, all);
    }
    return true;
}

/* The images are opened only if one of them is asked for. */
static bool open_image(cli_plot *plot) {
    const char *dataset = plot->dataset ? plot->dataset : "mnist";
    return cli_split_open(&plot->split, plot->net, plot->run, dataset, plot->split_name) &&
           cli_plot_check_images(plot);
}

emb_picture *cli_plot_filters(cli_plot *plot) {
    emb_layer_info layer;
    emb_tensor_info weight;
    if (!first_weights(plot->net, &layer, &weight)) {
        cli_fail("%s has no convolution and no Linear to draw", plot->run);
        return NULL;
    }
    const bool image = plot->image_count > 0;
    if (image && !open_image(plot)) return NULL;
    rows all = {0};
    add_weights(plot->net, &weight, &all);
    char *what = image ? cli_word_images(plot->split.part, plot->split.dataset) : NULL;
    char *title = image ? cli_told(cli_word_text(CLI_WORD_ACTIVATIONS_TITLE), plot->images[0], what)
                        : cli_told(cli_word_text(CLI_WORD_FILTERS_TITLE), layer.part, layer.path,
                                   layer.layer);
    emb_picture *picture = NULL;
    if (!image || add_activations(plot, &all)) {
        const emb_sheet sheet = {cli_plot_title(plot, title), all.at, all.count};
        picture = cli_plot_drawn(cli_shown_sheet(&sheet, plot->format));
    }
    free(title);
    free(what);
    free_rows(&all);
    return picture;
}
