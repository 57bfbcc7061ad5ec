/* `embudo plot RUN loss`: a run's history by epoch. */
#include <math.h>
#include <stdlib.h>

#include "core/folders.h"
#include "core/message.h"
#include "core/network.h"
#include "core/run_json.h"
#include "core/shown.h"
#include "core/strings.h"
#include "data/held.h"
#include "data/history.h"
#include "plot/plot_shared.h"

static bool any_number(const double *values, size_t count) {
    for (size_t i = 0; values && i < count; i++) {
        if (isfinite(values[i])) return true;
    }
    return false;
}

/* The two lines of one measure; either may have no numbers. Returns how many there are. */
static size_t set_lines(emb_series lines[2], const double *epochs, size_t count,
                        const double *train, const char *train_label, const double *val,
                        const char *val_label) {
    size_t used = 0;
    if (any_number(train, count)) {
        lines[used++] = (emb_series){.label = train_label, .count = count, .x = epochs, .y = train};
    }
    if (any_number(val, count)) {
        lines[used++] = (emb_series){.label = val_label, .count = count, .x = epochs, .y = val};
    }
    return used;
}

static double *percent(const double *shares, size_t count) {
    double *values = cli_alloc(count * sizeof *values);
    for (size_t i = 0; i < count; i++) values[i] = shares ? 100 * shares[i] : NAN;
    return values;
}

/* "epoch", and what was learned from if the run's record says it; to be freed. */
static char *epoch_title(const cli_plot *plot) {
    char counts[2][CLI_NUMBER_SIZE];
    double train, val;
    json_t *record = NULL;
    cli_text why = {0}, *before = cli_fail_into(&why);
    char *path = cli_format("%s/run.json", plot->run), *title = NULL;
    if (!cli_run_json_read(&record, path)) record = NULL;
    const char *kept = cli_run_json_string(record, "data", "set");
    char *set = kept ? cli_name_back(kept) : NULL, *name = set ? cli_scored_set(set) : NULL;
    if (name && cli_run_json_number(record, "data", "training_images", &train) && train >= 0 &&
        cli_run_json_number(record, "data", "validation_images", &val) && val >= 0) {
        title = cli_told(cli_word_text(CLI_WORD_LEARNED_FROM), cli_word_text(CLI_WORD_EPOCH),
                         cli_thousands((uint64_t)train, counts[0]),
                         cli_thousands((uint64_t)val, counts[1]), name);
    }
    cli_fail_into(before);
    json_decref(record);
    free(name);
    free(set);
    free(path);
    cli_text_free(&why);
    return title ? title : cli_format("%s", cli_word_text(CLI_WORD_EPOCH));
}

/* A chart for each of the measures that the history has. Returns how many there are. */
static size_t chart_measures(const cli_history *history, emb_series *lines, emb_chart *charts) {
    const double *epochs = cli_history_column(history, "epoch");
    const char *column;
    cli_word name;
    size_t count = 0;
    for (size_t i = 0; (column = cli_word_measure(i, &name)) != NULL; i++, lines += 2) {
        const char *word = cli_word_text(name);
        char *validation = cli_format("validation_%s", column);
        charts[count] =
            (emb_chart){.y.title = word,
                        .series = lines,
                        .height = 300,
                        .series_count = set_lines(lines, epochs, history->rows,
                                                  cli_history_column(history, column),
                                                  cli_word_text(CLI_WORD_TRAIN_MEAN),
                                                  cli_history_column(history, validation),
                                                  cli_word_text(CLI_WORD_VALIDATION))};
        count += charts[count].series_count > 0;
        free(validation);
    }
    return count;
}

