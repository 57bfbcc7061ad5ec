/* Opening a training: its memory, its split, its first weights. See run.h. */
#include "train/run.h"

#include <stdio.h>
#include <string.h>

#include "base/entry.h"
#include "base/memory.h"
#include "base/threads.h"
#include "base/translate.h"
#include "device/cpu/walk.h"
#include "device/images_fit.h"
#include "device/preprocessing.h"
#include "train/batch.h"
#include "train/masks.h"
#include "train/optimisers/optimiser_table.h"
#include "train/options_fill.h"
#include "train/settings.h"

/* Numbers in all gradient buffers together, unless a single one is larger. */
enum { MOST_GRADIENT = 1 << 26 };

size_t emb__net_gradient_sets(const emb_net *net, size_t batch) {
    const size_t blocks = (batch + EMB__LANES - 1) / EMB__LANES;
    size_t sets = blocks < EMB__MOST_SETS ? blocks : EMB__MOST_SETS;
    while (sets > 1 && sets * net->param_stride > MOST_GRADIENT) sets--;
    return sets;
}

/* Images of the largest batch. */
static size_t most_images(size_t batch, size_t images) { return batch < images ? batch : images; }

static emb_status allocate(emb_run *run) {
    const size_t stride = run->net->param_stride, n = run->train_count + run->val_count;
    const size_t batch = (size_t)run->options.batch_size;
    run->sets =
        emb__net_gradient_sets(run->net, batch < run->train_count ? batch : run->train_count);
    run->split = emb__calloc(n, sizeof *run->split);
    run->order = emb__calloc(run->train_count, sizeof *run->order);
    run->val_order = emb__calloc(run->val_count, sizeof *run->val_order);
    /* A batch's last block uses all its lanes. */
    const size_t most = batch > run->val_count ? batch : run->val_count;
    run->errors = emb__calloc(most + EMB__LANES, sizeof *run->errors);
    run->predicted = emb__calloc(most + EMB__LANES, sizeof *run->predicted);
    /* At least two, for the halves of one block. */
    emb__update *update = &run->update;
    update->grads = emb__calloc((run->sets < 2 ? 2 : run->sets) * stride, sizeof *update->grads);
    bool all = update->grads != NULL;
    for (int i = 0; i < EMB__OPTIMISER_ARRAYS; i++) {
        if (!emb__optimiser_keeps(&run->options, i)) continue;
        update->state[i] = emb__calloc(stride, sizeof *update->state[i]);
        all = all && update->state[i];
    }
    if (run->net->bottleneck >= 0) {
        run->terms = emb__calloc(most + EMB__LANES, sizeof *run->terms);
        all = all && run->terms;
    }
    const size_t masks = emb__masks_count(run->net, most_images(batch, run->train_count));
    if (masks > 0) run->masks = emb__calloc(masks, sizeof *run->masks);
    run->kept = emb__calloc(run->net->number_count, sizeof *run->kept);
    run->fingerprint = emb__calloc(EMB_FINGERPRINT, 1);
    if (run->options.ema > 0) {
        run->other = emb__calloc(run->net->number_count, sizeof *run->other);
        all = all && run->other;
    }
    if (run->options.clip_norm > 0) {
        run->squares = emb__calloc(emb__update_chunks(run->net), sizeof *run->squares);
        all = all && run->squares;
    }
    run->uses = emb__calloc((size_t)emb__net_entries(run->net) + 1, sizeof *run->uses);
    all = all && run->uses && run->split && run->order && run->val_order && run->errors &&
          run->predicted && run->kept && run->fingerprint && (masks == 0 || run->masks);
    if (!all) return EMB_ERR_MEMORY;
    const int threads = emb__threads_for(run->options.threads, SIZE_MAX);
    return emb__batch_room(run->net, most_images(batch, run->train_count), run->sets, threads);
}

