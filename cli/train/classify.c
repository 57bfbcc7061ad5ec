/* `embudo classify`: a classifier on a trained encoder's codes, or on the images themselves. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/folders.h"
#include "core/message.h"
#include "core/network.h"
#include "core/room.h"
#include "core/seed.h"
#include "core/shared_help.h"
#include "data/encoded_set.h"
#include "data/held.h"
#include "data/known_data.h"
#include "data/learning.h"
#include "data/open_data.h"
#include "data/picture_options.h"
#include "data/range.h"
#include "data/run_scores.h"
#include "data/split.h"
#include "plot/plot_words.h"
#include "train/answer.h"
#include "train/classifier.h"
#include "train/job_run.h"
#include "use/doctor_say.h"
#include "use/eval_text.h"
#include "use/verdict.h"

/* What the command works on besides the training. */
typedef struct classification {
    const cli_args *args;
    const char *run, *dataset; /* run NULL: images are classified */
    emb_net *autoencoder;
    emb_images *train, *test; /* learned from and validated on; scored on */
    cli_part part;            /* what `test` is */
    cli_job job;
} classification;

static const char *typed(const cli_args *args, const char *name) {
    return cli_arg(args, name)->text;
}

/* The first option given that is of a training; NULL: none. */
static const char *of_training(const cli_args *args) {
    static const char *const own[] = {"head", "epochs", "batch-size", "lr", "schedule", "warmup"};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        if (cli_arg(args, own[i])->given) return own[i];
    }
    return cli_learning_given(args);
}

/* With --images there is no run: a single word is the data set. */
static int read_words(classification *c) {
    const cli_args *args = c->args;
    const cli_value *first = cli_arg(args, "RUN|MODEL"), *second = cli_arg(args, "DATASET");
    const bool images = cli_arg(args, "images")->given;
    static const char *const of_codes[] = {"head", "knn"};
    c->dataset = second->text;
    if (!images && !first->given) {
        return cli_usage("classify",
                         "RUN|MODEL is missing: the trained autoencoder whose codes are "
                         "to be classified; or --images");
    }
    if (!images && cli_arg(args, "net")->given) {
        return cli_usage("classify", "--net is for --images; for codes use --head");
    }
    if (cli_arg(args, "knn")->given && of_training(args)) {
        return cli_usage("classify", "--knn trains nothing, so it cannot be used with --%s",
                         of_training(args));
    }
    for (size_t i = 0; images && i < sizeof of_codes / sizeof *of_codes; i++) {
        if (!cli_arg(args, of_codes[i])->given) continue;
        return cli_usage("classify", "--%s is for codes; with --images use --net", of_codes[i]);
    }
    if (images && second->given)
        return cli_usage("classify", "unexpected argument '%s'", second->text);
    if (!images && cli_arg(args, "pixel-range")->given) {
        return cli_usage("classify",
                         "--pixel-range is for --images; codes use their encoder's range");
    }
    if (images && first->given) c->dataset = first->text;
    if (!images) c->run = first->text;
    double black, white;
    const int code = cli_pictures_read(args);
    return code == CLI_DONE ? cli_range_option(args, &black, &white) : code;
}

/* Codes use the run's own images: its seed and share, unless the command line gives others. */
static void use_run_split(classification *c) {
    double share;
    emb_train_options *options = &c->job.training.terms.options;
    if (!cli_arg(c->args, "seed")->given &&
        cli_recorded_seed(c->autoencoder, &c->job.training.terms.seed)) {
        options->seed = cli_seed_option(c->job.training.terms.seed);
    }
    if (!cli_arg(c->args, "val-split")->given && cli_recorded_val_split(c->autoencoder, &share)) {
        options->val_split = cli_val_split_option(share);
    }
}

static bool open_images(classification *c) {
    cli_training *t = &c->job.training;
    t->terms.holdout = cli_holdout_typed(c->args);
    if (c->run &&
        !cli_holdout_settle(&t->terms.holdout, c->autoencoder, c->run, c->dataset, c->args)) {
        return false;
    }
    c->train = cli_held_learn(c->dataset, &t->terms.holdout, &t->terms.options.val_count);
    c->test = c->train ? cli_held_scored(c->train, c->dataset, &t->terms.holdout, &t->terms.options,
                                         &c->part)
                       : NULL;
    if (!c->test) return false;
    return cli_codes_labelled(c->train, c->dataset, false) &&
           cli_codes_labelled(c->test, c->dataset, true) &&
           (t->terms.holdout.known || cli_codes_agree(c->train, c->test, c->dataset));
}

static bool open_autoencoder(classification *c) {
    if (!c->run) return true;
    c->autoencoder = cli_network_open_trained(c->run);
    if (!c->autoencoder) return false;
    if (!emb_net_has_part(c->autoencoder, "encoder")) {
        cli_fail("%s has no part called encoder, so there are no codes to classify", c->run);
        return false;
    }
    use_run_split(c);
    return true;
}

