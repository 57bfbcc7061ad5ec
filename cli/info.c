/* `embudo info`: a network as a table. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "dataset.h"
#include "held.h"
#include "machine.h"
#include "message.h"
#include "network.h"
#include "terminal.h"
#include "training.h"

enum { WIDEST = 100, NARROWEST = 73, NAME = 12, SHAPE = 11, NUMBER = 13, NUMBERS = 12 + 15 };

/* Columns that are left for a layer's text. */
static int layer_width(void) {
    int columns = cli_terminal_is(stdout) ? cli_terminal_columns(stdout) : WIDEST;
    columns = columns > WIDEST ? WIDEST : columns < NARROWEST ? NARROWEST : columns;
    return columns - NAME - 2 - SHAPE - NUMBERS;
}

static const char *shape_text(const emb_layer_info *info, char text[48]) {
    size_t used = 0;
    text[0] = '\0';
    for (int i = 0; i < info->rank; i++) {
        used += (size_t)snprintf(text + used, 48 - used, "%s%d", i ? "x" : "", info->shape[i]);
    }
    return text;
}

/* How much of `text` stands on a line of `width`: all of it, or up to the last ", " that fits. */
static int break_at(const char *text, int width) {
    int length = (int)strlen(text), best = 0;
    if (length <= width) return length;
    for (int i = 0; i + 1 < width; i++) {
        if (text[i] == ',' && text[i + 1] == ' ') best = i + 1;
    }
    return best ? best : width;
}

static void print_row(const char *name, const char *layer, const char *shape, size_t parameters,
                      size_t multiply_adds, int width) {
    char left[CLI_NUMBER_SIZE], right[CLI_NUMBER_SIZE];
    int taken = break_at(layer, width);
    printf("%-*s  %-*.*s%*s%12s%15s\n", NAME, name, width, taken, layer, SHAPE, shape,
           cli_thousands(parameters, left), cli_thousands(multiply_adds, right));
    while (layer[taken]) {
        layer += taken + (layer[taken] == ' ');
        taken = break_at(layer, width - 2);
        printf("%-*s    %.*s\n", NAME, "", taken, layer);
    }
}

static void print_rule(int width) {
    for (int i = 0; i < NAME + 2 + width + SHAPE + NUMBERS; i++) putchar('-');
    putchar('\n');
}

static void print_layers(const emb_net *net) {
    int width = layer_width();
    size_t parameters = 0, multiply_adds = 0;
    emb_layer_info info;
    char name[64], shape[48];
    printf("%-*s  %-*s%*s%12s%15s\n", NAME, "layer", width, "", SHAPE, "output", "parameters",
           "multiply-adds");
    print_rule(width);
    for (size_t i = 0; i < emb_net_layer_count(net); i++) {
        emb_net_layer(net, i, &info);
        snprintf(name, sizeof name, "%s.%d", info.part, info.index);
        print_row(name, info.layer, shape_text(&info, shape), info.parameters, info.multiply_adds,
                  width);
        parameters += info.parameters;
        multiply_adds += info.multiply_adds;
    }
    print_rule(width);
    print_row("total", "", "", parameters, multiply_adds, width);
}

/* ---- memory ---------------------------------------------------------------------------------- */

/* What a training would be asked for, and what it would take. */
typedef struct demand {
    const char *dataset; /* NULL: none that the network reads */
    emb_images *images;
    emb_train_options options;
    bool draws;
    size_t program;  /* this process with the network, and a picture drawn, before the data set */
    size_t data;     /* what the data set came to */
    size_t loading;  /* this process at most, while it was read */
    emb_memory more; /* of the training */
} demand;

/* Draws what a training draws after an epoch: with that come libraries and fonts. */
static void rehearse(const emb_net *net) {
    static const char *const titles[2] = {"Imagen Original", "Predicci\u00f3n del Modelo"};
    emb_figure figure = {.rows = 1, .columns = 2, .column_titles = titles};
    emb_net_input_shape(net, figure.shape);
    if (figure.shape[0] != 1 && figure.shape[0] != 3) return;
    float *pixels = cli_alloc(2 * cli_network_pixels(net) * sizeof *pixels);
    memset(pixels, 0, 2 * cli_network_pixels(net) * sizeof *pixels);
    figure.pixels = pixels;
    emb_picture_free(emb_figure_draw(&figure, EMB_PNG));
    free(pixels);
}

/* The data set that a training would have: the one that is asked for, else train's own where the
 * network reads it. False with the error printed. */
static bool open_data(const cli_args *args, const emb_net *net, demand *d) {
    const bool given = cli_arg(args, "data")->given;
    cli_text why = {0}, *before = given ? NULL : cli_fail_into(&why);
    d->dataset = cli_arg(args, "data")->text;
    const cli_holdout held = {.known = true, .share = EMB_TEST_SPLIT, .seed = 42};
    d->images = cli_held_open(d->dataset, EMB_TRAIN, &held);
    const bool fits = d->images && cli_dataset_fit(d->images, net, d->dataset);
    if (!given) cli_fail_into(before);
    cli_text_free(&why);
    if (!fits && !given) {
        emb_images_free(d->images);
        d->images = NULL;
        d->dataset = NULL;
    }
    return fits || !given;
}

