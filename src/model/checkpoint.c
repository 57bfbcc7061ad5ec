/* A run on disk: emb_run_save and emb_run_resume in embudo/train.h.
 *
 * A checkpoint is a model file (model.c) with more tensors for each of the network's: those of the
 * optimiser's row (of Adam, adam.m.NAME and adam.v.NAME) and kept.NAME (the weights at the last
 * epoch's end), and in __metadata__
 *   embudo.checkpoint  the format's version, "1"
 *   embudo.program     the version of embudo that wrote it
 *   embudo.train       the options, NAME=NUMBER each; numbers with a fraction in hexadecimal
 *   embudo.state       the place in the training, likewise
 *   embudo.random      MT19937: the next word's index, then 624 words in hexadecimal
 *   embudo.data        the data set's fingerprint
 *
 * Owns: these. Does not own: what a run's state is (train/run_state.h). */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/entry.h"
#include "base/memory.h"
#include "codec/number.h"
#include "codec/safetensors.h"
#include "model/model.h"
#include "train/optimisers/optimiser_table.h"
#include "train/run_state.h"

#define VERSION "1"
#define KEPT    "kept."
enum { OWN_PAIRS = 6 };

static bool begins(const char *name, const char *with) {
    return strncmp(name, with, strlen(with)) == 0;
}

bool emb__checkpoint_tensor(const char *name) {
    for (const emb__optimiser *const *o = emb__optimisers; *o; o++) {
        for (int i = 0; i < (*o)->array_count; i++) {
            if (begins(name, (*o)->arrays[i])) return true;
        }
    }
    return begins(name, KEPT);
}

/* ---- numbers with names ---------------------------------------------------------------------- */

typedef enum kind { WHOLE, SIZE, FLAG, REAL, FLOAT } kind;

/* One number of a struct, by its name in the text. */
typedef struct field {
    const char *name;
    kind kind;
    size_t at;
} field;

