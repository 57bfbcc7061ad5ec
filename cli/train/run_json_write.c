/* What a training leaves on disk about itself: the model's metadata and run.json. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/machine.h"
#include "core/message.h"
#include "core/network.h"
#include "core/seed.h"
#include "data/known_data.h"
#include "train/job.h"

static const char options_key[] = "embudo.options", steps_key[] = "embudo.steps";

static double typed_val_split(const cli_training *t) { return fmax(t->options.val_split, 0); }

static const char *const schedules[] = {
    [EMB_SCHEDULE_CONSTANT] = "constant",
    [EMB_SCHEDULE_LINEAR] = "linear",
    [EMB_SCHEDULE_COSINE] = "cosine",
};

const char *cli_schedule_name(emb_schedule schedule) { return schedules[schedule]; }

static const char *loss_name(const cli_training *t) {
    return emb_net_classes(t->net) > 0 ? "CrossEntropyLoss" : "MSELoss";
}

/* What there is to say of the images beside the split: " test_split=0.1 ...", to be freed. */
static char *print_parts(const cli_training *t) {
    char share[CLI_NUMBER_SIZE];
    cli_text text = {0};
    cli_text_add(&text, "%s", "");
    if (t->options.val_count > 0) cli_text_add(&text, " val_count=%zu", t->options.val_count);
    if (t->holdout.known) {
        cli_text_add(&text, " test_split=%s test_seed=%" PRIu64 " test_of=%zu",
                     cli_shortest(t->holdout.share, share), t->holdout.seed, t->holdout.of);
    }
    if (t->holdout.known && t->holdout.seen) cli_text_add(&text, " test_seen=1");
    if (t->holdout.known && *t->holdout.learned) {
        cli_text_add(&text, " train_crc=%s", t->holdout.learned);
    }
    if (*t->from) cli_text_add(&text, " from=%s", t->from);
    return text.bytes;
}

/* Only what decides the model's bits, in one fixed spelling: threads, paths and times would make
 * equal models differ. */
char *cli_record_options(const cli_training *t) {
    char lr[CLI_NUMBER_SIZE], split[CLI_NUMBER_SIZE];
    char *parts = print_parts(t);
    if (t->knn > 0) {
        char *own = cli_format("seed=%" PRIu64 " val_split=%s knn=%d%s", t->seed,
                               cli_shortest(typed_val_split(t), split), t->knn, parts);
        free(parts);
        return own;
    }
    char *schedule = t->options.schedule == EMB_SCHEDULE_CONSTANT
                         ? cli_format("%s", "")
                         : cli_format(" schedule=%s", cli_schedule_name(t->options.schedule));
    char *warmup =
        t->options.warmup > 0 ? cli_format(" warmup=%d", t->options.warmup) : cli_format("%s", "");
    char *text = cli_format(
        "seed=%" PRIu64 " epochs=%d batch_size=%d lr=%s%s%s val_split=%s shuffle=%d "
        "max_steps=%zu optimizer=Adam loss=%s%s",
        t->seed, t->epochs, t->options.batch_size, cli_shortest(t->options.learning_rate, lr),
        schedule, warmup, cli_shortest(typed_val_split(t), split), t->options.shuffle, t->max_steps,
        loss_name(t), parts);
    free(parts);
    free(schedule);
    free(warmup);
    return text;
}

static emb_schedule schedule_of(const char *name) {
    const size_t count = sizeof schedules / sizeof *schedules;
    size_t i = 0;
    while (i + 1 < count && strcmp(schedules[i], name) != 0) i++;
    return (emb_schedule)i;
}

/* The library takes 0 for a default; what was typed as 0 has another spelling there. */
double cli_val_split_of(double typed) { return typed == 0 ? -1 : typed; }

void cli_training_options(cli_training *t, const cli_args *args) {
    t->args = args;
    t->epochs = (int)cli_arg(args, "epochs")->whole;
    t->output = cli_arg(args, "output")->text;
    t->board.wanted = cli_arg(args, "tensorboard")->given;
    t->seed = cli_arg(args, "seed")->seed;
    t->threads = (int)cli_arg(args, "threads")->whole;
    if (t->threads == 0) t->threads = emb_default_threads();
    t->options = (emb_train_options){
        .seed = cli_seed_option(t->seed),
        .learning_rate = cli_arg(args, "lr")->real,
        .val_split = cli_val_split_of(cli_arg(args, "val-split")->real),
        .batch_size = (int)cli_arg(args, "batch-size")->whole,
        .schedule = schedule_of(cli_arg(args, "schedule")->text),
        .epochs = t->epochs,
        .warmup = (int)cli_arg(args, "warmup")->whole,
        .threads = (int)cli_arg(args, "threads")->whole, /* 0: the library finds what is fastest */
    };
}

bool cli_recorded_option(const emb_net *net, const char *name, double *value) {
    return cli_recorded_number(net, options_key, name, value);
}

