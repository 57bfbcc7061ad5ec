/* `embudo info`: a network as a table. */
#include <stdlib.h>

#include "core/class_options.h"
#include "core/input_size.h"
#include "core/json.h"
#include "core/message.h"
#include "core/network.h"
#include "core/options.h"
#include "core/shared_help.h"
#include "data/measures.h"
#include "data/picture_options.h"
#include "data/recorded.h"
#include "report/info_fit.h"
#include "report/info_memory.h"
#include "report/layer_table.h"
#include "use/score_table.h"
#include "use/threshold.h"

static void get_layer(const void *of, size_t i, emb_layer_info *info) {
    emb_net_layer(of, i, info);
}

static bool has_code(const emb_net *net) {
    return emb_net_latent(net) > 0 && emb_net_has_part(net, "encoder");
}

static bool can_train(const emb_net *net) {
    return emb_net_classes(net) > 0 ||
           (emb_net_has_part(net, "encoder") && emb_net_has_part(net, "decoder"));
}

static void print_code(const emb_net *net) {
    const int latent = emb_net_latent(net);
    char pixels[CLI_NUMBER_SIZE], codes[CLI_NUMBER_SIZE];
    if (emb_net_entries(net) > 0) {
        cli_print("code      %d indices of %d entries, %d bits, for an image of %s\n",
                  emb_net_places(net), emb_net_entries(net), cli_code_bits(net),
                  cli_thousands(cli_network_pixels(net), pixels));
    } else if (has_code(net)) {
        cli_print(
            cli_plural((unsigned long)latent, "code      %s number for an image of %s (1:%.0f)\n",
                       "code      %s numbers for an image of %s (1:%.0f)\n"),
            cli_thousands((uint64_t)latent, codes), cli_thousands(cli_network_pixels(net), pixels),
            (double)cli_network_pixels(net) / latent);
    }
}

static void print_training(const emb_net *net) {
    const char *options = emb_net_metadata(net, CLI_OPTIONS_KEY);
    const char *steps = emb_net_metadata(net, CLI_STEPS_KEY);
    if (!options || !steps) return;
    char number[CLI_NUMBER_SIZE];
    const size_t count = strtoul(steps, NULL, 10);
    char *taken = cli_told(cli_plural(count, "%s step", "%s steps"), cli_thousands(count, number));
    cli_print("trained   %s: %s\n", taken, cli_shown(options));
    free(taken);
}

static int print_info(const cli_args *args, emb_net *net, const cli_layers *layers) {
    int input[3], code = CLI_DONE;
    emb_net_input_shape(net, input);
    cli_print("%s: input %dx%dx%d\n\n", cli_shown(cli_arg(args, "NETWORK")->text), input[0],
              input[1], input[2]);
    cli_layers_print(layers);
    cli_print("\n");
    print_code(net);
    if (emb_net_classes(net) > 0) cli_print("classes   %d\n", emb_net_classes(net));
    if (!can_train(net)) cli_print("part      of an autoencoder: it can be used, not trained\n");
    if (can_train(net) && !cli_info_memory(args, net, NULL)) code = CLI_FAILED;
    print_training(net);
    emb_verdict verdict;
    if (emb_verdict_stored(net, &verdict)) cli_threshold_tell(&verdict);
    return code;
}

static void add_code(const emb_net *net, cli_json *json) {
    if (emb_net_entries(net) > 0) {
        cli_json_whole(json, "code_indices", emb_net_places(net));
        cli_json_whole(json, "code_entries", emb_net_entries(net));
        cli_json_whole(json, "code_bits", cli_code_bits(net));
    } else if (has_code(net)) {
        cli_json_whole(json, "latent", emb_net_latent(net));
    }
    if (emb_net_classes(net) > 0) cli_json_whole(json, "classes", emb_net_classes(net));
    cli_json_bool(json, "trains", can_train(net));
}

