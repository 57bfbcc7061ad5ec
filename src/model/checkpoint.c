/* A run on disk: emb_run_save, emb_checkpoint_open and its readers, in embudo/train.h.
 *
 * A checkpoint is a model file (model.c) with more tensors for each of the network's: those of the
 * optimiser's row (of Adam, adam.m.NAME and adam.v.NAME), kept.NAME (the weights at the last
 * epoch's end) and, if the network's are averages, trained.NAME, and in __metadata__
 *   embudo.checkpoint  the format's version, "1"
 *   embudo.program     the version of embudo that wrote it
 *   embudo.train       the options, NAME=NUMBER each; numbers with a fraction in hexadecimal
 *   embudo.state       the place in the training, likewise
 *   embudo.random      MT19937: the next word's index, then 624 words in hexadecimal
 *   embudo.data        the data set's fingerprint
 *
 * Owns: these names and texts. Does not own: what a run's state is (train/run.h). */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/entry.h"
#include "base/memory.h"
#include "codec/safetensors.h"
#include "model/checkpoint_names.h"
#include "model/fields.h"
#include "model/model.h"
#include "model/state_dict.h"
#include "train/run_state.h"

#define VERSION "1"
enum { OWN_PAIRS = 6 };

#define FIELD(type, member, what, may_lack)                                                        \
    {                                                                                              \
        .name = #member, .at = offsetof(type, member), .kind = EMB__FIELD_##what,                  \
        .optional = may_lack                                                                       \
    }
#define OPTION(member, what, may_lack) FIELD(emb_train_options, member, what, may_lack)
#define STATE(member, what)            FIELD(emb__run_state, member, what, false)
#define MORE(text, member, what)                                                                   \
    {                                                                                              \
        .name = text, .at = offsetof(emb__run_state, member), .kind = EMB__FIELD_##what,           \
        .optional = true                                                                           \
    }

/* Enums are read and written as an int. */
_Static_assert(sizeof(emb_schedule) == sizeof(int) && sizeof(emb_optimiser) == sizeof(int) &&
                   sizeof(emb_plateau_mode) == sizeof(int) &&
                   sizeof(emb_threshold_mode) == sizeof(int),
               "an enum is an int");

static const emb__field options[] = {
    OPTION(seed, SEED, false),
    OPTION(learning_rate, REAL, false),
    OPTION(beta1, REAL, false),
    OPTION(beta2, REAL, false),
    OPTION(epsilon, REAL, false),
    OPTION(val_split, REAL, false),
    OPTION(batch_size, WHOLE, false),
    OPTION(shuffle, FLAG, false),
    OPTION(schedule, WHOLE, false),
    OPTION(epochs, WHOLE, false),
    OPTION(warmup, WHOLE, false),
    OPTION(val_count, SIZE, true),
    OPTION(loss, LOSS, true),
    OPTION(optimiser, WHOLE, true),
    OPTION(momentum, REAL, true),
    OPTION(dampening, REAL, true),
    OPTION(nesterov, FLAG, true),
    OPTION(amsgrad, FLAG, true),
    OPTION(alpha, REAL, true),
    OPTION(centered, FLAG, true),
    OPTION(momentum_decay, REAL, true),
    OPTION(weight_decay, REAL, true),
    OPTION(clip_norm, REAL, true),
    OPTION(clip_value, REAL, true),
    OPTION(ema, REAL, true),
    OPTION(step_size, WHOLE, true),
    OPTION(gamma, REAL, true),
    OPTION(pct_start, REAL, true),
    OPTION(div_factor, REAL, true),
    OPTION(final_div_factor, REAL, true),
    OPTION(fixed_momentum, FLAG, true),
    OPTION(base_momentum, REAL, true),
    OPTION(max_momentum, REAL, true),
    OPTION(factor, REAL, true),
    OPTION(patience, WHOLE, true),
    OPTION(threshold, REAL, true),
    OPTION(cooldown, WHOLE, true),
    OPTION(min_lr, REAL, true),
    OPTION(mode, WHOLE, true),
    OPTION(threshold_mode, WHOLE, true),
    OPTION(eta_min, REAL, true),
    OPTION(decoupled_weight_decay, FLAG, true),
    OPTION(stop_patience, WHOLE, true),
    OPTION(stop_min_delta, REAL, true),
    OPTION(freeze, LOSS, true),
    OPTION(augment, LOSS, true),
    OPTION(denoise, LOSS, true),
};
static const emb__field states[] = {
    STATE(epoch_open, FLAG),
    STATE(position, SIZE),
    STATE(steps, SIZE),
    STATE(batches, SIZE),
    STATE(right, SIZE),
    STATE(last_loss, FLOAT),
    STATE(loss_sum, REAL),
    STATE(seconds, REAL),
    MORE("mu_product", product, REAL),
    MORE("told_reconstruction", told.reconstruction, REAL),
    MORE("told_term", told.term, REAL),
    MORE("judged", progress.judged, SIZE),
    MORE("plateau_best", progress.plateau_best, REAL),
    MORE("plateau_bad", progress.plateau_bad, WHOLE),
    MORE("plateau_rest", progress.plateau_rest, WHOLE),
    MORE("plateau_scale", progress.plateau_scale, REAL),
    MORE("stop_best", progress.stop_best, REAL),
    MORE("stop_bad", progress.stop_bad, WHOLE),
};
enum { OPTIONS = sizeof options / sizeof *options, STATES = sizeof states / sizeof *states };

