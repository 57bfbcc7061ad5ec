/* --language and the environment. See language_option.h. */
#include "core/language_option.h"

#include <stdlib.h>
#include <string.h>

#include "core/message.h"
#include "core/suggest.h"

enum { MOST_LANGUAGES = 32 };

static int refuse(const char *got) {
    const char *words[MOST_LANGUAGES + 1] = {NULL};
    cli_text list = {0};
    for (size_t i = 0; i < MOST_LANGUAGES && cli_language_name(i); i++) {
        words[i] = cli_language_name(i);
        cli_text_add(&list, "%s%s", i ? "|" : "", words[i]);
    }
    const char *near = cli_nearest(got, words);
    const int code =
        near ? cli_usage(NULL, "--language: expected one of %s, got '%s'; did you mean '%s'?",
                         list.bytes, got, near)
             : cli_usage(NULL, "--language: expected one of %s, got '%s'", list.bytes, got);
    cli_text_free(&list);
    return code;
}

/* The word of the environment that decides, as in setlocale(3); or NULL. */
static const char *of_environment(void) {
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *value = getenv(names[i]);
        if (value && *value) return value;
    }
    return NULL;
}

int cli_language_words(const char *word, const char *next) {
    static const char option[] = "--language";
    const size_t length = sizeof option - 1;
    if (strncmp(word, option, length) != 0) return 0;
    if (word[length] == '=') return 1;
    return word[length] == '\0' ? 1 + (next != NULL) : 0;
}

/* The language that the command line names last; NULL without one. */
static const char *of_line(int argc, char **argv) {
    const char *named = NULL;
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        const int words = cli_language_words(argv[i], i + 1 < argc ? argv[i + 1] : NULL);
        if (words == 0) continue;
        const char *equals = strchr(argv[i], '=');
        named = equals ? equals + 1 : words == 2 ? argv[i + 1] : "";
        i += words - 1;
    }
    return named;
}

int cli_language_begin(int argc, char **argv) {
    const char *typed = of_line(argc, argv), *file = getenv("EMBUDO_CATALOGUE");
    const char *wanted = of_environment();
    if (typed) {
        return cli_language_use(typed) || strcmp(typed, "en") == 0 ? CLI_DONE : refuse(typed);
    }
    if (file && *file) {
        if (cli_language_use_file(file)) return CLI_DONE;
        return cli_usage(NULL, "EMBUDO_CATALOGUE: %s is not a catalogue that msgfmt made", file);
    }
    if (wanted) cli_language_use(wanted);
    return CLI_DONE;
}
