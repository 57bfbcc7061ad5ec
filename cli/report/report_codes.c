/* A report's classification of codes: what an autoencoder's codes know of the labels. See report.h.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/folders.h"
#include "core/message.h"
#include "core/network.h"
#include "core/progress.h"
#include "core/strings.h"
#include "core/way.h"
#include "data/encoded_set.h"
#include "data/split.h"
#include "report/report.h"
#include "report/report_shared.h"

enum { NEIGHBOURS = 5, EPOCHS = 5, MOST_RUNS = 8, MOST_REFERENCES = 20000, FEWEST = 100 };

/* Limits on what takes time: multiply-adds of encoding the training images and of all epochs of a
 * linear classifier, and differences of two codes' numbers. By counts, never by a clock, so that
 * the page is the same everywhere: each is some tenths of a second. */
static const double most_encoding = 4e10, most_learning = 4e9, most_distances = 4e9;
/* Numbers of the training codes. */
static const double most_numbers = 1 << 24;

static size_t lesser(size_t count, double other) {
    return (double)count <= other ? count : other > 1 ? (size_t)other : 1;
}

/* Training images that are encoded. */
static size_t affordable(const cli_report *report, size_t count) {
    const double length = emb_net_latent(report->net);
    const int classes = emb_images_classes(report->scored.images);
    emb_layer_info layer;
    double encoding = 1;
    for (size_t i = 0; i < emb_net_layer_count(report->net); i++) {
        emb_net_layer(report->net, i, &layer);
        if (strcmp(layer.part, "encoder") == 0) encoding += (double)layer.multiply_adds;
    }
    count = lesser(count < MOST_REFERENCES ? count : MOST_REFERENCES, most_numbers / length);
    count = lesser(count, most_learning / (3 * EPOCHS * length * classes));
    return lesser(count, most_encoding / encoding);
}

/* The first of the training codes, if all would take long; if few are left, none. */
static void add_neighbours(cli_report *report, const cli_codes *train, const cli_codes *test) {
    char count[CLI_NUMBER_SIZE];
    cli_verdict verdict = {0};
    cli_codes few = *train;
    few.count = lesser(train->count, most_distances / ((double)test->count * test->length));
    if (few.count < train->count && few.count < FEWEST) return;
    const int neighbours = few.count < NEIGHBOURS ? (int)few.count : NEIGHBOURS;
    if (!cli_verdict_knn(&verdict, &few, neighbours, test, report->threads)) return;
    char *name = cli_told(cli_said_text(CLI_SAID_NEAREST), neighbours);
    char *from = cli_told(cli_said_text(CLI_SAID_QUICK_NEAREST), cli_thousands(few.count, count));
    cli_report_accuracy(report, CLI_SAID_ON_CODES, name, verdict.score.accuracy, from);
    free(name);
    free(from);
    cli_verdict_free(&verdict);
}

/* A linear classifier, trained for as long as a reader of the page would be ready to wait. */
static bool train_linear(const cli_report *report, emb_net *net, const emb_images *images) {
    const emb_train_options options = {.learning_rate = 0.01,
                                       .val_split = -1,
                                       .batch_size = 64,
                                       .shuffle = true,
                                       .schedule = EMB_SCHEDULE_LINEAR,
                                       .epochs = EPOCHS,
                                       .threads = report->threads};
    emb_run *run = emb_run_new(net, images, &options);
    emb_status status = run ? EMB_OK : EMB_ERR_ARGUMENT;
    emb_epoch done;
    for (int i = 0; i < EPOCHS && status == EMB_OK; i++) status = emb_run_epoch(run, &done);
    emb_run_free(run);
    return status == EMB_OK;
}

static void add_linear(cli_report *report, const cli_codes *train, const cli_codes *test) {
    char count[CLI_NUMBER_SIZE];
    cli_doing("report: classifying codes");
    emb_images *images = cli_codes_images(train), *unseen = cli_codes_images(test);
    const emb_net_options options = {.latent = train->length,
                                     .classes = images ? emb_images_classes(images) : 0};
    emb_net *net = images && unseen ? emb_net_open("head-linear", &options) : NULL;
    emb_class_score score;
    if (net && train_linear(report, net, images) &&
        emb_net_score_classes(net, unseen, NULL, 0, report->threads, &score, NULL) == EMB_OK) {
        char *from =
            cli_told(cli_said_text(CLI_SAID_QUICK), EPOCHS, cli_thousands(train->count, count));
        cli_report_accuracy(report, CLI_SAID_ON_CODES, cli_said_text(CLI_SAID_LINEAR),
                            score.accuracy, from);
        free(from);
    }
    emb_net_free(net);
    emb_images_free(images);
    emb_images_free(unseen);
}

