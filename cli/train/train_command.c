/* `embudo train`: what was asked for, and a training of it (job_run.c). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/class_options.h"
#include "core/message.h"
#include "core/network.h"
#include "core/network_writer.h"
#include "core/open_file.h"
#include "core/shared_help.h"
#include "core/shown.h"
#include "data/alter_options.h"
#include "data/held.h"
#include "data/known_data.h"
#include "data/learning.h"
#include "data/open_data.h"
#include "data/picture_options.h"
#include "data/range.h"
#include "report/report_write.h"
#include "train/answer.h"
#include "train/as_written.h"
#include "train/job_run.h"
#include "train/recipe.h"
#include "train/weights_from.h"
#include "use/doctor_say.h"

/* CLI_DONE, or the exit code with the message printed. */
static int read_args(cli_job *job, const cli_args *args) {
    cli_training *t = &job->training;
    cli_asked *asked = &t->asked;
    if (cli_arg(args, "open")->given && !cli_arg(args, "report")->given &&
        !cli_arg(args, "serve")->given) {
        return cli_usage("train", "--open opens the page of --serve or of --report: give one");
    }
    int code = cli_watcher_check(args);
    if (code == CLI_DONE) code = cli_checkpoint_options(&job->checkpoints, args);
    if (code == CLI_DONE && cli_arg(args, "resume")->given) {
        code = cli_resume(&job->resumed, t, &job->checkpoints, args);
        if (code != CLI_DONE || !job->resumed.again) return code;
        args = &job->resumed.line;
        code = cli_checkpoint_options(&job->checkpoints, args);
    }
    if (code != CLI_DONE) return code;
    const cli_value *from = cli_arg(args, "from"), *model = cli_arg(args, "model");
    asked->model = from->given && !model->given ? from->text : model->text;
    asked->from = from->given && model->given ? from->text : NULL;
    asked->dataset = cli_arg(args, "DATASET")->text;
    asked->step_log = cli_arg(args, "step-log")->text;
    asked->automatic = strcmp(cli_arg(args, "device")->text, "auto") == 0;
    t->terms.max_steps = (size_t)cli_arg(args, "max-steps")->whole;
    double black, white;
    const int range = cli_range_option(args, &black, &white);
    if (range != CLI_DONE) return range;
    const int pictures = cli_pictures_read(args);
    if (pictures != CLI_DONE) return pictures;
    code = cli_class_read(args, asked->model);
    if (code != CLI_DONE) return code;
    cli_pictures_train();
    cli_asked_read(asked, &t->terms, args);
    t->terms.options.shuffle = cli_arg(args, "shuffle")->given;
    asked->recipe = cli_recipe_use(&t->terms.options, args);
    code = cli_freeze_read(&t->terms.options, args);
    if (code == CLI_DONE) code = cli_alter_read(&t->terms.options, args);
    return code == CLI_DONE ? cli_learning_read(&t->terms.options, args) : code;
}

/* If the page cannot be made, the training, which is over, has not failed. The page takes its
 * memory after the training has freed its own. */
static void write_report(cli_training *t, const cli_args *args) {
    cli_subject_release(&t->subject);
    char *path = cli_run_folder_file(&t->folder, "report.html");
    cli_text why = {0}, *before = cli_fail_into(&why);
    const bool written = cli_report_write(t->folder.path, t->asked.dataset, path,
                                          (int)cli_arg(t->asked.args, "threads")->whole);
    cli_fail_into(before);
    if (written) {
        cli_note("the report is in %s", path);
        if (!cli_arg(args, "serve")->given) cli_open_file(args, path);
    } else {
        cli_note("no report: %s", why.bytes ? why.bytes : "?");
    }
    cli_text_free(&why);
    free(path);
}

/* Checks before the training what the page will need of the test images, so that a wrong set is
 * refused now. */
static bool can_report(const cli_training *t) {
    if (emb_images_parts(t->asked.dataset) == 1)
        return true; /* other test images are like those that are learned from */
    emb_images *test = cli_held_open(t->asked.dataset, EMB_TEST, NULL);
    const bool good = test && cli_dataset_fit(test, t->subject.net, t->asked.dataset);
    emb_images_free(test);
    return good;
}

/* The network, and what is to be held out: if its weights may have learned from these images, those
 * that they did not learn from, as far as that is known. */