#define OPTION(name, kind)                                                                         \
    { #name, kind, offsetof(emb_train_options, name) }
#define STATE(name, kind)                                                                          \
    { #name, kind, offsetof(emb__run_state, name) }

/* emb_schedule is read and written as an int. */
_Static_assert(sizeof(emb_schedule) == sizeof(int), "an enum is an int");

static const field options[] = {
    OPTION(learning_rate, REAL), OPTION(beta1, REAL),     OPTION(beta2, REAL),
    OPTION(epsilon, REAL),       OPTION(val_split, REAL), OPTION(batch_size, WHOLE),
    OPTION(shuffle, FLAG),       OPTION(schedule, WHOLE), OPTION(epochs, WHOLE),
    OPTION(warmup, WHOLE),
};
static const field states[] = {
    STATE(epoch_open, FLAG), STATE(position, SIZE),   STATE(steps, SIZE),    STATE(batches, SIZE),
    STATE(right, SIZE),      STATE(last_loss, FLOAT), STATE(loss_sum, REAL), STATE(seconds, REAL),
};
enum { OPTIONS = sizeof options / sizeof *options, STATES = sizeof states / sizeof *states };

static void print_fields(const field *fields, int count, const void *from, emb__text *out) {
    for (int i = 0; i < count; i++) {
        const char *at = (const char *)from + fields[i].at;
        int whole;
        size_t size;
        bool flag;
        double real;
        float narrow;
        emb__text_add(out, "%s%s=", out->length ? " " : "", fields[i].name);
        switch (fields[i].kind) {
        case WHOLE:
            memcpy(&whole, at, sizeof whole);
            emb__text_add(out, "%d", whole);
            break;
        case SIZE:
            memcpy(&size, at, sizeof size);
            emb__text_add(out, "%zu", size);
            break;
        case FLAG:
            memcpy(&flag, at, sizeof flag);
            emb__text_add(out, "%d", flag);
            break;
        case REAL:
            memcpy(&real, at, sizeof real);
            emb__text_add(out, "%a", real);
            break;
        case FLOAT:
            memcpy(&narrow, at, sizeof narrow);
            emb__text_add(out, "%a", (double)narrow);
            break;
        }
    }
}

/* Where the value of a name begins in "a=1 b=2"; NULL. */
static const char *find_value(const char *text, const char *name) {
    const size_t length = strlen(name);
    for (; text && *text; text = strchr(text, ' ')) {
        text += *text == ' ';
        if (strncmp(text, name, length) == 0 && text[length] == '=') return text + length + 1;
    }
    return NULL;
}

static bool read_field(const field *f, const char *value, char *at) {
    char *end;
    if (f->kind == REAL || f->kind == FLOAT) {
        const double x = strtod(value, &end);
        if (f->kind == REAL) memcpy(at, &x, sizeof x);
        const float narrow = (float)x;
        if (f->kind == FLOAT) memcpy(at, &narrow, sizeof narrow);
        return end > value && (!*end || *end == ' ');
    }
    const bool negative = f->kind == WHOLE && *value == '-';
    const unsigned long long x = strtoull(value + negative, &end, 10);
    const int whole = negative ? -(int)x : (int)x;
    const size_t size = (size_t)x;
    const bool flag = x != 0;
    if (value[negative] < '0' || value[negative] > '9' || (*end && *end != ' ')) return false;
    if (f->kind == WHOLE && x > INT32_MAX) return false;
    if (f->kind == FLAG && x > 1) return false;
    if (f->kind == WHOLE) memcpy(at, &whole, sizeof whole);
    if (f->kind == SIZE) memcpy(at, &size, sizeof size);
    if (f->kind == FLAG) memcpy(at, &flag, sizeof flag);
    return true;
}

static emb_status read_fields(const emb__safetensors *file, const char *path, const char *key,
                              const field *fields, int count, void *to) {
    const char *text = emb__safetensors_value(file, key);
    for (int i = 0; i < count; i++) {
        const char *value = find_value(text, fields[i].name);
        if (value && read_field(&fields[i], value, (char *)to + fields[i].at)) continue;
        return emb__fail(EMB_ERR_FORMAT, "%s: %s has no %s that is a number", path, key,
                         fields[i].name);
    }
    return EMB_OK;
}

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

/* The images stay as they are while a run has them: their sums take longer than all of a save. */
static const char *fingerprint_of(const emb_run *run) {
    _Static_assert((int)EMB__RUN_DATA >= (int)EMB_FINGERPRINT, "the run has room for it");
    return *run->data ? run->data : emb_images_fingerprint(run->images, run->data);
}

static emb_status print_texts(const emb_run *run, texts *t) {
    emb__run_state *state = emb__alloc(sizeof *state);
    if (!state) return EMB_ERR_MEMORY;
    emb__run_get_state(run, state);
    emb__text_add(&t->train, "seed=%" PRIu64, run->options.seed);
    print_fields(options, OPTIONS, &run->options, &t->train);
    if (run->options.val_count > 0) {
        emb__text_add(&t->train, " val_count=%zu", run->options.val_count);
    }
    print_fields(states, STATES, state, &t->state);
    print_random(&state->random, &t->random);
    emb__free(state);
    t->data = fingerprint_of(run);
    return t->train.failed || t->state.failed || t->random.failed ? EMB_ERR_MEMORY : EMB_OK;
}

/* Arrays of the weights' size beside the weights: the optimiser's, and those of the last epoch's
 * end. */
typedef struct arrays {
    size_t count;
    const char *prefixes[EMB__OPTIMISER_ARRAYS + 1]; /* of the tensors' names */
    float *values[EMB__OPTIMISER_ARRAYS + 1];
} arrays;

static arrays arrays_of(const emb_run *run) {
    arrays all = {.count = (size_t)run->optimiser->array_count};
    for (size_t i = 0; i < all.count; i++) {
        all.prefixes[i] = run->optimiser->arrays[i];
        all.values[i] = run->update.state[i];
    }
    all.prefixes[all.count] = KEPT;
    all.values[all.count++] = run->kept;
    return all;
}

/* The network's tensors, then those of the other arrays. */
static emb_tensor_info *list_tensors(const emb_run *run, const arrays *more,
                                     char (*names)[EMB__NAME_SIZE + 32]) {
    const size_t count = emb_net_tensor_count(run->net);
    emb_tensor_info *tensors = emb__calloc((1 + more->count) * count, sizeof *tensors);
    for (size_t i = 0; tensors && i < count; i++) {
        emb_net_tensor(run->net, i, &tensors[i]);
        for (size_t a = 0; a < more->count; a++) {
            const size_t at = (1 + a) * count + i;
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
    const size_t count = (1 + more.count) * emb_net_tensor_count(run->net);
    char(*names)[EMB__NAME_SIZE + 32] = emb__calloc(count, sizeof *names);
    emb_tensor_info *tensors = names ? list_tensors(run, &more, names) : NULL;
    emb_pair *pairs = emb__calloc(OWN_PAIRS + extra_count, sizeof *pairs);
    emb_status status = tensors && pairs ? print_texts(run, &t) : EMB_ERR_MEMORY;
    if (status == EMB_OK) {
        const emb_pair own[OWN_PAIRS] = {
            {"embudo.checkpoint", VERSION},    {"embudo.program", emb_version()},
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
        return emb__fail(EMB_ERR_FORMAT, "%s: embudo.random is no generator's state", path);
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
    static const field seed = {"seed", SIZE, 0}, own = OPTION(val_count, SIZE);
    size_t typed = 0;
    emb_status status = read_fields(file, path, "embudo.train", &seed, 1, &typed);
    if (status == EMB_OK) status = read_fields(file, path, "embudo.train", options, OPTIONS, made);
    if (status == EMB_OK && find_value(emb__safetensors_value(file, "embudo.train"), own.name)) {
        status = read_fields(file, path, "embudo.train", &own, 1, made);
    }
    made->seed = typed;
    if (made->val_split == 0)
        made->val_split = -1; /* filled in, it is none; 0 would be the default */
    return status;
}

static emb_status read_array(const emb__safetensors *file, const char *path, const emb_net *net,
                             const char *prefix, float *to) {
    for (int i = 0; i < net->tensor_count; i++) {
        char name[EMB__NAME_SIZE + 32];
        snprintf(name, sizeof name, "%s%s", prefix, net->tensors[i].name);
        emb_status status = emb__model_tensor(file, path, name, net->tensors[i].param, to);
        if (status != EMB_OK) return status;
    }
    return EMB_OK;
}

static emb_status check_same(const emb__safetensors *file, const char *path, const emb_net *net,
                             const emb_images *images) {
    char data[EMB_FINGERPRINT];
    const char *version = emb__safetensors_value(file, "embudo.checkpoint");
    const char *recorded = emb__safetensors_value(file, "embudo.data");
    const char *notation = emb__safetensors_value(file, "embudo.notation");
    if (!version || strcmp(version, VERSION) != 0) {
        return emb__fail(EMB_ERR_FORMAT, "%s: is no checkpoint of version " VERSION, path);
    }
    if (!notation || strcmp(notation, net->notation) != 0) {
        return emb__fail(EMB_ERR_SHAPE, "%s: is a checkpoint of another network than %s", path,
                         net->spec.name);
    }
    emb_images_fingerprint(images, data);
    if (recorded && strcmp(recorded, data) == 0) return EMB_OK;
    return emb__fail(EMB_ERR_ARGUMENT, "%s: was trained on other images: %s; these are %s", path,
                     recorded ? recorded : "?", data);
}

/* Everything but the run itself, which needs the options first. */
static emb_run *resume(const emb__safetensors *file, const char *path, emb_net *net,
                       const emb_images *images, int threads) {
    emb_train_options read = {.threads = threads, .keep_weights = true};
    emb__run_state *state = emb__calloc(1, sizeof *state);
    emb_status status = state ? check_same(file, path, net, images) : EMB_ERR_MEMORY;
    if (status == EMB_OK) status = read_options(file, path, &read);
    if (status == EMB_OK) status = read_fields(file, path, "embudo.state", states, STATES, state);
    if (status == EMB_OK) status = read_random(file, path, &state->random);
    const emb__origin origin = net->origin; /* black and white are not in the images */
    emb_run *run = status == EMB_OK ? emb_run_new(net, images, &read) : NULL;
    if (status == EMB_OK && !run) emb__fail_prefix(emb__last_status(), "%s: ", path);
    if (run) {
        net->origin = origin;
        status = read_array(file, path, net, "", net->params);
        const arrays more = arrays_of(run);
        for (size_t i = 0; i < more.count && status == EMB_OK; i++) {
            status = read_array(file, path, net, more.prefixes[i], more.values[i]);
        }
        if (status == EMB_OK && emb__run_set_state(run, state) != EMB_OK) {
            status = emb__fail_prefix(EMB_ERR_FORMAT, "%s: ", path);
        }
    }
    emb__free(state);
    if (run && status == EMB_OK) return run;
    emb_run_free(run);
    return NULL;
}

emb_run *emb_run_resume(emb_net *net, const emb_images *images, const char *path, int threads) {
    EMB__ENTER;
    if (!net || !images) return NULL; /* the text is the constructor's that failed */
    emb__safetensors file;
    if (emb__safetensors_read(path, &file) != EMB_OK) return NULL;
    emb_run *run = resume(&file, path, net, images, threads);
    emb__safetensors_clear(&file);
    return run;
}
