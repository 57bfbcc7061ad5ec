/* See as_written.h. */
#include "train/as_written.h"

#include <stdlib.h>
#include <string.h>

#include "core/message.h"
#include "core/seed.h"
#include "core/strings.h"
#include "data/learning.h"

/* The note, in pieces: what the file says, and the options that say it. */
typedef struct offer {
    cli_text says, options;
    cli_text lacks; /* what the file has and embudo, or this training, has not */
} offer;

static void add(offer *o, const char *name, const char *option, const char *value) {
    cli_text_add(&o->says, "%s%s%s%s", o->says.length ? ", " : "", name, *value ? "=" : "", value);
    cli_text_add(&o->options, "%s--%s%s%s", o->options.length ? " " : "", option, *value ? " " : "",
                 value);
}

static void add_whole(offer *o, const char *name, const char *option, int64_t value) {
    char *text = cli_format("%lld", (long long)value);
    add(o, name, option, text);
    free(text);
}

static void add_real(offer *o, const char *name, const char *option, double value) {
    char text[CLI_NUMBER_SIZE];
    add(o, name, option, cli_shortest(value, text));
}

/* Whether the file's word is to be taken: it says something, and the line nothing. */
static bool is_open(const cli_args *args, const char *option, bool says) {
    return says && !cli_arg(args, option)->given;
}

static void lack(offer *o, const char *what) {
    cli_text_add(&o->lacks, "%s%s", o->lacks.length ? ", " : "", what);
}

static void take_loss(emb_train_options *to, const emb_written *w, const cli_args *args, offer *o) {
    emb_train_options own = {.optimiser = to->optimiser}, filled;
    if (!is_open(args, "loss", w->loss[0] && strcmp(w->loss, "mse") != 0)) return;
    memcpy(own.loss, w->loss, sizeof w->loss);
    if (emb_train_fill(&own, &filled) != EMB_OK) {
        lack(o, w->loss);
        return;
    }
    if (strcmp(filled.loss, to->loss) == 0) return;
    memcpy(to->loss, filled.loss, sizeof to->loss);
    add(o, "loss", "loss", w->loss);
}

/* One of the numbers that an option of the table has. */
static void take_real(double *to, const char *name, const char *option, double value,
                      const cli_args *args, offer *o) {
    if (!is_open(args, option, value > 0 && value != *to)) return;
    *to = value;
    add_real(o, name, option, value);
}

static void take_schedule(emb_train_options *to, const emb_written *w, const cli_args *args,
                          offer *o) {
    if (!is_open(args, "schedule", w->schedule[0])) return;
    if (strcmp(w->schedule, "step") != 0) {
        lack(o, w->schedule);
        return;
    }
    to->schedule = EMB_SCHEDULE_STEP;
    add(o, "scheduler", "schedule", "step");
    if (is_open(args, "step-size", true)) {
        to->step_size = w->step_size;
        add_whole(o, "step_size", "step-size", w->step_size);
    }
    take_real(&to->gamma, "gamma", "gamma", w->gamma, args, o);
}

/* What the optimiser's words are, but for its name and rate. */
static void take_constants(emb_train_options *to, const emb_written *w, const cli_args *args,
                           offer *o) {
    const bool adam = to->optimiser == EMB_OPTIMISER_ADAM || to->optimiser == EMB_OPTIMISER_ADAMW;
    if (adam || to->optimiser == EMB_OPTIMISER_NADAM) {
        const bool usual = w->beta1 == 0.9 && w->beta2 == 0.999;
        take_real(&to->beta1, "beta1", "beta1", usual ? 0 : w->beta1, args, o);
        take_real(&to->beta2, "beta2", "beta2", usual ? 0 : w->beta2, args, o);
    }
    const bool rounds = to->optimiser != EMB_OPTIMISER_SGD;
    if (rounds && w->epsilon != 1e-8) take_real(&to->epsilon, "eps", "eps", w->epsilon, args, o);
    if (adam && w->amsgrad && !to->amsgrad && is_open(args, "amsgrad", true)) {
        to->amsgrad = true;
        add(o, "amsgrad", "amsgrad", "");
    }
}

/* Each of the file's settings that the line leaves open and that differs: into the terms, and into
 * the offer. */
