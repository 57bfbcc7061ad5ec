/* See general_options.h. */
#include "core/general_options.h"

#include <stdlib.h>
#include <string.h>

#include "core/language_option.h"
#include "core/message.h"

enum { LANGUAGE, CONFIG, QUIET, STRICT, NO_DOCTOR, COUNT };

static cli_option rows[COUNT + 1] = {
    [LANGUAGE] = {"language", 0, CLI_CHOICE, NULL, NULL, 0, 0, 0,
                  N_("the language of messages and pictures; default: that of LC_ALL, LC_MESSAGES "
                     "or LANG")},
    [CONFIG] = {"config", 0, CLI_TEXT, N_("FILE"), NULL, 0, 0, 0,
                N_("read options from a file of lines NAME = VALUE, named as here without the "
                   "dashes; # begins a comment; the command line wins")},
    [QUIET] = {"quiet", 0, CLI_FLAG, NULL, NULL, 0, 0, 0,
               N_("no progress and no notes; errors, results and the doctor's warnings stay")},
    [STRICT] = {"strict", 0, CLI_FLAG, NULL, NULL, 0, 0, 0,
                N_("a warning of the doctor makes the exit code 4; the work is done all the same")},
    [NO_DOCTOR] = {"no-doctor", 0, CLI_FLAG, NULL, NULL, 0, 0, 0,
                   N_("the doctor neither looks nor speaks")},
};

static cli_general given;
static bool on_line[COUNT]; /* the line wins over a file */

const cli_option *cli_general_options(void) {
    static char *languages;
    if (!languages) {
        cli_text words = {0};
        for (size_t i = 0; cli_language_name(i); i++) {
            cli_text_add(&words, "%s%s", i ? "|" : "", cli_language_name(i));
        }
        rows[LANGUAGE].value = languages = words.bytes;
    }
    return rows;
}

const cli_general *cli_general_given(void) { return &given; }

bool cli_flag_read(const char *text, bool *value) {
    *value = strcmp(text, "yes") == 0 || strcmp(text, "true") == 0;
    return *value || strcmp(text, "no") == 0 || strcmp(text, "false") == 0;
}

/* The row that `name` of `length` letters is; COUNT: none. */
static int find(const char *name, size_t length) {
    int i = 0;
    while (i < COUNT &&
           !(strlen(rows[i].name) == length && strncmp(rows[i].name, name, length) == 0)) {
        i++;
    }
    return i;
}

static int find_word(const char *word) {
    return strncmp(word, "--", 2) == 0 ? find(word + 2, strcspn(word + 2, "=")) : COUNT;
}

int cli_general_words(const char *word, const char *next) {
    const int i = find_word(word);
    if (i == COUNT) return 0;
    return rows[i].type == CLI_FLAG || strchr(word, '=') ? 1 : 1 + (next != NULL);
}

static bool *flag(int i) {
    return i == QUIET ? &given.quiet : i == STRICT ? &given.strict : &given.no_doctor;
}

/* False if that is no value of it. */
static bool take(int i, const char *value) {
    if (rows[i].type == CLI_FLAG) {
        *flag(i) = true;
        return !value || cli_flag_read(value, flag(i));
    }
    if (!value || !*value) return false;
    if (i == CONFIG) given.config = value;
    if (i == LANGUAGE) given.language = value;
    return true;
}

bool cli_general_take(const char *name, const char *value, bool *good) {
    const int i = find(name, strlen(name));
    if (i == COUNT) return false;
    *good = i != CONFIG && (on_line[i] || take(i, value));
    if (*good && i == LANGUAGE && !on_line[i]) *good = cli_language_choose(value);
    cli_quiet(given.quiet);
    return true;
}

static int refuse(int i, const char *value) {
    if (rows[i].type == CLI_FLAG) {
        return cli_usage(NULL, "--%s takes no value, got '%s'", rows[i].name, value);
    }
    if (i == LANGUAGE) return CLI_DONE; /* cli_language_begin says which there are */
    return cli_usage(NULL, "--%s needs a value: --%s %s", rows[i].name, rows[i].name,
                     _(rows[i].value));
}

int cli_general_begin(int argc, char **argv) {
    int refused = COUNT;
    const char *wrong = NULL;
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        const int words = cli_general_words(argv[i], i + 1 < argc ? argv[i + 1] : NULL);
        if (words == 0) continue;
        const int row = find_word(argv[i]);
        const char *equals = strchr(argv[i], '=');
        const char *value = equals ? equals + 1 : words == 2 ? argv[i + 1] : NULL;
        on_line[row] = true;
        if (!value && row == LANGUAGE) given.language = "";
        if (!take(row, value)) {
            refused = row;
            wrong = value;
        }
        i += words - 1;
    }
    cli_quiet(given.quiet);
    const int code = cli_language_begin(given.language);
    if (code != CLI_DONE || refused == COUNT) return code;
    return refuse(refused, wrong ? wrong : "");
}
