/* `embudo compare`: both exercises of the lab assignment at once. What is classified best: an
 * autoencoder's codes, principal components, or the images themselves? */
#include <stdlib.h>
#include <string.h>

#include "compare/compare_output.h"
#include "compare/compare_work.h"
#include "core/class_options.h"
#include "core/config_text.h"
#include "core/folders.h"
#include "core/message.h"
#include "core/network.h"
#include "core/number_list.h"
#include "core/room.h"
#include "core/seed.h"
#include "core/shared_help.h"
#include "data/encoded_set.h"
#include "data/held.h"
#include "data/open_data.h"
#include "data/picture_options.h"
#include "data/range.h"
#include "data/recorded.h"
#include "plot/plot_words.h"
#include "train/answer.h"
#include "train/recipe.h"
#include "use/doctor_say.h"

/* Reads "2,8,16" into numbers within a range, each once. Returns how many, or 0 with the message
 * printed. */
static int read_list(const char *option, const char *text, uint64_t least, uint64_t most,
                     uint64_t *numbers) {
    const char *at = text;
    int count = 0;
    for (uint64_t number; at && count < CLI_COMPARE_LIST; numbers[count++] = number) {
        if (!cli_number_next(&at, least, most, &number)) break;
        for (int i = 0; i < count; i++) {
            if (numbers[i] != number) continue;
            cli_usage("compare", "--%s: %llu is given twice", option, (unsigned long long)number);
            return 0;
        }
    }
    if (!at) return count;
    cli_usage("compare",
              "--%s: expected up to %d whole numbers from %llu to %llu with commas, got "
              "'%s'",
              option, CLI_COMPARE_LIST, (unsigned long long)least, (unsigned long long)most, text);
    return 0;
}

/* The same for seeds. */
static int read_seeds(const char *text, uint64_t *seeds) {
    const char *at = text;
    int count = 0;
    while (count < CLI_COMPARE_LIST) {
        const char *end;
        uint64_t seed;
        if (!cli_seed_read(at, &end, &seed) || (*end != ',' && *end != '\0')) break;
        for (int i = 0; i < count; i++) {
            if ((uint32_t)seeds[i] != (uint32_t)seed) continue;
            cli_usage(
                "compare",
                "--seed: %.*s is given twice (seeds are counted modulo 2^32, as PyTorch's are)",
                (int)(end - at), at);
            return 0;
        }
        seeds[count++] = seed;
        if (*end == '\0') return count;
        at = end + 1;
    }
    cli_usage("compare",
              "--seed: expected up to %d whole numbers from %s to %s with commas, got '%s'",
              CLI_COMPARE_LIST, CLI_SEED_LEAST, CLI_SEED_MOST, text);
    return 0;
}

static int read_args(cli_compare *c, const cli_args *args) {
    uint64_t latents[CLI_COMPARE_LIST];
    c->recipe = (emb_train_options){
        .learning_rate = 0.001, .batch_size = 16, .epochs = (int)cli_arg(args, "epochs")->whole};
    cli_recipe_use(&c->recipe, args);
    c->args = args;
    c->dataset = cli_arg(args, "DATASET")->text;
    c->run = cli_arg(args, "run")->text;
    c->model = cli_arg(args, "model")->text;
    c->classifier_epochs = (int)cli_arg(args, "classifier-epochs")->whole;
    c->neighbours = (int)cli_arg(args, "knn")->whole;
    c->threads = (int)cli_arg(args, "threads")->whole;
    c->val_split = 0.2;
    int code = cli_pictures_read(args);
    if (code == CLI_DONE) code = cli_class_read(args, c->model);
    if (code != CLI_DONE) return code;
    c->is_class = !c->run && cli_class_file(c->model);
    if (c->is_class && cli_arg(args, "latent")->given) {
        return cli_usage("compare", "--latent is for notations; a class's arguments are set by "
                                    "their names, as in --set latent_dim=8");
    }
    c->seed_count = read_seeds(cli_arg(args, "seed")->text, c->seeds);
    if (c->seed_count == 0) return CLI_USAGE;
    c->latent_count = read_list("latent", cli_arg(args, "latent")->text, 1, EMB_MAX_SIZE, latents);
    if (c->latent_count == 0) return CLI_USAGE;
    for (int i = 0; i < c->latent_count; i++) c->latents[i] = (int)latents[i];
    if (c->run && (cli_arg(args, "latent")->given || cli_arg(args, "model")->given ||
                   cli_arg(args, "epochs")->given || cli_arg(args, "recipe")->given)) {
        return cli_usage("compare", "--run takes a trained autoencoder as it is; --latent, "
                                    "--model, --epochs and --recipe are for training a new one");
    }
    if (c->run && c->seed_count > 1) {
        return cli_usage("compare", "--run takes one autoencoder, and so one seed");
    }
    return CLI_DONE;
}

