/* What may come next. See completion_words.h. */
#include "help/completion_words.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <embudo.h>

#include "core/command_table.h"
#include "core/folders.h"
#include "core/general_options.h"
#include "core/language.h"
#include "data/data_sets.h"
#include "help/help_layout.h"
#include "help/help_topics.h"
#include "help/help_words.h"
#include "plot/plot_kinds.h"

enum { MEANING = 72 /* columns */ };

typedef struct line {
    cli_text *out;
    const char *current;          /* what is typed of the word */
    const char *prefix;           /* "--model=", if the value stands in one word with it */
    const cli_command *command;   /* or action; NULL before it is typed */
    const cli_command *described; /* of embudo help: the command whose action is next */
} line;

/* Adds a word if what is typed may become it. */
static void offer(const line *at, const char *word, const char *meaning) {
    if (!word || strncmp(word, at->current, strlen(at->current)) != 0) return;
    cli_text_add(at->out, "%s%s\t", at->prefix, word);
    size_t length = 0, columns = 0;
    while (meaning && meaning[length]) {
        const size_t next = length + strcspn(meaning + length, " ") + 1;
        columns = cli_layout_columns(meaning, next - 1);
        if (columns > MEANING) break;
        length = next - 1;
        if (meaning[length] == ' ') length++;
    }
    if (length > 0) cli_text_bytes(at->out, meaning, length);
    if (meaning && meaning[length]) cli_text_add(at->out, "...");
    cli_text_add(at->out, "\n");
}

/* ---- names ----------------------------------------------------------------------------------- */

static void offer_commands(const line *at, const cli_command *const *commands) {
    for (; commands && *commands; commands++) {
        const char *word = strrchr((*commands)->name, ' ');
        offer(at, word ? word + 1 : (*commands)->name, _((*commands)->summary));
    }
}

static void offer_topics(const line *at) {
    for (const cli_topic *topic = cli_topics; topic->name; topic++) {
        offer(at, topic->name, _(topic->summary));
    }
}

static void offer_networks(const line *at) {
    for (size_t i = 0; emb_net_builtin(i); i++) {
        offer(at, emb_net_builtin(i), _("a network that is built in"));
    }
}

static void offer_sets(const line *at) {
    for (const cli_set *set = cli_sets; set->name; set++) {
        offer(at, set->name, _("a data set that embudo knows"));
    }
}

static int by_name(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Folders in runs/ that hold a run. */
static void offer_runs(const line *at) {
    enum { MOST = 4096 };
    char *names[MOST];
    size_t count = 0;
    DIR *runs = opendir("runs");
    for (const struct dirent *entry; runs && count < MOST && (entry = readdir(runs));) {
        char *record = cli_format("runs/%s/run.json", entry->d_name);
        if (entry->d_name[0] != '.' && cli_is_file(record)) {
            names[count++] = cli_format("runs/%s", entry->d_name);
        }
        free(record);
    }
    if (runs) closedir(runs);
    qsort(names, count, sizeof *names, by_name);
    for (size_t i = 0; i < count; i++) {
        if (!strpbrk(names[i], "\t\n")) offer(at, names[i], _("a run"));
        free(names[i]);
    }
}

static void offer_plots(const line *at) {
    for (const cli_plot_kind *kind = cli_plot_kinds; kind->name; kind++) offer(at, kind->name, "");
}

/* ---- values ---------------------------------------------------------------------------------- */

/* What a word of a value's name, such as RUN of RUN|FILE, is filled in with. */
enum {
    FILES = 1,
    FOLDERS = 2,
    RUNS = 4,
    SETS = 8,
    NETWORKS = 16,
    COMMANDS = 32,
    TOPICS = 64,
    ACTIONS = 128,
    PLOTS = 256
};
static const struct {
    const char *word;
    int with;
} values[] = {
    {"FILE", FILES},
    {"FILES", FILES},
    {"PICTURE", FILES},
    {"CODES", FILES},
    {"MODEL", FILES},
    {"DIR", FOLDERS},
    {"DIR/", FOLDERS},
    {"FOLDER", FOLDERS},
    {"RUN", RUNS | FILES},
    {"RUNS", RUNS | FOLDERS},
    {"DATASET", SETS | FILES},
    {"SET", SETS | FILES},
    {"NETWORK", NETWORKS | RUNS | FILES},
    {"COMMAND", COMMANDS},
    {"TOPIC", TOPICS},
    {"ACTION", ACTIONS},
};

static int value_of(const char *word, size_t length) {
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        if (strlen(values[i].word) == length && memcmp(values[i].word, word, length) == 0) {
            return values[i].with;
        }
    }
    return 0;
}

