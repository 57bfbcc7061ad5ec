/* Pairs of a key and its value: a list that owns them, and a text of them, "key=value key=value".
 *
 * Owns: how such a text is cut and its numbers are read; emb_text_value and emb_text_number in
 * embudo/base.h read it, too. Does not own: which keys there are. */
#ifndef EMB_BASE_PAIRS_H
#define EMB_BASE_PAIRS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/* A list of pairs with copies of their strings. Zeroed, it is empty. */
typedef struct emb__pairs {
    size_t count;
    emb_pair *rows;
} emb__pairs;

/* Gives the key this value. On failure the list stays as it was. */
emb_status emb__pairs_set(emb__pairs *pairs, const char *key, const char *value);
/* The value of a key; NULL if there is none. Valid until the key is set again. */
const char *emb__pairs_value(const emb__pairs *pairs, const char *key);
/* Frees what it holds; a zeroed one is accepted. */
void emb__pairs_clear(emb__pairs *pairs);

/* A word of a text: "key=value". */
typedef struct emb__word {
    const char *key, *value; /* borrowed from the text; value NULL: the word has no '=' */
    size_t key_length, value_length;
} emb__word;

/* Takes the next word off a text whose words are separated by single spaces; *text is NULL after
 * the last one. False if there is none left. */
bool emb__word_next(const char **text, emb__word *word);
/* Whether it is "key=..." and, unless `value` is NULL, "key=value". */
bool emb__word_is(const emb__word *word, const char *key, const char *value);
/* Its value as a number, decimal or hexadecimal, as strtod reads it; false if it is not one. */
bool emb__word_number(const emb__word *word, double *number);

/* The value of a key in such a text as a whole number: digits, with a minus before them if
 * `negative`, which then says whether there was one, is not NULL. False if it is no such number, or
 * more than `most`. */
bool emb__text_whole(const char *text, const char *key, uint64_t most, uint64_t *number,
                     bool *negative);

#endif
