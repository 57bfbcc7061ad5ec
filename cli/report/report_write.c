/* The order of a report's page. See report_write.h. */
#include "report/report_write.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/folders.h"
#include "core/message.h"
#include "core/network.h"
#include "core/progress.h"
#include "core/shown.h"
#include "data/measures.h"
#include "data/open_data.h"
#include "data/twins.h"
#include "plot/plot_words.h"
#include "report/report.h"
#include "report/report_shared.h"
#include "use/doctor.h"

/* ---- opening --------------------------------------------------------------------------------- */

static bool open_files(cli_report *report) {
    char *record = cli_report_file(report, "run.json"),
         *history = cli_report_file(report, "history.csv");
    bool good = !record || cli_run_json_read(&report->record, record);
    if (good && history && cli_folder_has(report->run, "history.csv")) {
        good = report->has_history = cli_history_read(&report->history, history);
    }
    free(record);
    free(history);
    return good;
}

static bool measure(cli_report *report) {
    const int neighbours = cli_verdict_neighbours(report->net);
    cli_doing("report: measuring");
    report->classifies = neighbours > 0 || emb_net_classes(report->net) > 0;
    if (neighbours > 0) {
        return cli_verdict_recorded_knn(&report->verdict, report->net, report->run, report->dataset,
                                        report->scored.images, report->threads);
    }
    if (report->classifies) {
        return cli_verdict_net(&report->verdict, report->net, report->scored.images,
                               report->threads);
    }
    if (emb_net_score(report->net, report->scored.images, NULL, 0, report->threads,
                      &report->score) != EMB_OK) {
        cli_fail("%s", emb_error());
        return false;
    }
    return !emb_net_has_measures(report->net) ||
           cli_measures_take(report->net, report->scored.images, report->threads, &report->kind);
}

static bool open_report(cli_report *report) {
    report->net = cli_network_open_trained(report->run);
    if (!report->net || !open_files(report)) return false;
    if (!cli_split_open(&report->scored, report->net, report->run, report->dataset, NULL)) {
        return false;
    }
    report->twins = cli_split_twins(&report->scored, report->net, report->run);
    const bool good = measure(report);
    report->verdict.dataset = report->dataset;
    report->verdict.part = report->scored.part;
    report->verdict.images = report->scored.images;
    return good;
}

static void close_report(cli_report *report) {
    if (report->has_history) cli_history_free(&report->history);
    json_decref(report->record);
    cli_verdict_free(&report->verdict);
    cli_html_free(&report->html);
    cli_text_free(&report->notes);
    cli_split_close(&report->scored);
    emb_net_free(report->net);
}

/* ---- the head of the page -------------------------------------------------------------------- */

static char *make_title(const cli_report *report) {
    const char *model = cli_run_json_string(report->record, "options", "model");
    const char *encoder = cli_run_json_string(report->record, "options", "encoder");
    if (!model) model = report->run;
    if (encoder) {
        return cli_told(cli_said_text(CLI_SAID_TITLE_ON_CODES), model, encoder);
    }
    const char *set = cli_run_json_string(report->record, "data", "set");
    const cli_said said =
        set ? (report->classifies ? CLI_SAID_TITLE_CLASSIFIER : CLI_SAID_TITLE_AUTOENCODER)
            : (report->classifies ? CLI_SAID_TITLE_CLASSIFIER_ALONE
                                  : CLI_SAID_TITLE_AUTOENCODER_ALONE);
    return cli_told(cli_said_text(said), model, set ? set : "");
}

static void add_fact(const cli_report *report, cli_text *head, cli_said name, const char *value) {
    char *shown = cli_report_said_part(report, name);
    cli_text_add(head, "<div><dt>");
    cli_html_escape(head, shown);
    free(shown);
    cli_text_add(head, "</dt><dd>");
    cli_html_escape(head, value);
    cli_text_add(head, "</dd></div>\n");
}

static void add_number(const cli_report *report, cli_text *head, cli_said name, const char *format,
                       double value) {
    char number[CLI_NUMBER_SIZE];
    if (!isfinite(value)) return;
    char *text = strcmp(format, "%") == 0    ? cli_told("%.2f %%", value)
                 : strcmp(format, "dB") == 0 ? cli_told("%.2f dB", value)
                 : strcmp(format, "s") == 0  ? cli_told("%.1f s", value)
                 : strcmp(format, "n") == 0
                     ? cli_format("%s", cli_thousands((uint64_t)value, number))
                     : cli_format("%s", cli_error_text(value, 4, number));
    add_fact(report, head, name, text);
    free(text);
}