emb_status emb__run_size(const emb_net *net, size_t images, const emb_train_options *options,
                         size_t blocks, size_t *bytes) {
    emb_train_options o = {0};
    size_t train;
    emb_status status = emb__options_fill(&o, options);
    if (status == EMB_OK) status = emb__net_has_loss(net);
    if (status == EMB_OK) status = emb__split_count(images, &o, &train);
    if (status != EMB_OK) return status;
    const size_t batch = (size_t)o.batch_size, val = images - train;
    emb__loss loss;
    status = emb__loss_make(&loss, net, o.loss);
    if (status != EMB_OK) return status;
    size_t arrays = 0;
    for (int i = 0; i < EMB__OPTIMISER_ARRAYS; i++) arrays += emb__optimiser_keeps(&o, i);
    const size_t sets = emb__net_gradient_sets(net, batch < train ? batch : train);
    const size_t members = (size_t)emb__threads_for(o.threads, SIZE_MAX);
    const size_t most = (batch > val ? batch : val) + EMB__LANES;
    if (blocks < sets) blocks = sets;
    if (blocks < (val + EMB__LANES - 1) / EMB__LANES) blocks = (val + EMB__LANES - 1) / EMB__LANES;
    *bytes = 2 * images * sizeof(uint32_t) + most * (sizeof(double) + 1) +
             (net->bottleneck < 0 ? 0 : most * sizeof(emb__term)) +
             ((size_t)emb__net_entries(net) + 1) * sizeof(uint64_t) +
             ((sets < 2 ? 2 : sets) + arrays) * net->param_stride * sizeof(float) +
             (o.ema > 0 ? 2 : 1) * net->number_count * sizeof(float) +
             (o.clip_norm > 0 ? emb__update_chunks(net) * sizeof(double) : 0) +
             emb__batch_room_size(net, most_images(batch, train), blocks, members,
                                  emb__loss_scratch(&loss, net) +
                                      (*o.denoise ? emb__shape_count(&net->input) : 0)) +
             emb__masks_count(net, most_images(batch, train)) * sizeof(uint16_t);
    return EMB_OK;
}

void emb__run_keep_weights(emb_run *run) {
    memcpy(run->kept, run->net->params, run->net->number_count * sizeof *run->kept);
}

void emb__run_copy_weights(emb_run *run) {
    if (!run->other) return;
    memcpy(run->other, run->net->params, run->net->number_count * sizeof *run->other);
}

/* How images are changed, if they are, and what the loss needs of them. */
static emb_status prepare_images(emb_run *run) {
    const emb_train_options *o = &run->options;
    emb__alter *alter = emb__calloc(1, sizeof *alter);
    if (!alter) return EMB_ERR_MEMORY;
    emb_status status = emb__alter_read(alter, o->augment, o->denoise, o->seed);
    if (status == EMB_OK && emb__alter_any(alter)) {
        status = emb__alter_prepare(alter, run->images, 0, 1);
        run->alter = alter;
    } else {
        emb__free(alter);
    }
    if (status != EMB_OK) return status;
    return run->alter && run->alter->corrupts
               ? emb__loss_prepare_noisy(&run->loss, run->net, run->images)
               : emb__loss_prepare(&run->loss, run->net, run->images);
}

emb__altering emb__run_altering(const emb_run *run) {
    return (emb__altering){.alter = run->alter,
                           .epoch = run->steps / emb_run_steps_per_epoch(run),
                           .draws = true,
                           .seed = run->options.seed};
}

/* The smallest batch of an epoch is its last one. */
static emb_status check_last_batch(const emb_run *run) {
    const size_t batch = (size_t)run->options.batch_size, all = run->train_count;
    const size_t rest = all % batch, least = rest > 0 ? rest : batch;
    char why[160];
    snprintf(why, sizeof why,
             all < batch ? P_(least, "there is %zu to train on: take more images",
                              "there are %zu to train on: take more images")
             : rest > 0  ? _("the last one of an epoch has %zu: use another batch size")
                         : _("each has %zu: use a larger batch size"),
             least);
    return emb__batch_check(run->net, least, why);
}

