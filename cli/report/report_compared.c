/* A report's rows of classifiers, and those of a comparison that was kept (embudo compare -o). See
 * report_shared.h. */
#include <stdlib.h>
#include <string.h>

#include "core/folders.h"
#include "core/message.h"
#include "core/strings.h"
#include "data/scored.h"
#include "report/report_shared.h"

enum { MOST_BYTES = 1 << 20 };

void cli_report_accuracy(cli_report *report, cli_said reads, const char *classifier,
                         double accuracy, const char *from) {
    char *name = cli_told(cli_said_text(reads), classifier);
    char *text = cli_told("%.2f %%", 100 * accuracy);
    const char *const cells[] = {name, text, from};
    cli_html_row(&report->html, cells, "hnt");
    free(name);
    free(text);
}

const char *cli_report_called(const char *model) {
    static const struct {
        const char *model, *name;
    } names[] = {
        {"head-linear", N_("linear")}, {"head-mlp", "MLP"}, {"knn", N_("nearest neighbours")},
        {"linear", N_("linear")},      {"mlp", "MLP"},      {"cnn", "CNN"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(names[i].model, model) == 0) return _(names[i].name);
    }
    return model;
}

/* Whether a line ends with the data set, part and number of images that are scored here. One and
 * the same set has several names, as it was typed: the last part of them counts. */
static bool is_scored(const cli_report *report, const char *line) {
    char *end = cli_format(",%s,%zu", cli_part_name(report->scored.part), report->scored.count);
    char *set = cli_scored_set(report->dataset), *cell = cli_format("%s", line), *name = cell;
    bool same = cli_ends_with(cell, end);
    if (same) {
        cell[strlen(cell) - strlen(end)] = '\0';
        for (char *at = cell; *at; at++) name = *at == ',' || *at == '/' ? at + 1 : name;
        same = strcmp(name, set) == 0;
    }
    free(cell);
    free(set);
    free(end);
    return same;
}

/* "images,cnn,49000,98.56,71.2,...": what it reads, the classifier and its accuracy in percent.
 * False for another line. */
static bool read_line(char *line, char *cells[4]) {
    for (int i = 0; i < 4; i++) {
        cells[i] = line;
        line = strchr(line, ',');
        if (!line) return false;
        *line++ = '\0';
    }
    return true;
}

/* Whether it is one of images, and was added. */
static bool add_line(cli_report *report, const char *folder, char *line, bool codes) {
    char *cells[4], *end;
    if (!is_scored(report, line) || !read_line(line, cells)) return false;
    const double percent = strtod(cells[3], &end);
    const bool images = strcmp(cells[0], "images") == 0;
    if (*end || !(percent >= 0 && percent <= 100)) return false;
    if (!images && !(codes && strcmp(cells[0], "codes") == 0)) return false;
    char *from = cli_told(cli_said_text(CLI_SAID_COMPARISON), folder);
    cli_report_accuracy(report, images ? CLI_SAID_ON_IMAGES : CLI_SAID_ON_CODES,
                        cli_report_called(cells[1]), percent / 100, from);
    free(from);
    return images;
}

int cli_report_compared(cli_report *report, const char *folder, bool codes) {
    char *path = cli_format("%s/compare.csv", folder), *bytes = NULL;
    size_t count;
    int added = 0;
    if (cli_is_there(path) && emb_file_read(path, MOST_BYTES, &bytes, &count) == EMB_OK) {
        char *rest = bytes;
        for (char *line; (line = strsep(&rest, "\n"));) {
            added += add_line(report, folder, line, codes);
        }
    }
    free(bytes);
    free(path);
    return added;
}
