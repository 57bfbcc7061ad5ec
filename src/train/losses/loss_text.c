/* See loss_text.h. */
#include "train/losses/loss_text.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/entry.h"
#include "base/memory.h"
#include "base/near_word.h"
#include "base/translate.h"
#include "train/losses/loss_table.h"

enum { WORD = 32 };

/* A text being read; `failed` once it has been refused. */
typedef struct reader {
    const char *whole, *at;
    emb_status status;
} reader;

static void skip(reader *r) { r->at += strspn(r->at, " \t"); }

/* Takes the sign if it comes next. */
static bool take(reader *r, char sign) {
    skip(r);
    if (r->status != EMB_OK || *r->at != sign) return false;
    r->at++;
    return true;
}

static bool is_letter(char c) { return isalnum((unsigned char)c) || c == '_' || c == '-'; }

/* A name: small letters and digits alone; "" if it is too long. */
static void take_word(reader *r, char word[WORD]) {
    size_t length = 0;
    skip(r);
    for (; is_letter(*r->at); r->at++) {
        if (*r->at == '_' || *r->at == '-') continue;
        if (length < WORD - 1) word[length++] = (char)tolower((unsigned char)*r->at);
    }
    word[length] = '\0';
}

static double take_number(reader *r) {
    char *end;
    skip(r);
    const double number = strtod(r->at, &end);
    if (end == r->at || !isfinite(number)) {
        r->status = emb__fail(EMB_ERR_ARGUMENT, "loss \"%s\": expected a number at \"%s\"",
                              r->whole, r->at);
        return 0;
    }
    r->at = end;
    return number;
}

static const emb__loss_kind *find_kind(const char *word) {
    char name[WORD];
    snprintf(name, sizeof name, "%s", word);
    const size_t length = strlen(name);
    if (length > 4 && strcmp(name + length - 4, "loss") == 0) name[length - 4] = '\0';
    for (const emb__loss_kind *const *kind = emb__loss_kinds; *kind; kind++) {
        char plain[WORD];
        reader own = {.at = (*kind)->short_name};
        take_word(&own, plain);
        if (strcmp(name, plain) == 0) return *kind;
    }
    return NULL;
}

static emb_status refuse_name(const reader *r, const char *from) {
    emb__text names = {0};
    emb__near_word near = {.typed = from, .length = (size_t)(r->at - from)};
    for (const emb__loss_kind *const *kind = emb__loss_kinds; *kind; kind++) {
        emb__text_add(&names, "%s%s", names.length ? ", " : "", (*kind)->short_name);
        emb__near_word_see(&near, (*kind)->short_name);
        emb__near_word_see(&near, (*kind)->name);
    }
    const char *all = names.failed ? _("the losses") : names.bytes;
    const emb_status status =
        near.word ? emb__fail(EMB_ERR_ARGUMENT,
                              "loss \"%s\": expected one of %s at \"%s\"; did you mean %s?",
                              r->whole, all, from, near.word)
                  : emb__fail(EMB_ERR_ARGUMENT, "loss \"%s\": expected one of %s at \"%s\"",
                              r->whole, all, from);
    emb__free(names.bytes);
    return status;
}

/* Says how the argument at `from`, number `place` of its loss, is written. */
static emb_status refuse_arg(const reader *r, const emb__loss_kind *kind, const char *from,
                             int place) {
    enum { SHOWN = 40 };
    char *end;
    int length = (int)strcspn(from, ",)");
    while (length > 0 && from[length - 1] == ' ') length--;
    const bool is_number = strtod(from, &end) < INFINITY && end == from + length && length > 0;
    const int named = place < EMB__LOSS_ARGS && kind->args[place].name ? place : 0;
    const char *const name = kind->args[named].name;
    if (length > SHOWN) length = SHOWN;
    if (!name) {
        return emb__fail(EMB_ERR_ARGUMENT, "loss \"%s\": %s has no arguments: \"%.*s\"", r->whole,
                         kind->name, length, from);
    }
    if (is_number) {
        return emb__fail(EMB_ERR_ARGUMENT, "loss \"%s\": arguments of %s have names: write %s=%.*s",
                         r->whole, kind->name, name, length, from);
    }
    emb__text names = {0};
    for (int i = 0; i < EMB__LOSS_ARGS && kind->args[i].name; i++) {
        emb__text_add(&names, "%s%s=", i > 0 ? ", " : "", kind->args[i].name);
    }
    const emb_status status =
        emb__fail(EMB_ERR_ARGUMENT, "loss \"%s\": \"%.*s\" is no argument of %s, which has %s",
                  r->whole, length, from, kind->name, names.failed ? _("others") : names.bytes);
    emb__free(names.bytes);
    return status;
}

