/* Where a run comes from: its command, options, data and machine, according to run.json. See
 * report.h. */
#include <stdlib.h>
#include <string.h>

#include "core/told.h"
#include "report/report.h"
#include "report/report_shared.h"

static void add_row(cli_report *report, const char *name, const char *value) {
    const char *const cells[] = {name, value};
    if (value) cli_html_row(&report->html, cells, "ht");
}

static void add_options(cli_report *report) {
    json_t *options = cli_run_json_group(report->record, "options");
    const char *name;
    json_t *value;
    const char *const heads[] = {cli_said_text(CLI_SAID_OPTION), cli_said_text(CLI_SAID_VALUE)};
    if (!options) return;
    cli_html_element(&report->html, "h3", cli_said_text(CLI_SAID_OPTIONS));
    cli_html_table(&report->html, heads, "ht");
    json_object_foreach(options, name, value) {
        char *text = cli_run_json_text(value);
        add_row(report, name, text);
        free(text);
    }
    cli_html_table_end(&report->html);
}

/* A number of images, or NULL into `text`. */
static const char *count_of(const cli_report *report, const char *name,
                            char text[CLI_NUMBER_SIZE]) {
    double value;
    const bool known = cli_run_json_number(report->record, "data", name, &value);
    return known && value >= 0 && value < 1e15 ? cli_thousands((uint64_t)value, text) : NULL;
}

static void add_data(cli_report *report) {
    char train[CLI_NUMBER_SIZE], val[CLI_NUMBER_SIZE], count[CLI_NUMBER_SIZE];
    const char *set = cli_run_json_string(report->record, "data", "set");
    char *scored =
        cli_told(cli_said_text(CLI_SAID_SCORED_IMAGES), cli_thousands(report->scored.count, count),
                 cli_report_part(report), report->dataset);
    cli_html_element(&report->html, "h3", cli_said_text(CLI_SAID_DATA));
    cli_html_table(&report->html, NULL, "ht");
    add_row(report, cli_said_text(CLI_SAID_DATA_SET), set ? set : report->dataset);
    const char *input = cli_run_json_string(report->record, "data", "input");
    add_row(report, cli_said_text(CLI_SAID_READS), input ? _(input) : NULL);
    add_row(report, cli_said_text(CLI_SAID_TRAINING_IMAGES),
            count_of(report, "training_images", train));
    add_row(report, cli_said_text(CLI_SAID_VALIDATION_IMAGES),
            count_of(report, "validation_images", val));
    add_row(report, cli_said_text(CLI_SAID_SCORED), scored);
    free(scored);
    cli_html_table_end(&report->html);
}

/* What run.json says about the program and the machine, in this order. */
static const struct {
    const char *group, *name;
    cli_said head;
} facts[] = {
    {NULL, "version", CLI_SAID_VERSION},
    {"machine", "compiler", CLI_SAID_COMPILER},
    {"machine", "processor", CLI_SAID_PROCESSOR},
    {"machine", "cores", CLI_SAID_CORES},
    {"machine", "instruction_set", CLI_SAID_INSTRUCTION_SET},
    {"machine", "threads", CLI_SAID_THREADS},
    {"machine", "system", CLI_SAID_SYSTEM},
    {NULL, "started", CLI_SAID_STARTED},
    {NULL, "finished", CLI_SAID_FINISHED},
};

static void add_machine(cli_report *report) {
    cli_html_element(&report->html, "h3", cli_said_text(CLI_SAID_MACHINE));
    cli_html_table(&report->html, NULL, "ht");
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
        const json_t *group =
            facts[i].group ? cli_run_json_group(report->record, facts[i].group) : report->record;
        const json_t *value = json_object_get(group, facts[i].name);
        char *text = value && !json_is_null(value) ? cli_run_json_text(value) : NULL;
        add_row(report, cli_said_text(facts[i].head), text);
        free(text);
    }
    cli_html_table_end(&report->html);
}

void cli_report_origin(cli_report *report) {
    cli_html *html = &report->html;
    bool names_folder;
    if (!report->record) return;
    char *command = cli_run_json_command(report->record, &names_folder);
    cli_html_section(html, "origin", cli_said_text(CLI_SAID_ORIGIN));
    if (command) {
        cli_html_paragraph(html, "%s", cli_said_text(CLI_SAID_COMMAND_TEXT));
        cli_html_lines(html, command);
        if (names_folder) cli_html_paragraph(html, "%s", cli_said_text(CLI_SAID_COMMAND_FOLDER));
    }
    add_options(report);
    add_data(report);
    add_machine(report);
    free(command);
}