/* What stands behind "name=" in a text of the metadata; NULL where that does not. */
static const char *find_value(const emb_net *net, const char *key, const char *name) {
    const char *text = emb_net_metadata(net, key);
    const size_t length = strlen(name);
    while (text && *text) {
        if (strncmp(text, name, length) == 0 && text[length] == '=') return text + length + 1;
        text = strchr(text, ' ');
        if (text) text++;
    }
    return NULL;
}

bool cli_recorded_number(const emb_net *net, const char *key, const char *name, double *value) {
    const char *text = find_value(net, key, name);
    char *end;
    if (!text) return false;
    *value = strtod(text, &end);
    return end != text && (*end == ' ' || *end == '\0');
}

static bool read_seed(const emb_net *net, const char *name, uint64_t *seed) {
    const char *text = find_value(net, options_key, name), *end;
    uint64_t number;
    if (!text || !cli_seed_read(text, &end, &number) || (*end != ' ' && *end != '\0')) return false;
    *seed = number;
    return true;
}

bool cli_recorded_seed(const emb_net *net, uint64_t *seed) { return read_seed(net, "seed", seed); }

/* A number of images; 0 where there is none. */
static size_t read_count(const emb_net *net, const char *name) {
    double count;
    const bool good = cli_recorded_option(net, name, &count) && count >= 0 && count <= INT32_MAX;
    return good ? (size_t)count : 0;
}

size_t cli_recorded_val_count(const emb_net *net) { return read_count(net, "val_count"); }

bool cli_recorded_holdout(const emb_net *net, cli_holdout *holdout) {
    double share, seen;
    uint64_t seed;
    if (!cli_recorded_option(net, "test_split", &share) || !(share >= 0 && share < 1) ||
        !read_seed(net, "test_seed", &seed)) {
        return false;
    }
    *holdout = (cli_holdout){.known = true,
                             .share = share,
                             .seed = seed,
                             .of = read_count(net, "test_of"),
                             .seen = cli_recorded_option(net, "test_seen", &seen) && seen != 0};
    const char *learned = find_value(net, options_key, "train_crc");
    if (learned && strspn(learned, "0123456789abcdef") == CLI_LEARNED - 1) {
        memcpy(holdout->learned, learned, CLI_LEARNED - 1);
    }
    return true;
}

void cli_weights_sum(const emb_net *net, char sum[CLI_WEIGHTS_SUM]) {
    uint64_t hash = 0xcbf29ce484222325; /* FNV-1a */
    uint32_t any = 0;
    for (size_t i = 0; i < emb_net_tensor_count(net); i++) {
        emb_tensor_info tensor;
        emb_net_tensor(net, i, &tensor);
        for (size_t k = 0; k < tensor.count; k++) {
            uint32_t bits;
            memcpy(&bits, &tensor.values[k], sizeof bits);
            any |= bits << 1; /* -0 is 0 */
            hash = (hash ^ bits) * 0x100000001b3;
        }
    }
    snprintf(sum, CLI_WEIGHTS_SUM, "%016" PRIx64, hash);
    if (!any) *sum = '\0';
}

void cli_recorded_from(const emb_net *net, char sum[CLI_WEIGHTS_SUM]) {
    const char *text = find_value(net, options_key, "from");
    const size_t length = text ? strspn(text, "0123456789abcdef") : 0;
    snprintf(sum, CLI_WEIGHTS_SUM, "%.*s", length == CLI_WEIGHTS_SUM - 1 ? (int)length : 0,
             text ? text : "");
}

/* The model under this name, after so many steps. */
static bool save_model(const cli_training *t, const char *name, size_t steps) {
    char *options = cli_record_options(t), *taken = cli_format("%zu", steps);
    char *path = cli_run_folder_file(&t->folder, name);
    emb_pair extra[] = {{options_key, options}, {steps_key, taken}};
    emb_net *whole = t->encoder ? emb_net_attach(t->encoder, t->net) : NULL;
    bool good = (whole || !t->encoder) && emb_net_save(whole ? whole : t->net, path, extra,
                                                       sizeof extra / sizeof extra[0]) == EMB_OK;
    emb_net_free(whole);
    if (!good) cli_fail("%s", emb_error());
    free(options);
    free(taken);
    free(path);
    return good;
}

bool cli_record_best(cli_training *t) {
    return save_model(t, "best.safetensors", emb_run_steps(t->run));
}

bool cli_record_model(cli_training *t, size_t steps) {
    if (t->saved && t->saved_steps == steps) return true;
    if (!save_model(t, "model.safetensors", steps)) return false;
    t->saved = true;
    t->saved_steps = steps;
    return true;
}

/* Of a data set that is one array. */
static void add_holdout(cli_json *json, const cli_training *t) {
    if (!t->holdout.known) return;
    cli_json_real(json, "test_split", t->holdout.share);
    cli_json_seed(json, "test_seed", t->holdout.seed);
}

