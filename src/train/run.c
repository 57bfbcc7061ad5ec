/* Training: the notebook's order of draws, batches cut in blocks, gradients summed in a fixed
 * order. See run.h. */
#include "train/run.h"

#include <math.h>
#include <string.h>
#include <time.h>

#include "base/entry.h"
#include "base/memory.h"
#include "base/threads.h"

enum {
    MOST_SETS = 16,         /* a batch's gradient buffers; more would only cost memory */
    MOST_GRADIENT = 1 << 26 /* numbers in all of them together, unless one alone is larger */
};

size_t emb__net_gradient_sets(const emb_net *net, size_t batch) {
    const size_t blocks = (batch + EMB__LANES - 1) / EMB__LANES;
    size_t sets = blocks < MOST_SETS ? blocks : MOST_SETS;
    while (sets > 1 && sets * net->param_stride > MOST_GRADIENT) sets--;
    return sets;
}

/* ---- opening ---- */

static emb_status check_range(const char *name, double value, bool fits, const char *range) {
    if (fits) return EMB_OK;
    return emb__fail(EMB_ERR_ARGUMENT, "%s: expected %s, got %g", name, range, value);
}

static emb_status fill_options(emb_train_options *o, const emb_train_options *given) {
    if (given) *o = *given;
    if (o->seed == 0) o->seed = 42;
    if (o->learning_rate == 0) o->learning_rate = 0.001;
    if (o->beta1 == 0) o->beta1 = 0.9;
    if (o->beta2 == 0) o->beta2 = 0.999;
    if (o->epsilon == 0) o->epsilon = 1e-8;
    if (o->val_split == 0) o->val_split = 0.2;
    if (o->val_split < 0) o->val_split = 0;
    if (o->batch_size == 0) o->batch_size = 16;
    const struct {
        const char *name;
        double value;
        bool fits;
        const char *range;
    } checks[] = {
        {"learning rate", o->learning_rate, o->learning_rate > 0 && isfinite(o->learning_rate),
         "a number above 0"},
        {"beta1", o->beta1, o->beta1 > 0 && o->beta1 < 1, "0 < beta1 < 1"},
        {"beta2", o->beta2, o->beta2 > 0 && o->beta2 < 1, "0 < beta2 < 1"},
        {"epsilon", o->epsilon, o->epsilon > 0 && isfinite(o->epsilon), "a number above 0"},
        {"validation split", o->val_split, o->val_split < 1 || o->val_count > 0, "a share below 1"},
        {"batch size", o->batch_size, o->batch_size >= 1 && o->batch_size <= 65536, "1 to 65536"},
        {"schedule", o->schedule,
         o->schedule >= EMB_SCHEDULE_CONSTANT && o->schedule <= EMB_SCHEDULE_COSINE,
         "one of EMB_SCHEDULE_..."},
        {"epochs of the schedule", o->epochs,
         (o->schedule == EMB_SCHEDULE_CONSTANT && o->epochs == 0) ||
             (o->epochs >= 1 && o->epochs <= 1000000),
         "1 to 1000000"},
        {"warmup", o->warmup, o->warmup >= 0 && o->warmup <= 1 << 30, "0 to 2^30 steps"},
        {"threads", o->threads, o->threads >= 0, "0 or more"},
    };
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
        emb_status status =
            check_range(checks[i].name, checks[i].value, checks[i].fits, checks[i].range);
        if (status != EMB_OK) return status;
    }
    return EMB_OK;
}

/* torch's random_split by fractions: floors, the remainder dealt one by one from the first. Or the
 * data set's own validation images, which stand last. */
static emb_status count_split(size_t n, const emb_train_options *o, size_t *train_count) {
    const double share = o->val_split;
    size_t train = (size_t)((double)n * (1 - share)), val = (size_t)((double)n * share);
    if (o->val_count > 0) {
        *train_count = n > o->val_count ? n - o->val_count : 0;
        if (*train_count > 0) return EMB_OK;
        return emb__fail(EMB_ERR_ARGUMENT,
                         "%zu validation images leave none of %zu images to train on", o->val_count,
                         n);
    }
    for (bool first = true; train + val < n; first = !first) {
        if (first || share == 0) {
            train++;
        } else {
            val++;
        }
    }
    *train_count = train;
    if (train > 0) return EMB_OK;
    return emb__fail(EMB_ERR_ARGUMENT,
                     "a validation split of %g leaves none of %zu images to train on", share, n);
}

