/* A classifier that is trained. See classification.h. */
#include <stdlib.h>

#include "core/message.h"
#include "data/encoded_set.h"
#include "data/open_data.h"
#include "data/range.h"
#include "train/classification.h"
#include "train/classifier.h"
#include "train/job_run.h"

/* A class may have all of its images in one part. */
static int count_classes(const cli_classification *c) {
    const int train = emb_images_classes(c->train), test = emb_images_classes(c->test);
    return train > test ? train : test;
}

static int judge(cli_classification *c, emb_net *whole) {
    cli_verdict verdict = {0};
    const bool good = cli_verdict_net(&verdict, whole, c->test, c->job.training.asked.threads) &&
                      cli_classification_save(c, &verdict);
    if (good) cli_classification_tell(c, &verdict);
    cli_verdict_free(&verdict);
    return good ? CLI_DONE : CLI_FAILED;
}

/* Trains, or goes on, with the images that the training has. */
static int run_job(cli_classification *c) {
    cli_job *job = &c->job;
    cli_training *t = &job->training;
    const bool goes_on = job->resumed.opened.checkpoint != NULL;
    const bool good = goes_on ? cli_resume_classifier(&job->resumed, t, &job->checkpoints)
                              : t->subject.net != NULL && cli_resumed_began_so(&job->resumed, t);
    const int code = good ? cli_job_run(job) : CLI_FAILED;
    if (code != CLI_DONE && code != CLI_FAILED) cli_classification_tell_unmeasured(c);
    return code;
}

/* The classifier that is to learn, NULL with the error printed; none if a checkpoint has it. */
static bool take_classifier(cli_classification *c, const char *name, int inputs) {
    if (c->job.resumed.opened.checkpoint) return true;
    c->job.training.subject.net = cli_classifier_open(name, count_classes(c), inputs);
    return c->job.training.subject.net != NULL;
}

int cli_classify_codes(cli_classification *c) {
    static const char *const heads[] = {"linear", "mlp", NULL};
    cli_training *t = &c->job.training;
    cli_codes codes = {0};
    char *name = cli_classifier_name(cli_arg(c->args, "head")->text, heads, "head-");
    t->asked.model = name;
    t->asked.encoder = c->autoencoder;
    t->asked.encoder_name = c->run;
    t->asked.encoded = c->train;
    int code = CLI_FAILED;
    if (take_classifier(c, name, emb_net_latent(c->autoencoder)) &&
        cli_codes_encode(&codes, c->autoencoder, c->train, NULL, emb_images_count(c->train),
                         t->asked.threads)) {
        t->subject.images = cli_codes_images(&codes);
        if (t->subject.images) code = run_job(c);
    }
    if (code == CLI_DONE) {
        emb_net *whole = emb_net_attach(c->autoencoder, t->subject.net);
        code = whole ? judge(c, whole) : cli_fail("%s", emb_error());
        emb_net_free(whole);
    }
    cli_codes_free(&codes);
    free(name);
    return code;
}

int cli_classify_images(cli_classification *c) {
    static const char *const nets[] = {"cnn", "mlp", NULL};
    cli_training *t = &c->job.training;
    char *name = cli_classifier_name(cli_arg(c->args, "net")->text, nets, "");
    t->asked.model = name;
    bool fits = take_classifier(c, name, 0);
    const emb_net *net =
        c->job.resumed.opened.checkpoint ? c->job.resumed.opened.net : t->subject.net;
    t->subject.images = c->train;
    c->train = NULL; /* the training closes them */
    fits = fits && cli_dataset_fit(t->subject.images, net, c->dataset) &&
           cli_dataset_fit(c->test, net, c->dataset) &&
           cli_range_tell(t->subject.images, c->args, c->dataset);
    int code = fits ? run_job(c) : CLI_FAILED;
    if (code == CLI_DONE) code = judge(c, t->subject.net);
    free(name);
    return code;
}
