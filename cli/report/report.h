/* One report: what is open, and the page as far as it is written. Its parts are report_write.c (the
 * order of the page), report_learning.c (network, curves, what an autoencoder does),
 * report_classes.c (classification), report_origin.c (command, options, machine). */
#ifndef CLI_REPORT_H
#define CLI_REPORT_H

#include <stdbool.h>

#include <embudo.h>

#include "core/run_json.h"
#include "data/history.h"
#include "data/split.h"
#include "plot/plot.h"
#include "report/report_html.h"
#include "report/report_words.h"
#include "use/verdict.h"

typedef struct cli_report {
    const char *run, *dataset;
    int threads;
    emb_net *net;
    cli_split scored; /* all of its images */
    json_t *record;   /* NULL: there is no run.json */
    bool has_history;
    cli_history history;
    bool classifies;     /* a classifier, or nearest neighbours */
    cli_verdict verdict; /* for one that classifies */
    emb_score score;     /* of an autoencoder */
    emb_measured kind;   /* of a kind of autoencoder; 0 measures of others */
    size_t twins;        /* how many of the scored images are also among the training images */
    cli_html html;
    cli_text notes; /* markup before the table of contents */
    bool no_pictures;
} cli_report;

/* The chapters: see above for the file of each. */
void cli_report_network(cli_report *report);
void cli_report_curves(cli_report *report);
void cli_report_film(cli_report *report);    /* an image, epoch by epoch */
void cli_report_images(cli_report *report);  /* what an autoencoder does */
void cli_report_codes(cli_report *report);   /* what its codes know of the labels */
void cli_report_classes(cli_report *report); /* which classes a classifier confuses */
void cli_report_origin(cli_report *report);

#endif