static void offer_kinds(const line *at, int with) {
    const cli_command *acting = at->described ? at->described : at->command;
    if (with & RUNS) offer_runs(at);
    if (with & NETWORKS) offer_networks(at);
    if (with & SETS) offer_sets(at);
    if (with & COMMANDS) offer_commands(at, cli_commands());
    if (with & TOPICS) offer_topics(at);
    if (with & ACTIONS) offer_commands(at, acting->actions);
    if (with & PLOTS) offer_plots(at);
    /* A shell that completes a file does so for a whole word. */
    if (*at->prefix) return;
    if (with & FILES) cli_text_add(at->out, ":files\n");
    if ((with & (FOLDERS | FILES)) == FOLDERS) cli_text_add(at->out, ":folders\n");
}

/* The parts of "auto|cpu" or "RUN|FILE": small letters are typed, capitals are a name's kind.
 * `with`: what else there is. */
static void offer_value(const line *at, const char *value, int with) {
    while (*value) {
        const size_t length = strcspn(value, "|");
        const int kind = value_of(value, length);
        char *word = cli_format("%.*s", (int)length, value);
        with |= kind;
        if (!kind && *word >= 'a' && *word <= 'z' && !strpbrk(word, "=,.")) offer(at, word, "");
        free(word);
        value += length + (value[length] == '|');
    }
    offer_kinds(at, with);
}

/* Options whose text is made of words, which their help names, with signs between them. */
static const struct {
    const char *option, *between;
    const char *words[12];
} worded[] = {
    {"loss",
     "+* ",
     {"mse", "l1", "smooth_l1", "huber", "bce", "bce_with_logits", "ssim", "ms_ssim",
      "cross_entropy"}},
    {"augment", ", ", {"shift", "rotate", "flip", "zoom", "brightness", "contrast"}},
    {"denoise", "", {"gaussian", "salt", "mask"}},
    {"freeze", ", ", {"encoder", "decoder", "classifier"}},
    {"only", ",", {"peak", "bandwidth", "train", "forward", "layers", "single", "start", "memory"}},
    {"isa", "", {"avx512", "avx2", "neon", "plain"}},
};

/* The words for the last one of what is typed; those before stay. */
static void offer_words(const line *at, const char *between, const char *const *words) {
    size_t begin = strlen(at->current);
    while (begin > 0 && !strchr(between, at->current[begin - 1])) begin--;
    char *prefix = cli_format("%s%.*s", at->prefix, (int)begin, at->current);
    line last = *at;
    last.prefix = prefix;
    last.current = at->current + begin;
    for (; *words; words++) offer(&last, *words, "");
    free(prefix);
}

static void offer_option_value(const line *at, const cli_option *option) {
    const bool is_network = strcmp(option->name, "model") == 0 ||
                            (option->value && strcmp(option->value, "FILE|NAME") == 0);
    for (size_t i = 0; i < sizeof worded / sizeof worded[0]; i++) {
        if (strcmp(worded[i].option, option->name) != 0 || option->type != CLI_TEXT) continue;
        offer_words(at, worded[i].between, worded[i].words);
        return;
    }
    if (option->type != CLI_TEXT && option->type != CLI_CHOICE) return;
    offer_value(at, option->value, is_network ? NETWORKS : 0);
}