static void add_options(cli_json *json, const cli_training *t) {
    cli_json_open(json, "options", '{');
    const int classes = emb_net_classes(t->net);
    cli_json_name(json, "model", t->model);
    if (*t->from) cli_json_string(json, "from", t->from);
    if (classes == 0) cli_json_whole(json, "latent", emb_net_latent(t->net));
    if (classes > 0) cli_json_whole(json, "classes", classes);
    if (t->encoder_name) {
        char *full = cli_data_record_name(t->encoder_name);
        cli_json_name(json, "encoder", t->encoder_name);
        cli_json_name(json, "encoder_path", full);
        free(full);
    }
    if (t->recipe) cli_json_string(json, "recipe", t->recipe);
    if (t->knn > 0) {
        cli_json_whole(json, "knn", t->knn);
        cli_json_seed(json, "seed", t->seed);
        cli_json_real(json, "val_split", typed_val_split(t));
        add_holdout(json, t);
        cli_json_close(json, '}');
        return;
    }
    cli_json_whole(json, "epochs", t->epochs);
    cli_json_whole(json, "batch_size", t->options.batch_size);
    cli_json_real(json, "lr", t->options.learning_rate);
    cli_json_string(json, "schedule", cli_schedule_name(t->options.schedule));
    cli_json_whole(json, "warmup", t->options.warmup);
    cli_json_seed(json, "seed", t->seed);
    cli_json_real(json, "val_split", typed_val_split(t));
    add_holdout(json, t);
    cli_json_bool(json, "shuffle", t->options.shuffle);
    cli_json_whole(json, "max_steps", (int64_t)t->max_steps);
    cli_json_string(json, "optimizer", "Adam");
    cli_json_string(json, "loss", loss_name(t));
    cli_json_close(json, '}');
}

static void add_machine(cli_json *json, const cli_training *t) {
    char *processor = cli_machine_processor(), *system = cli_machine_system();
    cli_json_open(json, "machine", '{');
    cli_json_string(json, "device", "cpu");
    cli_json_string(json, "processor", processor);
    cli_json_whole(json, "cores", cli_machine_cores());
    cli_json_string(json, "instruction_set", emb_isa());
    cli_json_whole(json, "threads", t->threads);
    cli_json_string(json, "system", system);
    cli_json_string(json, "compiler", cli_machine_compiler());
    cli_json_close(json, '}');
    free(processor);
    free(system);
}

/* Of arrays of floats: what they hold, and which of it was said to be black and white. */
static void add_range(cli_json *json, const cli_training *t) {
    emb_preprocessing p;
    emb_net_preprocessing(t->net, &p);
    if (!p.floats) return;
    cli_json_real(json, "low", p.low);
    cli_json_real(json, "high", p.high);
    if (!p.pixels) return;
    cli_json_real(json, "black", p.black);
    cli_json_real(json, "white", p.white);
}

bool cli_record_run(const cli_training *t, const char *outcome) {
    char now[CLI_NUMBER_SIZE];
    bool running = strcmp(outcome, "running") == 0;
    char *here = realpath(".", NULL);
    cli_json json = {0};
    cli_json_open(&json, NULL, '{');
    cli_json_open(&json, "command", '[');
    /* Of a run that goes on the line that began it: going on changes none of its bits. */
    for (int i = 0; t->words && t->words[i]; i++) cli_json_name(&json, NULL, t->words[i]);
    for (int i = 0; !t->words && i < t->args->argc; i++) {
        cli_json_name(&json, NULL, t->args->argv[i]);
    }
    cli_json_close(&json, ']');
    cli_json_name(&json, "directory", t->directory ? t->directory : here);
    cli_json_string(&json, "version", emb_version());
    cli_json_string(&json, "started", t->started);
    cli_json_string(&json, "finished", running ? NULL : cli_machine_time(now));
    cli_json_string(&json, "outcome", outcome);
    cli_json_whole(&json, "epochs_done", t->epochs_done);
    cli_json_whole(&json, "steps_done", t->run ? (int64_t)emb_run_steps(t->run) : 0);
    add_options(&json, t);
    cli_json_open(&json, "data", '{');
    cli_data_record_add(&json, t->dataset);
    cli_json_string(&json, "input", t->encoder_name ? "codes" : "images");
    add_range(&json, t);
    cli_json_whole(&json, "training_images", (int64_t)t->train_count);
    cli_json_whole(&json, "validation_images", (int64_t)t->val_count);
    if (t->holdout.known) {
        cli_json_whole(&json, t->holdout.seen ? "held_out_images" : "test_images",
                       (int64_t)t->holdout.count);
    }
    cli_json_close(&json, '}');
    cli_json_open(&json, "network", '{');
    cli_json_whole(&json, "parameters", (int64_t)cli_network_parameters(t->net));
    cli_json_string(&json, "notation", emb_net_notation(t->net));
    cli_json_close(&json, '}');
    add_machine(&json, t);
    cli_json_close(&json, '}');
    char *path = cli_run_folder_file(&t->folder, "run.json");
    bool written = emb_file_write(path, json.text.bytes, json.text.length) == EMB_OK;
    free(path);
    free(here);
    cli_text_free(&json.text);
    return written;
}