static void take(emb_train_options *to, uint64_t *seed, const emb_written *w, const cli_args *args,
                 offer *o) {
    if (is_open(args, "batch-size", w->batch_size > 0 && w->batch_size != to->batch_size)) {
        to->batch_size = w->batch_size;
        add_whole(o, "batch_size", "batch-size", w->batch_size);
    }
    const double rate = to->learning_rate > 0 ? to->learning_rate : 0.001;
    if (is_open(args, "lr", w->learning_rate > 0 && w->learning_rate != rate)) {
        to->learning_rate = w->learning_rate;
        add_real(o, "lr", "lr", w->learning_rate);
    }
    if (is_open(args, "epochs", w->epochs > 0 && w->epochs != to->epochs)) {
        to->epochs = w->epochs;
        add_whole(o, "epochs", "epochs", w->epochs);
    }
    if (is_open(args, "seed", w->has_seed && w->seed != *seed)) {
        *seed = w->seed;
        to->seed = cli_seed_option(*seed);
        add_whole(o, "seed", "seed", (int64_t)w->seed);
    }
    if (is_open(args, "val-split", w->val_split > 0 && w->val_split != 0.2)) {
        to->val_split = cli_val_split_option(w->val_split);
        add_real(o, _("the validation share"), "val-split", w->val_split);
    }
    const bool same = strcmp(cli_arg(args, "optimiser")->text, w->optimiser) == 0;
    emb_optimiser other;
    const bool had = w->optimiser[0] && cli_optimiser_find(w->optimiser, &other);
    if (is_open(args, "optimiser", w->optimiser[0] && !had)) lack(o, w->optimiser);
    if (is_open(args, "optimiser", had && !same)) {
        to->optimiser = other;
        emb_train_options plain;
        emb_train_fill(&(emb_train_options){.optimiser = to->optimiser}, &plain);
        if (is_open(args, "lr", w->learning_rate == 0)) to->learning_rate = plain.learning_rate;
        add(o, "optimiser", "optimiser", w->optimiser);
    }
    if (is_open(args, "weight-decay", w->weight_decay > 0 && w->weight_decay != to->weight_decay)) {
        to->weight_decay = w->weight_decay;
        add_real(o, "weight_decay", "weight-decay", w->weight_decay);
    }
    const bool may = to->optimiser == EMB_OPTIMISER_SGD || to->optimiser == EMB_OPTIMISER_RMSPROP;
    if (may && is_open(args, "momentum", w->momentum > 0 && w->momentum != to->momentum)) {
        to->momentum = w->momentum;
        add_real(o, "momentum", "momentum", w->momentum);
    }
    if (had) take_constants(to, w, args, o);
    take_real(&to->clip_norm, _("the gradients' norm"), "clip-norm", w->clip_norm, args, o);
    take_schedule(to, w, args, o);
    take_loss(to, w, args, o);
    if (w->shuffle && !to->shuffle) {
        to->shuffle = true;
        add(o, "shuffle", "shuffle", "");
    }
}

void cli_as_written(cli_terms *terms, const emb_net *net, const char *name, const cli_args *args) {
    emb_written written;
    const bool wanted = cli_arg(args, "as-written")->given;
    if (!emb_net_written(net, &written)) {
        if (wanted) cli_note("%s says nothing of a training", name);
        return;
    }
    offer o = {0};
    emb_train_options options = terms->options;
    uint64_t seed = terms->seed;
    take(&options, &seed, &written, args, &o);
    if (wanted) {
        terms->options = options;
        terms->seed = seed;
    }
    if (o.says.length > 0 && wanted) {
        cli_note("as %s has it: %s", name, o.options.bytes);
    } else if (o.says.length > 0) {
        cli_note("%s uses %s: add %s, or --as-written", name, o.says.bytes, o.options.bytes);
    }
    if (o.lacks.length > 0) {
        cli_note("%s trains with %s, which is not taken from it: see the options of embudo train",
                 name, o.lacks.bytes);
    }
    if (written.loss_sums) {
        cli_note("%s sums its loss over numbers and images, where embudo has the mean: the same "
                 "--lr may not be the best",
                 name);
    }
    cli_text_free(&o.says);
    cli_text_free(&o.lacks);
    cli_text_free(&o.options);
}