/* Images that are split already stay as they are, and the stream where it is, as in a notebook that
 * has no random_split. */
static void draw_split(emb__random *random, const emb_train_options *o, uint32_t *order, size_t n) {
    if (o->val_count == 0) {
        emb__random_permutation(random, order, n);
        return;
    }
    for (size_t i = 0; i < n; i++) order[i] = (uint32_t)i;
}

emb_status emb_split(size_t count, const emb_train_options *options, uint32_t *order,
                     size_t *train_count) {
    EMB__ENTER;
    emb_train_options filled = {0};
    emb_status status = fill_options(&filled, options);
    if (status == EMB_OK) status = count_split(count, &filled, train_count);
    if (status != EMB_OK) return status;
    emb__random *random = emb__alloc(sizeof *random);
    if (!random) return EMB_ERR_MEMORY;
    emb__random_seed(random, filled.seed);
    draw_split(random, &filled, order, count);
    emb__free(random);
    return EMB_OK;
}

static emb_status allocate(emb_run *run) {
    const size_t stride = run->net->param_stride, n = run->train_count + run->val_count;
    const size_t batch = (size_t)run->options.batch_size;
    run->sets =
        emb__net_gradient_sets(run->net, batch < run->train_count ? batch : run->train_count);
    run->split = emb__calloc(n, sizeof *run->split);
    run->order = emb__calloc(run->train_count, sizeof *run->order);
    run->val_order = emb__calloc(run->val_count, sizeof *run->val_order);
    /* A batch's last block fills all its lanes. */
    const size_t most = batch > run->val_count ? batch : run->val_count;
    run->errors = emb__calloc(most + EMB__LANES, sizeof *run->errors);
    run->predicted = emb__calloc(most + EMB__LANES, sizeof *run->predicted);
    /* At least two: the halves of one block. */
    run->grads = emb__calloc((run->sets < 2 ? 2 : run->sets) * stride, sizeof *run->grads);
    run->m = emb__calloc(stride, sizeof *run->m);
    run->v = emb__calloc(stride, sizeof *run->v);
    run->kept = emb__calloc(stride, sizeof *run->kept);
    run->data = emb__calloc(EMB__RUN_DATA, 1);
    const bool all = run->split && run->order && run->val_order && run->errors && run->predicted &&
                     run->grads && run->m && run->v && run->kept && run->data;
    if (!all) return EMB_ERR_MEMORY;
    const int threads = emb__threads_for(run->options.threads, SIZE_MAX);
    return emb__net_workspaces(run->net, emb__threads_for(threads, run->sets), threads);
}

emb_status emb__run_split(size_t images, const emb_train_options *options, size_t *train) {
    emb_train_options filled = {0};
    const emb_status status = fill_options(&filled, options);
    return status == EMB_OK ? count_split(images, &filled, train) : status;
}

emb_status emb__run_size(const emb_net *net, size_t images, const emb_train_options *options,
                         size_t blocks, size_t *bytes) {
    emb_train_options o = {0};
    size_t train;
    emb_status status = fill_options(&o, options);
    if (status == EMB_OK) status = emb__net_has_loss(net);
    if (status == EMB_OK) status = count_split(images, &o, &train);
    if (status != EMB_OK) return status;
    const size_t batch = (size_t)o.batch_size, val = images - train;
    const size_t sets = emb__net_gradient_sets(net, batch < train ? batch : train);
    const size_t members = (size_t)emb__threads_for(o.threads, SIZE_MAX);
    const size_t most = (batch > val ? batch : val) + EMB__LANES;
    if (blocks < sets) blocks = sets;
    if (blocks < (val + EMB__LANES - 1) / EMB__LANES) blocks = (val + EMB__LANES - 1) / EMB__LANES;
    *bytes = 2 * images * sizeof(uint32_t) + most * (sizeof(double) + 1) +
             ((sets < 2 ? 2 : sets) + 3) * net->param_stride * sizeof(float) +
             emb__net_workspaces_size(net, blocks < members ? blocks : members, members);
    return EMB_OK;
}

static void keep_weights(emb_run *run) {
    memcpy(run->kept, run->net->params, run->net->param_stride * sizeof *run->kept);
}