static void take_arg(reader *r, emb__loss_term *term, int place) {
    char word[WORD];
    skip(r);
    const char *from = r->at;
    take_word(r, word);
    int i = 0;
    for (; i < EMB__LOSS_ARGS && term->kind->args[i].name; i++) {
        char plain[WORD];
        reader own = {.at = term->kind->args[i].name};
        take_word(&own, plain);
        if (strcmp(word, plain) == 0) break;
    }
    if (i == EMB__LOSS_ARGS || !term->kind->args[i].name || !take(r, '=')) {
        r->status = refuse_arg(r, term->kind, from, place);
        return;
    }
    const emb__loss_arg *arg = &term->kind->args[i];
    const double number = take_number(r);
    if (r->status != EMB_OK) return;
    if (!(number >= arg->least && number <= arg->most) || (arg->whole && number != floor(number))) {
        r->status = emb__fail(
            EMB_ERR_ARGUMENT,
            arg->whole
                ? E_("loss \"%s\": %s of %s: expected a whole number from %lg to %lg, got %lg")
                : E_("loss \"%s\": %s of %s: expected a number from %lg to %lg, got %lg"),
            r->whole, arg->name, term->kind->name, arg->least, arg->most, number);
        return;
    }
    term->args[i] = number;
}

static void take_term(reader *r, emb__loss_term *term) {
    char word[WORD];
    term->weight = 1;
    skip(r);
    if (isdigit((unsigned char)*r->at) || *r->at == '.') {
        term->weight = take_number(r);
        if (r->status == EMB_OK && !(term->weight > 0)) {
            r->status =
                emb__fail(EMB_ERR_ARGUMENT, "loss \"%s\": a weight must be above 0", r->whole);
        } else if (!take(r, '*') && r->status == EMB_OK) {
            r->status = emb__fail(EMB_ERR_ARGUMENT, "loss \"%s\": expected * and a loss at \"%s\"",
                                  r->whole, r->at);
        }
        if (r->status != EMB_OK) return;
        skip(r);
    }
    const char *from = r->at;
    take_word(r, word);
    term->kind = find_kind(word);
    if (!term->kind) {
        r->status = refuse_name(r, from);
        return;
    }
    for (int i = 0; i < EMB__LOSS_ARGS; i++) term->args[i] = term->kind->args[i].value;
    if (!take(r, '(') || take(r, ')')) return;
    int place = 0;
    do take_arg(r, term, place++);
    while (take(r, ','));
    if (r->status == EMB_OK && !take(r, ')')) {
        r->status =
            emb__fail(EMB_ERR_ARGUMENT, "loss \"%s\": expected ) at \"%s\"", r->whole, r->at);
    }
}

emb_status emb__loss_parse(emb__loss *loss, const char *text) {
    reader r = {.whole = text, .at = text, .status = EMB_OK};
    *loss = (emb__loss){0};
    do {
        if (loss->count == EMB__LOSS_TERMS) {
            r.status = emb__fail(EMB_ERR_ARGUMENT, "loss \"%s\": more than %d terms", text,
                                 EMB__LOSS_TERMS);
        } else {
            take_term(&r, &loss->terms[loss->count++]);
        }
    } while (take(&r, '+'));
    skip(&r);
    if (r.status == EMB_OK && *r.at) {
        r.status =
            emb__fail(EMB_ERR_ARGUMENT, "loss \"%s\": expected + or the end at \"%s\"", text, r.at);
    }
    return r.status;
}

/* The shortest of the texts that read back as the number. */
static void add_number(emb__text *text, double number) {
    char digits[32];
    for (int precision = 1; precision <= 17; precision++) {
        snprintf(digits, sizeof digits, "%.*g", precision, number);
        if (strtod(digits, NULL) == number) break;
    }
    emb__text_add(text, "%s", digits);
}

static void print_term(const emb__loss_term *term, emb__text *text) {
    if (text->length) emb__text_add(text, " + ");
    if (term->weight != 1) {
        add_number(text, term->weight);
        emb__text_add(text, "*");
    }
    emb__text_add(text, "%s", term->kind->name);
    bool any = false;
    for (int i = 0; i < EMB__LOSS_ARGS && term->kind->args[i].name; i++) {
        if (term->args[i] == term->kind->args[i].value) continue;
        emb__text_add(text, "%s%s=", any ? ", " : "(", term->kind->args[i].name);
        add_number(text, term->args[i]);
        any = true;
    }
    if (any) emb__text_add(text, ")");
}

emb_status emb__loss_text_tidy(char text[EMB_LOSS_TEXT]) {
    emb__loss loss;
    emb__text printed = {0};
    if (!memchr(text, '\0', EMB_LOSS_TEXT)) {
        return emb__fail(EMB_ERR_ARGUMENT, "loss: the text has no end");
    }
    if (!*text) return EMB_OK;
    emb_status status = emb__loss_parse(&loss, text);
    for (int i = 0; i < loss.count && status == EMB_OK; i++) print_term(&loss.terms[i], &printed);
    if (status == EMB_OK && printed.failed) status = EMB_ERR_MEMORY;
    if (status == EMB_OK && printed.length >= EMB_LOSS_TEXT) {
        status = emb__fail(EMB_ERR_ARGUMENT, "loss \"%s\": is too long", text);
    }
    if (status == EMB_OK && printed.bytes) memcpy(text, printed.bytes, printed.length + 1);
    emb__free(printed.bytes);
    return status;
}
