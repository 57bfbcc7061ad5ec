/* A report's network, its curves, and an autoencoder's reconstructions. See report.h. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/folders.h"
#include "core/message.h"
#include "core/network.h"
#include "core/room.h"
#include "plot/plot_words.h"
#include "plot/reconstruction_figure.h"
#include "report/report.h"
#include "report/report_shared.h"

/* ---- the network ----------------------------------------------------------------------------- */

static const char *shape_text(const int *shape, int rank, char text[48]) {
    size_t used = 0;
    text[0] = '\0';
    for (int i = 0; i < rank; i++) {
        used += (size_t)snprintf(text + used, 48 - used, "%s%d", i ? "\u00d7" : "", shape[i]);
    }
    return text;
}

static void add_layers(cli_report *report) {
    static const char kinds[] = "hctnn";
    char shape[48], name[64], parameters[CLI_NUMBER_SIZE], work[CLI_NUMBER_SIZE];
    size_t all_parameters = 0, all_work = 0;
    int input[3];
    emb_net_input_shape(report->net, input);
    const char *const first[] = {cli_said_text(CLI_SAID_INPUT), "", shape_text(input, 3, shape), "",
                                 ""};
    cli_html_row(&report->html, first, kinds);
    for (size_t i = 0; i < emb_net_layer_count(report->net); i++) {
        emb_layer_info layer;
        emb_net_layer(report->net, i, &layer);
        snprintf(name, sizeof name, "%s.%s", layer.part, layer.path);
        const char *const cells[] = {name, layer.layer, shape_text(layer.shape, layer.rank, shape),
                                     cli_thousands(layer.parameters, parameters),
                                     cli_thousands(layer.multiply_adds, work)};
        cli_html_row(&report->html, cells, kinds);
        all_parameters += layer.parameters;
        all_work += layer.multiply_adds;
    }
    const char *const last[] = {cli_said_text(CLI_SAID_TOTAL), "", "",
                                cli_thousands(all_parameters, parameters),
                                cli_thousands(all_work, work)};
    cli_html_row(&report->html, last, kinds);
}

void cli_report_network(cli_report *report) {
    cli_html *html = &report->html;
    const char *const heads[] = {cli_said_text(CLI_SAID_LAYER), cli_said_text(CLI_SAID_LAYER_KIND),
                                 cli_said_text(CLI_SAID_OUTPUT), cli_said_text(CLI_SAID_PARAMETERS),
                                 cli_said_text(CLI_SAID_MULTIPLY_ADDS)};
    cli_html_section(html, "network", cli_said_text(CLI_SAID_NETWORK));
    cli_html_paragraph(html, "%s", cli_said_text(CLI_SAID_NETWORK_TEXT));
    cli_html_table(html, heads, "hctnn");
    add_layers(report);
    cli_html_table_end(html);
    cli_html_raw(html, "<details>\n");
    cli_html_element(html, "summary", cli_said_text(CLI_SAID_NOTATION));
    cli_html_lines(html, emb_net_notation(report->net));
    cli_html_raw(html, "</details>\n");
}

/* ---- the curves ------------------------------------------------------------------------------ */

/* A column of history.csv and its heading; missing columns are left out. */
static const struct {
    const char *name;
    cli_said head;
    bool share; /* 0..1, shown in percent */
} columns[] = {
    {"train_loss", CLI_SAID_TRAIN_LOSS, false},
    {"validation_loss", CLI_SAID_FACT_VAL_LOSS, false},
    {"accuracy", CLI_SAID_TRAIN_ACCURACY, true},
    {"validation_accuracy", CLI_SAID_FACT_VAL_ACCURACY, true},
    {"seconds", CLI_SAID_SECONDS, false},
};
enum {
    COLUMNS = sizeof columns / sizeof *columns,
    MOST_COLUMNS = COLUMNS + 2 * CLI_MEASURES /* those of a kind of autoencoder have two each */
};

/* The columns of the table. */
typedef struct history_table {
    size_t count;
    const double *values[MOST_COLUMNS];
    char *heads[MOST_COLUMNS]; /* to be freed */
    bool shares[MOST_COLUMNS], measures[MOST_COLUMNS];
} history_table;

static void add_column(history_table *table, const double *values, const char *head, bool share) {
    if (!values) return;
    table->values[table->count] = values;
    table->heads[table->count] = cli_format("%s", head);
    table->shares[table->count++] = share;
}

