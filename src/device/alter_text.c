/* The texts of the options: words with numbers, separated by commas. See alter.h. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/near_word.h"
#include "base/translate.h"
#include "device/alter.h"

/* A word and the range of its number: above 0 and up to `most`. */
typedef struct word {
    const char *name;
    double most; /* 0: the word has no number */
    bool below;  /* `most` itself is too much */
    bool whole;
} word;

/* An option's words; of `one` of them the text is made. */
typedef struct words {
    const char *option;
    bool one;
    int count;
    word word[6];
} words;

enum { MOST_WORDS = 6, SHIFT = 0, ROTATE, FLIP, ZOOM, BRIGHTNESS, CONTRAST };

static const words augment = {"augment",
                              false,
                              MOST_WORDS,
                              {[SHIFT] = {"shift", EMB_MAX_SIZE, false, true},
                               [ROTATE] = {"rotate", 180, false, false},
                               [FLIP] = {"flip", 0, false, false},
                               [ZOOM] = {"zoom", 1, true, false},
                               [BRIGHTNESS] = {"brightness", 1, false, false},
                               [CONTRAST] = {"contrast", 1, false, false}}};

/* In the order of emb__noise. */
static const words denoise = {
    "denoise",
    true,
    3,
    {{"gaussian", 10, false, false}, {"salt", 1, true, false}, {"mask", 1, true, false}}};

/* ---- reading --------------------------------------------------------------------------------- */

static emb_status refuse_word(const words *of, const char *text, const char *at) {
    emb__text names = {0};
    for (int i = 0; i < of->count; i++) {
        emb__text_add(&names, "%s%s%s",
                      i == 0              ? ""
                      : i + 1 < of->count ? ", "
                                          : _(" or "),
                      of->word[i].name, of->word[i].most > 0 ? "=X" : "");
    }
    const char *all = names.failed ? _("one of its words") : names.bytes;
    emb__near_word near = {.typed = at, .length = strcspn(at, "=, ")};
    for (int i = 0; i < of->count; i++) emb__near_word_see(&near, of->word[i].name);
    const emb_status status =
        near.word
            ? emb__fail(EMB_ERR_ARGUMENT, "%s \"%s\": expected %s at \"%s\"; did you mean %s?",
                        of->option, text, all, at, near.word)
            : emb__fail(EMB_ERR_ARGUMENT, "%s \"%s\": expected %s at \"%s\"", of->option, text, all,
                        at);
    emb__free(names.bytes);
    return status;
}

static emb_status refuse_number(const words *of, const char *text, const word *w, const char *at) {
    static const char *const wrong[2][2] = {
        {E_("%s \"%s\": %s: expected a number above 0 and up to %lg at \"%s\""),
         E_("%s \"%s\": %s: expected a number above 0 and below %lg at \"%s\"")},
        {E_("%s \"%s\": %s: expected a whole number above 0 and up to %lg at \"%s\""),
         E_("%s \"%s\": %s: expected a whole number above 0 and below %lg at \"%s\"")}};
    return emb__fail(EMB_ERR_ARGUMENT, wrong[w->whole][w->below], of->option, text, w->name,
                     w->most, at);
}

static const char *skip(const char *at) { return at + strspn(at, " "); }

/* The word at the beginning; -1: none. */
static int find_word(const words *of, const char *at, size_t length) {
    for (int i = 0; i < of->count; i++) {
        const char *name = of->word[i].name;
        if (strlen(name) == length && memcmp(name, at, length) == 0) return i;
    }
    return -1;
}

/* The number of a word, behind it at *at. */
static emb_status read_number(const words *of, const char *text, const word *w, const char **at,
                              double *value) {
    char *end;
    *value = 1;
    if (w->most == 0) return EMB_OK;
    if (**at != '=') return refuse_number(of, text, w, *at);
    const char *from = skip(*at + 1);
    *value = strtod(from, &end);
    const bool fits = *value > 0 && (w->below ? *value < w->most : *value <= w->most) &&
                      (!w->whole || *value == floor(*value));
    if (end == from || !fits) return refuse_number(of, text, w, from);
    *at = skip(end);
    return EMB_OK;
}