static void offer_positional(const line *at, int i) {
    const cli_command *command = at->command;
    int count = 0;
    while (count < CLI_MAX_POSITIONALS && command->positionals[count].name) count++;
    if (i >= count && !command->many) return;
    const char *name = command->positionals[i < count ? i : count - 1].name;
    const bool is_plot = strcmp(name, "KIND") == 0 && strcmp(command->name, "plot") == 0;
    const bool is_get = strcmp(command->name, "data get") == 0;
    if (strcmp(name, "SHELL") == 0) name = "bash|zsh|fish";
    if (i == 0 && strcmp(name, "ACTION") != 0) offer_commands(at, command->actions);
    offer_value(at, name, is_plot ? PLOTS : is_get ? SETS : 0);
}

/* ---- options --------------------------------------------------------------------------------- */

static void offer_options(const line *at) {
    const cli_option *option = at->command ? at->command->options : NULL;
    for (; option && option->name; option++) {
        char *word = cli_format("--%s", option->name), *text = cli_option_text(option);
        offer(at, word, text);
        free(word);
        free(text);
    }
    char *label, *text;
    for (size_t i = 0; cli_common_option(i, &label, &text); i++) {
        char *word = strstr(label, "--");
        word[strcspn(word, " ")] = '\0';
        offer(at, word, text);
        free(label);
        free(text);
    }
    if (!at->command)
        offer(at, "--version", _("print the version and the libraries of this build"));
}

static const cli_option *find_in(const cli_option *option, const char *word) {
    for (; option && option->name; option++) {
        const bool is_long = strncmp(word, "--", 2) == 0 && strcmp(word + 2, option->name) == 0;
        const bool is_short = word[0] == '-' && word[1] && word[1] == option->letter && !word[2];
        if (is_long || is_short) return option;
    }
    return NULL;
}

static const cli_option *find_option(const cli_command *command, const char *word) {
    const cli_option *own = find_in(command ? command->options : NULL, word);
    return own ? own : find_in(cli_general_options(), word);
}

/* ---- the line -------------------------------------------------------------------------------- */

/* The value of the option, named or joined with it. True if there is something to complete. */
static bool in_value(line *at, const char *last) {
    static char prefix[64];
    const char *equals = strchr(at->current, '=');
    char name[sizeof prefix - 2];
    if (strncmp(at->current, "--", 2) == 0 && equals) {
        snprintf(name, sizeof name, "%.*s", (int)(equals - at->current), at->current);
        snprintf(prefix, sizeof prefix, "%s=", name);
        at->prefix = prefix;
        at->current = equals + 1;
    } else if (last) {
        snprintf(name, sizeof name, "%s", last);
    } else {
        return false;
    }
    const cli_option *option = find_option(at->command, name);
    if (option) offer_option_value(at, option);
    return true;
}

/* Goes over a word that has been typed. `*last` is the option that waits for its value. */
static void pass_over(line *at, const char *word, const char **last, int *positionals,
                      bool *ended) {
    if (strcmp(word, "=") == 0) return; /* bash cuts --model=x into three words */
    if (*last) {
        *last = NULL;
        return;
    }
    if (!*ended && word[0] == '-' && word[1]) {
        const cli_option *option = find_option(at->command, word);
        if (option && option->type != CLI_FLAG) *last = word;
        if (strcmp(word, "--") == 0) *ended = true;
        return;
    }
    if (!at->command) {
        at->command = cli_command_find(word);
        return;
    }
    const cli_command *action = *positionals == 0 ? cli_command_action(at->command, word) : NULL;
    if (action) {
        at->command = action;
        return;
    }
    if (*positionals == 0 && strcmp(at->command->name, "help") == 0) {
        at->described = cli_command_find(word);
    }
    ++*positionals;
}

void cli_completion_words(cli_text *out, const char *const *before, const char *current) {
    line at = {.out = out, .current = current, .prefix = ""};
    const char *last = NULL;
    int positionals = 0;
    bool ended = false, known = true;
    for (; *before && known; before++) {
        const bool was_word = !at.command && (*before)[0] != '-' && !last;
        pass_over(&at, *before, &last, &positionals, &ended);
        known = !was_word || at.command || strcmp(*before, "=") == 0;
    }
    if (!known || (!ended && in_value(&at, last))) return;
    if (!ended && current[0] == '-') {
        offer_options(&at);
    } else if (at.command) {
        offer_positional(&at, positionals);
    } else {
        offer_commands(&at, cli_commands());
    }
}
