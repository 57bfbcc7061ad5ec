/* --language and the environment. See language_option.h. */
#include "core/language_option.h"

#include <stdlib.h>
#include <string.h>

#include <embudo.h>

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

bool cli_language_choose(const char *name) {
    return cli_language_use(name) || strcmp(name, "en") == 0;
}

int cli_language_begin(const char *typed) {
    const char *file = getenv("EMBUDO_CATALOGUE"), *wanted = of_environment();
    emb_set_number_signs(cli_decimal_sign(), cli_thousands_sign());
    if (typed) return cli_language_choose(typed) ? CLI_DONE : refuse(typed);
    if (file && *file) {
        if (cli_language_use_file(file)) return CLI_DONE;
        return cli_usage(NULL, "EMBUDO_CATALOGUE: %s is not a catalogue that msgfmt made", file);
    }
    if (wanted) cli_language_use(wanted);
    return CLI_DONE;
}