/* The last number of a column, or the sum of all; NaN if there is none. */
static double of_history(const cli_report *report, const char *column, bool sum) {
    const double *values =
        report->has_history ? cli_history_column(&report->history, column) : NULL;
    double all = 0;
    if (!values) return NAN;
    for (size_t i = 0; i < report->history.rows; i++) all += values[i];
    return sum ? all : values[report->history.rows - 1];
}

/* What is told of a kind of autoencoder, measured on the images that are scored. */
static void add_measures(const cli_report *report, cli_text *head) {
    const emb_measured *m = &report->kind;
    const char *column;
    cli_word word;
    for (size_t i = 0; (column = cli_word_measure(i, &word)) != NULL; i++) {
        for (int k = 0; k < m->measure_count; k++) {
            if (strcmp(m->measures[k].name, column) != 0) continue;
            const double x = m->measures[k].value;
            char *value = word == CLI_WORD_UNUSED ? cli_told(cli_said_text(CLI_SAID_OF), x,
                                                             emb_net_entries(report->net))
                                                  : cli_told("%.5g", x);
            add_fact(report, head, (cli_said)(CLI_SAID_FACT_ELBO + (int)i), value);
            free(value);
        }
    }
    if (m->measure_count == 0 || emb_net_entries(report->net) > 0) return;
    char *active = cli_told(cli_said_text(CLI_SAID_OF), (double)m->active, m->latent);
    add_fact(report, head, CLI_SAID_FACT_ACTIVE, active);
    free(active);
}

/* How long a code is. */
static void add_code(const cli_report *report, cli_text *head) {
    if (emb_net_entries(report->net) > 0) {
        add_number(report, head, CLI_SAID_FACT_PLACES, "n", emb_net_places(report->net));
        add_number(report, head, CLI_SAID_FACT_BITS, "n", cli_code_bits(report->net));
    } else if (emb_net_latent(report->net) > 0) {
        add_number(report, head, CLI_SAID_FACT_LATENT, "n", emb_net_latent(report->net));
    }
}

static void add_facts(const cli_report *report, cli_text *head) {
    const double epochs = report->has_history ? (double)report->history.rows : NAN;
    const int neighbours = cli_verdict_neighbours(report->net);
    cli_text_add(head, "<dl class=\"facts\">\n");
    if (report->classifies) {
        add_number(report, head, CLI_SAID_FACT_ACCURACY, "%", 100 * report->verdict.score.accuracy);
        add_number(report, head, CLI_SAID_FACT_TEST_LOSS, "", report->verdict.score.loss);
    } else {
        add_number(report, head, CLI_SAID_FACT_MSE, "", report->score.mse);
        add_number(report, head, CLI_SAID_FACT_PSNR, "dB", report->score.psnr);
        add_measures(report, head);
    }
    add_number(report, head, CLI_SAID_FACT_VAL_LOSS, "",
               of_history(report, "validation_loss", false));
    add_number(report, head, CLI_SAID_FACT_VAL_ACCURACY, "%",
               100 * of_history(report, "validation_accuracy", false));
    add_number(report, head, CLI_SAID_FACT_EPOCHS, "n", epochs);
    add_number(report, head, CLI_SAID_FACT_SECONDS, "s", of_history(report, "seconds", true));
    add_number(report, head, CLI_SAID_FACT_PARAMETERS, "n",
               (double)cli_network_parameters(report->net));
    add_code(report, head);
    if (report->classifies) {
        add_number(report, head, CLI_SAID_FACT_CLASSES, "n", report->verdict.classes);
    }
    if (neighbours > 0) add_number(report, head, CLI_SAID_FACT_NEIGHBOURS, "n", neighbours);
    cli_text_add(head, "</dl>\n");
}

/* What is known about the scored images. That no test image was learned from is only known for the
 * run's own data set. */
static const char *seen_text(const cli_report *report) {
    const cli_part part = report->scored.part;
    if (part == CLI_PART_TEST &&
        (report->twins > 0 || !cli_held_is_set_of(report->run, report->dataset))) {
        return "";
    }
    return cli_said_text((cli_said)(CLI_SAID_SEEN_TEST + (int)part));
}

