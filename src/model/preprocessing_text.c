/* See preprocessing_text.h. */
#include "model/preprocessing_text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/pairs.h"
#include "net/describe.h"

#define BYTES  "pixel=uint8 divide=255 layout=CHW"
#define FLOATS "pixel=float32"

/* Appends " name=x" with the fewest digits that read back as the same double, or float. */
static void add(char *text, const char *name, double x, bool is_float) {
    char number[32];
    for (int digits = 9; digits <= 17; digits++) {
        snprintf(number, sizeof number, "%.*g", digits, x);
        const double read = strtod(number, NULL);
        if (read == x || (is_float && (float)read == (float)x)) break;
    }
    const size_t length = strlen(text);
    snprintf(text + length, EMB__PREPROCESSING_ROOM - length, " %s=%s", name, number);
}

void emb__preprocessing_print(const emb__origin *origin, char text[EMB__PREPROCESSING_ROOM]) {
    snprintf(text, EMB__PREPROCESSING_ROOM, "%s", origin->floats ? FLOATS : BYTES);
    if (!origin->floats) return;
    add(text, "low", origin->low, true);
    add(text, "high", origin->high, true);
    if (origin->has_pixels) {
        add(text, "black", origin->black, false);
        add(text, "white", origin->white, false);
    }
    const size_t length = strlen(text);
    snprintf(text + length, EMB__PREPROCESSING_ROOM - length, " layout=CHW");
}

/* The words of a text by their keys, each at most once and in this order. */
enum { PIXEL, DIVIDE, LOW, HIGH, BLACK, WHITE, LAYOUT, KEYS };
static const char *const keys[KEYS] = {"pixel", "divide", "low",   "high",
                                       "black", "white",  "layout"};

/* words[k] is zero if there is no such word. False if a word is none of these, or out of order: an
 * unknown word could mean anything. */
static bool cut(const char *text, emb__word words[KEYS]) {
    emb__word word;
    int k = 0;
    while (emb__word_next(&text, &word)) {
        while (k < KEYS && !emb__word_is(&word, keys[k], NULL)) k++;
        if (k == KEYS) return false;
        words[k++] = word;
    }
    return true;
}

/* Reads a decimal number that fits float32, */
static bool read_number(const emb__word *word, double *x) {
    return word->value && strspn(word->value, "+-.0123456789eE") >= word->value_length &&
           emb__word_number(word, x) && isfinite((float)*x);
}

/* or that is one: of a float, too few digits for a double are written. */
static bool read_float(const emb__word *word, double *x) {
    if (!read_number(word, x)) return false;
    *x = (float)*x;
    return true;
}

static bool read_floats(const emb__word words[KEYS], emb__origin *o) {
    o->floats = true;
    o->has_pixels = words[BLACK].key || words[WHITE].key;
    if (words[DIVIDE].key || !read_float(&words[LOW], &o->low) ||
        !read_float(&words[HIGH], &o->high) || o->low > o->high) {
        return false;
    }
    if (!o->has_pixels) return true;
    return read_number(&words[BLACK], &o->black) && read_number(&words[WHITE], &o->white) &&
           ((float)o->black < (float)o->white || (float)o->white < (float)o->black);
}

bool emb__preprocessing_read(const char *text, emb__origin *origin) {
    emb__word words[KEYS] = {0};
    *origin = (emb__origin){0};
    if (strcmp(text, BYTES) == 0) return true;
    return cut(text, words) && emb__word_is(&words[PIXEL], keys[PIXEL], "float32") &&
           emb__word_is(&words[LAYOUT], keys[LAYOUT], "CHW") && read_floats(words, origin);
}

emb_status emb__preprocessing_keep(emb_net *net, const emb__origin *origin) {
    char text[EMB__PREPROCESSING_ROOM];
    emb__preprocessing_print(origin, text);
    const emb_status status = emb__net_set_metadata(net, EMB__PREPROCESSING_KEY, text);
    if (status == EMB_OK) net->origin = *origin;
    return status;
}
