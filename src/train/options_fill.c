/* A run's options: their defaults and ranges. See options_fill.h. */
#include "train/options_fill.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/entry.h"
#include "base/translate.h"
#include "device/alter.h"
#include "train/losses/loss_text.h"
#include "train/optimisers/optimiser_table.h"

/* Options for which 0 means another number. */
static const struct {
    size_t at;
    double value;
} defaults[] = {
#define DEFAULT(member, number)                                                                    \
    { offsetof(emb_train_options, member), number }
    DEFAULT(beta1, 0.9),          DEFAULT(beta2, 0.999),          DEFAULT(epsilon, 1e-8),
    DEFAULT(val_split, 0.2),      DEFAULT(alpha, 0.99),           DEFAULT(momentum_decay, 4e-3),
    DEFAULT(gamma, 0.1),          DEFAULT(pct_start, 0.3),        DEFAULT(div_factor, 25),
    DEFAULT(factor, 0.1),         DEFAULT(final_div_factor, 1e4), DEFAULT(threshold, 1e-4),
    DEFAULT(base_momentum, 0.85), DEFAULT(max_momentum, 0.95),
};

static double *real(emb_train_options *o, size_t at) { return (double *)(void *)((char *)o + at); }

static void fill(emb_train_options *o) {
    if (o->seed == 0) o->seed = 42;
    if (o->batch_size == 0) o->batch_size = 16;
    if (o->patience == 0) o->patience = 10;
    for (size_t i = 0; i < sizeof defaults / sizeof *defaults; i++) {
        double *value = real(o, defaults[i].at);
        if (*value == 0) *value = defaults[i].value;
    }
    if (o->val_split < 0) o->val_split = 0;
    const emb__optimiser *optimiser = emb__optimiser_of(o);
    if (o->learning_rate == 0) o->learning_rate = optimiser->rate;
    if (o->weight_decay == 0) o->weight_decay = optimiser->weight_decay;
}

typedef struct check {
    const char *name;
    double value;
    bool fits;
    const char *range;
} check;

static emb_status look_at(const check *checks, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (checks[i].fits) continue;
        return emb__fail(EMB_ERR_ARGUMENT, "%s: expected %s, got %g", _(checks[i].name),
                         _(checks[i].range), checks[i].value);
    }
    return EMB_OK;
}

static bool above_0(double x) { return x > 0 && isfinite(x); }
static bool from_0(double x) { return x >= 0 && isfinite(x); }
static bool inside_1(double x) { return x > 0 && x < 1; }
static bool below_1(double x) { return x < 1 && isfinite(x); }
static bool in_epochs(int x) { return x >= 1 && x <= EMB_MAX_EPOCHS; }

static emb_status check_basic(const emb_train_options *o) {
    char batch[64], epochs[64];
    snprintf(batch, sizeof batch, _("1 to %d"), EMB_MAX_BATCH);
    snprintf(epochs, sizeof epochs, _("1 to %d"), EMB_MAX_EPOCHS);
    const bool spans = o->schedule == EMB_SCHEDULE_LINEAR || o->schedule == EMB_SCHEDULE_COSINE ||
                       o->schedule == EMB_SCHEDULE_ONE_CYCLE;
    const bool steps = o->schedule == EMB_SCHEDULE_STEP;
    const check checks[] = {
        {N_("learning rate"), o->learning_rate, above_0(o->learning_rate), N_("a number above 0")},
        {"beta1", o->beta1, below_1(o->beta1), N_("a number below 1")},
        {"beta2", o->beta2, below_1(o->beta2), N_("a number below 1")},
        {"epsilon", o->epsilon, above_0(o->epsilon), N_("a number above 0")},
        {N_("validation split"), o->val_split, o->val_split < 1 || o->val_count > 0,
         N_("a share below 1")},
        {N_("batch size"), o->batch_size, o->batch_size >= 1 && o->batch_size <= EMB_MAX_BATCH,
         batch},
        {N_("schedule"), o->schedule,
         o->schedule >= EMB_SCHEDULE_CONSTANT && o->schedule <= EMB_SCHEDULE_PLATEAU,
         N_("one of EMB_SCHEDULE_...")},
        {N_("epochs of the schedule"), o->epochs,
         (!spans && o->epochs == 0) || in_epochs(o->epochs), epochs},
        {N_("warmup"), o->warmup, o->warmup >= 0 && o->warmup <= EMB_MAX_WARMUP,
         N_("0 to 2^30 steps")},
        {N_("threads"), o->threads, o->threads >= 0, N_("0 or more")},
        {N_("step size of the schedule"), o->step_size,
         (!steps && o->step_size == 0) || in_epochs(o->step_size), epochs},
        {N_("patience of early stopping"), o->stop_patience,
         o->stop_patience == 0 || in_epochs(o->stop_patience), epochs},
    };
    return look_at(checks, sizeof checks / sizeof *checks);
}

/* The default of an option for which 0 means another number; else 0. */
static double default_of(size_t at) {
    for (size_t i = 0; i < sizeof defaults / sizeof *defaults; i++) {
        if (defaults[i].at == at) return defaults[i].value;
    }
    return 0;
}

