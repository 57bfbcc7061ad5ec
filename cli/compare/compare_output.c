/* What `embudo compare` says: a table, a CSV, a picture. See compare_output.h. */
#include "compare/compare_output.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/folders.h"
#include "core/message.h"
#include "core/strings.h"
#include "core/table_file.h"
#include "plot/plot_words.h"

static double mean_of(const double *values, int count) {
    double sum = 0;
    for (int i = 0; i < count; i++) sum += values[i];
    return sum / count;
}

/* The sample's standard deviation: 0 for a single value. */
static double spread_of(const double *values, int count) {
    const double mean = mean_of(values, count);
    double sum = 0;
    for (int i = 0; i < count; i++) sum += (values[i] - mean) * (values[i] - mean);
    return count > 1 ? sqrt(sum / (count - 1)) : 0;
}

/* One length of code and one seed make a table of five columns; otherwise there are more. */
static bool is_plain(const cli_compare *c) { return c->latent_count == 1 && c->seed_count == 1; }

/* Results in the table's order: by contender, then by length. */
static const cli_result *next_result(const cli_compare *c, int *contender, int *at) {
    for (; *contender < CLI_CONTENDERS; (*contender)++, *at = 0) {
        while (*at < c->result_count) {
            const cli_result *result = &c->results[(*at)++];
            if (result->contender == &cli_contenders[*contender]) return result;
        }
    }
    return NULL;
}

static double percent(const cli_result *r) { return 100 * mean_of(r->accuracy, r->count); }

static double percent_spread(const cli_result *r) { return 100 * spread_of(r->accuracy, r->count); }

/* ---- the table ------------------------------------------------------------------------------- */

