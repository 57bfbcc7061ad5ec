/* A report's classification: which classes a classifier confuses. See report.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/message.h"
#include "core/network.h"
#include "core/rows.h"
#include "core/strings.h"
#include "data/range.h"
#include "report/report.h"
#include "report/report_shared.h"

static unsigned cell(const cli_verdict *verdict, int row, int column) {
    return (unsigned)verdict->confusion[(size_t)row * (size_t)verdict->classes + (size_t)column];
}

/* Found, trusted, and what it is taken for, class by class. */
static void add_classes(cli_report *report) {
    const cli_verdict *v = &report->verdict;
    const char *const heads[] = {cli_said_text(CLI_SAID_CLASS), cli_said_text(CLI_SAID_IMAGES),
                                 cli_said_text(CLI_SAID_RECALL), cli_said_text(CLI_SAID_PRECISION),
                                 cli_said_text(CLI_SAID_TAKEN_FOR)};
    cli_html_table(&report->html, heads, "hnnnt");
    for (int i = 0; i < v->classes; i++) {
        unsigned images = 0, taken = 0, worst = 0;
        int other = 0;
        for (int k = 0; k < v->classes; k++) {
            images += cell(v, i, k);
            taken += cell(v, k, i);
            if (k == i || cell(v, i, k) <= worst) continue;
            worst = cell(v, i, k);
            other = k;
        }
        char *name = cli_verdict_class(v, i), *taken_for = cli_verdict_class(v, other);
        char count[CLI_NUMBER_SIZE], *found = NULL, *trusted = NULL, *most = NULL;
        cli_thousands(images, count);
        if (images > 0) found = cli_told("%.1f %%", 100.0 * cell(v, i, i) / images);
        if (taken > 0) trusted = cli_told("%.1f %%", 100.0 * cell(v, i, i) / taken);
        if (worst > 0) most = cli_told(cli_said_text(CLI_SAID_TIMES), taken_for, worst);
        const char *const cells[] = {name, count, found, trusted, most};
        cli_html_row(&report->html, cells, "hnnnt");
        free(name);
        free(taken_for);
        free(found);
        free(trusted);
        free(most);
    }
    cli_html_table_end(&report->html);
}

static void add_matrix_table(cli_report *report) {
    enum { MOST = 64 };
    const cli_verdict *v = &report->verdict;
    const char *heads[MOST + 1], *cells[MOST + 1];
    char kinds[MOST + 2] = "h", *names[MOST], text[MOST + 1][16];
    const int classes = v->classes;
    if (classes > MOST) return;
    heads[0] = cli_said_text(CLI_SAID_TRUE_CLASS);
    for (int i = 0; i < classes; i++) {
        names[i] = cli_verdict_class(v, i);
        heads[i + 1] = names[i];
        kinds[i + 1] = 'n';
    }
    kinds[classes + 1] = '\0';
    cli_html_raw(&report->html, "<details>\n");
    cli_html_element(&report->html, "summary", cli_said_text(CLI_SAID_CONFUSION_TABLE));
    cli_html_table(&report->html, heads, kinds);
    for (int row = 0; row < classes; row++) {
        cells[0] = names[row];
        for (int c = 0; c < classes; c++) {
            snprintf(text[c], sizeof text[c], "%u", cell(v, row, c));
            cells[c + 1] = text[c];
        }
        cli_html_row(&report->html, cells, kinds);
    }
    cli_html_table_end(&report->html);
    cli_html_raw(&report->html, "</details>\n");
    for (int i = 0; i < classes; i++) free(names[i]);
}

/* ---- mistakes -------------------------------------------------------------------------------- */

/* A test image that is classified wrong. */
typedef struct mistake {
    size_t image;
    int label, predicted;
    float sure; /* the probability of what was said; 0 for nearest neighbours */
} mistake;

enum { SHOWN = 10 };

/* Keeps the surest, in falling order; of equal ones the earlier. */
static void keep(mistake *mistakes, int *count, mistake one) {
    int at = *count;
    while (at > 0 && mistakes[at - 1].sure < one.sure) at--;
    if (at >= SHOWN) return;
    if (*count < SHOWN) ++*count;
    memmove(mistakes + at + 1, mistakes + at, (size_t)(*count - 1 - at) * sizeof *mistakes);
    mistakes[at] = one;
}