/* The run's autoencoder decides the code's length, the seed and the split. */
static bool take_run(cli_compare *c) {
    c->holdout = cli_holdout_typed(c->args);
    if (!c->run) return true;
    c->taken = cli_network_open_trained(c->run);
    if (!c->taken) return false;
    if (!emb_net_has_part(c->taken, "encoder") || !emb_net_has_part(c->taken, "decoder")) {
        cli_fail("%s: expected an autoencoder, with parts called encoder and decoder", c->run);
        return false;
    }
    c->latents[0] = emb_net_latent(c->taken);
    if (!cli_arg(c->args, "seed")->given) cli_recorded_seed(c->taken, &c->seeds[0]);
    cli_recorded_val_split(c->taken, &c->val_split);
    return cli_holdout_settle(&c->holdout, c->taken, c->run, c->dataset, c->args);
}

/* A class does not say the shape of its images, and its code's length is its own. */
static bool learn_class(cli_compare *c) {
    int shape[3];
    if (!c->is_class) return true;
    emb_images_shape(c->train, shape);
    cli_class_input(shape);
    emb_net *net = cli_network_open(c->model, 0);
    if (!net) return false;
    c->latents[0] = emb_net_latent(net);
    emb_net_free(net);
    return true;
}

static bool open_all(cli_compare *c) {
    if (!take_run(c)) return false;
    c->train = cli_held_learn(c->dataset, &c->holdout, &c->val_count);
    return c->train && cli_codes_labelled(c->train, c->dataset, "has") && learn_class(c) &&
           (!c->taken || cli_range_fit(c->taken, c->train, c->dataset));
}

/* What cannot be written is refused before anything is trained. */
static bool can_save(const char *folder) {
    static const char *const names[] = {"compare.csv", "compare.png"};
    bool good = cli_folder_make(folder);
    for (size_t i = 0; i < sizeof names / sizeof *names && good; i++) {
        char *path = cli_format("%s/%s", folder, names[i]);
        good = cli_output_ready(path);
        free(path);
    }
    return good;
}

/* Codes of all training images are held at once. */
static bool has_room(const cli_compare *c) {
    bool good = true;
    int shape[3];
    emb_images_shape(c->train, shape);
    const size_t pixels = (size_t)shape[0] * (size_t)shape[1] * (size_t)shape[2];
    for (int i = 0; i < c->latent_count && good; i++) {
        good = cli_room_codes_of((size_t)c->latents[i], pixels, emb_images_count(c->train), NULL);
    }
    return good;
}

