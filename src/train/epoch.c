/* Steps and epochs, in the order in which a notebook's loaders draw. See epoch.h. */
#include "train/epoch.h"

#include <math.h>
#include <string.h>
#include <time.h>

#include "base/entry.h"
#include "train/blame.h"
#include "train/image_errors.h"
#include "train/schedule.h"
#include "train/step.h"

/* Draws what a DataLoader's iterator draws: its base seed and, after it, a shuffling sampler's
 * seed. */
static void draw_loader(emb_run *run, bool shuffle, uint32_t *order, size_t n) {
    emb__random_int63(&run->random);
    if (!shuffle) return;
    emb__random sampler;
    emb__random_seed(&sampler, emb__random_int63(&run->random));
    emb__random_permutation(&sampler, order, n);
}

void emb__run_begin_epoch(emb_run *run) {
    emb__ahead_forget(run->ahead);
    run->epoch_random = run->random;
    draw_loader(run, run->options.shuffle, run->order, run->train_count);
    for (size_t i = 0; i < run->train_count; i++) {
        run->order[i] = run->split[run->options.shuffle ? run->order[i] : i];
    }
    run->position = 0;
    run->seconds = 0;
    run->loss_sum = 0;
    run->told = (emb__told){.term = 0};
    run->batches = run->right = 0;
    run->epoch_open = true;
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* How many of images order[count] have just been classified correctly; 0 if none were
 * classified. */
static size_t count_right(const emb_run *run, const uint32_t *order, size_t count) {
    size_t right = 0;
    for (size_t i = 0; run->loss.predicts && i < count; i++) {
        right += run->predicted[i] == emb_images_label(run->images, order[i]);
    }
    return right;
}

/* For a step, the net has frozen layers and, of averaged weights, those that are trained; and then
 * no longer. */
static void exchange_weights(emb_run *run) {
    float *weights = run->net->params;
    emb__frozen_exchange(run->frozen, run->net);
    if (!run->other) return;
    run->net->params = run->other;
    run->other = weights;
}

/* The buffers that go with the averages are those of the network that is trained. */
static void copy_buffers(emb_run *run) {
    const emb_net *net = run->net;
    if (!run->other) return;
    memcpy(net->params + net->param_stride, run->other + net->param_stride,
           (net->number_count - net->param_stride) * sizeof *run->other);
}

/* Has a batch's images at hand, and begins to read those of the next one. */
static emb_status read_batch(emb_run *run, size_t batch) {
    const uint32_t *indices = run->order + run->position;
    if (!run->ahead) return EMB_OK;
    const emb_status status = emb__ahead_take(run->ahead, indices, batch, &run->bytes);
    const size_t left = run->train_count - run->position - batch;
    if (status == EMB_OK)
        emb__ahead_begin(run->ahead, indices + batch, left < batch ? left : batch);
    return status;
}

static void tell(emb_run *run, emb__term term, double loss) {
    if (!run->terms) return;
    run->told.reconstruction += loss - term.added;
    run->told.term += term.said;
}

emb_status emb_run_step(emb_run *run, float *loss) {
    EMB__ENTER;
    const double started = now();
    if (emb_run_epoch_done(run)) emb__run_begin_epoch(run);
    const size_t left = run->train_count - run->position;
    const size_t asked = (size_t)run->options.batch_size, batch = left < asked ? left : asked;
    emb_status status = read_batch(run, batch);
    if (status != EMB_OK) return status;
    exchange_weights(run);
    *loss = emb__run_batch(run, batch);
    run->last_loss = *loss;
    status = isfinite(*loss) ? EMB_OK : emb__run_blame(run, batch);
    exchange_weights(run);
    if (status != EMB_OK) return status;
    copy_buffers(run);
    run->update.product = run->update.next_product;
    emb__net_changed(run->net);
    run->net->stepped_version = run->net->version;
    run->steps++;
    run->loss_sum += (double)*loss;
    tell(run, emb__terms_mean(run->terms, batch), (double)*loss);
    run->batches++;
    run->right += count_right(run, run->order + run->position, batch);
    run->position += batch;
    /* A moment that is once too large stays so: looking now and then finds it, and looking at steps
     * with a suspicious loss finds it at once. */
    enum { NOW_AND_THEN = 64 };
    static const float suspicious = 1e6f;
    const bool look =
        run->steps % NOW_AND_THEN == 1 || *loss > suspicious || run->position >= run->train_count;
    const double took = now() - started;
    run->seconds += took;
    emb__pace_took(&run->pace, took, batch);
    return look ? emb__run_check_optimiser(run) : EMB_OK;
}

bool emb_run_epoch_done(const emb_run *run) {
    return !run->epoch_open || run->position >= run->train_count;
}

/* The mean of the batches' means, each rounded to float32 as PyTorch's loss.item() is. */
static emb_status validate(emb_run *run, emb_epoch *epoch, emb__told *told) {
    const size_t n = run->val_count, batch = (size_t)run->options.batch_size;
    draw_loader(run, true, run->val_order, n);
    for (size_t i = 0; i < n; i++) {
        run->val_order[i] = run->split[run->train_count + run->val_order[i]];
    }
    const emb__altering noise = {
        .alter = run->alter, .epoch = EMB__FIXED_EPOCH, .draws = true, .seed = run->options.seed};
    emb__net_uses_clear(run->net);
    emb_status status = emb__net_errors_altered(run->net, &run->loss, run->images, &noise,
                                                run->val_order, n, emb__pace_threads(&run->pace),
                                                run->errors, run->terms, batch, run->predicted);
    double sum = 0;
    size_t batches = 0;
    emb__net_uses(run->net, run->uses);
    *told = (emb__told){.uses = run->uses};
    for (size_t first = 0; first < n; first += batch, batches++) {
        const size_t here = n - first < batch ? n - first : batch;
        const double loss = emb__loss_mean(&run->loss, run->net, run->errors + first, here);
        const emb__term term = emb__terms_mean(run->terms ? run->terms + first : NULL, here);
        sum += (double)(float)(loss + term.added);
        told->reconstruction += loss;
        told->term += term.said;
    }
    epoch->validation_loss = sum / (double)batches;
    told->reconstruction /= (double)batches;
    told->term /= (double)batches;
    if (run->loss.predicts) {
        epoch->validation_accuracy = (double)count_right(run, run->val_order, n) / (double)n;
    }
    return status;
}

emb_status emb_run_finish_epoch(emb_run *run, emb_epoch *epoch) {
    EMB__ENTER;
    if (!run->epoch_open || !emb_run_epoch_done(run)) {
        return emb__fail(EMB_ERR_ARGUMENT, "emb_run_finish_epoch: the epoch has steps left");
    }
    const size_t seen = run->train_count;
    *epoch = (emb_epoch){.loss = run->last_loss,
                         .mean_loss = run->loss_sum / (double)run->batches,
                         .validation_loss = NAN,
                         .accuracy = run->loss.predicts ? (double)run->right / (double)seen : NAN,
                         .validation_accuracy = NAN,
                         .steps = run->steps,
                         .images = seen,
                         .seconds = run->seconds};
    const emb__random before = run->random;
    run->epoch_open = false;
    const emb__told training = {.reconstruction = run->told.reconstruction / (double)run->batches,
                                .term = run->told.term / (double)run->batches};
    emb__told validation;
    emb_status status = run->val_count > 0 ? validate(run, epoch, &validation) : EMB_OK;
    if (status == EMB_ERR_CANCELLED) { /* as before, so that it can be asked for again, and saved */
        run->random = before;
        run->epoch_open = true;
    }
    if (status != EMB_OK) return status;
    /* The last update may have caused this; no training loss has shown it yet. */
    const bool lost = run->val_count > 0 && !isfinite(epoch->validation_loss);
    status = emb_net_check(run->net);
    if (lost && status == EMB_OK) {
        return emb__fail(EMB_ERR_DIVERGED,
                         "the validation loss is not a finite number after step %zu", run->steps);
    }
    if (status != EMB_OK) {
        return emb__fail_prefix(EMB_ERR_DIVERGED,
                                "the loss is not a finite number after step %zu: ", run->steps);
    }
    emb__run_keep_weights(run);
    const bool validated = run->val_count > 0;
    epoch->measure_count =
        emb__terms_measure(run->net, &training, validated ? &validation : NULL, epoch->measures);
    emb__run_judge(run, validated ? epoch->validation_loss : epoch->mean_loss,
                   validated ? epoch->validation_accuracy : epoch->accuracy);
    if (run->val_count == 0) return EMB_OK;
    /* The notebook opens the loader once more to show its first image. */
    draw_loader(run, true, run->val_order, run->val_count);
    epoch->has_preview = true;
    epoch->preview = run->split[run->train_count + run->val_order[0]];
    return EMB_OK;
}

emb_status emb_run_epoch(emb_run *run, emb_epoch *epoch) {
    EMB__ENTER;
    float loss;
    do {
        emb_status status = emb_run_step(run, &loss);
        if (status != EMB_OK) return status;
    } while (!emb_run_epoch_done(run));
    return emb_run_finish_epoch(run, epoch);
}
