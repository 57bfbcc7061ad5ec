/* Curves of several runs. See runs_curves.h. */
#include "runs/runs_curves.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/folders.h"
#include "core/message.h"
#include "core/run_json.h"
#include "data/history.h"
#include "plot/plot_words.h"

/* One run's history; without rows if it has none. */
typedef struct curve {
    const cli_run_entry *run;
    const char *loss; /* what it was trained with */
    cli_history history;
    const double *epochs, *losses;
    double *percents; /* validation accuracy; NULL: none */
    bool trained;     /* `losses` are those of training images */
    bool drawn;
} curve;

static bool any_number(const double *values, size_t count) {
    for (size_t i = 0; values && i < count; i++) {
        if (isfinite(values[i])) return true;
    }
    return false;
}

/* What cannot be read is left out, with a note. */
static void read_curve(curve *c, const cli_run_entry *run) {
    char *path = cli_format("%s/history.csv", run->path);
    const char *loss = cli_run_json_string(run->record, "options", "loss");
    *c = (curve){.run = run, .loss = loss ? loss : ""};
    cli_text why = {0}, *before = cli_fail_into(&why);
    const bool read = cli_is_file(path) && cli_history_read(&c->history, path);
    cli_fail_into(before);
    if (why.bytes) cli_note("left out of the curves: %s", why.bytes);
    cli_text_free(&why);
    free(path);
    if (!read) return;
    const size_t rows = c->history.rows;
    c->epochs = cli_history_column(&c->history, "epoch");
    c->losses = cli_history_column(&c->history, "validation_loss");
    c->trained = !any_number(c->losses, rows);
    if (c->trained) c->losses = cli_history_column(&c->history, "train_loss");
    const double *shares = cli_history_column(&c->history, "validation_accuracy");
    if (any_number(shares, rows)) {
        c->percents = cli_alloc(rows * sizeof *c->percents);
        for (size_t i = 0; i < rows; i++) c->percents[i] = 100 * shares[i];
    }
    if (!c->epochs || !any_number(c->losses, rows)) c->history.rows = 0;
}

static char *label_of(const curve *c) {
    return c->trained ? cli_told("%s (training)", c->run->path) : cli_format("%s", c->run->path);
}

/* The lines of all that have the same loss as the first that is not drawn yet. Returns how many. */
static size_t take_group(curve *curves, size_t count, emb_series *lines, char **labels,
                         const char **loss) {
    size_t used = 0;
    *loss = NULL;
    for (size_t i = 0; i < count; i++) {
        curve *c = &curves[i];
        if (c->drawn || c->history.rows == 0) continue;
        if (*loss && strcmp(*loss, c->loss) != 0) continue;
        *loss = c->loss;
        c->drawn = true;
        labels[i] = label_of(c);
        lines[used++] = (emb_series){
            .label = labels[i], .count = c->history.rows, .x = c->epochs, .y = c->losses};
    }
    return used;
}

static size_t take_shares(const curve *curves, size_t count, emb_series *lines, char **labels) {
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        const curve *c = &curves[i];
        if (!c->percents) continue;
        lines[used++] = (emb_series){
            .label = labels[i], .count = c->history.rows, .x = c->epochs, .y = c->percents};
    }
    return used;
}

/* Lines for `count` runs at most in each of `count` + 1 charts. Returns how many charts there are.
 */
static size_t lay_out(curve *curves, size_t count, emb_series *lines, emb_chart *charts,
                      char **labels, char **titles) {
    const emb_axis epochs = {.title = cli_word_text(CLI_WORD_EPOCH), .whole = true};
    const char *loss;
    size_t used = 0, made;
    while ((made = take_group(curves, count, lines, labels, &loss)) > 0) {
        titles[used] = *loss ? cli_told("loss (%s)", loss) : cli_told("loss");
        charts[used] = (emb_chart){.title = _("Validation loss by epoch"),
                                   .x = epochs,
                                   .y.title = titles[used],
                                   .series = lines,
                                   .series_count = made};
        used++;
        lines += made;
    }
    made = take_shares(curves, count, lines, labels);
    if (made == 0) return used;
    charts[used++] = (emb_chart){.title = _("Validation accuracy by epoch"),
                                 .x = epochs,
                                 .y.title = cli_word_text(CLI_WORD_ACCURACY),
                                 .series = lines,
                                 .series_count = made,
                                 .height = 400};
    return used;
}

emb_picture *cli_runs_curves(const cli_run_entry *runs, size_t count, emb_format format,
                             bool *none) {
    curve *curves = cli_alloc(count * sizeof *curves);
    emb_series *lines = cli_alloc(2 * count * sizeof *lines);
    emb_chart *charts = cli_alloc((count + 1) * sizeof *charts);
    char **labels = cli_alloc(count * sizeof *labels), **titles = cli_alloc(count * sizeof *titles);
    for (size_t i = 0; i < count; i++) {
        labels[i] = titles[i] = NULL;
        read_curve(&curves[i], &runs[i]);
    }
    const size_t used = lay_out(curves, count, lines, charts, labels, titles);
    *none = used == 0;
    emb_picture *picture = used > 0 ? emb_charts_draw(charts, used, format) : NULL;
    for (size_t i = 0; i < count; i++) {
        free(labels[i]);
        free(titles[i]);
        free(curves[i].percents);
        cli_history_free(&curves[i].history);
    }
    free(titles);
    free(labels);
    free(charts);
    free(lines);
    free(curves);
    return picture;
}