static bool measure(const cli_args *args, const emb_net *net, demand *d) {
    size_t after, most;
    d->options =
        (emb_train_options){.batch_size = (int)cli_arg(args, "batch-size")->whole,
                            .val_split = cli_val_split_of(cli_arg(args, "val-split")->real),
                            .threads = (int)cli_arg(args, "threads")->whole};
    if (d->options.threads == 0) d->options.threads = emb_default_threads();
    /* The threads, which come with a library and stacks, for as short a work as there is. */
    double speed;
    emb_machine_peak(d->options.threads, 1e-6, &speed);
    /* A training of an autoencoder shows a validation image. */
    d->draws = d->options.val_split > 0 && emb_net_has_part(net, "decoder");
    if (d->draws) rehearse(net);
    cli_machine_memory(&d->program, &most);
    if (!open_data(args, net, d)) return false;
    cli_machine_memory(&after, &d->loading);
    d->data = after > d->program ? after - d->program : 0;
    if (d->loading == most) d->loading = 0; /* that was before */
    const size_t count = d->images ? emb_images_count(d->images) : 60000;
    if (emb_run_memory(net, count, &d->options, &d->more) == EMB_OK) return true;
    cli_fail("%s", emb_error());
    return false;
}

/* A thread's stack, a record of what a training does, and what allocating rounds up: what the
 * measured trainings had beyond what is counted was 0.2 to 0.5 MB and 0.1 MB a thread. */
static size_t margin(const demand *d, size_t counted) {
    enum { PROCESS = 5 << 18, THREAD = 1 << 17 };
    return PROCESS + THREAD * (size_t)d->options.threads + counted / 50;
}

static void print_memory(const demand *d) {
    enum { PICTURE = 3 << 20 >> 1 }; /* while a picture is drawn */
    char all[CLI_NUMBER_SIZE], run[CLI_NUMBER_SIZE], data[CLI_NUMBER_SIZE];
    char program[CLI_NUMBER_SIZE], checkup[CLI_NUMBER_SIZE];
    const size_t drawn = d->draws ? PICTURE : 0;
    const size_t checked = d->more.checkup > drawn ? d->more.checkup : drawn;
    const size_t own = margin(d, d->more.run + checked);
    size_t sum = d->program + d->data + d->more.run + checked + own;
    if (d->loading > sum) sum = d->loading;
    printf("memory    %s to train%s%s at batch size %d with %d thread%s, %s:\n"
           "          program and network %s, ",
           cli_size(sum, all), d->dataset ? " on " : "", d->dataset ? d->dataset : "",
           d->options.batch_size, d->options.threads, d->options.threads == 1 ? "" : "s",
           d->dataset ? "at most" : "the data set not included (--data names it)",
           cli_size(d->program + own, program));
    if (d->dataset) printf("data %s, ", cli_size(d->data, data));
    printf("training %s, doctor %s\n", cli_size(d->more.run, run), cli_size(checked, checkup));
}

static int run_info(const cli_args *args) {
    const char *name = cli_arg(args, "NETWORK")->text;
    emb_net *net = cli_network_open(name, (int)cli_arg(args, "latent")->whole);
    if (!net) return CLI_FAILED;
    int input[3], latent = emb_net_latent(net), code = CLI_DONE;
    char pixels[CLI_NUMBER_SIZE], codes[CLI_NUMBER_SIZE];
    demand demanded = {0};
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
    if (trains && !measure(args, net, &demanded)) code = CLI_FAILED;
    if (trains && code == CLI_DONE) print_memory(&demanded);
    emb_images_free(demanded.images);
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
    .about = "Multiply-adds are those of one image's forward pass. Memory is the most that a "
             "training with these options takes as a process; the data set is read to know its "
             "share. What --report and --tensorboard draw in the end may take some more.",
    .examples = {{"embudo info", "the notebook's network"},
                 {"embudo info runs/001 --batch-size 256", "a run's, and its memory at 256"},
                 {"embudo info models/notebook.net --latent 8", "a notation file's"}},
    .positionals = {{"NETWORK", "notebook",
                     "a run's folder, a model file, a notation file (.net) or a name that is "
                     "built in"}},
    .options =
        {
            {"latent", 0, CLI_INT, "N", NULL, 1, 65536, 0,
             "numbers in a code, in place of what the network says"},
            {"batch-size", 0, CLI_INT, "N", "16", 1, 65536, 0, "images in a training step"},
            {"threads", 0, CLI_INT, "N", "0", 0, 256, 0, "threads of the training; 0: one a core"},
            {"data", 0, CLI_TEXT, "DATASET", "mnist", 0, 0, 0,
             "what is trained on, as in train; mnist counts where the network reads it"},
            {"val-split", 0, CLI_REAL, "X", "0.2", 0, 1, CLI_BELOW_MOST,
             "share of the images kept for validation"},
        },
};
