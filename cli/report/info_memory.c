/* A training's memory: what is counted, and what is measured. See info_memory.h. */
#include "report/info_memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/machine.h"
#include "core/message.h"
#include "core/network.h"
#include "data/held.h"
#include "data/known_data.h"
#include "data/open_data.h"
#include "plot/plot_words.h"
#include "report/rehearse.h"

/* What a training would be asked for, and what it would take. */
typedef struct demand {
    cli_rehearsal training; /* with the data set and its images, if the network reads them */
    bool draws;
    bool reports, boards; /* --report, --tensorboard */
    size_t program;  /* this process with the network, and a picture drawn, before the data set */
    size_t data;     /* what the data set takes */
    size_t loading;  /* the most that this process took while it was read */
    size_t report;   /* the most that a process takes which makes the page */
    size_t board;    /* what TensorBoard's files take */
    emb_memory more; /* of the training */
} demand;

/* Draws what a training draws after an epoch: that loads libraries and fonts. */
static void rehearse(const emb_net *net) {
    const char *const titles[2] = {cli_word_text(CLI_WORD_PRACTICE_ORIGINAL),
                                   cli_word_text(CLI_WORD_PRACTICE_MADE)};
    emb_figure figure = {.rows = 1, .columns = 2, .column_titles = titles};
    emb_net_input_shape(net, figure.shape);
    float *pixels = cli_alloc(2 * cli_network_pixels(net) * sizeof *pixels);
    memset(pixels, 0, 2 * cli_network_pixels(net) * sizeof *pixels);
    figure.pixels = pixels;
    emb_picture_free(emb_figure_draw(&figure, EMB_PNG));
    free(pixels);
}

/* The data set that a training would have, opened in the same way: the one that is asked for, else
 * train's default if the network reads it. False with the error printed. */
static bool open_data(const cli_args *args, demand *d) {
    cli_rehearsal *t = &d->training;
    const bool given = cli_arg(args, "data")->given;
    cli_text why = {0}, *before = given ? NULL : cli_fail_into(&why);
    t->dataset = cli_arg(args, "data")->text;
    const cli_value *network = cli_arg(args, "NETWORK");
    if (network->given) cli_held_follow(t->subject.net, network->text); /* as train --model */
    t->terms.holdout = (cli_holdout){.known = true, .share = EMB_TEST_SPLIT, .seed = 42};
    cli_known_data_look(t->dataset);
    t->subject.images =
        cli_held_learn_quietly(t->dataset, &t->terms.holdout, &t->terms.options.val_count);
    const bool fits = t->subject.images &&
                      cli_dataset_fit(t->subject.images, t->subject.net, t->dataset) &&
                      cli_known_data_test(t->dataset, t->subject.net);
    if (!given) cli_fail_into(before);
    cli_text_free(&why);
    if (!fits && !given) {
        emb_images_free(t->subject.images);
        t->subject.images = NULL;
        t->dataset = NULL;
    }
    return fits || !given;
}

static void read_options(const cli_args *args, demand *d) {
    cli_rehearsal *t = &d->training;
    t->terms.options =
        (emb_train_options){.batch_size = (int)cli_arg(args, "batch-size")->whole,
                            .val_split = cli_val_split_option(cli_arg(args, "val-split")->real),
                            .threads = (int)cli_arg(args, "threads")->whole};
    if (t->terms.options.threads == 0) t->terms.options.threads = emb_default_threads();
    t->terms.options.epochs = 1;
    t->terms.seed = 42;
    d->reports = cli_arg(args, "report")->given;
    d->boards = cli_arg(args, "tensorboard")->given;
}

static bool measure(const cli_args *args, demand *d) {
    cli_rehearsal *t = &d->training;
    size_t after, most;
    double speed;
    read_options(args, d);
    /* Starts the threads, which bring a library and stacks, with as little work as possible. */
    emb_machine_peak(t->terms.options.threads, 1e-6, &speed);
    /* A training of an autoencoder shows a validation image, if there is one. */
    d->draws = emb_net_has_part(t->subject.net, "decoder") &&
               (t->terms.options.val_split > 0 ||
                emb_images_has_part(cli_arg(args, "data")->text, EMB_VAL));
    if (d->draws) rehearse(t->subject.net);
    cli_machine_memory(&d->program, &most);
    if (!open_data(args, d)) return false;
    cli_machine_memory(&after, &d->loading);
    d->data = after > d->program ? after - d->program : 0;
    if (d->loading == most) d->loading = 0; /* that was before */
    const size_t count = t->subject.images ? emb_images_count(t->subject.images) : 60000;
    if (emb_run_memory(t->subject.net, count, &t->terms.options, &d->more) != EMB_OK) {
        cli_fail("%s", emb_error());
        return false;
    }
    if (!t->subject.images || (!d->reports && !d->boards)) return true;
    if (d->boards && !cli_rehearse_board(t, &d->board)) return false;
    emb_images_free(t->subject.images); /* as before a page is made */
    t->subject.images = NULL;
    return !d->reports || cli_rehearse_report(t, &d->report);
}