/* Codes come from images that the autoencoder reads. */
static bool fit_autoencoder(const classification *c) {
    return !c->run || (cli_range_fit(c->autoencoder, c->train, c->dataset) &&
                       cli_range_fit(c->autoencoder, c->test, c->dataset));
}

/* A class may have all of its images in one part. */
static int count_classes(const classification *c) {
    const int train = emb_images_classes(c->train), test = emb_images_classes(c->test);
    return train > test ? train : test;
}

/* ---- a trained classifier -------------------------------------------------------------------- */

/* What a classifier's run may have by its end. */
static const char *const written[] = {
    "model.safetensors", "best.safetensors", "checkpoints",   "config.txt",  "history.csv",
    "run.json",          "confusion.csv",    "confusion.png", "tensorboard", NULL};

static bool save_verdict(const classification *c, cli_verdict *verdict) {
    verdict->dataset = c->dataset;
    verdict->part = c->part;
    verdict->images = c->test;
    const cli_training *t = &c->job.training;
    const cli_test_score score = {.part = c->part,
                                  .images = verdict->score.count,
                                  .steps =
                                      t->subject.run ? (double)emb_run_steps(t->subject.run) : 0,
                                  .mse = NAN,
                                  .psnr = NAN,
                                  .accuracy = verdict->score.accuracy,
                                  .loss = verdict->score.loss};
    if (!cli_verdict_save(verdict, t->folder.path)) return false;
    cli_output_lies_in(t->folder.path);
    if (cli_test_score_put(t->folder.path, &score)) {
        cli_folder_tell(t->folder.path, written);
        return true;
    }
    cli_fail("%s", emb_error());
    return false;
}

/* The verdict for people, or all for programs. */
static void tell(const classification *c, const cli_verdict *verdict) {
    const cli_job *job = &c->job;
    cli_json json = {0};
    cli_answer_folder(c->args, job->training.folder.path);
    if (!cli_arg(c->args, "json")->given) {
        cli_verdict_print(verdict);
        return;
    }
    cli_json_open(&json, NULL, '{');
    cli_scored_json(&json, job->training.asked.model, c->dataset, c->part, verdict->score.count);
    cli_answer_training(job, &json);
    cli_verdict_json(verdict, &json);
    cli_doctor_put_json(&json);
}

static int judge(classification *c, emb_net *whole) {
    cli_verdict verdict = {0};
    const bool good = cli_verdict_net(&verdict, whole, c->test, c->job.training.asked.threads) &&
                      save_verdict(c, &verdict);
    if (good) tell(c, &verdict);
    cli_verdict_free(&verdict);
    return good ? CLI_DONE : CLI_FAILED;
}

/* Trains, or goes on, with the images that the training has. */
static int run_job(classification *c) {
    cli_job *job = &c->job;
    cli_training *t = &job->training;
    const bool goes_on = job->resumed.opened.checkpoint != NULL;
    const bool good = goes_on ? cli_resume_classifier(&job->resumed, t, &job->checkpoints)
                              : t->subject.net != NULL && cli_resumed_began_so(&job->resumed, t);
    return good ? cli_job_run(job) : CLI_FAILED;
}

/* The classifier that is to learn, NULL with the error printed; none if a checkpoint has it. */
static bool take_classifier(classification *c, const char *name, int inputs) {
    if (c->job.resumed.opened.checkpoint) return true;
    c->job.training.subject.net = cli_classifier_open(name, count_classes(c), inputs);
    return c->job.training.subject.net != NULL;
}

static int train_on_codes(classification *c) {
    static const char *const heads[] = {"linear", "mlp", NULL};
    cli_training *t = &c->job.training;
    cli_codes codes = {0};
    char *name = cli_classifier_name(typed(c->args, "head"), heads, "head-");
    t->asked.model = name;
    t->asked.encoder = c->autoencoder;
    t->asked.encoder_name = c->run;
    int code = CLI_FAILED;
    if (take_classifier(c, name, emb_net_latent(c->autoencoder)) &&
        cli_codes_encode(&codes, c->autoencoder, c->train, NULL, emb_images_count(c->train),
                         t->asked.threads)) {
        t->subject.images = cli_codes_images(&codes);
        if (t->subject.images) code = run_job(c);
    }
    if (code == CLI_DONE) {
        emb_net *whole = emb_net_attach(c->autoencoder, t->subject.net);
        code = whole ? judge(c, whole) : cli_fail("%s", emb_error());
        emb_net_free(whole);
    }
    cli_codes_free(&codes);
    free(name);
    return code;
}

