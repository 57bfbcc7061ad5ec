/* "Did you mean": the nearest of some words. */
#ifndef EMB_BASE_NEAR_WORD_H
#define EMB_BASE_NEAR_WORD_H

#include <stddef.h>

/* Zeroed but for what was typed, it has seen no word. */
typedef struct emb__near_word {
    const char *typed; /* not terminated */
    size_t length;
    const char *word; /* the nearest so far; NULL: none is near */
    size_t word_length;
    int edits;
} emb__near_word;

/* Looks at one word more, which is kept and not copied. Near is what a few letters more, less,
 * other or swapped make of what was typed; letters of the other case count for nothing. */
void emb__near_word_see(emb__near_word *nearest, const char *word);
/* The same of a word that is not terminated. */
void emb__near_word_see_part(emb__near_word *nearest, const char *word, size_t word_length);

#endif