static bool open_network(cli_training *t, const cli_args *args, emb_net **source) {
    const int latent = (int)cli_arg(args, "latent")->whole;
    const bool own = cli_arg(args, "from")->given && !t->asked.from;
    t->terms.holdout = cli_holdout_typed(args);
    t->subject.net = own ? cli_network_open_weights(t->asked.model, latent)
                         : cli_network_open(t->asked.model, latent);
    if (!t->subject.net) return false;
    if (own || cli_arg(args, "model")->given) cli_pictures_follow(t->subject.net);
    if (t->asked.from) *source = cli_network_open_weights(t->asked.from, 0);
    if (t->asked.from && !*source) return false;
    cli_weights_sum(t->subject.net, t->terms.from);
    t->terms.options.keep_weights = *t->terms.from;
    if (!*t->terms.from && !*source) return true;
    return cli_holdout_settle(&t->terms.holdout, *source ? *source : t->subject.net,
                              *source ? t->asked.from : t->asked.model, t->asked.dataset, args);
}

/* Where nobody names a network, and the usual one does not read the images: one that does. */
static bool fit_network(cli_training *t, const cli_args *args) {
    const bool named = cli_arg(args, "model")->given || cli_arg(args, "from")->given;
    if (named || emb_net_accepts(t->subject.net, t->subject.images) == EMB_OK) return true;
    char name[64];
    double low, high;
    cli_new_network wanted = {.name = t->asked.dataset,
                              .latent = (int)cli_arg(args, "latent")->whole};
    int *s = wanted.shape;
    emb_images_shape(t->subject.images, s);
    emb_images_range(t->subject.images, &low, &high);
    wanted.rank = s[0] > 1 && s[1] * s[2] == 1 ? 1 : 3; /* signals are rows */
    wanted.ends_open = low < 0 || high > 1;
    snprintf(name, sizeof name, "new-%dx%dx%d", s[0], s[1], s[2]);
    char *text = cli_network_write(&wanted);
    emb_net_free(t->subject.net);
    t->subject.net = emb_net_parse(text, name, NULL);
    free(text);
    if (!t->subject.net) {
        cli_fail("%s", emb_error());
        return false;
    }
    cli_note("no network is named, and %s reads other sizes: this one is made for images of "
             "%dx%dx%d; embudo new %s%s prints it",
             t->asked.model, s[0], s[1], s[2], t->asked.dataset, cli_pictures_typed_shape());
    t->asked.model = "new";
    return true;
}

/* A class does not say the shape of its images: they are opened before it. */
static bool learn_shape(cli_training *t, const cli_args *args) {
    int shape[3];
    if (!cli_class_file(t->asked.model)) return true;
    t->terms.holdout = cli_holdout_typed(args);
    t->subject.images =
        cli_held_learn(t->asked.dataset, &t->terms.holdout, &t->terms.options.val_count);
    if (!t->subject.images) return false;
    emb_images_shape(t->subject.images, shape);
    cli_class_input(shape);
    return true;
}

/* Weights to begin with may say which images are held out, so that others are opened. */
static void drop_images(cli_training *t) {
    emb_images_free(t->subject.images);
    t->subject.images = NULL;
}

/* A conditional network knows as many labels as the images have. */
static void fit_labels(cli_training *t, const cli_args *args) {
    const int classes = emb_images_classes(t->subject.images);
    const emb_net_options options = {.latent = (int)cli_arg(args, "latent")->whole,
                                     .classes = classes};
    const int labels = emb_net_conditions(t->subject.net);
    if (labels == 0 || classes < 2 || classes == labels || *t->terms.from) return;
    emb_net *other = emb_net_open(t->asked.model, &options);
    if (!other || emb_net_conditions(other) != classes) { /* it has no line of that name */
        emb_net_free(other);
        return;
    }
    emb_net_free(t->subject.net);
    t->subject.net = other;
}

/* Opens the images, and checks that they and the network are what is asked for; for a resumed run
 * all that is open already. False with the error printed. */
static bool open_data(cli_job *job, const cli_args *args) {
    cli_training *t = &job->training;
    const char *dataset = t->asked.dataset;
    if (job->resumed.path) return cli_known_data_test(dataset, NULL);
    emb_net *source = NULL;
    cli_known_data_look(dataset);
    bool good = learn_shape(t, args) && open_network(t, args, &source);
    if (good) {
        if (source) drop_images(t);
        if (!t->subject.images) {
            t->subject.images =
                cli_held_learn(dataset, &t->terms.holdout, &t->terms.options.val_count);
        }
        if (t->subject.images) fit_labels(t, args);
        good = t->subject.images && fit_network(t, args) &&
               cli_dataset_fit(t->subject.images, t->subject.net, dataset) &&
               (!source || cli_weights_take(t, source)) && cli_resumed_began_so(&job->resumed, t) &&
               cli_range_tell(t->subject.images, args, dataset) &&
               cli_known_data_test(dataset, t->subject.net);
    }
    emb_net_free(source);
    if (good) cli_as_written(&t->terms, t->subject.net, t->asked.model, args);
    return good;
}