static int train_on_images(classification *c) {
    static const char *const nets[] = {"cnn", "mlp", NULL};
    cli_training *t = &c->job.training;
    char *name = cli_classifier_name(typed(c->args, "net"), nets, "");
    t->asked.model = name;
    bool fits = take_classifier(c, name, 0);
    const emb_net *net =
        c->job.resumed.opened.checkpoint ? c->job.resumed.opened.net : t->subject.net;
    t->subject.images = c->train;
    c->train = NULL; /* the training closes them */
    fits = fits && cli_dataset_fit(t->subject.images, net, c->dataset) &&
           cli_dataset_fit(c->test, net, c->dataset) &&
           cli_range_tell(t->subject.images, c->args, c->dataset);
    int code = fits ? run_job(c) : CLI_FAILED;
    if (code == CLI_DONE) code = judge(c, t->subject.net);
    free(name);
    return code;
}

/* ---- neighbours ------------------------------------------------------------------------------ */

/* Before anything is written. */
static bool enough_neighbours(classification *c) {
    const size_t all = emb_images_count(c->train);
    const int64_t asked = cli_arg(c->args, "knn")->whole;
    size_t count = 0;
    uint32_t *order = cli_alloc(all * sizeof *order);
    const bool split = emb_split(all, &c->job.training.terms.options, order, &count) == EMB_OK;
    c->job.training.subject.train_count = count;
    c->job.training.subject.val_count = all - count;
    free(order);
    if (!split) {
        cli_fail("%s", emb_error());
    } else if (asked > (int64_t)count) {
        cli_fail("--knn %lld: expected at most %zu, the number of training images",
                 (long long)asked, count);
    }
    return split && asked <= (int64_t)count && cli_room_codes(c->autoencoder, count, NULL) &&
           cli_room_codes(c->autoencoder, emb_images_count(c->test), NULL);
}

/* The run of a kNN classifier is the autoencoder's model with the number of neighbours in it:
 * everything else is in the data set. */
static int find_neighbours(classification *c) {
    cli_training *t = &c->job.training;
    cli_verdict verdict = {0};
    if (!enough_neighbours(c)) return CLI_FAILED;
    t->asked.model = "knn";
    c->job.checkpoints = (cli_checkpoints){0}; /* there are no steps */
    t->asked.encoder_name = c->run;
    t->terms.knn = (int)cli_arg(c->args, "knn")->whole;
    t->subject.net = c->autoencoder;
    c->autoencoder = NULL;
    if (!cli_job_run_nothing(&c->job)) return CLI_FAILED;
    char *model = cli_run_folder_file(&t->folder, "model.safetensors");
    emb_net *recorded = cli_network_open_trained(model);
    const bool good = recorded &&
                      cli_verdict_recorded_knn(&verdict, recorded, model, c->dataset, c->test,
                                               t->asked.threads) &&
                      save_verdict(c, &verdict);
    if (good) tell(c, &verdict);
    if (good) cli_note("the run is in %s", t->folder.path);
    cli_verdict_free(&verdict);
    emb_net_free(recorded);
    free(model);
    return good ? CLI_DONE : CLI_FAILED;
}

/* What the line says, or the recorded line of a run that is resumed, which is then c->args. */
static int read_line(classification *c, const cli_args *args) {
    cli_job *job = &c->job;
    cli_training *t = &job->training;
    int code = cli_answer_begin(args);
    if (code == CLI_DONE) code = cli_checkpoint_options(&job->checkpoints, args);
    if (code == CLI_DONE && cli_arg(args, "resume")->given) {
        code = cli_resume_classify(&job->resumed, t, &job->checkpoints, args);
        if (code != CLI_DONE || job->resumed.complete) return code;
        c->args = &job->resumed.line;
        if (job->resumed.again) code = cli_checkpoint_options(&job->checkpoints, c->args);
    }
    if (code == CLI_DONE) code = read_words(c);
    if (code != CLI_DONE) return code;
    cli_request_read(&t->asked, &t->terms, c->args);
    t->asked.dataset = c->dataset;
    t->asked.automatic = true;
    t->terms.options.shuffle = true;
    return cli_learning_read(&t->terms.options, c->args);
}

/* Of a run that was complete before. */
static void tell_complete(const cli_job *job, const cli_args *args) {
    cli_json json = {0};
    cli_answer_folder(args, job->training.folder.path);
    if (!cli_arg(args, "json")->given) return;
    cli_json_open(&json, NULL, '{');
    cli_answer_record(job->training.folder.path, &json);
    cli_doctor_put_json(&json);
}

