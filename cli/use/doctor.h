/* The doctor: at most one line on standard error if a training or a trained network is not well,
 * and one for each thing that is wrong with images (data_doctor.h), with what to try. It never
 * changes a result, and never makes a command fail: on an error of its own it is silent. */
#ifndef CLI_DOCTOR_H
#define CLI_DOCTOR_H

#include <embudo.h>

#include "data/recorded.h"
#include "data/subject.h"

/* What is remembered of one training. Zeroed is the start. */
typedef struct cli_doctor {
    unsigned said;  /* each emb_finding that a line has reported */
    bool looked;    /* no need to look again before the end */
    double freedom; /* emb_checkup's at the last look; 0 before the first */
    bool exploded;  /* a line has reported the loss */
    size_t losses;  /* seen so far */
    double first;   /* loss, of the untrained network */
    double recent;  /* running mean of the last few */
    double best;    /* the lowest of `first` and of `recent` at the epochs' ends */
    int checked;    /* the epoch after which it last looked; 0: none */
    unsigned found; /* each emb_finding of that look */
} cli_doctor;

/* Before the first step: whether the last layer can give such numbers as the images have, and what
 * is wrong with these. `dataset` is what they are called; NULL: they are codes, of which only the
 * numbers are looked at. */
void cli_doctor_start(cli_doctor *doctor, const cli_subject *subject, const cli_terms *terms,
                      const char *dataset);

/* After each step, with its loss; in the middle of the first epoch it looks at the network. */
void cli_doctor_step(cli_doctor *doctor, const cli_subject *subject, float loss);

/* After each epoch: examines the network after the first one that taught it anything, and after
 * the last. `terms` are what the training was asked for; `threads` to compute with. */
void cli_doctor_epoch(cli_doctor *doctor, const cli_subject *subject, const cli_terms *terms,
                      int threads, int epoch);

/* At the end of a training, for its record: looks again unless it did so after this, the last
 * epoch, and says nothing. */
void cli_doctor_settle(cli_doctor *doctor, const cli_subject *subject, int threads, int epoch);

/* A trained network on images that it has not seen. _judge returns the line, without "doctor: ", to
 * be freed; NULL if nothing is wrong. */
char *cli_doctor_judge(emb_net *net, const emb_images *images, int threads);
void cli_doctor_eval(emb_net *net, const emb_images *images, int threads);

#endif
