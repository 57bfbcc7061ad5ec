/* `embudo compare`: both exercises of the lab assignment at once. What is classified best: an
 * autoencoder's codes, principal components, or the images themselves? */
#include <stdlib.h>
#include <string.h>

#include "compare/compare_keep.h"
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
#include "core/stop.h"
#include "data/encoded_set.h"
#include "data/held.h"
#include "data/known_data.h"
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
    return c->train && cli_codes_labelled(c->train, c->dataset, false) && learn_class(c) &&
           (!c->taken || cli_range_fit(c->taken, c->train, c->dataset));
}

/* What cannot be written is refused before anything is trained. */
static bool can_save(const char *folder) {
    static const char *const names[] = {"compare.csv", "compare.png", "compare.json"};
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

/* What --resume takes beside itself. */
static int check_resume(const cli_args *args) {
    static const char *const allowed[] = {"resume", "threads", "json", "print-folder", NULL};
    for (int i = 0; args->command->options[i].name; i++) {
        const char *name = args->command->options[i].name;
        bool good = !args->options[i].given;
        for (int k = 0; allowed[k] && !good; k++) good = strcmp(allowed[k], name) == 0;
        if (good) continue;
        return cli_usage("compare",
                         "--%s cannot change when resuming; --resume uses the "
                         "comparison's own",
                         name);
    }
    if (!cli_arg(args, "DATASET")->given) return CLI_DONE;
    return cli_usage("compare", "--resume takes the data set of the comparison");
}

/* What identifies the network, so that it is the same when the work goes on. */
static bool know_network(cli_compare *c) {
    if (c->taken) return cli_keep_network(c, c->taken);
    emb_net *net = cli_network_open(c->model, c->is_class ? 0 : c->latents[0]);
    const bool good = net && cli_keep_network(c, net);
    emb_net_free(net);
    return good;
}

/* Opens all, and trains all, from where the work was left. */
static bool work(cli_compare *c, const char *folder) {
    bool good = (!folder || c->resumed || can_save(folder)) && open_all(c) && has_room(c) &&
                know_network(c) && (!folder || c->resumed || cli_keep_begin(c, folder));
    if (!good) return false;
    c->models = cli_compare_models(c);
    /* Before this, a signal ends the program at once: nothing is done by then. */
    cli_stop_listen();
    cli_fail_after_stop(false);
    good = cli_keep_write(c, "running");
    for (int i = 0; i < c->seed_count && good; i++) good = cli_compare_seed(c, c->seeds[i]);
    cli_fail_after_stop(true);
    cli_stop_default();
    return good && !cli_stop_signal();
}

/* The options that repeat it. */
static bool keep_options(const cli_compare *c, const char *folder) {
    const cli_config_origin origin = {.directory = c->keeping.directory};
    char **words = c->keeping.words;
    int count = 0;
    if (!words) {
        return cli_config_keep(c->args->command, c->args->argc, c->args->argv, folder, &origin);
    }
    while (words[count]) count++;
    return cli_config_keep(c->args->command, count, words, folder, &origin);
}

/* The table, and the files in the folder. */
static bool finish(cli_compare *c, const char *folder) {
    static const char *const files[] = {"compare.csv", "compare.png", "compare.json", "config.txt",
                                        NULL};
    const bool in_json = cli_arg(c->args, "json")->given;
    if (!in_json) cli_compare_print(c);
    if (folder) {
        if (!cli_compare_save(c, folder) || !keep_options(c, folder) ||
            !cli_keep_write(c, "finished")) {
            return false;
        }
        cli_keep_finish(c);
        cli_note("the table is in %s/compare.csv", folder);
        cli_folder_tell(folder, files);
        cli_output_lies_in(folder);
        cli_answer_folder(c->args, folder);
    }
    if (in_json) {
        cli_json json = {0};
        cli_json_open(&json, NULL, '{');
        cli_json_name(&json, "folder", folder);
        cli_compare_json(c, &json);
        cli_doctor_put_json(&json);
    }
    return true;
}

static int stopped(cli_compare *c) {
    const cli_keeping *k = &c->keeping;
    const unsigned long results = (unsigned long)k->count;
    cli_keep_stopped(c);
    if (!k->folder || !cli_keep_write(c, "interrupted")) return CLI_FAILED;
    cli_note(cli_plural(results,
                        "interrupted after %lu result; to continue: embudo compare --resume %s",
                        "interrupted after %lu results; to continue: embudo compare --resume %s"),
             results, k->folder);
    return 128 + cli_stop_signal();
}

/* The folder of a comparison that goes on, whose line is then that of the work. */
static int begin(cli_compare *c, const cli_args *args, cli_args *line, bool *complete) {
    const cli_value *resume = cli_arg(args, "resume");
    int code = cli_answer_begin(args);
    if (code == CLI_DONE && !resume->given) code = read_args(c, args);
    if (!resume->given && code == CLI_DONE && cli_arg(args, "print-folder")->given &&
        !cli_arg(args, "output")->given) {
        code = cli_usage("compare", "--print-folder needs a folder: -o DIR");
    }
    if (!resume->given) return code;
    if (code == CLI_DONE) code = check_resume(args);
    if (code != CLI_DONE) return code;
    c->resumed = true;
    if (!cli_keep_resume(c, resume->text, args, line, complete)) return CLI_FAILED;
    return read_args(c, line);
}

static int run_compare(const cli_args *args) {
    cli_compare *c = cli_alloc(sizeof *c);
    *c = (cli_compare){0};
    cli_args line = {0};
    bool complete = false;
    cli_known_data_begin();
    int code = begin(c, args, &line, &complete);
    const char *folder = c->resumed ? c->keeping.folder : cli_arg(args, "output")->text;
    if (code == CLI_DONE && complete) {
        cli_note("%s is complete: the table is in %s/compare.csv", folder, folder);
    } else if (code == CLI_DONE) {
        const bool good = work(c, folder) && finish(c, folder);
        code = good ? CLI_DONE : cli_stop_signal() ? stopped(c) : CLI_FAILED;
    }
    cli_keep_free(c);
    cli_args_free(&line);
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
        "part of it and how many of its images) and a picture of it, compare.png; compare.json has "
        "each number with its seed, as soon as it is known. After Ctrl-C, what is done is kept "
        "there or, without -o, in a folder runs/compare-001, and --resume goes on. Classifiers of "
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
             "a folder for compare.csv, compare.png and compare.json"},
            {"resume", 0, CLI_TEXT, "DIR", NULL, 0, 0, 0,
             "go on with a comparison that was stopped, from what is kept in its folder, with the "
             "options that began it; --threads may be given again"},
        },
};