static emb_status open_run(emb_run *run, const emb_train_options *options) {
    emb_status status = fill_options(&run->options, options);
    if (status == EMB_OK) status = emb__net_has_loss(run->net);
    if (status == EMB_OK) status = emb__net_fits(run->net, run->images);
    if (status == EMB_OK) status = emb__net_can_learn(run->net, run->images);
    const size_t n = emb_images_count(run->images);
    if (status == EMB_OK) status = count_split(n, &run->options, &run->train_count);
    run->val_count = n - run->train_count;
    if (status == EMB_OK) status = allocate(run);
    if (status != EMB_OK) return status;
    emb__pace_init(&run->pace, run->options.threads);
    emb__random_seed(&run->random, run->options.seed);
    draw_split(&run->random, &run->options, run->split, n);
    /* Weights that stay are drawn over and put back, for the random stream's sake. */
    keep_weights(run);
    emb__net_draw(run->net, &run->random);
    if (run->options.keep_weights) emb_run_restore(run);
    keep_weights(run);
    emb__net_train_on(run->net, run->images, run->split, run->train_count);
    return EMB_OK;
}

emb_run *emb_run_new(emb_net *net, const emb_images *images, const emb_train_options *options) {
    EMB__ENTER;
    /* The text is then the one of the constructor that gave NULL. */
    if (!net || !images) return NULL;
    emb_run *run = emb__calloc(1, sizeof *run);
    if (!run) return NULL;
    run->net = net;
    run->images = images;
    if (open_run(run, options) != EMB_OK) {
        emb_run_free(run);
        return NULL;
    }
    return run;
}

void emb_run_free(emb_run *run) {
    if (!run) return;
    void *const blocks[] = {run->split, run->order, run->val_order, run->errors, run->predicted,
                            run->grads, run->m,     run->v,         run->kept,   run->data};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) emb__free(blocks[i]);
    emb__free(run);
}

/* ---- one step ---- */

/* What a DataLoader's iterator draws: its base seed, and a shuffling sampler's seed after it. */
static void draw_loader(emb_run *run, bool shuffle, uint32_t *order, size_t n) {
    emb__random_int63(&run->random);
    if (!shuffle) return;
    emb__random sampler;
    emb__random_seed(&sampler, emb__random_int63(&run->random));
    emb__random_permutation(&sampler, order, n);
}

