/* A classifier that learns nothing: the nearest codes vote. See classification.h. */
#include <stdlib.h>

#include "core/message.h"
#include "core/network.h"
#include "core/room.h"
#include "train/classification.h"
#include "train/job_run.h"

/* Before anything is written. */
static bool enough_neighbours(cli_classification *c) {
    const size_t all = emb_images_count(c->train);
    const int64_t asked = cli_arg(c->args, "knn")->whole;
    size_t count = 0;
    uint32_t *order = cli_alloc(all * sizeof *order);
    const bool split = emb_split(all, &c->job.training.terms.options, order, &count) == EMB_OK;
    c->job.training.subject.train_count = count;
    c->job.training.subject.val_count = all - count;
    free(order);
    if (!split) {
        cli_fail("%s", emb_error());
    } else if (asked > (int64_t)count) {
        cli_fail("--knn %lld: expected at most %zu, the number of training images",
                 (long long)asked, count);
    }
    return split && asked <= (int64_t)count && cli_room_codes(c->autoencoder, count, NULL) &&
           cli_room_codes(c->autoencoder, emb_images_count(c->test), NULL);
}

/* The run of a kNN classifier is the autoencoder's model with the number of neighbours in it:
 * everything else is in the data set. */
int cli_classify_neighbours(cli_classification *c) {
    cli_training *t = &c->job.training;
    cli_verdict verdict = {0};
    if (!enough_neighbours(c)) return CLI_FAILED;
    t->asked.model = "knn";
    c->job.checkpoints = (cli_checkpoints){0}; /* there are no steps */
    t->asked.encoder_name = c->run;
    t->terms.knn = (int)cli_arg(c->args, "knn")->whole;
    t->subject.net = c->autoencoder;
    c->autoencoder = NULL;
    if (!cli_job_run_nothing(&c->job)) return CLI_FAILED;
    char *model = cli_run_folder_file(&t->folder, "model.safetensors");
    emb_net *recorded = cli_network_open_trained(model);
    const bool good = recorded &&
                      cli_verdict_recorded_knn(&verdict, recorded, model, c->dataset, c->test,
                                               t->asked.threads) &&
                      cli_classification_save(c, &verdict);
    if (good) cli_classification_tell(c, &verdict);
    if (good) cli_note("the run is in %s", t->folder.path);
    cli_verdict_free(&verdict);
    emb_net_free(recorded);
    free(model);
    return good ? CLI_DONE : CLI_FAILED;
}
