/* The code of a Jupyter notebook (.ipynb, nbformat 3 and 4): JSON with cells.
 *
 * Owns: finding the code cells and their text. Does not own: what Python makes of it. Outputs and
 * pictures in a notebook are passed over, and cost nothing. */
#ifndef EMB_CODEC_NOTEBOOK_H
#define EMB_CODEC_NOTEBOOK_H

#include "base/memory.h"

enum { EMB__NOTEBOOK_BYTES = 1 << 28 /* of a file, pictures in it included */ };

typedef struct emb__notebook_cell {
    size_t begin; /* in the text */
    int line;     /* of the text: its first, from 1 */
    int number;   /* among the code cells, from 1 */
} emb__notebook_cell;

/* All code cells' text, one after the other, each ending with a newline. */
typedef struct emb__notebook {
    char *text;
    size_t length;
    size_t cell_count;
    emb__notebook_cell *cells;
} emb__notebook;

/* Reads a notebook of `count` bytes, which are changed. `name` is for error texts. On failure
 * *notebook is empty. */
emb_status emb__notebook_read(const char *name, char *bytes, size_t count, emb__notebook *notebook);
void emb__notebook_clear(emb__notebook *notebook);

#endif
