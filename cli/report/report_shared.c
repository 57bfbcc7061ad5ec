/* What the chapters of a report share. See report_shared.h. */
#include "report/report_shared.h"

#include <stdlib.h>
#include <string.h>

#include "core/folders.h"
#include "core/message.h"
#include "plot/plot_kinds.h"
#include "plot/plot_words.h"

const char *cli_report_part(const cli_report *report) { return cli_word_part(report->scored.part); }

char *cli_report_said_part(const cli_report *report, cli_said said) {
    return cli_told(cli_said_text(said), cli_report_part(report));
}

void cli_report_note(cli_report *report, cli_said said, const char *text) {
    char *line = cli_told(cli_said_text(said), text);
    cli_text_add(&report->notes, "<p class=\"note\">");
    cli_html_escape(&report->notes, line);
    cli_text_add(&report->notes, "</p>\n");
    free(line);
}

void cli_report_picture(cli_report *report, emb_picture *picture, const char *why, cli_said what,
                        const char *caption, bool wide) {
    if (picture) {
        size_t count;
        char *shown = cli_report_said_part(report, what);
        const uint8_t *bytes = emb_picture_bytes(picture, &count);
        cli_html_picture_add(
            &report->html,
            &(cli_html_picture){
                .bytes = bytes, .count = count, .what = shown, .caption = caption, .wide = wide});
        free(shown);
    } else if (!report->no_pictures) {
        /* A build without cairo says so once. */
        report->no_pictures = why && strstr(why, "cairo") != NULL;
        cli_report_note(report,
                        report->no_pictures ? CLI_SAID_NOTE_NO_PICTURES : CLI_SAID_NOTE_LEFT_OUT,
                        why ? why : "?");
    }
    emb_picture_free(picture);
}

void cli_report_plot(cli_report *report, const char *kind, const cli_plot *wishes, cli_said what,
                     const char *caption) {
    cli_plot plot = {.run = report->run,
                     .dataset = report->dataset,
                     .threads = report->threads,
                     .count = wishes ? wishes->count : 0,
                     .scale = wishes ? wishes->scale : 0,
                     .format = EMB_PNG};
    cli_text why = {0}, *before = cli_fail_into(&why);
    emb_picture *picture = cli_plot_draw(&plot, cli_plot_kind_find(kind));
    cli_fail_into(before);
    cli_report_picture(report, picture, why.bytes, what, caption, true);
    cli_text_free(&why);
}

char *cli_report_file(const cli_report *report, const char *name) {
    return cli_is_folder(report->run) ? cli_format("%s/%s", report->run, name) : NULL;
}
