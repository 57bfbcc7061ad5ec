/* What the chapters of a report share: its words, and what they put on the page. */
#ifndef CLI_REPORT_SHARED_H
#define CLI_REPORT_SHARED_H

#include "report/report.h"

/* The same for a word that says what kind of images are scored, to be freed: "%sMSE" as "test
 * MSE". */
char *cli_report_said_part(const cli_report *report, cli_said said);
/* "test " or " de prueba". */
const char *cli_report_part(const cli_report *report);

/* A paragraph before the table of contents. */
void cli_report_note(cli_report *report, cli_said said, const char *text);

/* Draws a picture into the page; one that cannot be drawn is left out, with a note. Takes over the
 * picture and frees it. */
void cli_report_picture(cli_report *report, emb_picture *picture, const char *why, cli_said what,
                        const char *caption, bool wide);

/* The same for a kind of `embudo plot`, with the count and scale of `wishes`, which may be NULL. */
void cli_report_plot(cli_report *report, const char *kind, const cli_plot *wishes, cli_said what,
                     const char *caption);

/* A row of the table of classifiers: "codes, MLP" or "images, CNN", how much it gets right, and
 * where that is from. */
void cli_report_accuracy(cli_report *report, cli_said reads, const char *classifier,
                         double accuracy, const char *from);
/* What a built-in classifier is called, as compare calls it; others go by their own name. */
const char *cli_report_called(const char *model);
/* Rows for what a compare.csv in that folder says of classifiers of images, measured on the images
 * that are scored here; `codes`: of codes, too. How many are
 * of images. */
int cli_report_compared(cli_report *report, const char *folder, bool codes);

/* A file beside the model, to be freed; NULL if the run is a model file. */
char *cli_report_file(const cli_report *report, const char *name);

#endif
