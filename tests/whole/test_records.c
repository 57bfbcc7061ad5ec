/* Every layer, loss, optimiser and schedule, and networks at random, against records of the real
 * PyTorch: tests/makers/records.py made them, and says what is in them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "support/records.h"
#include "support/support.h"
#include "train/run.h"

/* How a BatchNorm is refused of which an image's results would depend on the others. Everything
 * else that has a record must be as there. */
static const char refusal[] = "has track_running_stats=False";

/* ---- a case ---- */

/* By the first step of a training from the net's weights, on the first images alone: what the
 * optimiser got. */
static bool gradients_of_step(record_case *c, const uint32_t *indices, size_t batch,
                              float *gradients, double *loss) {
    emb_train_options o;
    float mean = 0;
    if (!record_options(c, &o)) return false;
    emb_train_options of_loss = {.seed = o.seed,
                                 .batch_size = o.batch_size,
                                 .val_split = -1,
                                 .keep_weights = true,
                                 .threads = 1};
    memcpy(of_loss.loss, o.loss, sizeof o.loss);
    emb_images *images = emb_images_pick(c->images, indices, batch);
    emb_run *run = emb_run_new(c->net, images, &of_loss);
    const bool good = run && emb_run_step(run, &mean) == EMB_OK;
    if (!good) snprintf(c->why, sizeof c->why, "%s", emb_error());
    if (good) memcpy(gradients, run->update.grads, c->net->param_count * sizeof *gradients);
    *loss = (double)mean;
    emb_run_free(run);
    emb_images_free(images);
    return good;
}

static bool gradients_of(record_case *c, float *gradients, double *loss) {
    const size_t batch = (size_t)record_number(c, "batch");
    uint32_t *indices = emb__calloc(batch, sizeof *indices);
    for (uint32_t i = 0; i < batch; i++) indices[i] = i;
    bool good = true;
    if (json_is_true(json_object_get(c->row, "by_step"))) {
        good = gradients_of_step(c, indices, batch, gradients, loss);
    } else if (emb_net_gradients(c->net, c->images, indices, batch, gradients, loss) != EMB_OK) {
        snprintf(c->why, sizeof c->why, "%s", emb_error());
        good = false;
    }
    emb__free(indices);
    return good;
}

/* Outputs, and the first batch's loss and gradients, at weights from a formula. */
static bool standing_is_the_recorded(record_case *c) {
    if (emb_net_init(c->net, (uint64_t)record_number(c, "seed")) != EMB_OK) return false;
    record_move(c);
    if (!record_same_outputs(c, "evaluated")) return false;
    float *gradients = emb__calloc(c->net->param_stride, sizeof *gradients);
    double loss = 0;
    const bool same = gradients_of(c, gradients, &loss) &&
                      record_same_loss(c, "loss", loss, record_number(c, "batch_loss")) &&
                      record_same_tensors(c, "gradients", gradients);
    emb__free(gradients);
    return same;
}

static bool same_steps(record_case *c, emb_run *run) {
    json_t *losses = json_object_get(c->row, "losses"), *rates = json_object_get(c->row, "rates");
    for (size_t step = 0; step < json_array_size(losses); step++) {
        char what[40];
        float loss;
        emb_epoch done;
        snprintf(what, sizeof what, "step %zu: rate", step);
        if (rates && !record_same_loss(c, what, emb_run_learning_rate(run),
                                       json_number_value(json_array_get(rates, step)))) {
            return false;
        }
        if (emb_run_step(run, &loss) != EMB_OK ||
            (emb_run_epoch_done(run) && emb_run_finish_epoch(run, &done) != EMB_OK)) {
            snprintf(c->why, sizeof c->why, "step %zu: %s", step, emb_error());
            return false;
        }
        snprintf(what, sizeof what, "step %zu: loss", step);
        if (!record_same_loss(c, what, (double)loss,
                              json_number_value(json_array_get(losses, step)))) {
            return false;
        }
    }
    return true;
}

/* Initial weights, every step's loss and rate, weights and buffers in the end, and outputs. */
static bool training_is_the_recorded(record_case *c) {
    if (record_number(c, "steps") == 0) return true;
    emb_train_options o;
    if (!record_options(c, &o)) return false;
    emb_run *run = emb_run_new(c->net, c->images, &o);
    if (!run) {
        snprintf(c->why, sizeof c->why, "%s", emb_error());
        return false;
    }
    const bool same = record_same_tensors(c, "initial", NULL) && same_steps(c, run) &&
                      record_same_tensors(c, "final", NULL) && record_same_outputs(c, "trained");
    emb_run_free(run);
    return same;
}

static bool case_is_the_recorded(json_t *row, size_t *refused) {
    record_case c;
    const bool opened = record_case_open(&c, row);
    const bool is_refused = !opened && strstr(c.why, refusal);
    const bool good =
        is_refused || (opened && standing_is_the_recorded(&c) && training_is_the_recorded(&c));
    if (!good) print_error("%s: %s\n", c.name, c.why);
    record_case_close(&c);
    *refused += is_refused;
    return good;
}

static void group_is_the_recorded(void **state) {
    const char *group = *state;
    char path[512];
    snprintf(path, sizeof path, "%s/tests/parity/%s.json.gz", EMB_TEST_ROOT, group);
    json_t *cases = records_open(path), *row;
    size_t i, bad = 0, refused = 0;
    json_array_foreach(cases, i, row) bad += !case_is_the_recorded(row, &refused);
    const size_t all = json_array_size(cases);
    if (refused) print_message("%zu of %zu cases are refused\n", refused, all);
    json_decref(cases);
    assert_true(all > 0);
    if (bad) fail_msg("%s: %zu of %zu cases differ from PyTorch's", group, bad, all);
}

#define GROUP(name)                                                                                \
    { name, group_is_the_recorded, NULL, NULL, (void *)(name) }

int main(void) {
    const struct CMUnitTest tests[] = {
        GROUP("layers"),    GROUP("losses"),   GROUP("optimisers"),
        GROUP("schedules"), GROUP("networks"), GROUP("kinds"),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
