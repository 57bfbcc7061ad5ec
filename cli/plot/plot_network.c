/* `embudo plot RUN network` and `embudo plot RUN transposed`: drawings of the network itself. */
#include <stdlib.h>
#include <string.h>

#include "core/message.h"
#include "core/network.h"
#include "core/shown.h"
#include "core/strings.h"
#include "plot/plot_shared.h"

/* ---- the funnel ---- */

/* Layers as in the legend. */
static const cli_word layer_words[] = {[EMB_LAYER_ACTIVATION] = CLI_WORD_ACTIVATION,
                                       [EMB_LAYER_CONVOLUTION] = CLI_WORD_CONVOLUTION,
                                       [EMB_LAYER_TRANSPOSED] = CLI_WORD_TRANSPOSED,
                                       [EMB_LAYER_LINEAR] = CLI_WORD_LINEAR,
                                       [EMB_LAYER_NORM] = CLI_WORD_NORM,
                                       [EMB_LAYER_NOISE] = CLI_WORD_NOISE,
                                       [EMB_LAYER_JOIN] = CLI_WORD_JOIN,
                                       [EMB_LAYER_RESHAPE] = CLI_WORD_RESHAPE,
                                       [EMB_LAYER_SPATIAL] = CLI_WORD_SPATIAL,
                                       [EMB_LAYER_BOTTLENECK] = CLI_WORD_BOTTLENECK};

enum { MOST_GROUPS = 12 };

/* The words of the legend that the network needs. */
typedef struct legend {
    const char *names[MOST_GROUPS];
    size_t count;
} legend;

static int group_of(emb_layer_family family, legend *groups) {
    const char *name = cli_word_text(layer_words[family]);
    for (size_t i = 0; i < groups->count; i++) {
        if (strcmp(groups->names[i], name) == 0) return (int)i;
    }
    groups->names[groups->count] = name;
    return (int)groups->count++;
}

static double numbers_of(const int shape[3], int rank) {
    double count = 1;
    for (int i = 0; i < rank; i++) count *= shape[i];
    return count;
}

/* "8x14x14, 80 parameters" */
static char *layer_note(const emb_layer_info *layer, bool code) {
    char number[CLI_NUMBER_SIZE];
    cli_text text = {0};
    for (int i = 0; i < layer->rank; i++) cli_text_add(&text, i ? "x%d" : "%d", layer->shape[i]);
    if (code) cli_text_add(&text, " (%s)", cli_word_text(CLI_WORD_CODE));
    if (layer->parameters > 0) {
        cli_text_add(&text, ", %s %s", cli_thousands(layer->parameters, number),
                     cli_word_text(CLI_WORD_PARAMETERS));
    }
    return text.bytes;
}

/* The last layer of the encoder makes the code. */
static bool makes_code(const emb_net *net, size_t i, const emb_layer_info *layer) {
    emb_layer_info next;
    if (strcmp(layer->part, "encoder") != 0) return false;
    if (i + 1 == emb_net_layer_count(net)) return true;
    emb_net_layer(net, i + 1, &next);
    return strcmp(next.part, "encoder") != 0;
}

/* The network's input as the first block. */
static void set_input(const cli_plot *plot, char *texts[2], emb_block *block, legend *groups) {
    int shape[3];
    emb_net_input_shape(plot->net, shape);
    texts[0] = cli_format("%s", cli_word_text(CLI_WORD_INPUT));
    texts[1] = cli_format("%dx%dx%d", shape[0], shape[1], shape[2]);
    groups->names[groups->count++] = texts[0];
    *block = (emb_block){texts[0], texts[1], numbers_of(shape, 3), 0};
}