static int run_job(cli_job *job, const cli_args *args) {
    const bool reports = cli_arg(args, "report")->given;
    if (!open_data(job, args)) return CLI_FAILED;
    if (reports && !can_report(&job->training)) return CLI_FAILED;
    if (cli_arg(args, "serve")->given) {
        job->watcher = cli_watcher_get();
        if (!job->watcher->listen(args)) return CLI_FAILED;
    }
    return cli_job_run(job);
}

/* Of a training that began, however it ended, or was complete before: it has a folder. */
static void answer(const cli_job *job, const cli_args *args) {
    const char *folder = job->training.folder.path;
    cli_json json = {0};
    if (!job->outcome && !job->resumed.complete) return;
    cli_answer_folder(args, folder);
    if (!cli_arg(args, "json")->given) return;
    cli_json_open(&json, NULL, '{');
    if (job->resumed.complete) {
        cli_answer_record(folder, &json);
    } else {
        cli_answer_training(job, &json);
    }
    cli_doctor_put_json(&json);
}

static int run_train(const cli_args *args) {
    cli_job job = {0};
    cli_known_data_begin();
    cli_shown_begin(args);
    int code = cli_answer_begin(args);
    if (code == CLI_DONE) code = read_args(&job, args);
    const cli_args *line = job.resumed.again ? &job.resumed.line : args;
    const bool trains = code == CLI_DONE && !job.resumed.complete;
    if (trains) code = run_job(&job, line);
    if (code != CLI_FAILED) answer(&job, args);
    /* The last, since it closes the network. */
    if (trains && code == CLI_DONE && cli_arg(line, "report")->given)
        write_report(&job.training, args);
    const cli_watcher *watcher = job.watcher;
    cli_job_free(&job);
    if (watcher) watcher->leave(args);
    return code;
}

