/* Finds the drawing in a picture. */
#ifndef EMB_CODEC_INK_FIND_H
#define EMB_CODEC_INK_FIND_H

#include "codec/ink.h"

/* The drawing, close up: its ink is 1, paper 0. */
typedef struct emb__drawing {
    int height, width;
    uint8_t *ink; /* [height][width], to be freed */
} emb__drawing;

/* EMB_ERR_FORMAT, with the reason as text, if there is none. */
emb_status emb__drawing_find(const emb__sheet *sheet, emb__drawing *drawing);

#endif
