/* See learning.h. */
#include "data/learning.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "core/message.h"

/* Where an option of that name stands in the library's options. */
typedef struct row {
    const char *name;
    size_t at;
    cli_type type;
    int none; /* what a 0 that was typed is there, where 0 means the default */
} row;

#define ROW(name, type, member, none)                                                              \
    { name, offsetof(emb_train_options, member), type, none }

static const row rows[] = {
    ROW("momentum", CLI_REAL, momentum, 0),
    ROW("dampening", CLI_REAL, dampening, 0),
    ROW("nesterov", CLI_FLAG, nesterov, 0),
    ROW("weight-decay", CLI_REAL, weight_decay, -1),
    ROW("amsgrad", CLI_FLAG, amsgrad, 0),
    ROW("beta1", CLI_REAL, beta1, 0),
    ROW("beta2", CLI_REAL, beta2, 0),
    ROW("eps", CLI_REAL, epsilon, 0),
    ROW("alpha", CLI_REAL, alpha, 0),
    ROW("centered", CLI_FLAG, centered, 0),
    ROW("momentum-decay", CLI_REAL, momentum_decay, -1),
    ROW("clip-norm", CLI_REAL, clip_norm, 0),
    ROW("clip-value", CLI_REAL, clip_value, 0),
    ROW("ema", CLI_REAL, ema, 0),
    ROW("step-size", CLI_INT, step_size, 0),
    ROW("gamma", CLI_REAL, gamma, 0),
    ROW("pct-start", CLI_REAL, pct_start, 0),
    ROW("div-factor", CLI_REAL, div_factor, 0),
    ROW("final-div-factor", CLI_REAL, final_div_factor, 0),
    ROW("fixed-momentum", CLI_FLAG, fixed_momentum, 0),
    ROW("base-momentum", CLI_REAL, base_momentum, 0),
    ROW("max-momentum", CLI_REAL, max_momentum, 0),
    ROW("factor", CLI_REAL, factor, 0),
    ROW("plateau-patience", CLI_INT, patience, -1),
    ROW("threshold", CLI_REAL, threshold, -1),
    ROW("patience", CLI_INT, stop_patience, 0),
    ROW("min-delta", CLI_REAL, stop_min_delta, 0),
};
enum { ROWS = sizeof rows / sizeof *rows };

static const char *const optimisers[] = {
    [EMB_OPTIMISER_ADAM] = "adam",   [EMB_OPTIMISER_ADAMW] = "adamw",
    [EMB_OPTIMISER_SGD] = "sgd",     [EMB_OPTIMISER_RMSPROP] = "rmsprop",
    [EMB_OPTIMISER_NADAM] = "nadam",
};

static double number_at(const emb_train_options *options, const row *r) {
    const void *at = (const char *)options + r->at;
    if (r->type == CLI_FLAG) return *(const bool *)at;
    return r->type == CLI_INT ? *(const int *)at : *(const double *)at;
}

static void set(emb_train_options *options, const row *r, const cli_value *value) {
    void *at = (char *)options + r->at;
    if (r->type == CLI_FLAG) *(bool *)at = true;
    if (r->type == CLI_INT) *(int *)at = value->whole == 0 ? r->none : (int)value->whole;
    if (r->type == CLI_REAL) *(double *)at = value->real == 0 ? r->none : value->real;
}

bool cli_learning_read(emb_train_options *options, const cli_args *args) {
    const char *optimiser = cli_arg(args, "optimiser")->text;
    const char *loss = cli_arg(args, "loss")->text;
    emb_train_options filled;
    for (size_t i = 0; i < sizeof optimisers / sizeof *optimisers; i++) {
        if (strcmp(optimisers[i], optimiser) == 0) options->optimiser = (emb_optimiser)i;
    }
    for (size_t i = 0; i < ROWS; i++) {
        const cli_value *value = cli_arg(args, rows[i].name);
        if (value->given) set(options, &rows[i], value);
    }
    if (loss && strlen(loss) >= sizeof options->loss) {
        cli_fail("--loss is longer than %zu characters", sizeof options->loss - 1);
        return false;
    }
    if (loss) memcpy(options->loss, loss, strlen(loss) + 1);
    if (options->schedule == EMB_SCHEDULE_STEP && options->step_size == 0) {
        cli_fail("--schedule step needs --step-size: the epochs between its steps");
        return false;
    }
    if (emb_train_fill(options, &filled) != EMB_OK) {
        cli_fail("%s", emb_error());
        return false;
    }
    options->learning_rate = filled.learning_rate;
    memcpy(options->loss, filled.loss, sizeof options->loss);
    return true;
}

/* Calls `add` for each number that is not the default of the optimiser. */
static void each_changed(const emb_train_options *options,
                         void (*add)(void *to, const char *name, const row *r, double value),
                         void *to) {
    emb_train_options own, plain;
    if (emb_train_fill(options, &own) != EMB_OK) return;
    emb_train_fill(&(emb_train_options){.optimiser = options->optimiser}, &plain);
    for (size_t i = 0; i < ROWS; i++) {
        const double value = number_at(&own, &rows[i]);
        char name[32];
        if (value == number_at(&plain, &rows[i])) continue;
        snprintf(name, sizeof name, "%s", rows[i].name);
        for (char *c = name; *c; c++) *c = *c == '-' ? '_' : *c;
        add(to, name, &rows[i], value > 0 || rows[i].none == 0 ? value : 0);
    }
}

static void add_text(void *to, const char *name, const row *r, double value) {
    char number[CLI_NUMBER_SIZE];
    (void)r;
    cli_text_add(to, " %s=%s", name, cli_shortest(value, number));
}

void cli_learning_print(cli_text *text, const emb_train_options *options) {
    each_changed(options, add_text, text);
}

static void add_json(void *to, const char *name, const row *r, double value) {
    if (r->type == CLI_FLAG) {
        cli_json_bool(to, name, value != 0);
    } else if (r->type == CLI_INT) {
        cli_json_whole(to, name, (int64_t)value);
    } else {
        cli_json_real(to, name, value);
    }
}

void cli_learning_json(cli_json *json, const emb_train_options *options) {
    each_changed(options, add_json, json);
}

char *cli_learning_loss(const emb_train_options *options, const emb_net *net) {
    return cli_format("%s", *options->loss ? options->loss : emb_net_loss(net));
}

bool cli_learning_spans(const emb_train_options *options) {
    return options->schedule == EMB_SCHEDULE_LINEAR || options->schedule == EMB_SCHEDULE_COSINE ||
           options->schedule == EMB_SCHEDULE_ONE_CYCLE;
}