static char *make_lead(const cli_report *report) {
    char pixels[CLI_NUMBER_SIZE], latent[CLI_NUMBER_SIZE], count[CLI_NUMBER_SIZE];
    const char *part = cli_report_part(report), *seen = seen_text(report);
    cli_thousands(report->scored.count, count);
    if (report->classifies) {
        snprintf(latent, sizeof latent, "%d", report->verdict.classes);
        return cli_told(cli_said_text(CLI_SAID_LEAD_CLASSIFIER), latent, count, part,
                        report->dataset, seen);
    }
    char *code =
        emb_net_entries(report->net) > 0
            ? cli_told(cli_said_text(CLI_SAID_CODE_OF_ENTRIES), emb_net_places(report->net),
                       emb_net_entries(report->net), cli_code_bits(report->net))
            : cli_format("%s", cli_thousands((uint64_t)emb_net_latent(report->net), latent));
    char *lead = cli_told(cli_said_text(CLI_SAID_LEAD_AUTOENCODER),
                          cli_thousands(cli_network_pixels(report->net), pixels), code, count, part,
                          report->dataset, seen);
    free(code);
    return lead;
}

/* What a reader should know first. */
static void add_notes(cli_report *report) {
    const char *outcome = cli_run_json_string(report->record, NULL, "outcome");
    char *doctor = report->classifies
                       ? NULL
                       : cli_doctor_judge(report->net, report->scored.images, report->threads);
    if (doctor) cli_report_note(report, CLI_SAID_NOTE_DOCTOR, doctor);
    if (outcome && strcmp(outcome, "finished") != 0 && strcmp(outcome, "running") != 0) {
        cli_report_note(report, CLI_SAID_NOTE_OUTCOME, _(outcome));
    }
    if (report->twins > 0) {
        char twins[CLI_NUMBER_SIZE];
        cli_report_note(report, CLI_SAID_NOTE_TWINS, cli_thousands(report->twins, twins));
    }
    if (!report->record) cli_report_note(report, CLI_SAID_NOTE_NO_RECORD, "");
    if (!report->has_history && cli_verdict_neighbours(report->net) == 0) {
        cli_report_note(report, CLI_SAID_NOTE_NO_HISTORY, "");
    }
    free(doctor);
}

static cli_text make_page(cli_report *report) {
    cli_text head = {0};
    char *title = make_title(report), *lead = make_lead(report);
    char *run = cli_told(cli_said_text(CLI_SAID_RUN), report->run);
    char *foot = cli_told(cli_said_text(CLI_SAID_FOOT), emb_version());
    cli_doing("report: checking");
    add_notes(report);
    cli_doing("report: drawing");
    cli_report_curves(report);
    if (report->classifies) {
        cli_report_classes(report);
    } else {
        cli_report_film(report);
        cli_report_images(report);
        cli_report_codes(report);
    }
    cli_report_network(report);
    cli_report_origin(report);
    const struct {
        const char *tag, *text;
    } lines[] = {{"h1", title}, {"p class=\"soft\"", run}, {"p", lead}};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        cli_text_add(&head, "<%s>", lines[i].tag);
        cli_html_escape(&head, lines[i].text);
        cli_text_add(&head, "</%.*s>\n", (int)strcspn(lines[i].tag, " "), lines[i].tag);
    }
    add_facts(report, &head);
    if (report->notes.length > 0) cli_text_bytes(&head, report->notes.bytes, report->notes.length);
    cli_text page = cli_html_finish(&report->html, cli_language(), title, &head,
                                    cli_said_text(CLI_SAID_CONTENTS), foot);
    cli_text_free(&head);
    free(title);
    free(lead);
    free(run);
    free(foot);
    return page;
}

bool cli_report_write(const char *run, const char *dataset, const char *path, int threads) {
    cli_report report = {.run = run, .dataset = dataset, .threads = threads};
    report.html.sideways = cli_said_text(CLI_SAID_SIDEWAYS);
    const bool shown = cli_shown_set(false); /* its pictures are the page's */
    bool good = open_report(&report);
    if (good) {
        char *beside = path ? NULL : cli_report_file(&report, "report.html");
        const char *target = path ? path : beside ? beside : "report.html";
        cli_text page = make_page(&report);
        good = emb_file_write(target, page.bytes, page.length) == EMB_OK;
        if (!good) cli_fail("%s", emb_error());
        cli_text_free(&page);
        free(beside);
    }
    close_report(&report);
    cli_shown_set(shown);
    return good;
}
