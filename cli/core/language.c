/* The reader's language. See language.h. */
#include "core/language.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <embudo.h>

#include "core/catalogue.h"

enum { MOST_CATALOGUE = 1 << 24 };

static const cli_catalogue *catalogue; /* NULL: English */
static _Thread_local bool plain;

/* Of the catalogue's header, which a translator can change: X-Decimal-Sign and X-Thousands-Sign. */
static char decimal_sign = '.', thousands_sign = ',';

static char sign_of(const char *name, char fallback) {
    const char *at = strstr(cli_catalogue_header(catalogue), name);
    return at && at[strlen(name)] > ' ' ? at[strlen(name)] : fallback;
}

const char *cli_plural(unsigned long n, const char *one, const char *many) {
    const char *found = catalogue && !plain ? cli_catalogue_find(catalogue, one, many, n) : NULL;
    if (found) return found;
    return many && n != 1 ? many : one;
}

bool cli_language_plain(bool wanted) {
    const bool was = plain;
    plain = wanted;
    return was;
}

const char *cli_translated(const char *english) { return cli_plural(1, english, NULL); }

static const char *of_library(const char *one, const char *many, unsigned long n) {
    return cli_plural(n, one, many);
}

static bool use(const cli_catalogue *chosen) {
    if (!cli_catalogue_check(chosen)) return false;
    catalogue = chosen;
    decimal_sign = sign_of("X-Decimal-Sign: ", decimal_sign);
    thousands_sign = sign_of("X-Thousands-Sign: ", thousands_sign);
    emb_set_translator(of_library);
    emb_set_number_signs(decimal_sign, thousands_sign);
    return true;
}

bool cli_language_use(const char *name) {
    const size_t length = strcspn(name, "_.@-");
    for (const cli_catalogue *c = cli_catalogues; c->language; c++) {
        if (strlen(c->language) == length && strncmp(c->language, name, length) == 0) return use(c);
    }
    return false;
}

bool cli_language_use_file(const char *path) {
    static cli_catalogue own = {.language = "own"};
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = file ? malloc(MOST_CATALOGUE) : NULL;
    own.size = bytes ? fread(bytes, 1, MOST_CATALOGUE, file) : 0;
    own.bytes = bytes;
    if (file) fclose(file);
    if (use(&own)) return true;
    free(bytes);
    return false;
}

const char *cli_language_name(size_t i) {
    if (i == 0) return "en";
    for (size_t at = 0; cli_catalogues[at].language; at++) {
        if (at + 1 == i) return cli_catalogues[at].language;
    }
    return NULL;
}

const char *cli_language(void) { return catalogue ? catalogue->language : "en"; }

char cli_decimal_sign(void) { return decimal_sign; }
char cli_thousands_sign(void) { return thousands_sign; }