/* ---- writing --------------------------------------------------------------------------------- */

static void print_random(const emb__random *random, emb__text *out) {
    emb__text_add(out, "%d ", random->next);
    for (int i = 0; i < EMB__MT_SIZE; i++) emb__text_add(out, "%08" PRIx32, random->state[i]);
}

/* The texts of the keys above. */
typedef struct texts {
    emb__text train, state, random;
    const char *data;
} texts;

/* `state` is the run's state, which lends its fingerprint. */
static emb_status print_texts(const emb_run *run, const emb__run_state *state, texts *t) {
    emb__fields_print(options, OPTIONS, &run->options, &t->train);
    emb__fields_print(states, STATES, state, &t->state);
    print_random(&state->random, &t->random);
    t->data = state->fingerprint;
    return t->train.failed || t->state.failed || t->random.failed ? EMB_ERR_MEMORY : EMB_OK;
}

/* Arrays of the weights' size, besides the weights: the optimiser's, the weights of the last
 * epoch's end, and of averaged weights those that are trained. */
enum { MOST_ARRAYS = EMB__OPTIMISER_ARRAYS + 2 };

typedef struct arrays {
    size_t count;
    const char *prefixes[MOST_ARRAYS]; /* of the tensors' names */
    float *values[MOST_ARRAYS];
    bool has_buffers[MOST_ARRAYS]; /* numbers for buffers, too */
} arrays;

static void add_array(arrays *all, const char *prefix, float *values, bool has_buffers) {
    if (!values) return;
    all->prefixes[all->count] = prefix;
    all->has_buffers[all->count] = has_buffers;
    all->values[all->count++] = values;
}

static arrays arrays_of(const emb_run *run) {
    arrays all = {0};
    for (int i = 0; i < run->optimiser->array_count; i++) {
        add_array(&all, run->optimiser->arrays[i], run->update.state[i], false);
    }
    add_array(&all, EMB__CHECKPOINT_KEPT, run->kept, true);
    add_array(&all, EMB__CHECKPOINT_TRAINED, run->other, true);
    return all;
}

/* Room for a tensor's name with an array's prefix. */
typedef char full_name[EMB__TENSOR_NAME + 16];

/* The network's tensors, then those of the other arrays; *count says how many. */
static emb_tensor_info *list_tensors(const emb_run *run, const arrays *more, full_name *names,
                                     size_t *count) {
    const size_t own = emb_net_tensor_count(run->net);
    emb_tensor_info *tensors = emb__calloc((1 + more->count) * own, sizeof *tensors);
    for (size_t i = 0; tensors && i < own; i++) emb_net_tensor(run->net, i, &tensors[i]);
    *count = own;
    for (size_t a = 0; tensors && a < more->count; a++) {
        for (size_t i = 0; i < own; i++) {
            if (tensors[i].is_buffer && !more->has_buffers[a]) continue;
            const size_t at = (*count)++;
            snprintf(names[at], sizeof names[at], "%s%s", more->prefixes[a], tensors[i].name);
            tensors[at] = tensors[i];
            tensors[at].name = names[at];
            tensors[at].values = more->values[a] + (tensors[i].values - run->net->params);
        }
    }
    return tensors;
}