emb_picture *cli_plot_network(cli_plot *plot) {
    char number[CLI_NUMBER_SIZE];
    legend groups = {0};
    const size_t layers = emb_net_layer_count(plot->net), count = layers + 1;
    emb_block *blocks = cli_alloc(count * sizeof *blocks);
    char **texts = cli_alloc(2 * count * sizeof *texts);
    set_input(plot, texts, blocks, &groups);
    for (size_t i = 0; i < layers; i++) {
        emb_layer_info layer;
        char **text = texts + 2 * (i + 1);
        emb_net_layer(plot->net, i, &layer);
        text[0] = cli_format("%s.%s  %s", layer.part, layer.path, layer.layer);
        text[1] = layer_note(&layer, makes_code(plot->net, i, &layer));
        blocks[i + 1] = (emb_block){text[0], text[1], numbers_of(layer.shape, layer.rank),
                                    group_of(layer.family, &groups)};
    }
    char *title = cli_told(cli_word_text(CLI_WORD_FUNNEL_TITLE), plot->run,
                           cli_thousands(cli_network_parameters(plot->net), number));
    const emb_funnel funnel = {.title = cli_plot_title(plot, title),
                               .size = blocks[0].size,
                               .blocks = blocks,
                               .count = count,
                               .groups = groups.names,
                               .group_count = groups.count};
    emb_picture *picture = cli_plot_drawn(cli_shown_funnel(&funnel, plot->format));
    free(title);
    for (size_t i = 0; i < 2 * count; i++) free(texts[i]);
    free(texts);
    free(blocks);
    return picture;
}

/* ---- a transposed convolution ---- */

static bool find_layer(const cli_plot *plot, emb_layer_info *layer) {
    for (size_t i = 0; i < emb_net_layer_count(plot->net); i++) {
        emb_net_layer(plot->net, i, layer);
        char *name = cli_format("%s.%s", layer->part, layer->path);
        const bool transposed = layer->family == EMB_LAYER_TRANSPOSED;
        const bool named = plot->layer && strcmp(name, plot->layer) == 0;
        free(name);
        if (named && !transposed) {
            cli_fail("%s of %s is %s; expected a ConvTranspose2d", plot->layer, plot->run,
                     layer->layer);
            return false;
        }
        if (plot->layer ? named : transposed) return true;
    }
    if (plot->layer) {
        cli_fail("%s has no layer '%s' (see embudo info %s)", plot->run, plot->layer, plot->run);
    } else {
        cli_fail("%s has no ConvTranspose2d to draw", plot->run);
    }
    return false;
}

emb_picture *cli_plot_transposed(cli_plot *plot) {
    emb_layer_info layer;
    if (!find_layer(plot, &layer)) return NULL;
    emb_transposed t = {.value = cli_word_text(CLI_WORD_VALUE),
                        .zero = cli_word_text(CLI_WORD_ZERO),
                        .cut = cli_word_text(CLI_WORD_CUT),
                        .taps = cli_word_text(CLI_WORD_TAPS)};
    int around[2], spread[2], out[2];
    for (int i = 0; i < 2; i++) {
        t.kernel[i] = layer.kernel[i];
        t.stride[i] = layer.stride[i];
        t.padding[i] = layer.padding[i];
        t.dilation[i] = layer.dilation[i];
        t.output_padding[i] = layer.output_padding[i];
        around[i] = t.dilation[i] * (t.kernel[i] - 1);
        /* The smallest inputs that still show a number with neighbours on both sides. */
        t.size[i] = 2 * t.stride[i] + 2 * around[i] < 14 ? 3 : 2;
        spread[i] = (t.size[i] - 1) * t.stride[i] + 1 + 2 * (around[i] - t.padding[i]) +
                    t.output_padding[i];
        out[i] = spread[i] - around[i];
        if (t.output_padding[i] > 0) t.extra = cli_word_text(CLI_WORD_EXTRA);
    }
    char *captions[] = {cli_told(cli_word_text(CLI_WORD_TRANSPOSED_INPUT), t.size[0], t.size[1]),
                        cli_told(cli_word_text(CLI_WORD_TRANSPOSED_SPREAD), spread[0], spread[1]),
                        cli_told(cli_word_text(CLI_WORD_TRANSPOSED_OUTPUT), out[0], out[1])};
    char *title = cli_format("%s.%s  %s", layer.part, layer.path, layer.layer);
    t.input = captions[0];
    t.spread = captions[1];
    t.output = captions[2];
    t.title = cli_plot_title(plot, title);
    emb_picture *picture = cli_plot_drawn(cli_shown_transposed(&t, plot->format));
    free(title);
    for (int i = 0; i < 3; i++) free(captions[i]);
    return picture;
}
