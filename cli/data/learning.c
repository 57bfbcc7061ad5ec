/* See learning.h. */
#include "data/learning.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/message.h"

/* A row of the table, without what is the command line's alone. */
typedef struct row {
    const char *name;
    const char *words; /* of a choice */
    const char *of;    /* "": nothing */
    size_t at;         /* in the library's options */
    cli_type type;
    int zero;
} row;

#define PLACE(member) offsetof(emb_train_options, member)
#define PLAIN(name, type, value, fallback, least, most, open, member, zero, help)                  \
    {name, value, "", PLACE(member), type, zero},
#define OWNED(name, type, value, fallback, least, most, open, member, zero, of, help)              \
    {name, value, of, PLACE(member), type, zero},

static const row rows[] = {CLI_LEARNING_TABLE(PLAIN, OWNED)};
enum { ROWS = sizeof rows / sizeof *rows };

/* A choice's words stand in the order of the library's enum. */
_Static_assert(sizeof(emb_optimiser) == sizeof(int) && sizeof(emb_plateau_mode) == sizeof(int) &&
                   sizeof(emb_threshold_mode) == sizeof(int),
               "an enum is an int");

/* ---- words ----------------------------------------------------------------------------------- */

/* The place of a word in "adam|adamw|sgd", or -1. */
static int place_of(const char *words, const char *word) {
    const size_t length = strlen(word);
    for (int i = 0;; i++, words++) {
        const size_t here = strcspn(words, "|");
        if (here == length && strncmp(words, word, length) == 0) return i;
        words += here;
        if (*words == '\0') return -1;
    }
}

/* Word number i of "adam|adamw|sgd"; *length says how long it is. */
static const char *word_at(const char *words, int i, size_t *length) {
    for (; i > 0; i--) words += strcspn(words, "|") + 1;
    *length = strcspn(words, "|");
    return words;
}

static const char *const schedules[] = {
    [EMB_SCHEDULE_CONSTANT] = "constant",   [EMB_SCHEDULE_LINEAR] = "linear",
    [EMB_SCHEDULE_COSINE] = "cosine",       [EMB_SCHEDULE_STEP] = "step",
    [EMB_SCHEDULE_ONE_CYCLE] = "one-cycle", [EMB_SCHEDULE_PLATEAU] = "plateau",
};

const char *cli_schedule_name(emb_schedule schedule) { return schedules[schedule]; }

emb_schedule cli_schedule_of(const char *name) {
    return (emb_schedule)place_of(CLI_SCHEDULES, name);
}

bool cli_optimiser_find(const char *name, emb_optimiser *optimiser) {
    const int place = place_of("adam|adamw|sgd|rmsprop|nadam", name);
    if (place >= 0) *optimiser = (emb_optimiser)place;
    return place >= 0;
}

/* ---- reading --------------------------------------------------------------------------------- */

static double number_at(const emb_train_options *options, const row *r) {
    const void *at = (const char *)options + r->at;
    if (r->type == CLI_TEXT) return 0;
    if (r->type == CLI_FLAG) return *(const bool *)at;
    return r->type == CLI_REAL ? *(const double *)at : *(const int *)at;
}

static void set(emb_train_options *options, const row *r, const cli_value *value) {
    void *at = (char *)options + r->at;
    if (r->type == CLI_FLAG) *(bool *)at = true;
    if (r->type == CLI_CHOICE) *(int *)at = place_of(r->words, value->text);
    if (r->type == CLI_INT) *(int *)at = value->whole == 0 ? r->zero : (int)value->whole;
    if (r->type == CLI_REAL) *(double *)at = value->real == 0 ? r->zero : value->real;
}

/* One of the things that an option belongs to: `owner` is "--schedule step" or "--patience". */
static int check_owner(const cli_args *args, const char *name, const char *owner,
                       const emb_train_options *options) {
    char option[40];
    const char *words = strchr(owner, ' ');
    snprintf(option, sizeof option, "%.*s", (int)strcspn(owner + 2, " "), owner + 2);
    const cli_value *value = cli_arg(args, option);
    if (!words) {
        if (value->given) return CLI_DONE;
        return cli_usage(args->command->name,
                         "--%s belongs to %s, which is not given: add it, or leave --%s out", name,
                         owner, name);
    }
    /* A recipe may have set the schedule. */
    const char *is =
        strcmp(option, "schedule") == 0 ? cli_schedule_name(options->schedule) : value->text;
    if (place_of(words + 1, is) >= 0) return CLI_DONE;
    return cli_usage(args->command->name,
                     "--%s belongs to %s, and --%s is %s here: add %s, or leave --%s out", name,
                     owner, option, is, owner, name);
}