/* The search for nearest neighbours among all codes may take long. */
static bool is_quick(cli_report *report, const emb_net *net, const char *folder) {
    double train;
    if (cli_verdict_neighbours(net) == 0 ||
        !cli_run_json_number(report->record, "data", "training_images", &train) ||
        train * (double)report->scored.count * emb_net_latent(net) <= 2 * most_distances) {
        return true;
    }
    char codes[CLI_NUMBER_SIZE],
        *left_out = cli_told("%s: its nearest neighbours among %s codes of %d numbers take long "
                             "to find; embudo eval "
                             "measures it",
                             folder, cli_thousands((uint64_t)train, codes), emb_net_latent(net));
    cli_report_note(report, CLI_SAID_NOTE_LEFT_OUT, left_out);
    free(left_out);
    return false;
}

/* Whether the encoder in a classifier of codes is the one that this run's model has by now; then
 * true, else a note says that it is left out. */
static bool has_our_encoder(cli_report *report, const emb_net *net, const char *folder) {
    emb_tensor_info own, other;
    bool same = true;
    for (size_t i = 0; i < emb_net_tensor_count(net) && same; i++) {
        emb_net_tensor(net, i, &other);
        if (strncmp(other.name, "encoder.", 8) != 0) continue;
        for (size_t k = 0; k < emb_net_tensor_count(report->net); k++) {
            emb_net_tensor(report->net, k, &own);
            if (strcmp(own.name, other.name) != 0) continue;
            same = own.count == other.count &&
                   memcmp(own.values, other.values, own.count * sizeof *own.values) == 0;
        }
    }
    if (same) return true;
    char *left_out = cli_told("%s: it classifies the codes of this run's earlier model", folder);
    cli_report_note(report, CLI_SAID_NOTE_LEFT_OUT, left_out);
    free(left_out);
    return false;
}

/* How a run that classifies this one's codes does on the images that are scored here, if it is to
 * be scored on these too. */
static bool measure_run(cli_report *report, const char *folder, double *accuracy) {
    cli_split scored = {0};
    cli_verdict verdict = {0};
    if (!cli_held_is_set_of(folder, report->dataset)) return false;
    emb_net *net = cli_network_open_trained(folder);
    bool good = net && has_our_encoder(report, net, folder) && is_quick(report, net, folder) &&
                cli_split_open(&scored, net, folder, report->dataset, NULL) &&
                scored.part == report->scored.part && scored.count == report->scored.count;
    if (good) {
        good = cli_verdict_neighbours(net) > 0
                   ? cli_verdict_recorded_knn(&verdict, net, folder, report->dataset, scored.images,
                                              report->threads)
                   : cli_verdict_net(&verdict, net, scored.images, report->threads);
        *accuracy = verdict.score.accuracy;
    }
    cli_verdict_free(&verdict);
    cli_split_close(&scored);
    emb_net_free(net);
    return good;
}

/* Whether a classifier has left its verdict there. */
static bool has_verdict(const char *folder) {
    char *path = cli_format("%s/confusion.csv", folder);
    const bool there = cli_is_there(path);
    free(path);
    return there;
}

/* A run beside this one, if it classifies this one's codes or, `images`, the images themselves. */
static bool add_run(cli_report *report, const char *folder, bool images) {
    char *path = cli_format("%s/run.json", folder);
    json_t *record = NULL;
    const bool read = cli_run_json_read(&record, path);
    const char *kept = read ? cli_run_json_string(record, "options", "encoder_path") : NULL;
    if (read && !kept)
        kept = cli_run_json_string(record, "options", "encoder"); /* in older records */
    char *encoder = kept ? cli_name_back(kept) : NULL;
    if (encoder && !cli_place_exists(encoder)) { /* both have been moved */
        char *moved =
            cli_way_to(folder, cli_run_json_string(record, "options", "encoder_from_run"));
        free(encoder);
        encoder = moved;
    }
    const char *model = cli_run_json_string(record, "options", "model");
    const bool judged = !kept && has_verdict(folder);
    double accuracy;
    const bool added = model && (images ? judged : encoder && cli_is_same(encoder, report->run)) &&
                       measure_run(report, folder, &accuracy);
    if (added) {
        char *from = cli_told(cli_said_text(CLI_SAID_OTHER_RUN), folder);
        cli_report_accuracy(report, images ? CLI_SAID_ON_IMAGES : CLI_SAID_ON_CODES,
                            cli_report_called(model), accuracy, from);
        free(from);
    }
    json_decref(record);
    free(encoder);
    free(path);
    return added;
}