emb_status emb_run_save(const emb_run *run, const char *path, const emb_pair *extra,
                        size_t extra_count) {
    EMB__ENTER;
    texts t = {0};
    const arrays more = arrays_of(run);
    size_t count = (1 + more.count) * emb_net_tensor_count(run->net);
    full_name *names = emb__calloc(count, sizeof *names);
    emb_tensor_info *tensors = names ? list_tensors(run, &more, names, &count) : NULL;
    emb_pair *pairs = emb__calloc(OWN_PAIRS + extra_count, sizeof *pairs);
    emb__run_state *state = emb__alloc(sizeof *state);
    emb_status status = tensors && pairs && state ? EMB_OK : EMB_ERR_MEMORY;
    if (status == EMB_OK) {
        emb__run_get_state(run, state);
        status = print_texts(run, state, &t);
    }
    if (status == EMB_OK) {
        const emb_pair own[OWN_PAIRS] = {
            {EMB__CHECKPOINT_KEY, VERSION},    {"embudo.program", emb_version()},
            {"embudo.train", t.train.bytes},   {"embudo.state", t.state.bytes},
            {"embudo.random", t.random.bytes}, {"embudo.data", t.data},
        };
        memcpy(pairs, own, sizeof own);
        if (extra_count) memcpy(pairs + OWN_PAIRS, extra, extra_count * sizeof *pairs);
        status = emb__model_write(run->net, tensors, count, path, pairs, OWN_PAIRS + extra_count);
    }
    emb__free(t.train.bytes);
    emb__free(t.state.bytes);
    emb__free(t.random.bytes);
    emb__free(state);
    emb__free(pairs);
    emb__free(tensors);
    emb__free(names);
    return status;
}

/* ---- reading --------------------------------------------------------------------------------- */

static emb_status read_random(const emb__safetensors *file, const char *path, emb__random *random) {
    const char *text = emb__safetensors_value(file, "embudo.random");
    const char *space = text ? strchr(text, ' ') : NULL;
    const size_t digits = 8 * (size_t)EMB__MT_SIZE;
    if (!space || space == text || space - text > 3 ||
        strspn(text, "0123456789") != (size_t)(space - text) || strlen(space + 1) != digits ||
        strspn(space + 1, "0123456789abcdef") != digits) {
        return emb__fail(EMB_ERR_FORMAT, "%s: embudo.random is not the state of a random generator",
                         path);
    }
    random->next = (int)strtol(text, NULL, 10);
    for (int i = 0; i < EMB__MT_SIZE; i++) {
        char word[9] = {0};
        memcpy(word, space + 1 + 8 * (size_t)i, 8);
        random->state[i] = (uint32_t)strtoul(word, NULL, 16);
    }
    return EMB_OK;
}

static emb_status read_options(const emb__safetensors *file, const char *path,
                               emb_train_options *made) {
    static const char key[] = "embudo.train";
    const char *text = emb__safetensors_value(file, key);
    const emb_status status = emb__fields_read(options, OPTIONS, text, path, key, made);
    if (made->val_split == 0)
        made->val_split = -1; /* no share, once filled in; 0 would be the default */
    return status;
}

static emb_status read_state(const emb__safetensors *file, const char *path,
                             emb__run_state *state) {
    static const char key[] = "embudo.state";
    const char *text = emb__safetensors_value(file, key);
    const char *data = emb__safetensors_value(file, "embudo.data");
    snprintf(state->fingerprint, sizeof state->fingerprint, "%s", data ? data : "?");
    const emb_status status = emb__fields_read(states, STATES, text, path, key, state);
    return status == EMB_OK ? read_random(file, path, &state->random) : status;
}

static emb_status read_array(const emb__safetensors *file, const char *path, const emb_net *net,
                             const char *prefix, bool buffers, float *to) {
    for (int i = 0; i < net->tensor_count; i++) {
        if (net->tensors[i].param->is_buffer && !buffers) continue;
        full_name name;
        snprintf(name, sizeof name, "%s%s", prefix, net->tensors[i].name);
        emb_status status = emb__state_tensor(file, path, name, net->tensors[i].param, to);
        if (status != EMB_OK) return status;
    }
    return EMB_OK;
}

