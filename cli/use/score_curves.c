/* Curves of how well numbers tell usual images from others. See score_curves.h. */
#include "use/score_curves.h"

#include <math.h>
#include <stdlib.h>

#include "core/message.h"
#include "data/open_data.h"
#include "plot/plot_words.h"

/* Points closer than that on both axes are not drawn; and a chart's sides. */
static const double step = 0.002;
enum { WIDTH = 640, HEIGHT = 560 };

static bool is_usual(const cli_scores *s, size_t i) {
    return emb_images_label(s->split->images, cli_split_index(s->split, i)) == s->normal;
}

void cli_scores_sides(const cli_scores *scores, size_t *usual, size_t *odd) {
    *usual = *odd = 0;
    for (size_t i = 0; scores->normal >= 0 && i < scores->split->count; i++) {
        if (is_usual(scores, i)) {
            ++*usual;
        } else {
            ++*odd;
        }
    }
}

/* ---- areas ----------------------------------------------------------------------------------- */

/* One threshold: of the images above it, how many are usual and how many are not. */
typedef struct cut {
    double usual, odd;
} cut;

/* cuts[*count], from none to all images; images with equal numbers are above a threshold together.
 * NULL if there is no such curve. */
static cut *cuts_of(const cli_scores *s, int kind, size_t *count) {
    size_t usual, odd;
    const size_t n = s->split->count;
    cli_scores_sides(s, &usual, &odd);
    if (usual == 0 || odd == 0) return NULL;
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(cli_scores_number(s, i, kind))) return NULL;
    }
    cut *cuts = cli_alloc((n + 1) * sizeof *cuts);
    size_t *order = cli_scores_ranked(s, kind);
    cuts[0] = (cut){0, 0};
    *count = 1;
    for (size_t i = 0; i < n;) {
        const double number = cli_scores_number(s, order[i], kind);
        cut here = cuts[*count - 1];
        for (; i < n && !(cli_scores_number(s, order[i], kind) < number); i++) {
            if (is_usual(s, order[i])) {
                here.usual++;
            } else {
                here.odd++;
            }
        }
        cuts[(*count)++] = here;
    }
    free(order);
    return cuts;
}

static void measure(const cut *cuts, size_t count, double *roc, double *precision) {
    const cut all = cuts[count - 1];
    double area = 0, sum = 0;
    for (size_t i = 1; i < count; i++) {
        const cut a = cuts[i - 1], b = cuts[i];
        area += (b.usual - a.usual) * (a.odd + b.odd) / 2;
        sum += (b.odd - a.odd) * b.odd / (b.odd + b.usual);
    }
    *roc = area / (all.odd * all.usual);
    *precision = sum / all.odd;
}

bool cli_scores_areas(const cli_scores *scores, int kind, double *roc, double *precision) {
    size_t count;
    cut *cuts = cuts_of(scores, kind, &count);
    if (!cuts) return false;
    measure(cuts, count, roc, precision);
    free(cuts);
    return true;
}

/* ---- the picture ----------------------------------------------------------------------------- */

/* A kind's lines. */
typedef struct lines {
    char *labels[2];
    double *x[2], *y[2];
    size_t count[2];
} lines;

static void add_point(lines *l, int chart, double x, double y, bool last) {
    const size_t n = l->count[chart];
    if (n > 0 && !last && fabs(x - l->x[chart][n - 1]) < step &&
        fabs(y - l->y[chart][n - 1]) < step) {
        return;
    }
    l->x[chart][n] = x;
    l->y[chart][n] = y;
    l->count[chart]++;
}

/* The ROC curve, and precision over recall, which begins at the first threshold that finds
 * anything. */
static bool make_lines(const cli_scores *s, int kind, lines *l) {
    size_t count;
    double roc, precision;
    cut *cuts = cuts_of(s, kind, &count);
    *l = (lines){0};
    if (!cuts) return false;
    measure(cuts, count, &roc, &precision);
    const cut all = cuts[count - 1];
    for (int chart = 0; chart < 2; chart++) {
        l->x[chart] = cli_alloc(count * sizeof *l->x[chart]);
        l->y[chart] = cli_alloc(count * sizeof *l->y[chart]);
        l->labels[chart] = cli_told("%s %.4f", _(cli_scores_word(kind)), chart ? precision : roc);
    }
    for (size_t i = 0; i < count; i++) {
        const bool last = i + 1 == count;
        add_point(l, 0, cuts[i].usual / all.usual, cuts[i].odd / all.odd, last);
        if (i == 0) continue;
        add_point(l, 1, cuts[i].odd / all.odd, cuts[i].odd / (cuts[i].odd + cuts[i].usual), last);
    }
    free(cuts);
    return true;
}

static emb_picture *draw(const cli_scores *s, const lines *all, size_t kinds, emb_format format) {
    char text[CLI_NUMBER_SIZE];
    emb_series series[2][CLI_SCORES_KINDS + 1];
    for (size_t k = 0; k < kinds; k++) {
        for (int chart = 0; chart < 2; chart++) {
            series[chart][k] = (emb_series){.label = all[k].labels[chart],
                                            .count = all[k].count[chart],
                                            .x = all[k].x[chart],
                                            .y = all[k].y[chart],
                                            .no_marks = true};
        }
    }
    const double ends[] = {0, 1};
    series[0][kinds] = (emb_series){.label = cli_word_text(CLI_WORD_CHANCE),
                                    .count = 2,
                                    .x = ends,
                                    .y = ends,
                                    .no_marks = true,
                                    .dashed = true};
    const char *normal = cli_class_name(s->split->images, s->normal, text);
    char *titles[2] = {cli_told(cli_word_text(CLI_WORD_ROC_TITLE), normal),
                       cli_told(cli_word_text(CLI_WORD_PRECISION_TITLE), normal)};
    const emb_axis found = {
        .title = cli_word_text(CLI_WORD_FOUND), .to = 1, .scale = EMB_SCALE_LINEAR};
    const emb_axis alarms = {
        .title = cli_word_text(CLI_WORD_ALARMS), .to = 1, .scale = EMB_SCALE_LINEAR};
    const emb_axis precision = {
        .title = cli_word_text(CLI_WORD_PRECISION), .to = 1, .scale = EMB_SCALE_LINEAR};
    const emb_chart charts[] = {{.title = titles[0],
                                 .x = alarms,
                                 .y = found,
                                 .series = series[0],
                                 .series_count = kinds + 1,
                                 .width = WIDTH,
                                 .height = HEIGHT},
                                {.title = titles[1],
                                 .x = found,
                                 .y = precision,
                                 .series = series[1],
                                 .series_count = kinds,
                                 .width = WIDTH,
                                 .height = HEIGHT}};
    emb_picture *picture = emb_charts_draw(charts, 2, format);
    if (!picture) cli_fail("%s", emb_error());
    free(titles[0]);
    free(titles[1]);
    return picture;
}

emb_picture *cli_scores_draw_curves(const cli_scores *scores, emb_format format) {
    lines all[CLI_SCORES_KINDS];
    size_t kinds = 0;
    for (int kind = 0; kind < CLI_SCORES_KINDS; kind++) {
        kinds += make_lines(scores, kind, &all[kinds]);
    }
    emb_picture *picture = draw(scores, all, kinds, format);
    for (size_t k = 0; k < kinds; k++) {
        for (int chart = 0; chart < 2; chart++) {
            free(all[k].labels[chart]);
            free(all[k].x[chart]);
            free(all[k].y[chart]);
        }
    }
    return picture;
}