static emb_picture *draw(const cli_plot *plot, const cli_history *history, const char *path) {
    const double *epochs = cli_history_column(history, "epoch");
    const double *mean = cli_history_column(history, "train_loss");
    const double *last = cli_history_column(history, "loss");
    const double *accuracy = cli_history_column(history, "accuracy");
    const double *val_accuracy = cli_history_column(history, "validation_accuracy");
    const bool classifies = accuracy || val_accuracy;
    const size_t rows = history->rows;
    double *percents[2] = {percent(accuracy, rows), percent(val_accuracy, rows)};
    emb_series lines[4 + 2 * CLI_MEASURES];
    emb_chart charts[2 + CLI_MEASURES];
    size_t count = 0;
    charts[0] = (emb_chart){
        .title = cli_plot_title(plot, cli_word_text(CLI_WORD_LOSS_TITLE)),
        .y.title = cli_word_text(classifies ? CLI_WORD_LOSS_ENTROPY : CLI_WORD_LOSS_MSE),
        .series = lines,
        .series_count = set_lines(lines, epochs, rows, mean ? mean : last,
                                  cli_word_text(mean ? CLI_WORD_TRAIN_MEAN : CLI_WORD_TRAIN_LAST),
                                  cli_history_column(history, "validation_loss"),
                                  cli_word_text(CLI_WORD_VALIDATION))};
    charts[1] =
        (emb_chart){.title = cli_word_text(CLI_WORD_ACCURACY_TITLE),
                    .y.title = cli_word_text(CLI_WORD_ACCURACY),
                    .series = lines + 2,
                    .series_count = set_lines(lines + 2, epochs, rows, percents[0],
                                              cli_word_text(CLI_WORD_TRAIN_MEAN), percents[1],
                                              cli_word_text(CLI_WORD_VALIDATION))};
    char *epoch = epoch_title(plot);
    for (int i = 0; i < 2; i++) {
        if (i == 1) charts[i].height = 400;
        charts[i].x = (emb_axis){.title = epoch, .whole = true};
        if (charts[i].series_count > 0) charts[count++] = charts[i];
    }
    const size_t told = epochs ? chart_measures(history, lines + 4, charts + count) : 0;
    for (size_t i = count; i < count + told; i++) {
        charts[i].x = (emb_axis){.title = epoch, .whole = true};
    }
    if (told > 0) charts[0].y.title = cli_word_text(CLI_WORD_LOSS_SUM);
    count += told;
    emb_picture *picture = NULL;
    if (!epochs || !any_number(epochs, rows) || count == 0) {
        cli_fail("%s:1: expected columns epoch and loss with numbers in them", path);
    } else {
        picture = cli_plot_drawn(cli_shown_charts(charts, count, plot->format));
    }
    free(epoch);
    free(percents[0]);
    free(percents[1]);
    return picture;
}

/* Such as a data set, where nothing of a run lies. */
static bool is_no_run(const char *folder) {
    static const char *const names[] = {"run.json", "history.csv", "model.safetensors",
                                        "checkpoints"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (cli_folder_has(folder, names[i])) return false;
    }
    return true;
}

/* Whether the run's record says that it asks nearest neighbours. */
static bool asks_neighbours(const char *run) {
    double count = 0;
    json_t *record = NULL;
    cli_text why = {0}, *before = cli_fail_into(&why);
    char *path = cli_format("%s/run.json", run);
    const bool found =
        cli_run_json_read(&record, path) && cli_run_json_number(record, "options", "knn", &count);
    cli_fail_into(before);
    json_decref(record);
    free(path);
    cli_text_free(&why);
    return found;
}

emb_picture *cli_plot_loss(cli_plot *plot) {
    if (!cli_is_folder(plot->run)) {
        cli_fail("%s is not a run's folder; the loss by epoch is in a run's history.csv",
                 plot->run);
        return NULL;
    }
    if (!cli_folder_hold(plot->run)) return NULL;
    if (is_no_run(plot->run)) {
        cli_fail("%s: is not a run: it has no run.json", plot->run);
        return NULL;
    }
    if (!cli_folder_has(plot->run, "history.csv")) {
        cli_fail(asks_neighbours(plot->run)
                     ? E_("%s: asks nearest neighbours, which learned nothing and have no loss")
                     : E_("%s: has no history.csv: no epoch of it is complete"),
                 plot->run);
        return NULL;
    }
    cli_history history;
    emb_picture *picture = NULL;
    char *path = cli_format("%s/history.csv", plot->run);
    if (cli_history_read(&history, path)) {
        picture = draw(plot, &history, path);
        cli_history_free(&history);
    }
    free(path);
    return picture;
}