enum {
    ADAM = 1 << EMB_OPTIMISER_ADAM | 1 << EMB_OPTIMISER_ADAMW,
    NADAM = 1 << EMB_OPTIMISER_NADAM,
    SGD = 1 << EMB_OPTIMISER_SGD,
    RMSPROP = 1 << EMB_OPTIMISER_RMSPROP,
    STEP = 1 << EMB_SCHEDULE_STEP,
    COSINE = 1 << EMB_SCHEDULE_COSINE,
    CYCLE = 1 << EMB_SCHEDULE_ONE_CYCLE,
    PLATEAU = 1 << EMB_SCHEDULE_PLATEAU
};

/* An option, the optimisers or schedules that it is of, and whether it is set. */
typedef struct owned {
    const char *name, *whose;
    bool set;
    int owners;
} owned;

static const char *const schedules[] = {
    [EMB_SCHEDULE_CONSTANT] = "constant",   [EMB_SCHEDULE_LINEAR] = "linear",
    [EMB_SCHEDULE_COSINE] = "cosine",       [EMB_SCHEDULE_STEP] = "step",
    [EMB_SCHEDULE_ONE_CYCLE] = "one-cycle", [EMB_SCHEDULE_PLATEAU] = "plateau",
};

/* `wrong` is the failure's text: the option, whose it is, and what is there. */
static emb_status look_whose(const owned *options, size_t count, int owner, const char *wrong,
                             const char *is) {
    for (size_t i = 0; i < count; i++) {
        if (!options[i].set || options[i].owners >> owner & 1) continue;
        return emb__fail(EMB_ERR_ARGUMENT, wrong, options[i].name, _(options[i].whose), is);
    }
    return EMB_OK;
}

/* An option that would do nothing is refused. One that is its own default cannot be told from one
 * that was filled in. */