static void find_columns(const cli_report *report, history_table *table) {
    const cli_history *history = &report->history;
    const char *column;
    cli_word word;
    for (size_t i = 0; i < COLUMNS; i++) {
        add_column(table, cli_history_column(history, columns[i].name),
                   cli_said_text(columns[i].head), columns[i].share);
    }
    for (size_t i = 0; (column = cli_word_measure(i, &word)) != NULL; i++) {
        const char *name = cli_word_text(word);
        char *validation = cli_format("validation_%s", column);
        char *head = cli_told(cli_said_text(CLI_SAID_VALIDATION_OF), name);
        const size_t first = table->count;
        add_column(table, cli_history_column(history, column), name, false);
        add_column(table, cli_history_column(history, validation), head, false);
        for (size_t k = first; k < table->count; k++) table->measures[k] = true;
        free(validation);
        free(head);
    }
}

static void add_history(cli_report *report) {
    const cli_history *history = &report->history;
    history_table table = {0};
    const char *heads[MOST_COLUMNS + 1] = {cli_said_text(CLI_SAID_EPOCH)};
    char kinds[MOST_COLUMNS + 2] = "n", *text[MOST_COLUMNS + 1];
    find_columns(report, &table);
    for (size_t k = 0; k < table.count; k++) {
        heads[k + 1] = table.heads[k];
        kinds[k + 1] = 'n';
    }
    cli_html_table(&report->html, heads, kinds);
    for (size_t row = 0; row < history->rows; row++) {
        const char *cells[MOST_COLUMNS + 1];
        cells[0] = text[0] = cli_format("%zu", row + 1);
        for (size_t k = 0; k < table.count; k++) {
            const double value = table.values[k][row];
            char number[CLI_NUMBER_SIZE];
            text[k + 1] = table.shares[k]     ? cli_told("%.2f %%", 100 * value)
                          : table.measures[k] ? cli_told("%.5g", value)
                                              : cli_format("%s", cli_error_text(value, 4, number));
            cells[k + 1] = isfinite(value) ? text[k + 1] : "";
        }
        cli_html_row(&report->html, cells, kinds);
        for (size_t k = 0; k <= table.count; k++) free(text[k]);
    }
    cli_html_table_end(&report->html);
    for (size_t k = 0; k < table.count; k++) free(table.heads[k]);
}

void cli_report_curves(cli_report *report) {
    if (!report->has_history) return;
    const bool accuracy = cli_history_column(&report->history, "accuracy") != NULL;
    cli_html_section(&report->html, "learning", cli_said_text(CLI_SAID_LOSS));
    cli_report_plot(report, "loss", NULL, accuracy ? CLI_SAID_CURVES_WHAT : CLI_SAID_LOSS_WHAT,
                    cli_said_text(CLI_SAID_LOSS_CAPTION));
    cli_html_raw(&report->html, "<details>\n");
    cli_html_element(&report->html, "summary", cli_said_text(CLI_SAID_NUMBERS));
    add_history(report);
    cli_html_raw(&report->html, "</details>\n");
}

/* ---- images ---------------------------------------------------------------------------------- */

/* For images of about `room` pixels: a row of them has the page's width, and the words beside them
 * can be read. */
static int report_scale(const cli_report *report, int room) {
    int shape[3], view[3];
    emb_images_shape(report->scored.images, shape);
    emb_view_shape(shape, view);
    const int side = view[1] > view[2] ? view[1] : view[2];
    return side < room ? room / side : 1;
}

void cli_report_film(cli_report *report) {
    if (!cli_is_folder(report->run) || !cli_folder_has(report->run, "film.npy")) return;
    cli_html_section(&report->html, "film", cli_said_text(CLI_SAID_FILM));
    cli_report_plot(report, "film", &(cli_plot){.scale = report_scale(report, 84)},
                    CLI_SAID_FILM_WHAT, cli_said_text(CLI_SAID_FILM_CAPTION));
}

static void add_reconstructions(cli_report *report) {
    enum { SHOWN = 10 };
    const size_t count = emb_images_count(report->scored.images);
    const size_t shown = cli_room_images(report->net, count < SHOWN ? count : SHOWN, 2);
    const cli_split split = {.images = report->scored.images, .count = count};
    const cli_reconstruction page = {.net = report->net,
                                     .split = &split,
                                     .count = shown,
                                     .scale = report_scale(report, 72),
                                     .original = cli_word_text(CLI_WORD_ORIGINAL),
                                     .reconstruction = cli_word_text(CLI_WORD_RECONSTRUCTION)};
    cli_text why = {0}, *before = cli_fail_into(&why);
    emb_picture *picture = cli_reconstruction_draw(&page, EMB_PNG);
    cli_fail_into(before);
    char *caption = cli_report_said_part(report, CLI_SAID_PAGE_CAPTION);
    cli_report_picture(report, picture, why.bytes, CLI_SAID_PAGE_WHAT, caption, true);
    free(caption);
    cli_text_free(&why);
}