static int run_compare(const cli_args *args) {
    cli_compare *c = cli_alloc(sizeof *c);
    *c = (cli_compare){0};
    const char *folder = cli_arg(args, "output")->text;
    int code = read_args(c, args);
    if (code == CLI_DONE && !folder && cli_arg(args, "print-folder")->given) {
        code = cli_usage("compare", "--print-folder needs a folder: -o DIR");
    }
    if (code == CLI_DONE) code = cli_answer_begin(args);
    if (code == CLI_DONE) {
        bool good = (!folder || can_save(folder)) && open_all(c) && has_room(c);
        for (int i = 0; i < c->seed_count && good; i++) good = cli_compare_seed(c, c->seeds[i]);
        if (good && !cli_arg(args, "json")->given) cli_compare_print(c);
        good = good && (!folder || cli_compare_save(c, folder));
        if (good && folder) {
            good = cli_config_keep(args->command, args->argc, args->argv, folder);
            cli_note("the table is in %s/compare.csv", folder);
            cli_output_lies_in(folder);
            cli_answer_folder(args, folder);
        }
        if (good && cli_arg(args, "json")->given) {
            cli_json json = {0};
            cli_json_open(&json, NULL, '{');
            cli_json_name(&json, "folder", folder);
            cli_compare_json(c, &json);
            cli_doctor_put_json(&json);
        }
        code = good ? CLI_DONE : CLI_FAILED;
    }
    emb_images_free(c->train);
    emb_images_free(c->test);
    emb_net_free(c->taken);
    free(c);
    return code;
}

const cli_command cli_command_compare = {
    .name = "compare",
    .summary = "compare classifiers on codes, on principal components and on images",
    .run = run_compare,
    .about =
        "Trains an autoencoder, or takes a trained one, and then classifies its codes, the same "
        "number of principal components, and the images, all from the same training images. For "
        "each classifier it prints the input, the model, the number of the classifier's own "
        "parameters, the share of test images classified correctly, and the seconds for training "
        "and testing. Several --latent give a sweep; several --seed give means and standard "
        "deviations. -o keeps the table as compare.csv (accuracy in percent; the data set, which "
        "part of it and how many of its images) and a picture of it, compare.png. Classifiers of "
        "images are left out if the images do not have MNIST's size.",
    .examples = {{"embudo compare", "both exercises, from scratch"},
                 {"embudo compare --run runs/001 -o report", "with a trained autoencoder"},
                 {"embudo compare --latent 2,8,16,32 --seed 1,2,3 -o sweep",
                  "four lengths of code, three seeds each"}},
    .positionals = {{.name = "DATASET",
                     .fallback = "mnist",
                     .help = CLI_DATASET_HELP "; without it, the data set in the record of --run"}},
    .options =
        {
            {"run", 0, CLI_TEXT, "RUN|MODEL", NULL, 0, 0, 0,
             "the trained autoencoder to use, with its seed and split; default: train one"},
            {"latent", 0, CLI_TEXT, "LIST", "8", 0, 0, 0, "numbers in a code, one or several"},
            {"seed", 0, CLI_TEXT, "LIST", "42", 0, 0, 0,
             "the seed of the split, the weights and the order, one or several"},
            CLI_PICTURE_OPTIONS CLI_TEST_SPLIT_OPTION,
            CLI_TEST_SEED_OPTION,
            {"model", 0, CLI_TEXT, "FILE|NAME", "notebook", 0, 0, 0,
             "the autoencoder's network: a notation file, a class in a Python file or a notebook, "
             "or a built-in name"},
            CLI_CLASS_OPTIONS{"epochs", 0, CLI_INT, "N", "10", 1, EMB_MAX_EPOCHS, 0,
                              "epochs for the autoencoder"},
            {"recipe", 0, CLI_CHOICE, "notebook|best", "notebook", 0, 0, 0,
             "how the autoencoder is trained, as in embudo train"},
            {"classifier-epochs", 0, CLI_INT, "N", "15", 1, EMB_MAX_EPOCHS, 0,
             "epochs for each classifier"},
            {"knn", 0, CLI_INT, "K", "5", 1, CLI_MOST_NEIGHBOURS, 0,
             "nearest neighbours that vote"},
            CLI_THREADS_OPTION,
            CLI_PRINT_FOLDER_OPTION,
            CLI_JSON_OPTION,
            {"output", 'o', CLI_TEXT, "DIR", NULL, 0, 0, CLI_TO_FOLDER,
             "a folder for compare.csv and compare.png"},
        },
};
