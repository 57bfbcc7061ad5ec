/* See preprocessing_text.h. */
#include "model/preprocessing_text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/pairs.h"
#include "net/describe.h"

#define BYTES  "pixel=uint8 divide=255"
#define FLOATS "pixel=float32"

/* By emb_picture_fit, which nets do not know. */
static const char *const fits[] = {NULL, "crop", "pad", "stretch", "mnist"};
enum { FITS = sizeof fits / sizeof *fits, COLOURED = 1 << 24 /* EMB_BACKGROUND's mark */ };

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
    if (!origin->floats && origin->fit) {
        snprintf(text, EMB__PREPROCESSING_ROOM, BYTES " fit=%s background=%06x layout=CHW",
                 fits[origin->fit], (unsigned)origin->background & (COLOURED - 1));
        return;
    }
    snprintf(text, EMB__PREPROCESSING_ROOM, "%s",
             origin->floats       ? FLOATS
             : origin->like_mnist ? BYTES " ink=mnist layout=CHW"
                                  : BYTES " layout=CHW");
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
enum { PIXEL, DIVIDE, LOW, HIGH, BLACK, WHITE, INK, FIT, BACKGROUND, LAYOUT, KEYS };
static const char *const keys[KEYS] = {"pixel", "divide", "low", "high",       "black",
                                       "white", "ink",    "fit", "background", "layout"};

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

/* Six hexadecimal digits. */
static bool read_colour(const emb__word *word, int *colour) {
    int value = 0;
    if (!word->value || word->value_length != 6) return false;
    for (size_t i = 0; i < 6; i++) {
        static const char digits[] = "0123456789abcdef";
        const char *digit = strchr(digits, word->value[i]);
        if (!digit || !*digit) return false;
        value = value * 16 + (int)(digit - digits);
    }
    *colour = COLOURED | value;
    return true;
}

static bool read_bytes(const emb__word words[KEYS], emb__origin *o) {
    if (!emb__word_is(&words[PIXEL], keys[PIXEL], "uint8") ||
        !emb__word_is(&words[DIVIDE], keys[DIVIDE], "255") || words[LOW].key || words[HIGH].key ||
        words[BLACK].key || words[WHITE].key || !words[FIT].key != !words[BACKGROUND].key) {
        return false;
    }
    o->like_mnist = words[INK].key;
    if (o->like_mnist && !emb__word_is(&words[INK], keys[INK], "mnist")) return false;
    if (!words[FIT].key) return true;
    if (o->like_mnist) return false;
    for (int i = 1; i < FITS; i++) {
        if (emb__word_is(&words[FIT], keys[FIT], fits[i])) o->fit = i;
    }
    return o->fit && read_colour(&words[BACKGROUND], &o->background);
}

bool emb__preprocessing_read(const char *text, emb__origin *origin) {
    emb__word words[KEYS] = {0};
    *origin = (emb__origin){0};
    if (!cut(text, words) || !emb__word_is(&words[LAYOUT], keys[LAYOUT], "CHW")) return false;
    if (emb__word_is(&words[PIXEL], keys[PIXEL], "uint8")) return read_bytes(words, origin);
    return emb__word_is(&words[PIXEL], keys[PIXEL], "float32") && !words[INK].key &&
           !words[FIT].key && !words[BACKGROUND].key && read_floats(words, origin);
}

emb_status emb__preprocessing_keep(emb_net *net, const emb__origin *origin) {
    char text[EMB__PREPROCESSING_ROOM];
    emb__preprocessing_print(origin, text);
    const emb_status status = emb__net_set_metadata(net, EMB__PREPROCESSING_KEY, text);
    if (status == EMB_OK) net->origin = *origin;
    return status;
}
