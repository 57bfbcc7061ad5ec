/* `embudo info`: a network as a table. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/message.h"
#include "core/network.h"
#include "core/options.h"
#include "core/terminal.h"
#include "report/info_memory.h"

enum { WIDEST = 100, NARROWEST = 73, NAME = 12, SHAPE = 11, NUMBER = 13, NUMBERS = 12 + 15 };

/* The columns of a layer's name, and what is left for its text: at least some, whatever the
 * names. */
typedef struct widths {
    int name, layer;
} widths;

enum { NAME_TEXT = 288 };

static void name_text(const emb_layer_info *info, char text[NAME_TEXT]) {
    snprintf(text, NAME_TEXT, "%s.%s", info->part, info->path);
}

static widths find_widths(const emb_net *net) {
    enum { LEAST = 18 };
    int name = NAME;
    for (size_t i = 0; i < emb_net_layer_count(net); i++) {
        char text[NAME_TEXT];
        emb_layer_info info;
        emb_net_layer(net, i, &info);
        name_text(&info, text);
        if ((int)strlen(text) > name) name = (int)strlen(text);
    }
    int columns = cli_terminal_is(stdout) ? cli_terminal_columns(stdout) : WIDEST;
    columns = columns > WIDEST ? WIDEST : columns < NARROWEST ? NARROWEST : columns;
    const int layer = columns - name - 2 - SHAPE - NUMBERS;
    return (widths){name, layer < LEAST ? LEAST : layer};
}

static const char *shape_text(const emb_layer_info *info, char text[48]) {
    size_t used = 0;
    text[0] = '\0';
    for (int i = 0; i < info->rank; i++) {
        used += (size_t)snprintf(text + used, 48 - used, "%s%d", i ? "x" : "", info->shape[i]);
    }
    return text;
}

/* How much of `text` fits on a line of `width`: all of it, or up to the last ", " that fits. */
static int break_at(const char *text, int width) {
    int length = (int)strlen(text), best = 0;
    if (length <= width) return length;
    for (int i = 0; i + 1 < width; i++) {
        if (text[i] == ',' && text[i + 1] == ' ') best = i + 1;
    }
    return best ? best : width;
}

static void print_row(const char *name, const char *layer, const char *shape, size_t parameters,
                      size_t multiply_adds, widths w) {
    char left[CLI_NUMBER_SIZE], right[CLI_NUMBER_SIZE];
    int taken = break_at(layer, w.layer);
    printf("%-*s  %-*.*s%*s%12s%15s\n", w.name, name, w.layer, taken, layer, SHAPE, shape,
           cli_thousands(parameters, left), cli_thousands(multiply_adds, right));
    while (layer[taken]) {
        layer += taken + (layer[taken] == ' ');
        taken = break_at(layer, w.layer - 2);
        printf("%-*s    %.*s\n", w.name, "", taken, layer);
    }
}

static void print_rule(widths w) {
    for (int i = 0; i < w.name + 2 + w.layer + SHAPE + NUMBERS; i++) putchar('-');
    putchar('\n');
}

static void print_layers(const emb_net *net) {
    const widths w = find_widths(net);
    size_t parameters = 0, multiply_adds = 0;
    emb_layer_info info;
    char name[NAME_TEXT], shape[48];
    printf("%-*s  %-*s%*s%12s%15s\n", w.name, "layer", w.layer, "", SHAPE, "output", "parameters",
           "multiply-adds");
    print_rule(w);
    for (size_t i = 0; i < emb_net_layer_count(net); i++) {
        emb_net_layer(net, i, &info);
        name_text(&info, name);
        print_row(name, info.layer, shape_text(&info, shape), info.parameters, info.multiply_adds,
                  w);
        parameters += info.parameters;
        multiply_adds += info.multiply_adds;
    }
    print_rule(w);
    print_row("total", "", "", parameters, multiply_adds, w);
}

static int run_info(const cli_args *args) {
    const char *name = cli_arg(args, "NETWORK")->text;
    emb_net *net = cli_network_open(name, (int)cli_arg(args, "latent")->whole);
    if (!net) return CLI_FAILED;
    int input[3], latent = emb_net_latent(net), code = CLI_DONE;
    char pixels[CLI_NUMBER_SIZE], codes[CLI_NUMBER_SIZE];
    emb_net_input_shape(net, input);
    printf("%s: input %dx%dx%d\n\n", cli_shown(name), input[0], input[1], input[2]);
    print_layers(net);
    putchar('\n');
    if (latent > 0 && emb_net_has_part(net, "encoder")) {
        printf("code      %s number%s for an image of %s (1:%.0f)\n",
               cli_thousands((uint64_t)latent, codes), latent == 1 ? "" : "s",
               cli_thousands(cli_network_pixels(net), pixels),
               (double)cli_network_pixels(net) / latent);
    }
    if (emb_net_classes(net) > 0) printf("classes   %d\n", emb_net_classes(net));
    const bool trains = emb_net_classes(net) > 0 ||
                        (emb_net_has_part(net, "encoder") && emb_net_has_part(net, "decoder"));
    if (!trains) puts("part      of an autoencoder: it can be used, not trained");
    if (trains && !cli_info_memory(args, net)) code = CLI_FAILED;
    const char *options = emb_net_metadata(net, "embudo.options");
    const char *steps = emb_net_metadata(net, "embudo.steps");
    if (options && steps) printf("trained   %s steps: %s\n", cli_shown(steps), cli_shown(options));
    emb_net_free(net);
    return code;
}

const cli_command cli_command_info = {
    .name = "info",
    .summary = "show a network: layers, shapes, parameters, memory",
    .run = run_info,
    .about = "Multiply-adds are those of one image's forward pass. Memory is the most that the "
             "process of a training with these options takes. To measure its parts, info reads the "
             "data set and, with --report or --tensorboard, makes what they would make.",
    .examples = {{"embudo info", "the notebook's network"},
                 {"embudo info runs/001 --batch-size 256",
                  "a run's network, and its memory with batches of 256"},
                 {"embudo info models/notebook.net --latent 8", "the network of a notation file"}},
    .positionals = {{"NETWORK", "notebook",
                     "a run's folder, a model file, a notation file (.net) or the name of a "
                     "built-in network"}},
    .options =
        {
            {"latent", 0, CLI_INT, "N", NULL, 1, EMB_MAX_SIZE, 0,
             "numbers in a code, instead of the network's own number"},
            {"batch-size", 0, CLI_INT, "N", "16", 1, EMB_MAX_BATCH, 0, "images in a training step"},
            {"threads", 0, CLI_INT, "N", "0", 0, EMB_MAX_THREADS, 0,
             "threads of the training; 0: one for each core"},
            {"data", 0, CLI_TEXT, "DATASET", "mnist", 0, 0, 0,
             "the training data, as in train; without it, mnist is counted if the network can read "
             "it"},
            {"val-split", 0, CLI_REAL, "X", "0.2", 0, 1, CLI_BELOW_MOST,
             "share of the images kept for validation"},
            {"report", 0, CLI_FLAG, NULL, NULL, 0, 0, 0, "include what --report needs"},
            {"tensorboard", 0, CLI_FLAG, NULL, NULL, 0, 0, 0, "include what --tensorboard needs"},
        },
};