#define SET(member) (o->member != 0 && o->member != default_of(offsetof(emb_train_options, member)))
#define OWNED(member, whose, owners)                                                               \
    { #member, whose, SET(member), owners }

static emb_status check_whose_optimiser(const emb_train_options *o) {
    const owned options[] = {
        OWNED(momentum, N_("SGD and RMSprop"), SGD | RMSPROP),
        OWNED(dampening, "SGD", SGD),
        OWNED(nesterov, "SGD", SGD),
        OWNED(amsgrad, N_("Adam and AdamW"), ADAM),
        OWNED(centered, "RMSprop", RMSPROP),
        OWNED(beta1, N_("Adam, AdamW and NAdam"), ADAM | NADAM),
        OWNED(beta2, N_("Adam, AdamW and NAdam"), ADAM | NADAM),
        OWNED(epsilon, N_("all optimisers but SGD"), ADAM | NADAM | RMSPROP),
        OWNED(alpha, "RMSprop", RMSPROP),
        OWNED(momentum_decay, "NAdam", NADAM),
        OWNED(decoupled_weight_decay, "NAdam", NADAM),
    };
    return look_whose(options, sizeof options / sizeof *options, (int)o->optimiser,
                      E_("%s is of %s, and the optimiser is %s"), emb__optimiser_of(o)->name);
}

static emb_status check_whose_schedule(const emb_train_options *o) {
    const owned options[] = {
        OWNED(step_size, "step", STEP),
        OWNED(gamma, "step", STEP),
        OWNED(eta_min, "cosine", COSINE),
        OWNED(pct_start, "one-cycle", CYCLE),
        OWNED(div_factor, "one-cycle", CYCLE),
        OWNED(final_div_factor, "one-cycle", CYCLE),
        OWNED(fixed_momentum, "one-cycle", CYCLE),
        OWNED(base_momentum, "one-cycle", CYCLE),
        OWNED(max_momentum, "one-cycle", CYCLE),
        OWNED(factor, "plateau", PLATEAU),
        {"patience", "plateau", o->patience != 10, PLATEAU},
        OWNED(cooldown, "plateau", PLATEAU),
        OWNED(threshold, "plateau", PLATEAU),
        OWNED(min_lr, "plateau", PLATEAU),
        {"mode", "plateau", o->mode != EMB_PLATEAU_MIN, PLATEAU},
        {"threshold_mode", "plateau", o->threshold_mode != EMB_THRESHOLD_REL, PLATEAU},
    };
    return look_whose(options, sizeof options / sizeof *options, (int)o->schedule,
                      E_("%s is of the schedule %s, and the schedule is %s"),
                      schedules[o->schedule]);
}

static emb_status check_whose(const emb_train_options *o) {
    emb_status status = check_whose_optimiser(o);
    if (status == EMB_OK) status = check_whose_schedule(o);
    if (status != EMB_OK) return status;
    if (o->fixed_momentum && (SET(base_momentum) || SET(max_momentum))) {
        return emb__fail(EMB_ERR_ARGUMENT,
                         "%s is of a cycle of the momentum, and fixed_momentum "
                         "leaves that out",
                         SET(base_momentum) ? "base_momentum" : "max_momentum");
    }
    if (o->stop_min_delta == 0 || o->stop_patience > 0) return EMB_OK;
    return emb__fail(EMB_ERR_ARGUMENT,
                     "stop_min_delta is of early stopping, and stop_patience is 0");
}

#undef OWNED
#undef SET

static emb_status check_optimiser(const emb_train_options *o) {
    const check checks[] = {
        {"momentum", o->momentum, from_0(o->momentum), N_("0 or more")},
        {"dampening", o->dampening, isfinite(o->dampening), N_("a number")},
        {"alpha", o->alpha, below_1(o->alpha), N_("a number below 1")},
        {N_("momentum decay"), o->momentum_decay, isfinite(o->momentum_decay), N_("0 or more")},
        {N_("weight decay"), o->weight_decay, isfinite(o->weight_decay), N_("0 or more")},
        {N_("norm that clips"), o->clip_norm, from_0(o->clip_norm), N_("a number above 0")},
        {N_("value that clips"), o->clip_value, from_0(o->clip_value), N_("a number above 0")},
        {N_("decay of the average"), o->ema, o->ema == 0 || inside_1(o->ema), "0 < decay < 1"},
    };
    const emb_status status = look_at(checks, sizeof checks / sizeof *checks);
    const emb__optimiser *optimiser = emb__optimiser_of(o);
    return status == EMB_OK && optimiser->check ? optimiser->check(o) : status;
}

static emb_status check_schedule(const emb_train_options *o) {
    const check checks[] = {
        {"gamma", o->gamma, above_0(o->gamma), N_("a number above 0")},
        {"pct_start", o->pct_start, inside_1(o->pct_start), "0 < pct_start < 1"},
        {"div_factor", o->div_factor, above_0(o->div_factor), N_("a number above 0")},
        {"final_div_factor", o->final_div_factor, above_0(o->final_div_factor),
         N_("a number above 0")},
        {N_("base momentum"), o->base_momentum, below_1(o->base_momentum), N_("a number below 1")},
        {N_("maximum momentum"), o->max_momentum, below_1(o->max_momentum), N_("a number below 1")},
        {"factor", o->factor, below_1(o->factor), N_("a number below 1")},
        {"threshold", o->threshold,
         o->threshold_mode == EMB_THRESHOLD_ABS ? isfinite(o->threshold) : below_1(o->threshold),
         o->threshold_mode == EMB_THRESHOLD_ABS ? N_("a number") : N_("a number below 1")},
        {"cooldown", o->cooldown, o->cooldown == 0 || in_epochs(o->cooldown), N_("0 to 1000000")},
        {"min_lr", o->min_lr, from_0(o->min_lr), N_("0 or more")},
        {"eta_min", o->eta_min, from_0(o->eta_min), N_("0 or more")},
        {"mode", o->mode, o->mode == EMB_PLATEAU_MIN || o->mode == EMB_PLATEAU_MAX,
         N_("one of EMB_PLATEAU_...")},
        {"threshold_mode", o->threshold_mode,
         o->threshold_mode == EMB_THRESHOLD_REL || o->threshold_mode == EMB_THRESHOLD_ABS,
         N_("one of EMB_THRESHOLD_...")},
        {N_("least change of early stopping"), o->stop_min_delta, from_0(o->stop_min_delta),
         N_("0 or more")},
    };
    return look_at(checks, sizeof checks / sizeof *checks);
}

static emb_status tidy_texts(emb_train_options *o) {
    emb_status status = emb__loss_text_tidy(o->loss);
    if (status == EMB_OK) status = emb__augment_tidy(o->augment, sizeof o->augment);
    return status == EMB_OK ? emb__denoise_tidy(o->denoise, sizeof o->denoise) : status;
}

static emb_status check_freeze(const emb_train_options *o) {
    if (memchr(o->freeze, '\0', sizeof o->freeze)) return EMB_OK;
    return emb__fail(EMB_ERR_ARGUMENT, "freeze: expected at most %zu bytes", sizeof o->freeze - 1);
}

emb_status emb__options_fill(emb_train_options *o, const emb_train_options *given) {
    if (given) *o = *given;
    if (!emb__optimiser_exists(o->optimiser)) {
        return emb__fail(EMB_ERR_ARGUMENT, "optimiser: expected one of EMB_OPTIMISER_..., got %d",
                         (int)o->optimiser);
    }
    fill(o);
    emb_status status = check_basic(o);
    if (status == EMB_OK) status = check_schedule(o);
    if (status == EMB_OK) status = check_whose(o);
    if (status == EMB_OK) status = check_optimiser(o);
    if (status == EMB_OK) status = check_freeze(o);
    return status == EMB_OK ? tidy_texts(o) : status;
}

emb_status emb_train_fill(const emb_train_options *options, emb_train_options *filled) {
    EMB__ENTER;
    emb_train_options made = {0};
    const emb_status status = emb__options_fill(&made, options);
    if (status == EMB_OK) *filled = made;
    return status;
}
