/* How a model was trained, according to its metadata. See recorded.h. */
#include "data/recorded.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/seed.h"
#include "core/strings.h"
#include "data/learning.h"

/* ---- printing -------------------------------------------------------------------------------- */

double cli_terms_val_split(const cli_terms *terms) { return fmax(terms->options.val_split, 0); }

/* The library takes 0 for a default; a 0 that was typed is spelled differently there. */
double cli_val_split_option(double typed) { return typed == 0 ? -1 : typed; }

/* What there is to say about the images besides the split: " test_split=0.1 ...". */
static void add_parts(cli_text *text, const cli_terms *t) {
    char share[CLI_NUMBER_SIZE];
    if (t->options.val_count > 0) cli_text_add(text, " val_count=%zu", t->options.val_count);
    if (t->holdout.known) {
        cli_text_add(text, " test_split=%s test_seed=%" PRIu64 " test_of=%zu",
                     cli_shortest(t->holdout.share, share), t->holdout.seed, t->holdout.of);
    }
    if (t->holdout.known && t->holdout.seen) cli_text_add(text, " test_seen=1");
    if (t->holdout.known && *t->holdout.learned) {
        cli_text_add(text, " train_crc=%s", t->holdout.learned);
    }
    if (*t->from) cli_text_add(text, " from=%s", t->from);
    if (*t->options.freeze) cli_text_add(text, " freeze=%s", t->options.freeze);
    if (*t->options.augment) cli_text_add(text, " augment=%s", t->options.augment);
    if (*t->options.denoise) cli_text_add(text, " denoise=%s", t->options.denoise);
}

/* A value has no spaces. */
static void add_loss(cli_text *text, const emb_train_options *options, const emb_net *net) {
    char *loss = cli_learning_loss(options, net);
    for (const char *c = loss; *c; c++) {
        if (*c != ' ') cli_text_add(text, "%c", *c);
    }
    free(loss);
}

/* Only what decides the model's bits: threads, paths and times would make equal models differ. */
char *cli_terms_print(const cli_terms *t, const emb_net *net) {
    char lr[CLI_NUMBER_SIZE], split[CLI_NUMBER_SIZE];
    const emb_train_options *o = &t->options;
    cli_text text = {0};
    cli_shortest(cli_terms_val_split(t), split);
    cli_text_add(&text, "seed=%" PRIu64, t->seed);
    if (t->knn > 0) {
        cli_text_add(&text, " val_split=%s knn=%d", split, t->knn);
        add_parts(&text, t);
        return text.bytes;
    }
    cli_text_add(&text, " epochs=%d batch_size=%d lr=%s", o->epochs, o->batch_size,
                 cli_shortest(o->learning_rate, lr));
    if (o->schedule != EMB_SCHEDULE_CONSTANT) {
        cli_text_add(&text, " schedule=%s", cli_schedule_name(o->schedule));
    }
    if (o->warmup > 0) cli_text_add(&text, " warmup=%d", o->warmup);
    cli_text_add(&text, " val_split=%s shuffle=%d max_steps=%zu optimizer=%s loss=", split,
                 o->shuffle, t->max_steps, emb_train_optimiser(o));
    add_loss(&text, o, net);
    cli_learning_print(&text, o);
    add_parts(&text, t);
    return text.bytes;
}

void cli_weights_sum(const emb_net *net, char sum[CLI_WEIGHTS_SUM]) {
    uint64_t hash = 0xcbf29ce484222325; /* FNV-1a */
    uint32_t any = 0;
    for (size_t i = 0; i < emb_net_tensor_count(net); i++) {
        emb_tensor_info tensor;
        emb_net_tensor(net, i, &tensor);
        for (size_t k = 0; k < tensor.count; k++) {
            uint32_t bits;
            memcpy(&bits, &tensor.values[k], sizeof bits);
            any |= bits << 1; /* -0 is 0 */
            hash = (hash ^ bits) * 0x100000001b3;
        }
    }
    snprintf(sum, CLI_WEIGHTS_SUM, "%016" PRIx64, hash);
    if (!any) *sum = '\0';
}

/* ---- reading --------------------------------------------------------------------------------- */

bool cli_recorded_number(const emb_net *net, const char *key, const char *name, double *value) {
    return emb_text_number(emb_net_metadata(net, key), name, value);
}

/* What follows "name=" in the options; NULL if that is missing. */
static const char *find_option(const emb_net *net, const char *name, size_t *length) {
    return emb_text_value(emb_net_metadata(net, CLI_OPTIONS_KEY), name, length);
}

bool cli_recorded_option(const emb_net *net, const char *name, double *value) {
    return cli_recorded_number(net, CLI_OPTIONS_KEY, name, value);
}

static bool read_seed(const emb_net *net, const char *name, uint64_t *seed) {
    size_t length;
    const char *text = find_option(net, name, &length), *end;
    uint64_t number;
    if (!text || !cli_seed_read(text, &end, &number) || end != text + length) return false;
    *seed = number;
    return true;
}

bool cli_recorded_seed(const emb_net *net, uint64_t *seed) { return read_seed(net, "seed", seed); }

/* A share from 0 to below 1. */
static bool read_share(const emb_net *net, const char *name, double *share) {
    double value;
    if (!cli_recorded_option(net, name, &value) || !(value >= 0 && value < 1)) return false;
    *share = value;
    return true;
}

bool cli_recorded_val_split(const emb_net *net, double *share) {
    return read_share(net, "val_split", share);
}

/* A number of images; 0 if there is none. */
static size_t read_count(const emb_net *net, const char *name) {
    double count;
    const bool good = cli_recorded_option(net, name, &count) && count >= 0 && count <= INT32_MAX;
    return good ? (size_t)count : 0;
}

size_t cli_recorded_val_count(const emb_net *net) { return read_count(net, "val_count"); }

/* So many hexadecimal digits; "" if there are none, or another number of them. */
static void read_digits(const emb_net *net, const char *name, char *digits, size_t count) {
    size_t length;
    const char *text = find_option(net, name, &length);
    const bool good = text && length == count && strspn(text, "0123456789abcdef") >= count;
    if (good) memcpy(digits, text, count);
    digits[good ? count : 0] = '\0';
}

bool cli_recorded_holdout(const emb_net *net, cli_holdout *holdout) {
    double share, seen;
    uint64_t seed;
    if (!read_share(net, "test_split", &share) || !read_seed(net, "test_seed", &seed)) return false;
    *holdout = (cli_holdout){.known = true,
                             .share = share,
                             .seed = seed,
                             .of = read_count(net, "test_of"),
                             .seen = cli_recorded_option(net, "test_seen", &seen) && seen != 0};
    read_digits(net, "train_crc", holdout->learned, CLI_LEARNED - 1);
    return true;
}

void cli_recorded_from(const emb_net *net, char sum[CLI_WEIGHTS_SUM]) {
    read_digits(net, "from", sum, CLI_WEIGHTS_SUM - 1);
}
