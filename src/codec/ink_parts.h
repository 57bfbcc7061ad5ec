/* What hangs together of a picture's ink: its parts, and which of them are one drawing. */
#ifndef EMB_CODEC_INK_PARTS_H
#define EMB_CODEC_INK_PARTS_H

#include "codec/ink_edges.h"

typedef struct emb__ink_box {
    int top, left, bottom, right; /* its rows and columns, the last ones included */
} emb__ink_box;

/* Pixels that touch each other, at their corners too. */
typedef struct emb__ink_part {
    emb__ink_box box;
    size_t area, rim;    /* pixels; those beside paper */
    size_t sharp, clear; /* of these, those that are edges; that are half of one */
    size_t outside;      /* pixels on the picture's border */
    bool chosen;
} emb__ink_part;

/* Of a picture. */
typedef struct emb__ink_parts {
    int height, width;
    uint32_t *of; /* [height][width]: which part, from 1 on; 0: paper */
    emb__ink_part *list;
    size_t count;
} emb__ink_parts;

/* ink[height][width]: not 0 is ink. EMB_ERR_MEMORY; free the parts in any case. */
emb_status emb__ink_parts_find(const uint8_t *ink, const emb__edges *edges, emb__ink_parts *parts);
void emb__ink_parts_free(emb__ink_parts *parts);

/* What was chosen: nothing, what lies along the border, a drawing that the border cuts, or one that
 * lies within. */
typedef enum emb__ink_grade {
    EMB__INK_NONE,
    EMB__INK_ASIDE,
    EMB__INK_CUT,
    EMB__INK_WHOLE
} emb__ink_grade;
typedef struct emb__ink_choice {
    emb__ink_grade grade;
    emb__ink_box box;     /* of all that is chosen */
    emb__ink_box largest; /* of the largest part */
    size_t area;          /* and its pixels */
} emb__ink_choice;

/* Chooses the parts that are the drawing: the largest with what belongs to it. */
emb__ink_choice emb__ink_parts_choose(emb__ink_parts *parts);

#endif