static void begin_epoch(emb_run *run) {
    run->epoch_random = run->random;
    draw_loader(run, run->options.shuffle, run->order, run->train_count);
    for (size_t i = 0; i < run->train_count; i++) {
        run->order[i] = run->split[run->options.shuffle ? run->order[i] : i];
    }
    run->position = 0;
    run->seconds = 0;
    run->loss_sum = 0;
    run->batches = run->right = 0;
    run->epoch_open = true;
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Of a classifier's images order[count] that have just been predicted; 0 for an autoencoder. */
static size_t count_right(const emb_run *run, const uint32_t *order, size_t count) {
    size_t right = 0;
    for (size_t i = 0; run->net->classifies && i < count; i++) {
        right += run->predicted[i] == emb_images_label(run->images, order[i]);
    }
    return right;
}

emb_status emb_run_step(emb_run *run, float *loss) {
    EMB__ENTER;
    const double started = now();
    if (emb_run_epoch_done(run)) begin_epoch(run);
    const size_t left = run->train_count - run->position;
    const size_t asked = (size_t)run->options.batch_size, batch = left < asked ? left : asked;
    *loss = emb__run_batch(run, batch);
    run->last_loss = *loss;
    if (!isfinite(*loss)) return emb__run_blame(run, batch);
    run->net->stepped_version = ++run->net->version;
    run->steps++;
    run->loss_sum += (double)*loss;
    run->batches++;
    run->right += count_right(run, run->order + run->position, batch);
    run->position += batch;
    /* Once too large, a moment stays so: a look now and then finds it, and one at steps whose loss
     * is suspicious finds it at once. */
    enum { NOW_AND_THEN = 64 };
    static const float suspicious = 1e6f;
    const bool look =
        run->steps % NOW_AND_THEN == 1 || *loss > suspicious || run->position >= run->train_count;
    const double took = now() - started;
    run->seconds += took;
    emb__pace_took(&run->pace, took, batch);
    return look ? emb__run_check_moments(run) : EMB_OK;
}

/* ---- stopping and going on ---- */

void emb__run_get_state(const emb_run *run, emb__run_state *state) {
    *state = (emb__run_state){.random = run->epoch_open ? run->epoch_random : run->random,
                              .epoch_open = run->epoch_open,
                              .position = run->position,
                              .steps = run->steps,
                              .batches = run->batches,
                              .right = run->right,
                              .last_loss = run->last_loss,
                              .loss_sum = run->loss_sum,
                              .seconds = run->seconds};
}

/* Steps and places that follow from each other. */
static bool possible(const emb_run *run, const emb__run_state *s) {
    const size_t batch = (size_t)run->options.batch_size, per_epoch = emb_run_steps_per_epoch(run);
    if (s->random.next < 0 || s->random.next > EMB__MT_SIZE || !isfinite(s->last_loss) ||
        !isfinite(s->loss_sum) || !isfinite(s->seconds)) {
        return false;
    }
    if (!s->epoch_open) return s->steps % per_epoch == 0;
    const size_t taken =
        s->batches * batch < run->train_count ? s->batches * batch : run->train_count;
    return s->batches >= 1 && s->batches <= per_epoch && s->position == taken &&
           s->right <= s->position && s->steps % per_epoch == s->batches % per_epoch;
}

emb_status emb__run_set_state(emb_run *run, const emb__run_state *state) {
    if (!possible(run, state)) {
        return emb__fail(EMB_ERR_FORMAT, "the place in the training cannot be, with these images "
                                         "and options");
    }
    run->random = state->random;
    if (state->epoch_open) begin_epoch(run);
    run->position = state->position;
    run->epoch_open = state->epoch_open;
    run->steps = state->steps;
    run->batches = state->batches;
    run->right = state->right;
    run->last_loss = state->last_loss;
    run->loss_sum = state->loss_sum;
    run->seconds = state->seconds;
    run->net->version++;
    return EMB_OK;
}

/* ---- epochs ---- */

bool emb_run_epoch_done(const emb_run *run) {
    return !run->epoch_open || run->position >= run->train_count;
}

/* The mean of the batches' means, each rounded to float32 as PyTorch's loss.item() is. */
static emb_status validate(emb_run *run, emb_epoch *epoch) {
    const size_t n = run->val_count, batch = (size_t)run->options.batch_size;
    draw_loader(run, true, run->val_order, n);
    for (size_t i = 0; i < n; i++) {
        run->val_order[i] = run->split[run->train_count + run->val_order[i]];
    }
    emb_status status = emb__net_errors(run->net, run->images, run->val_order, n,
                                        emb__pace_threads(&run->pace), run->errors, run->predicted);
    double sum = 0;
    size_t batches = 0;
    for (size_t first = 0; first < n; first += batch, batches++) {
        const size_t here = n - first < batch ? n - first : batch;
        sum += (double)(float)emb__run_mean_error(run, run->errors + first, here);
    }
    epoch->validation_loss = sum / (double)batches;
    if (run->net->classifies) {
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
                         .accuracy = run->net->classifies ? (double)run->right / (double)seen : NAN,
                         .validation_accuracy = NAN,
                         .steps = run->steps,
                         .images = seen,
                         .seconds = run->seconds};
    const emb__random before = run->random;
    run->epoch_open = false;
    emb_status status = run->val_count > 0 ? validate(run, epoch) : EMB_OK;
    if (status == EMB_ERR_CANCELLED) { /* all as it was: it can be asked for again, and saved */
        run->random = before;
        run->epoch_open = true;
    }
    if (status != EMB_OK) return status;
    /* The last update's doing, which no training loss has shown yet. */
    const bool lost = run->val_count > 0 && !isfinite(epoch->validation_loss);
    status = emb_net_check(run->net);
    if (lost && status == EMB_OK) {
        status = emb__fail(EMB_ERR_DIVERGED, "the validation loss is not");
    }
    if (status != EMB_OK) {
        return emb__fail_prefix(EMB_ERR_DIVERGED,
                                "the loss is not a finite number after step %zu: ", run->steps);
    }
    keep_weights(run);
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

void emb_run_restore(emb_run *run) {
    run->net->version++;
    memcpy(run->net->params, run->kept, run->net->param_stride * sizeof *run->kept);
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

void emb_run_options(const emb_run *run, emb_train_options *options) { *options = run->options; }