static void add_training(const emb_net *net, cli_json *json) {
    const char *options = emb_net_metadata(net, CLI_OPTIONS_KEY);
    const char *steps = emb_net_metadata(net, CLI_STEPS_KEY);
    emb_verdict verdict;
    if (options && steps) {
        cli_json_open(json, "trained", '{');
        cli_json_whole(json, "steps", strtoll(steps, NULL, 10));
        cli_json_string(json, "options", options);
        cli_json_close(json, '}');
    }
    if (!emb_verdict_stored(net, &verdict)) return;
    cli_json_open(json, "unusual", '{');
    cli_json_string(json, "by", cli_scores_word((int)verdict.by));
    cli_json_real(json, "threshold", verdict.threshold);
    cli_json_real(json, "false_alarms", verdict.false_alarms);
    cli_json_close(json, '}');
}

static int json_info(const cli_args *args, emb_net *net, const cli_layers *layers) {
    cli_json json = {0};
    int input[3];
    emb_net_input_shape(net, input);
    cli_json_open(&json, NULL, '{');
    cli_json_name(&json, "network", cli_arg(args, "NETWORK")->text);
    cli_json_open(&json, "input", '[');
    for (int i = 0; i < 3; i++) cli_json_whole(&json, NULL, input[i]);
    cli_json_close(&json, ']');
    cli_layers_json(layers, &json);
    add_code(net, &json);
    const bool good = !can_train(net) || cli_info_memory(args, net, &json);
    add_training(net, &json);
    cli_json_close(&json, '}');
    if (good) cli_output(json.text.bytes, json.text.length);
    cli_text_free(&json.text);
    return good ? CLI_DONE : CLI_FAILED;
}

static int run_info(const cli_args *args) {
    emb_net *net;
    const bool json = cli_arg(args, "json")->given;
    int code = cli_info_open(args, &net);
    if (code != CLI_DONE) return code;
    const cli_layers layers = {
        .count = emb_net_layer_count(net), .of = net, .get = get_layer, .ends = true};
    code = (json ? json_info : print_info)(args, net, &layers);
    emb_net_free(net);
    return code;
}

const cli_command cli_command_info = {
    .name = "info",
    .summary = "show a network: layers, shapes, parameters, memory",
    .run = run_info,
    .about = "Multiply-adds are those of one image's forward pass. Memory is the most that the "
             "process of a training with these options takes. To measure its parts, info reads the "
             "data set and, with --report or --tensorboard, makes what they would make. If the "
             "shapes do not fit, the table ends at the layer where they do not; below it is what "
             "would fit, all of it tried.",
    .examples = {{"embudo info", "the notebook's network"},
                 {"embudo info runs/001 --batch-size 256",
                  "a run's network, and its memory with batches of 256"},
                 {"embudo info models/notebook.net --latent 8", "the network of a notation file"},
                 {"embudo info notebook --input 3x64x64",
                  "how far an image of that size comes, and what would let it through"}},
    .positionals =
        {{"NETWORK", "notebook",
          "a run's folder, a model file, a notation file (.net), a class in a Python file "
          "or a notebook (.py, .ipynb) or the name of a built-in network"}},
    .options =
        {
            {"input", 0, CLI_TEXT, "CxHxW", NULL, 0, 0, 0,
             "show the network for another input than its own; of a class, which has none, the "
             "input: " CLI_INPUT_SIZE_HELP},
            CLI_CLASS_OPTIONS{"latent", 0, CLI_INT, "N", NULL, 1, EMB_MAX_SIZE, 0,
                              "numbers in a code, instead of the network's own number"},
            {"batch-size", 0, CLI_INT, "N", "16", 1, EMB_MAX_BATCH, 0, "images in a training step"},
            {"threads", 0, CLI_INT, "N", "0", 0, EMB_MAX_THREADS, 0,
             "threads of the training; 0: one for each core"},
            {"data", 0, CLI_TEXT, "DATASET", "mnist", 0, 0, 0,
             "the training data, as in train; without it, mnist is counted if the network can read "
             "it"},
            {"val-split", 0, CLI_REAL, "X", "0.2", 0, 1, CLI_BELOW_MOST,
             "share of the images kept for validation"},
            CLI_READING_OPTIONS{"report", 0, CLI_FLAG, NULL, NULL, 0, 0, 0,
                                "include what --report needs"},
            {"tensorboard", 0, CLI_FLAG, NULL, NULL, 0, 0, 0, "include what --tensorboard needs"},
            CLI_JSON_OPTION,
        },
};