static int run_classify(const cli_args *args) {
    classification c = {.args = args};
    cli_known_data_begin();
    int code = read_line(&c, args);
    if (code == CLI_DONE && c.job.resumed.complete) tell_complete(&c.job, args);
    if (code == CLI_DONE && !c.job.resumed.complete) {
        const bool good = open_autoencoder(&c) && open_images(&c) && fit_autoencoder(&c);
        code = !good                           ? CLI_FAILED
               : !c.run                        ? train_on_images(&c)
               : cli_arg(c.args, "knn")->given ? find_neighbours(&c)
                                               : train_on_codes(&c);
    }
    cli_job_free(&c.job);
    emb_images_free(c.train);
    emb_images_free(c.test);
    emb_net_free(c.autoencoder);
    return code;
}

const cli_command cli_command_classify = {
    .name = "classify",
    .summary = "train a classifier on an autoencoder's codes, or on images",
    .run = run_classify,
    .about = "The codes are those of a trained encoder, which stays as it is; a small network "
             "learns to tell the labels from them. --images learns from the images instead, to "
             "compare. Prints a line for each epoch as train does, with the share of images "
             "classified correctly, then the accuracy on the test images (for one array: the "
             "images held out of all training) and the confusion matrix. The run's folder gets the "
             "same files as from train, and also confusion.csv and confusion.png; its model holds "
             "encoder and classifier, and embudo eval measures it. Batches are always shuffled.",
    .examples = {{"embudo classify runs/001", "an MLP on the codes of a run"},
                 {"embudo classify runs/001 --knn 5", "the five nearest codes vote"},
                 {"embudo classify --images", "a convolutional network on the images"}},
    .positionals = {{.name = "RUN|MODEL",
                     .fallback = "",
                     .help = CLI_RUN_HELP ": the autoencoder; leave it out with --images"},
                    {.name = "DATASET", .fallback = "mnist", .help = CLI_RUN_DATASET_HELP}},
    .options =
        {
            {"head", 0, CLI_TEXT, "linear|mlp|FILE", "mlp", 0, 0, 0,
             "the classifier of codes: one Linear layer, two hidden layers of 256, or a notation "
             "file "
             "with a part called classifier"},
            {"knn", 0, CLI_INT, "K", NULL, 1, CLI_MOST_NEIGHBOURS, 0,
             "train nothing: the K nearest training codes vote"},
            {"images", 0, CLI_FLAG, NULL, NULL, 0, 0, 0, "classify the images, not codes"},
            {"net", 0, CLI_TEXT, "cnn|mlp|FILE", "cnn", 0, 0, 0,
             "the classifier of images: the notebook's encoder with one output for each class, one "
             "hidden layer of 64, or a notation file with a part called classifier"},
            {"epochs", 0, CLI_INT, "N", "15", 1, EMB_MAX_EPOCHS, 0,
             "number of passes through the training images"},
            {"batch-size", 0, CLI_INT, "N", "64", 1, EMB_MAX_BATCH, 0, "images in a step"},
            {"lr", 0, CLI_REAL, "X", "0.002", 0, INFINITY, CLI_ABOVE_LEAST, "the learning rate"},
            {"schedule", 0, CLI_CHOICE, CLI_SCHEDULES, "linear", 0, 0, 0, CLI_SCHEDULE_HELP},
            {"warmup", 0, CLI_INT, "N", "0", 0, EMB_MAX_WARMUP, 0,
             "steps in which the learning rate rises first"},
            CLI_LEARNING_OPTIONS{
                "seed", 0, CLI_SEED, "N", "42", 0, 0, 0,
                "the seed of the split, the initial weights and the order; for a run's codes the "
                "default is the run's own"},
            {"val-split", 0, CLI_REAL, "X", "0.2", 0, 1, CLI_BELOW_MOST,
             "share of the images kept for validation; for a run's codes the default is the run's "
             "own"},
            CLI_PICTURE_OPTIONS CLI_TEST_SPLIT_OPTION,
            CLI_TEST_SEED_OPTION,
            CLI_PIXEL_RANGE_OPTION,
            CLI_THREADS_OPTION,
            CLI_PRINT_FOLDER_OPTION,
            CLI_JSON_OPTION,
            {"output", 'o', CLI_TEXT, "DIR", NULL, 0, 0, CLI_TO_FOLDER,
             "the run's folder; default: the next free one of runs/001, runs/002, ..."},
            {"resume", 0, CLI_TEXT, "RUN|FILE", NULL, 0, 0, 0,
             "continue a classifier from its newest checkpoint, or from the checkpoint FILE, as if "
             "it had never stopped, with the options, the data and the autoencoder of its run. "
             "--threads, --checkpoint-every, --keep, --on-nan and --tensorboard may be given "
             "again, and a larger --epochs"},
            CLI_CHECKPOINT_OPTIONS{"tensorboard", 0, CLI_FLAG, NULL, NULL, 0, 0, 0,
                                   "write event files while training, and codes for the projector, "
                                   "into tensorboard/ in "
                                   "the run's folder"},
        },
};