/* The surest mistakes of a network; returns how many there are in all. */
static size_t find_mistakes(cli_report *report, mistake *mistakes, int *shown) {
    const size_t pixels = cli_network_pixels(report->net),
                 count = emb_images_count(report->scored.images);
    const int classes = emb_net_classes(report->net);
    const size_t chunk = cli_network_chunk(report->net), most = chunk < count ? chunk : count;
    float *images = cli_alloc(most * pixels * sizeof *images);
    float *logits = cli_alloc(most * (size_t)classes * sizeof *logits);
    size_t all = 0, here;
    for (size_t first = 0; first < count; first += here) {
        here = count - first < most ? count - first : most;
        if (cli_rows(report->scored.images, NULL, first, here, images) != EMB_OK ||
            emb_net_classify(report->net, images, here, logits, report->threads) != EMB_OK) {
            break;
        }
        for (size_t i = 0; i < here; i++) {
            float *own = logits + i * (size_t)classes;
            const int label = emb_images_label(report->scored.images, first + i);
            int best = 0;
            for (int c = 1; c < classes; c++) best = own[c] > own[best] ? c : best;
            if (best == label) continue;
            emb_softmax(own, 1, classes, own);
            keep(mistakes, shown, (mistake){first + i, label, best, own[best]});
            all++;
        }
    }
    free(images);
    free(logits);
    return all;
}

/* The first mistakes of nearest neighbours. */
static size_t list_mistakes(const cli_report *report, mistake *mistakes, int *shown) {
    size_t all = 0;
    for (size_t i = 0; i < report->verdict.score.count; i++) {
        const int label = emb_images_label(report->scored.images, i),
                  said_class = report->verdict.predicted[i];
        if (label == said_class) continue;
        if (*shown < SHOWN) mistakes[(*shown)++] = (mistake){i, label, said_class, 0};
        all++;
    }
    return all;
}

static emb_picture *draw_mistakes(const cli_report *report, const mistake *mistakes, int count) {
    const size_t pixels = cli_network_pixels(report->net);
    float *cells = cli_alloc((size_t)count * pixels * sizeof *cells);
    char *captions[SHOWN] = {NULL};
    for (int i = 0; i < count; i++) {
        const mistake *one = &mistakes[i];
        float *cell = cells + (size_t)i * pixels;
        if (cli_rows(report->scored.images, NULL, one->image, 1, cell) != EMB_OK) {
            free(cells);
            for (int k = 0; k < i; k++) free(captions[k]);
            return NULL;
        }
        captions[i] = one->sure > 0 ? cli_told("%d \u2192 %d, %.1f %%", one->label, one->predicted,
                                               100 * (double)one->sure)
                                    : cli_format("%d \u2192 %d", one->label, one->predicted);
    }
    cli_range_shade(report->net, cells, (size_t)count * pixels);
    emb_figure figure = {
        .rows = 1, .columns = count, .pixels = cells, .captions = (const char *const *)captions};
    emb_images_shape(report->scored.images, figure.shape);
    emb_picture *picture = emb_figure_draw(&figure, EMB_PNG);
    for (int i = 0; i < count; i++) free(captions[i]);
    free(cells);
    return picture;
}

static void add_mistakes(cli_report *report) {
    mistake mistakes[SHOWN + 1];
    char number[CLI_NUMBER_SIZE];
    int shown = 0;
    const bool nearest = report->verdict.predicted != NULL;
    const size_t all =
        nearest ? list_mistakes(report, mistakes, &shown) : find_mistakes(report, mistakes, &shown);
    cli_html_section(&report->html, "mistakes", cli_said_text(CLI_SAID_MISTAKES));
    if (all == 0) {
        cli_html_paragraph(&report->html, cli_said_text(CLI_SAID_MISTAKES_NONE),
                           cli_report_part(report));
    }
    if (all == 0) return;
    char *caption = cli_told(
        cli_said_text(nearest ? CLI_SAID_MISTAKES_NEAREST_CAPTION : CLI_SAID_MISTAKES_CAPTION),
        cli_thousands(all, number), cli_report_part(report));
    emb_picture *picture = draw_mistakes(report, mistakes, shown);
    cli_report_picture(report, picture, emb_error(), CLI_SAID_MISTAKES_WHAT, caption, true);
    free(caption);
}

void cli_report_classes(cli_report *report) {
    cli_html_section(&report->html, "confusion", cli_said_text(CLI_SAID_CONFUSION));
    if (report->verdict.classes <= CLI_VERDICT_DRAWN) {
        emb_picture *picture = cli_verdict_draw(&report->verdict, EMB_PNG);
        cli_report_picture(report, picture, emb_error(), CLI_SAID_CONFUSION_WHAT,
                           cli_said_text(CLI_SAID_CONFUSION_CAPTION), false);
    }
    add_matrix_table(report);
    cli_html_section(&report->html, "classes", cli_said_text(CLI_SAID_PER_CLASS));
    cli_html_paragraph(&report->html, "%s", cli_said_text(CLI_SAID_PER_CLASS_TEXT));
    add_classes(report);
    add_mistakes(report);
}