const cli_command cli_command_train = {
    .name = "train",
    .summary = "train a network on a data set; the run is kept in a folder",
    .run = run_train,
    .about = "Prints one line for each epoch: the loss of its last batch and the loss on the "
             "validation images. The run's folder gets the model (model.safetensors, which PyTorch "
             "opens too), the history (history.csv), a picture for each epoch (epoch-01.png: an "
             "image beside its reconstruction), a record of the command and the machine "
             "(run.json), the best model so far (best.safetensors) and a checkpoint, from which "
             "--resume continues. After Ctrl-C, embudo finishes the step, saves the model and a "
             "checkpoint, and stops. The same seed gives the same model, bit for bit.",
    .examples = {{"embudo train", "10 epochs of the notebook's network on MNIST"},
                 {"embudo train --serve --open", "the same, watched in the browser"},
                 {"embudo train --latent 8 --epochs 20 -o runs/latent8",
                  "eight numbers in a code, twice as many epochs, in the folder runs/latent8"}},
    .positionals = {{"DATASET", "mnist", CLI_DATASET_HELP}},
    .options =
        {
            {"model", 0, CLI_TEXT, "FILE|NAME", "notebook", 0, 0, 0,
             "the network: a notation file (.net), a class in a Python file or a notebook (.py, "
             ".ipynb), which is read and not run, the name of a built-in network, or a model file; "
             "the training then begins with its weights"},
            {"from", 0, CLI_TEXT, "RUN|FILE", NULL, 0, 0, 0,
             "begin with the weights of a run or a model file (imported models and checkpoints "
             "too), and with its network; with --model, with that network and those of the weights "
             "that it has under the same name and in the same shape"},
            {"freeze", 0, CLI_TEXT, "PARTS", NULL, 0, 0, 0,
             "leave the weights of a part (encoder), or of layers (encoder.0-3,decoder.0), as they "
             "are; these layers run as in an evaluation: BatchNorm by its running statistics, "
             "Dropout not at all"},
            CLI_AUGMENT_OPTION,
            CLI_DENOISE_OPTION,
            CLI_CLASS_OPTIONS{
                "as-written", 0, CLI_FLAG, NULL, NULL, 0, 0, 0,
                "of a class's file: train as the file does, where it says batch size, "
                "learning rate, epochs, seed, loss, shuffling or optimiser, and the line "
                "does not"},
            {"latent", 0, CLI_INT, "N", NULL, 1, EMB_MAX_SIZE, 0,
             "numbers in a code, instead of the network's own number"},
            {"epochs", 0, CLI_INT, "N", "10", 1, EMB_MAX_EPOCHS, 0,
             "number of passes through the training images"},
            {"batch-size", 0, CLI_INT, "N", "16", 1, EMB_MAX_BATCH, 0, "images in a step"},
            {"lr", 0, CLI_REAL, "X", NULL, 0, INFINITY, CLI_ABOVE_LEAST,
             "the learning rate; default: the optimiser's in torch.optim, 0.001, of rmsprop 0.01, "
             "of nadam 0.002"},
            {"seed", 0, CLI_SEED, "N", "42", 0, 0, 0,
             "the seed of the split, the initial weights and the order, as in torch.manual_seed"},
            {"val-split", 0, CLI_REAL, "X", "0.2", 0, 1, CLI_BELOW_MOST,
             "share of the images kept for validation; 0: none; a data set with its own validation "
             "images (x_val) keeps those"},
            CLI_TEST_SPLIT_OPTION,
            CLI_TEST_SEED_OPTION,
            {"schedule", 0, CLI_CHOICE, CLI_SCHEDULES, "constant", 0, 0, 0, CLI_SCHEDULE_HELP},
            {"warmup", 0, CLI_INT, "N", "0", 0, EMB_MAX_WARMUP, 0,
             "steps in which the learning rate rises first; a few hundred keep a network of Tanh "
             "layers from getting stuck at the mean image"},
            CLI_LEARNING_OPTIONS{"recipe", 0, CLI_CHOICE, "notebook|best", "notebook", 0, 0, 0,
                                 "defaults for --epochs, --batch-size, --lr, --schedule and "
                                 "--shuffle: the notebook's, "
                                 "or those that gave the best measured results (" CLI_RECIPE_BEST
                                 ")"},
            {"shuffle", 0, CLI_FLAG, NULL, NULL, 0, 0, 0,
             "shuffle the training images again in each epoch"},
            CLI_PIXEL_RANGE_OPTION,
            CLI_PICTURE_OPTIONS CLI_THREADS_OPTION,
            {"device", 0, CLI_CHOICE, "auto|cpu", "auto", 0, 0, 0,
             "the device that computes; auto: the best device found (at present always the "
             "processor)"},
            CLI_PRINT_FOLDER_OPTION,
            CLI_JSON_OPTION,
            {"output", 'o', CLI_TEXT, "DIR", NULL, 0, 0, CLI_TO_FOLDER,
             "the run's folder; default: the next free one of runs/001, runs/002, ..."},
            {"resume", 0, CLI_TEXT, "RUN|FILE", NULL, 0, 0, 0,
             "continue a run from its newest checkpoint, or from the checkpoint FILE, as if it had "
             "never stopped. The run's own options apply; --threads, --checkpoint-every, --keep, "
             "--on-nan, --report, --serve, --tensorboard, --no-preview, --memory and --no-cache "
             "may be "
             "given again, and a larger --epochs (and --max-steps): with a "
             "schedule that does not depend on their number the result is that of a run planned so "
             "from the beginning; linear, cosine and one-cycle span the new number from there on. "
             "If the run ended after its last step, what is missing "
             "is written; if it left no checkpoint, it starts again with the options in its "
             "run.json"},
            CLI_CHECKPOINT_OPTIONS{
                "report", 0, CLI_FLAG, NULL, NULL, 0, 0, 0,
                "show everything about the run on one page, report.html in its folder"},
            CLI_SERVE_OPTIONS{
                "open", 0, CLI_FLAG, NULL, NULL, 0, 0, 0,
                "open the page of --serve or, without it, of --report: with $BROWSER, or with the "
                "system's own program"},
            CLI_NO_PREVIEW_OPTION,
            {"tensorboard", 0, CLI_FLAG, NULL, NULL, 0, 0, 0,
             "write event files while training, and codes for the projector, into tensorboard/ in "
             "the run's folder"},
            {"max-steps", 0, CLI_INT, "N", "0", 0, 1e12, 0,
             "stop after this many steps in all; 0: no limit"},
            {"step-log", 0, CLI_TEXT, "FILE", NULL, 0, 0, CLI_TO_STREAM,
             "write each step's loss as CSV (step,loss; the first step is 0)"},
        },
};