static int check_owners(const cli_args *args, const row *r, const emb_train_options *options) {
    static const char and[] = " and ";
    int code = CLI_DONE;
    for (const char *at = r->of; code == CLI_DONE && at && *at;) {
        char owner[64];
        const char *next = strstr(at, and);
        snprintf(owner, sizeof owner, "%.*s", next ? (int)(next - at) : (int)strlen(at), at);
        code = check_owner(args, r->name, owner, options);
        at = next ? next + strlen(and) : NULL;
    }
    return code;
}

/* What the table cannot say. */
static int check_schedule(const cli_args *args, const emb_train_options *options) {
    const bool base = cli_arg(args, "base-momentum")->given;
    const char *const name = base ? "base-momentum" : "max-momentum";
    if (options->schedule == EMB_SCHEDULE_STEP && options->step_size == 0) {
        return cli_usage(args->command->name,
                         "--schedule step needs --step-size N: the epochs between its steps");
    }
    if (options->fixed_momentum && cli_arg(args, name)->given) {
        return cli_usage(args->command->name,
                         "--%s is of the cycle that --fixed-momentum leaves out: give one of them",
                         name);
    }
    return CLI_DONE;
}

/* A cycle replaces what was given, but Nesterov's momentum asks for one all the same. */
static void tell_cycled(const cli_args *args, const emb_train_options *options) {
    static const char *const momenta[] = {"momentum", "beta1"};
    for (size_t i = 0; i < sizeof momenta / sizeof *momenta; i++) {
        const bool cycled = options->schedule == EMB_SCHEDULE_ONE_CYCLE && !options->fixed_momentum;
        if (!cycled || !cli_arg(args, momenta[i])->given) continue;
        cli_note("--schedule one-cycle moves it from --max-momentum to --base-momentum and back, "
                 "so --%s does nothing; --fixed-momentum keeps it",
                 momenta[i]);
    }
}

const char *cli_learning_given(const cli_args *args) {
    for (size_t i = 0; i < ROWS; i++) {
        if (cli_arg(args, rows[i].name)->given) return rows[i].name;
    }
    return NULL;
}

int cli_learning_read(emb_train_options *options, const cli_args *args) {
    const char *loss = cli_arg(args, "loss")->text;
    emb_train_options filled;
    int code = CLI_DONE;
    for (size_t i = 0; i < ROWS && code == CLI_DONE; i++) {
        const cli_value *value = cli_arg(args, rows[i].name);
        if (!value->given) continue;
        set(options, &rows[i], value);
        code = check_owners(args, &rows[i], options);
    }
    if (code == CLI_DONE) code = check_schedule(args, options);
    if (code != CLI_DONE) return code;
    if (loss && strlen(loss) >= sizeof options->loss) {
        return cli_usage(args->command->name, "--loss is longer than %zu characters",
                         sizeof options->loss - 1);
    }
    if (loss) memcpy(options->loss, loss, strlen(loss) + 1);
    const emb_status status = emb_train_fill(options, &filled);
    if (status == EMB_ERR_ARGUMENT) return cli_usage(args->command->name, "%s", emb_error());
    if (status != EMB_OK) {
        cli_fail("%s", emb_error());
        return CLI_FAILED;
    }
    tell_cycled(args, options);
    options->learning_rate = filled.learning_rate;
    memcpy(options->loss, filled.loss, sizeof options->loss);
    return CLI_DONE;
}

/* ---- saying ---------------------------------------------------------------------------------- */

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
        add(to, name, &rows[i], value > 0 || rows[i].zero == 0 ? value : 0);
    }
}

static void add_text(void *to, const char *name, const row *r, double value) {
    char number[CLI_NUMBER_SIZE];
    if (r->type == CLI_CHOICE) {
        size_t length;
        const char *word = word_at(r->words, (int)value, &length);
        cli_text_add(to, " %s=%.*s", name, (int)length, word);
    } else {
        cli_text_add(to, " %s=%s", name, cli_shortest(value, number));
    }
}

void cli_learning_print(cli_text *text, const emb_train_options *options) {
    each_changed(options, add_text, text);
}

static void add_json(void *to, const char *name, const row *r, double value) {
    if (r->type == CLI_FLAG) {
        cli_json_bool(to, name, value != 0);
    } else if (r->type == CLI_CHOICE) {
        size_t length;
        const char *word = word_at(r->words, (int)value, &length);
        char *copy = cli_format("%.*s", (int)length, word);
        cli_json_string(to, name, copy);
        free(copy);
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