static void add_codes(cli_report *report, int latent) {
    char number[CLI_NUMBER_SIZE];
    const bool known = emb_net_conditions(report->net) > 0; /* the label is */
    const cli_said caption = latent == 1            ? CLI_SAID_CODES_ONE_CAPTION
                             : latent == 2 && known ? CLI_SAID_CODES_KNOWN_CAPTION
                             : latent == 2          ? CLI_SAID_CODES_TWO_CAPTION
                                                    : CLI_SAID_CODES_MORE_CAPTION;
    char *text = cli_told(cli_said_text(caption), cli_report_part(report),
                          cli_thousands((uint64_t)latent, number));
    cli_html_section(&report->html, "codes", cli_said_text(CLI_SAID_CODES));
    cli_report_plot(report, "codes", NULL, CLI_SAID_CODES_WHAT, text);
    free(text);
}

/* A plane is decoded place by place; for other codes, ways between images are. */
static void add_plane(cli_report *report, int latent) {
    char number[CLI_NUMBER_SIZE];
    const bool plane = latent == 2;
    cli_html_section(&report->html, plane ? "plane" : "walk",
                     cli_said_text(plane ? CLI_SAID_MANIFOLD : CLI_SAID_WALK));
    if (plane) {
        cli_report_plot(report, "manifold", NULL, CLI_SAID_MANIFOLD_WHAT,
                        cli_said_text(CLI_SAID_MANIFOLD_CAPTION));
        return;
    }
    char *caption = cli_told(cli_said_text(CLI_SAID_WALK_CAPTION),
                             cli_thousands((uint64_t)latent, number), cli_report_part(report));
    cli_report_plot(report, "walk", &(cli_plot){.scale = report_scale(report, 56)},
                    CLI_SAID_WALK_WHAT, caption);
    free(caption);
}

static void add_errors(cli_report *report) {
    enum { WORST = 6 };
    char mse[CLI_NUMBER_SIZE];
    cli_error_text(report->score.mse, 4, mse);
    char *caption = cli_told(cli_said_text(CLI_SAID_ERRORS_CAPTION), cli_report_part(report), mse);
    cli_html_section(&report->html, "worst", cli_said_text(CLI_SAID_ERRORS));
    cli_report_plot(report, "errors",
                    &(cli_plot){.count = WORST, .scale = report_scale(report, 112)},
                    CLI_SAID_ERRORS_WHAT, caption);
    free(caption);
}

/* Of a kind of autoencoder: what it draws by itself, and what its code's numbers do. A code of
 * thousands of numbers has no rows that one could look at. */
static void add_kind(cli_report *report, int latent) {
    enum { SAMPLES = 36, MOST = 256 };
    if (!emb_net_has_measures(report->net)) return;
    const bool prior = emb_net_has_prior(report->net);
    const bool entries = emb_net_entries(report->net) > 0;
    if (!prior && !entries && latent > MOST) return;
    cli_html_section(&report->html, "new", cli_said_text(CLI_SAID_NEW));
    cli_report_plot(report, "samples",
                    &(cli_plot){.count = SAMPLES, .scale = report_scale(report, 56)},
                    CLI_SAID_NEW_WHAT, cli_said_text(CLI_SAID_NEW_CAPTION));
    if (latent <= MOST && !entries) {
        cli_report_plot(report, "traversal", &(cli_plot){.scale = report_scale(report, 56)},
                        CLI_SAID_TRAVERSAL_WHAT, cli_said_text(CLI_SAID_TRAVERSAL_CAPTION));
    }
    if (prior && latent == 2) {
        cli_report_plot(report, "prior", NULL, CLI_SAID_PRIOR_WHAT,
                        cli_said_text(CLI_SAID_PRIOR_CAPTION));
    }
}

void cli_report_images(cli_report *report) {
    const int latent = emb_net_latent(report->net);
    cli_html_section(&report->html, "reconstructions", cli_said_text(CLI_SAID_PAGE));
    add_reconstructions(report);
    add_codes(report, latent);
    add_plane(report, latent);
    add_kind(report, latent);
    add_errors(report);
}