static emb_status open_run(emb_run *run, const emb_train_options *options) {
    emb_status status = emb__options_fill(&run->options, options);
    if (status == EMB_OK) status = emb__net_has_loss(run->net);
    if (status == EMB_OK) status = emb__net_fits(run->net, run->images);
    if (status == EMB_OK) {
        status = emb__net_knows_labels(run->net, run->images, 0, run->net->layer_count);
    }
    if (status == EMB_OK) status = emb__loss_make(&run->loss, run->net, run->options.loss);
    if (status == EMB_OK && run->options.mode == EMB_PLATEAU_MAX && !run->loss.predicts) {
        status = emb__fail(EMB_ERR_ARGUMENT,
                           "mode: that the accuracy is to rise is of a classifier, and %s is none",
                           run->net->spec.name);
    }
    if (status == EMB_OK) status = prepare_images(run);
    const size_t n = emb_images_count(run->images);
    if (status == EMB_OK) status = emb__split_count(n, &run->options, &run->train_count);
    run->val_count = n - run->train_count;
    if (status != EMB_OK) return status;
    run->optimiser = emb__optimiser_of(&run->options);
    run->update.net = run->net;
    status = emb__frozen_new(run->net, run->options.freeze, &run->frozen);
    if (status != EMB_OK) return status;
    emb__frozen_exchange(run->frozen, run->net);
    status = check_last_batch(run);
    if (status == EMB_OK) status = allocate(run);
    if (status == EMB_OK) {
        status = emb__ahead_new(run->images, (size_t)run->options.batch_size, &run->ahead);
    }
    emb__frozen_exchange(run->frozen, run->net);
    if (status != EMB_OK) return status;
    emb__pace_init(&run->pace, run->options.threads);
    emb__random_seed(&run->random, run->options.seed);
    emb__split_draw(&run->random, &run->options, run->split, n);
    return EMB_OK;
}

emb_run *emb__run_open(emb_net *net, const emb_images *images, const emb_train_options *options) {
    emb_run *run = emb__calloc(1, sizeof *run);
    if (!run) return NULL;
    run->net = net;
    run->images = images;
    if (open_run(run, options) == EMB_OK) return run;
    emb_run_free(run);
    return NULL;
}

emb_run *emb_run_new(emb_net *net, const emb_images *images, const emb_train_options *options) {
    EMB__ENTER;
    /* The text is then the one of the constructor that gave NULL. */
    if (!net || !images) return NULL;
    emb_run *run = emb__run_open(net, images, options);
    if (!run) return NULL;
    if (run->options.keep_weights) {
        emb__net_skip_draw(net, &run->random);
    } else {
        emb__net_draw(net, &run->random);
    }
    emb__run_copy_weights(run);
    emb__run_keep_weights(run);
    if (emb__net_train_on(net, images, run->split, run->train_count) == EMB_OK) return run;
    emb_run_free(run);
    return NULL;
}

void emb_run_free(emb_run *run) {
    if (!run) return;
    void *const blocks[] = {run->masks,       run->split,     run->order,        run->val_order,
                            run->errors,      run->predicted, run->update.grads, run->kept,
                            run->fingerprint, run->other,     run->squares,      run->alter,
                            run->terms,       run->uses};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) emb__free(blocks[i]);
    for (int i = 0; i < EMB__OPTIMISER_ARRAYS; i++) emb__free(run->update.state[i]);
    emb__frozen_free(run->frozen);
    emb__ahead_free(run->ahead);
    emb__free(run);
}

void emb_run_restore(emb_run *run) {
    emb__net_changed(run->net);
    memcpy(run->net->params, run->kept, run->net->number_count * sizeof *run->kept);
    emb__run_copy_weights(run);
}

bool emb_run_stopped(const emb_run *run) {
    const int patience = run->options.stop_patience;
    return patience > 0 && run->progress.stop_bad >= patience && !run->epoch_open;
}

size_t emb_run_steps(const emb_run *run) { return run->steps; }

size_t emb_run_steps_per_epoch(const emb_run *run) {
    const size_t batch = (size_t)run->options.batch_size;
    return (run->train_count + batch - 1) / batch;
}

const uint32_t *emb_run_train_indices(const emb_run *run, size_t *count) {
    *count = run->train_count;
    return run->split;
}

const uint32_t *emb_run_val_indices(const emb_run *run, size_t *count) {
    *count = run->val_count;
    return run->split + run->train_count;
}

void emb_run_set_learning_rate(emb_run *run, double rate) { run->options.learning_rate = rate; }

emb_status emb_run_set_epochs(emb_run *run, int epochs) {
    EMB__ENTER;
    if (epochs < 1 || epochs > EMB_MAX_EPOCHS) {
        return emb__fail(EMB_ERR_ARGUMENT, "epochs: expected 1 to %d, got %d", EMB_MAX_EPOCHS,
                         epochs);
    }
    run->options.epochs = epochs;
    if (emb_run_stopped(run)) run->progress.stop_bad = 0;
    return EMB_OK;
}

void emb_run_options(const emb_run *run, emb_train_options *options) { *options = run->options; }