/* The runs in the same folder, in the order of their names. How many are added. */
static int add_runs(cli_report *report, bool images) {
    size_t length = strlen(report->run);
    while (length > 1 && report->run[length - 1] == '/') length--;
    while (length > 0 && report->run[length - 1] != '/') length--;
    char *parent = length > 0 ? cli_format("%.*s", (int)length, report->run) : cli_format("./");
    struct dirent **entries = NULL;
    const int count = scandir(parent, &entries, NULL, alphasort);
    int added = 0;
    for (int i = 0; i < count; i++) {
        const char *name = entries[i]->d_name;
        char *folder = length > 0 ? cli_format("%s%s", parent, name) : cli_format("%s", name);
        struct stat seen;
        const bool own = lstat(folder, &seen) == 0 && S_ISDIR(seen.st_mode); /* not a link to one */
        if (name[0] != '.' && added < MOST_RUNS && own) {
            added += add_run(report, folder, images);
            if (images && !cli_is_same(folder, report->run)) {
                added += cli_report_compared(report, folder, false);
            }
        }
        free(folder);
        free(entries[i]);
    }
    free((void *)entries);
    free(parent);
    return added;
}

/* The run's own training images or, if it does not say which those were, all. */
static bool open_codes(cli_report *report, cli_codes *train, cli_codes *test) {
    cli_split split;
    if (!cli_split_open(&split, report->net, report->run, report->dataset, "train")) return false;
    const size_t count = affordable(report, split.count);
    const bool good =
        cli_codes_encode(train, report->net, split.images, split.indices, count, report->threads) &&
        cli_codes_encode(test, report->net, report->scored.images, NULL,
                         emb_images_count(report->scored.images), report->threads);
    cli_split_close(&split);
    return good;
}

void cli_report_codes(cli_report *report) {
    cli_html *html = &report->html;
    cli_codes train = {0}, test = {0};
    cli_text why = {0};
    const int classes = emb_images_classes(report->scored.images);
    const bool known = emb_net_conditions(report->net) > 0; /* the label is */
    if (classes < 2) return;
    cli_text *before = cli_fail_into(&why);
    if (open_codes(report, &train, &test)) {
        char *accuracy = cli_report_said_part(report, CLI_SAID_ACCURACY);
        const char *const heads[] = {cli_said_text(CLI_SAID_CLASSIFIER), accuracy,
                                     cli_said_text(CLI_SAID_WHERE)};
        cli_html_section(html, "labels", cli_said_text(CLI_SAID_CODES_ACCURACY));
        cli_html_paragraph(
            html, cli_said_text(known ? CLI_SAID_CODES_KNOWN_TEXT : CLI_SAID_CODES_ACCURACY_TEXT),
            100.0 / classes);
        cli_html_table(html, heads, "hnt");
        free(accuracy);
        add_linear(report, &train, &test);
        add_neighbours(report, &train, &test);
        const bool beside = cli_is_folder(report->run);
        if (beside) add_runs(report, false);
        int images = beside ? cli_report_compared(report, report->run, true) : 0;
        if (beside) images += add_runs(report, true);
        cli_html_table_end(html);
        if (images > 0) cli_html_paragraph(html, "%s", cli_said_text(CLI_SAID_MORE_IN_IMAGES));
        cli_text command = {0};
        cli_text_add(&command, "embudo classify ");
        cli_run_json_quote(&command, report->run);
        cli_html_paragraph(html, "%s", cli_said_text(CLI_SAID_CODES_ACCURACY_MORE));
        cli_html_lines(html, command.bytes);
        cli_text_free(&command);
    } else {
        cli_report_note(report, CLI_SAID_NOTE_LEFT_OUT, why.bytes ? why.bytes : "?");
    }
    cli_fail_into(before);
    cli_text_free(&why);
    cli_codes_free(&train);
    cli_codes_free(&test);
}