void cli_compare_print(const cli_compare *c) {
    char parameters[CLI_NUMBER_SIZE], latent[CLI_NUMBER_SIZE];
    const bool sweep = c->latent_count > 1;
    int contender = 0, at = 0, wide = 6;
    for (int i = 0; i < CLI_CONTENDERS; i++) {
        const int columns = cli_columns(_(cli_contenders[i].input));
        if (columns > wide) wide = columns;
    }
    wide += 2;
    char *head = cli_told("%saccuracy", cli_part_prefix(c->part));
    const int width = strlen(head) > 15 ? (int)strlen(head) + 3 : 18;
    cli_print("%-*s%-8s", wide, _("input"), _("model"));
    if (sweep) cli_print("%8s", _("latent"));
    cli_print("%12s%*s%10s\n", _("parameters"), width, head, _("seconds"));
    free(head);
    for (const cli_result *r; (r = next_result(c, &contender, &at));) {
        char *accuracy = c->seed_count > 1
                             ? cli_told("%.2f +- %.2f %%", percent(r), percent_spread(r))
                             : cli_told("%.2f %%", percent(r));
        snprintf(latent, sizeof latent, "%d", r->latent);
        cli_print("%-*s%-8s", wide, _(r->contender->input), _(r->contender->model));
        if (sweep) cli_print("%8s", r->latent > 0 ? latent : "");
        cli_print("%12s%*s%10.1f\n", cli_thousands(r->parameters, parameters), width, accuracy,
                  mean_of(r->seconds, r->count));
        free(accuracy);
    }
    char *phrase = cli_scored_phrase(emb_images_count(c->test), c->part, c->dataset);
    cli_print("accuracy on %s\n", phrase);
    free(phrase);
    if (c->seed_count > 1) {
        cli_print("mean and standard deviation of %d seeds; seconds are means\n", c->seed_count);
    }
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static void add_list(cli_json *json, const char *key, const double *values, int count) {
    cli_json_open(json, key, '[');
    for (int i = 0; i < count; i++) cli_json_real(json, NULL, values[i]);
    cli_json_close(json, ']');
}

void cli_compare_json(const cli_compare *c, cli_json *json) {
    int contender = 0, at = 0;
    cli_json_name(json, "data", c->dataset);
    cli_json_string(json, "part", cli_part_name(c->part));
    cli_json_whole(json, "images", (int64_t)emb_images_count(c->test));
    cli_json_open(json, "seeds", '[');
    for (int i = 0; i < c->seed_count; i++) cli_json_seed(json, NULL, c->seeds[i]);
    cli_json_close(json, ']');
    cli_json_open(json, "results", '[');
    for (const cli_result *r; (r = next_result(c, &contender, &at));) {
        cli_json_open(json, NULL, '{');
        cli_json_string(json, "input", r->contender->input);
        cli_json_string(json, "classifier", r->contender->model);
        cli_json_real(json, "latent", r->latent > 0 ? (double)r->latent : (double)NAN);
        cli_json_whole(json, "parameters", (int64_t)r->parameters);
        cli_json_real(json, "accuracy", mean_of(r->accuracy, r->count));
        cli_json_real(json, "spread", spread_of(r->accuracy, r->count));
        cli_json_real(json, "seconds", mean_of(r->seconds, r->count));
        add_list(json, "accuracies", r->accuracy, r->count);
        cli_json_close(json, '}');
    }
    cli_json_close(json, ']');
}

/* ---- the CSV --------------------------------------------------------------------------------- */

static cli_text print_csv(const cli_compare *c) {
    cli_text csv = {0};
    int contender = 0, at = 0;
    char *cells = cli_scored_cells(c->dataset, c->part, emb_images_count(c->test));
    const char *kind = c->part == CLI_PART_HELD ? "held_out" : cli_part_name(c->part);
    cli_text_add(&csv, "input,model,parameters,%s_accuracy,seconds%s" CLI_SCORED_COLUMNS "\n", kind,
                 is_plain(c) ? "" : ",latent,seeds,spread");
    for (const cli_result *r; (r = next_result(c, &contender, &at));) {
        cli_text_add(&csv, "%s,%s,%zu,%.2f,%.2f", r->contender->input, r->contender->model,
                     r->parameters, percent(r), mean_of(r->seconds, r->count));
        if (!is_plain(c)) {
            cli_text_add(&csv, ",");
            if (r->latent > 0) cli_text_add(&csv, "%d", r->latent);
            cli_text_add(&csv, ",%d,%.3f", r->count, percent_spread(r));
        }
        cli_text_add(&csv, "%s\n", cells);
    }
    free(cells);
    return csv;
}

/* ---- the picture ----------------------------------------------------------------------------- */

static const char *const inputs[] = {"codes", "pca", "images"};

static int group_of(const cli_result *r) {
    const int last = (int)(sizeof inputs / sizeof *inputs) - 1;
    int group = 0;
    while (group < last && strcmp(inputs[group], r->contender->input) != 0) group++;
    return group;
}

/* "test accuracy (%), 10,000 images of mnist", to be freed. */
static char *axis_title(const cli_compare *c) {
    char count[CLI_NUMBER_SIZE];
    char *name = cli_scored_set(c->dataset);
    char *title = cli_told(cli_word_text(CLI_WORD_PART_ACCURACY), cli_word_part(c->part),
                           cli_thousands(emb_images_count(c->test), count), name);
    free(name);
    return title;
}

/* One length: a bar for each contender. */
static emb_picture *draw_bars(const cli_compare *c) {
    const char *const groups[] = {cli_word_text(CLI_WORD_INPUT_CODES),
                                  cli_word_text(CLI_WORD_INPUT_PCA),
                                  cli_word_text(CLI_WORD_INPUT_IMAGES)};
    emb_bar bars[CLI_CONTENDERS];
    int contender = 0, at = 0;
    size_t count = 0;
    double least = 100;
    for (const cli_result *r; (r = next_result(c, &contender, &at));) {
        bars[count++] = (emb_bar){.label = _(r->contender->title),
                                  .value = percent(r),
                                  .spread = percent_spread(r),
                                  .group = group_of(r)};
        least = fmin(least, percent(r) - percent_spread(r));
    }
    char *title = cli_told(cli_word_text(CLI_WORD_COMPARE_TITLE), c->latents[0]);
    char *axis = axis_title(c);
    const emb_bars chart = {
        .title = title,
        .x = {.title = axis, .from = fmax(0, floor((least - 1) / 5) * 5), .to = 100},
        .bars = bars,
        .count = count,
        .groups = groups,
        .group_count = sizeof groups / sizeof *groups,
        .digits = 2,
        .unit = " %"};
    emb_picture *picture = emb_bars_draw(&chart, EMB_PNG);
    free(title);
    free(axis);
    return picture;
}

/* The points of a contender over the lengths; one that reads images is a line across. */
static void fill_series(const cli_compare *c, const cli_contender *contender, emb_series *series,
                        double *x, double *y, double *spread) {
    int count = 0;
    for (int i = 0; i < c->latent_count; i++) {
        for (int k = 0; k < c->result_count; k++) {
            const cli_result *r = &c->results[k];
            const bool fits = r->latent == c->latents[i] || r->latent == 0;
            if (r->contender != contender || !fits) continue;
            x[count] = c->latents[i];
            y[count] = percent(r);
            spread[count++] = percent_spread(r);
        }
    }
    const bool images = cli_contender_reads_images(contender);
    *series = (emb_series){.label = _(contender->title),
                           .count = (size_t)count,
                           .x = x,
                           .y = y,
                           .spread = c->seed_count > 1 ? spread : NULL,
                           .no_marks = images,
                           .dashed = images};
}

/* Several lengths: a line for each contender. */
static emb_picture *draw_lines(const cli_compare *c) {
    double values[3][CLI_CONTENDERS][CLI_COMPARE_LIST], latents[CLI_COMPARE_LIST];
    for (int i = 0; i < c->latent_count; i++) latents[i] = c->latents[i];
    emb_series series[CLI_CONTENDERS];
    for (int i = 0; i < CLI_CONTENDERS; i++) {
        fill_series(c, &cli_contenders[i], &series[i], values[0][i], values[1][i], values[2][i]);
    }
    char *axis = axis_title(c);
    const emb_chart chart = {.title = cli_word_text(CLI_WORD_SWEEP_TITLE),
                             .x = {.title = cli_word_text(CLI_WORD_NUMBERS),
                                   .at = latents,
                                   .at_count = (size_t)c->latent_count},
                             .y = {.title = axis, .scale = EMB_SCALE_LINEAR},
                             .series = series,
                             .series_count = CLI_CONTENDERS,
                             .height = 600};
    emb_picture *picture = emb_chart_draw(&chart, EMB_PNG);
    free(axis);
    return picture;
}

bool cli_compare_save(const cli_compare *c, const char *folder) {
    if (!cli_folder_hold_output(folder)) return false;
    cli_text csv = print_csv(c);
    return cli_table_save(folder, "compare", &csv,
                          c->latent_count == 1 ? draw_bars(c) : draw_lines(c));
}