/* A thread's stack, a record of what a training does, and what allocating rounds up: measured
 * trainings took 0.2 to 0.5 MB more than is counted, and 0.1 MB more for each thread. */
static size_t margin(const demand *d, size_t counted) {
    enum { PROCESS = 5 << 18, THREAD = 1 << 17 };
    return PROCESS + THREAD * (size_t)d->training.terms.options.threads + counted / 50;
}

static size_t larger(size_t a, size_t b) { return a > b ? a : b; }

/* What is told, in bytes; 0: it is not asked for. */
typedef struct parts {
    size_t all, program, checkup, page;
} parts;

static parts add_up(const demand *d) {
    enum { PICTURE = 3 << 18 }; /* while a picture is drawn */
    const size_t checkup = larger(d->more.checkup, d->draws ? PICTURE : 0);
    const size_t most = larger(checkup, d->board), own = margin(d, d->more.run + most);
    const size_t page = d->report > 0 ? d->report + own : 0;
    const size_t sum = larger(d->program + d->data + d->more.run + most + own, d->loading);
    return (parts){larger(sum, page), d->program + own, checkup, page};
}

static void print_memory(const demand *d) {
    const cli_rehearsal *t = &d->training;
    const parts p = add_up(d);
    char all[CLI_NUMBER_SIZE], run[CLI_NUMBER_SIZE], data[CLI_NUMBER_SIZE];
    char program[CLI_NUMBER_SIZE], checkup[CLI_NUMBER_SIZE], end[CLI_NUMBER_SIZE];
    cli_print(cli_plural((unsigned long)t->terms.options.threads,
                         "memory    %s to train%s%s at batch size %d with %d thread, %s:\n         "
                         " program and network %s, ",
                         "memory    %s to train%s%s at batch size %d with %d threads, %s:\n        "
                         "  program and network %s, "),
              cli_size(p.all, all), t->dataset ? _(" on ") : "",
              t->dataset ? cli_shown(t->dataset) : "", t->terms.options.batch_size,
              t->terms.options.threads,
              t->dataset ? _("at most") : _("without the data set (name it with --data)"),
              cli_size(p.program, program));
    if (t->dataset) cli_print("data %s, ", cli_size(d->data, data));
    cli_print("training %s, doctor %s\n", cli_size(d->more.run, run), cli_size(p.checkup, checkup));
    if (d->board > 0) cli_print("          TensorBoard's files %s\n", cli_size(d->board, end));
    if (p.page > 0)
        cli_print("          the report, when all that is closed, %s\n", cli_size(p.page, end));
}

static void add_memory(const demand *d, cli_json *json) {
    const cli_rehearsal *t = &d->training;
    const parts p = add_up(d);
    cli_json_open(json, "memory", '{');
    cli_json_whole(json, "bytes", (int64_t)p.all);
    cli_json_name(json, "data", t->dataset);
    cli_json_whole(json, "batch_size", t->terms.options.batch_size);
    cli_json_whole(json, "threads", t->terms.options.threads);
    cli_json_whole(json, "program_bytes", (int64_t)p.program);
    cli_json_whole(json, "data_bytes", t->dataset ? (int64_t)d->data : 0);
    cli_json_whole(json, "training_bytes", (int64_t)d->more.run);
    cli_json_whole(json, "doctor_bytes", (int64_t)p.checkup);
    cli_json_whole(json, "tensorboard_bytes", (int64_t)d->board);
    cli_json_whole(json, "report_bytes", (int64_t)p.page);
    cli_json_close(json, '}');
}

bool cli_info_memory(const cli_args *args, emb_net *net, cli_json *json) {
    demand d = {.training = {.subject = {.net = net}}};
    const bool good = measure(args, &d);
    if (good && json) {
        add_memory(&d, json);
    } else if (good) {
        print_memory(&d);
    }
    emb_images_free(d.training.subject.images);
    return good;
}