/* values[word] = its number; 0: it is not in the text. */
static emb_status read_words(const words *of, const char *text, double values[MOST_WORDS]) {
    const char *at = skip(text);
    for (int i = 0; i < MOST_WORDS; i++) values[i] = 0;
    for (bool first = true; first ? *at != '\0' : *at == ','; first = false) {
        if (!first) at = skip(at + 1);
        const size_t length = strcspn(at, "=, ");
        const int i = find_word(of, at, length);
        if (i < 0) return refuse_word(of, text, at);
        if (values[i] > 0) {
            return emb__fail(EMB_ERR_ARGUMENT, "%s \"%s\": has %s twice", of->option, text,
                             of->word[i].name);
        }
        if (!first && of->one) {
            return emb__fail(EMB_ERR_ARGUMENT, "%s \"%s\": expected one kind of noise", of->option,
                             text);
        }
        at = skip(at + length);
        const emb_status status = read_number(of, text, &of->word[i], &at, &values[i]);
        if (status != EMB_OK) return status;
    }
    if (*at == '\0') return EMB_OK;
    return emb__fail(EMB_ERR_ARGUMENT, "%s \"%s\": expected %s at \"%s\"", of->option, text,
                     of->one ? _("the end") : _("a comma or the end"), at);
}

emb_status emb__alter_read(emb__alter *alter, const char *augment_text, const char *denoise_text,
                           uint64_t seed) {
    double values[MOST_WORDS];
    *alter = (emb__alter){.seed = seed};
    emb_status status = read_words(&augment, augment_text, values);
    for (int i = 0; i < augment.count; i++) alter->augments = alter->augments || values[i] > 0;
    alter->augmentation = (emb__augmentation){.shift = values[SHIFT],
                                              .rotate = values[ROTATE],
                                              .flip = values[FLIP],
                                              .zoom = values[ZOOM],
                                              .brightness = values[BRIGHTNESS],
                                              .contrast = values[CONTRAST]};
    if (status == EMB_OK) status = read_words(&denoise, denoise_text, values);
    for (int i = 0; i < denoise.count && status == EMB_OK; i++) {
        if (values[i] == 0) continue;
        alter->corrupts = true;
        alter->corruption.noise = (emb__noise)i;
        alter->corruption.amount = values[i];
    }
    return status;
}

/* ---- writing --------------------------------------------------------------------------------- */

/* The shortest of the texts that read back as the number. */
static void add_number(emb__text *text, double number) {
    char digits[32];
    for (int precision = 6; precision <= 17; precision++) {
        snprintf(digits, sizeof digits, "%.*g", precision, number);
        if (strtod(digits, NULL) == number) break;
    }
    emb__text_add(text, "=%s", digits);
}

static emb_status tidy(const words *of, char *text, size_t size) {
    double values[MOST_WORDS];
    emb__text printed = {0};
    if (!memchr(text, '\0', size)) {
        return emb__fail(EMB_ERR_ARGUMENT, "%s: the text has no end", of->option);
    }
    emb_status status = read_words(of, text, values);
    for (int i = 0; i < of->count && status == EMB_OK; i++) {
        if (values[i] == 0) continue;
        emb__text_add(&printed, "%s%s", printed.length ? "," : "", of->word[i].name);
        if (of->word[i].most > 0) add_number(&printed, values[i]);
    }
    if (status == EMB_OK && printed.failed) status = EMB_ERR_MEMORY;
    if (status == EMB_OK) snprintf(text, size, "%s", printed.bytes ? printed.bytes : "");
    emb__free(printed.bytes);
    return status;
}

emb_status emb__augment_tidy(char *text, size_t size) { return tidy(&augment, text, size); }
emb_status emb__denoise_tidy(char *text, size_t size) { return tidy(&denoise, text, size); }
