/* "Did you mean": the nearest of some words. */
#include "core/suggest.h"

#include <stdbool.h>
#include <string.h>

enum { MAX_WORD = 32 };

static int least_of(int a, int b) { return a < b ? a : b; }

/* The number of edits between two words: a letter added, dropped or changed, or two neighbours
 * swapped. */
static int distance(const char *a, const char *b) {
    int d[MAX_WORD + 1][MAX_WORD + 1];
    size_t n = strlen(a), m = strlen(b);
    if (n > MAX_WORD || m > MAX_WORD) return MAX_WORD;
    for (size_t i = 0; i <= n; i++) d[i][0] = (int)i;
    for (size_t j = 0; j <= m; j++) d[0][j] = (int)j;
    for (size_t i = 1; i <= n; i++) {
        for (size_t j = 1; j <= m; j++) {
            int changed = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
            int best = least_of(changed, least_of(d[i - 1][j], d[i][j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                best = least_of(best, d[i - 2][j - 2] + 1);
            }
            d[i][j] = best;
        }
    }
    return d[n][m];
}

const char *cli_nearest(const char *typed, const char *const *words) {
    const char *nearest = NULL;
    size_t length = strlen(typed);
    int best = 1 + (int)(length < 4 ? length / 2 : length / 3);
    for (; *words; words++) {
        bool begins = length >= 3 && strncmp(typed, *words, length) == 0;
        int edits = begins ? 1 : distance(typed, *words);
        if (edits >= best) continue;
        best = edits;
        nearest = *words;
    }
    return nearest;
}