static emb_status check_same(const emb__safetensors *file, const char *path, const emb_net *net) {
    const char *version = emb__safetensors_value(file, EMB__CHECKPOINT_KEY);
    const char *notation = emb__safetensors_value(file, "embudo.notation");
    if (!version || strcmp(version, VERSION) != 0) {
        return emb__fail(EMB_ERR_FORMAT, "%s: is not a checkpoint of version %s", path, VERSION);
    }
    if (notation && strcmp(notation, net->notation) == 0) return EMB_OK;
    return emb__fail(EMB_ERR_SHAPE, "%s: is a checkpoint of another network than %s", path,
                     net->spec.name);
}

static emb_status read_arrays(const emb__safetensors *file, const char *path, emb_run *run) {
    const arrays more = arrays_of(run);
    emb_status status = read_array(file, path, run->net, "", true, run->net->params);
    for (size_t i = 0; i < more.count && status == EMB_OK; i++) {
        status =
            read_array(file, path, run->net, more.prefixes[i], more.has_buffers[i], more.values[i]);
    }
    return status;
}

/* Reads the run; `state` is room for its state. */
static emb_run *read_run(const emb__safetensors *file, const char *path, emb_net *net,
                         const emb_images *images, int threads, emb__run_state *state) {
    emb_train_options read = {.threads = threads, .keep_weights = true};
    emb_status status = check_same(file, path, net);
    if (status == EMB_OK) status = read_options(file, path, &read);
    if (status == EMB_OK) status = read_state(file, path, state);
    if (status != EMB_OK) return NULL;
    emb_run *run = emb__run_resume(net, images, &read, state);
    if (!run) {
        emb__fail_prefix(emb__last_status(), "%s: ", path);
        return NULL;
    }
    if (read_arrays(file, path, run) == EMB_OK) return run;
    emb_run_free(run);
    return NULL;
}

struct emb_checkpoint {
    emb__safetensors file;
    char *path;
};

emb_checkpoint *emb_checkpoint_open(const char *path) {
    EMB__ENTER;
    if (!path) {
        emb__fail(EMB_ERR_ARGUMENT, "emb_checkpoint_open needs a file");
        return NULL;
    }
    emb_checkpoint *checkpoint = emb__calloc(1, sizeof *checkpoint);
    if (!checkpoint) return NULL;
    checkpoint->path = emb__strndup(path, strlen(path));
    if (checkpoint->path && emb__safetensors_read(checkpoint->path, &checkpoint->file) == EMB_OK) {
        return checkpoint;
    }
    emb_checkpoint_free(checkpoint);
    return NULL;
}

emb_net *emb_checkpoint_net(const emb_checkpoint *checkpoint) {
    EMB__ENTER;
    return checkpoint ? emb__model_of(&checkpoint->file, checkpoint->path) : NULL;
}

emb_run *emb_checkpoint_run(const emb_checkpoint *checkpoint, emb_net *net,
                            const emb_images *images, int threads) {
    EMB__ENTER;
    if (!checkpoint || !net || !images) return NULL; /* its constructor has set the text */
    emb__run_state *state = emb__calloc(1, sizeof *state);
    if (!state) return NULL;
    emb_run *run = read_run(&checkpoint->file, checkpoint->path, net, images, threads, state);
    emb__free(state);
    return run;
}

void emb_checkpoint_free(emb_checkpoint *checkpoint) {
    if (!checkpoint) return;
    emb__safetensors_clear(&checkpoint->file);
    emb__free(checkpoint->path);
    emb__free(checkpoint);
}

emb_run *emb_run_resume(emb_net *net, const emb_images *images, const char *path, int threads) {
    EMB__ENTER;
    if (!net || !images) return NULL; /* the constructor that failed has set the text */
    emb_checkpoint *checkpoint = emb_checkpoint_open(path);
    emb_run *run = emb_checkpoint_run(checkpoint, net, images, threads);
    emb_checkpoint_free(checkpoint);
    return run;
}
