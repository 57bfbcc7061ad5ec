/* See near_word.h. */
#include "base/near_word.h"

#include <stdbool.h>
#include <string.h>

enum { MOST = 32 };

static int small(char letter) {
    return letter >= 'A' && letter <= 'Z' ? letter - 'A' + 'a' : (unsigned char)letter;
}

static int least(int a, int b) { return a < b ? a : b; }

/* The number of edits between two words: a letter added, dropped or changed, or two neighbours
 * swapped. */
static int distance(const char *a, size_t n, const char *b, size_t m) {
    int d[MOST + 1][MOST + 1];
    for (size_t i = 0; i <= n; i++) d[i][0] = (int)i;
    for (size_t j = 0; j <= m; j++) d[0][j] = (int)j;
    for (size_t i = 1; i <= n; i++) {
        for (size_t j = 1; j <= m; j++) {
            const int changed = d[i - 1][j - 1] + (small(a[i - 1]) != small(b[j - 1]));
            int best = least(changed, least(d[i - 1][j], d[i][j - 1]) + 1);
            const bool swapped = i > 1 && j > 1 && small(a[i - 1]) == small(b[j - 2]) &&
                                 small(a[i - 2]) == small(b[j - 1]);
            if (swapped) best = least(best, d[i - 2][j - 2] + 1);
            d[i][j] = best;
        }
    }
    return d[n][m];
}

void emb__near_word_see_part(emb__near_word *nearest, const char *word, size_t word_length) {
    const size_t length = nearest->length;
    if (length == 0 || length > MOST || word_length > MOST) return;
    const int limit = (int)(length < 4 ? length / 2 : length / 3);
    const int most = nearest->word ? nearest->edits - 1 : limit;
    const int edits = distance(nearest->typed, length, word, word_length);
    if (edits > most) return;
    nearest->word = word;
    nearest->word_length = word_length;
    nearest->edits = edits;
}

void emb__near_word_see(emb__near_word *nearest, const char *word) {
    emb__near_word_see_part(nearest, word, strlen(word));
}
