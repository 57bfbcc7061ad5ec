/* Finds the drawing in a picture. */
#ifndef EMB_CODEC_INK_FIND_H
#define EMB_CODEC_INK_FIND_H

#include "codec/ink.h"

/* The drawing, close up: its ink is 1, paper 0. */
typedef struct emb__drawing {
    int height, width;
    uint8_t *ink; /* [height][width], to be freed */
} emb__drawing;

/* Rec. 601's luma, or a channel. */
typedef enum emb__sheet_channel { EMB__RED, EMB__GREEN, EMB__BLUE, EMB__LUMA } emb__sheet_channel;
/* out[count] = grey pixels of row y, from column x on. */
void emb__sheet_row(const emb__sheet *sheet, emb__sheet_channel channel, int y, int x, int count,
                    uint8_t *out);

/* EMB_ERR_FORMAT, with the reason as text, if there is none. */
emb_status emb__drawing_find(const emb__sheet *sheet, emb__drawing *drawing);

#endif
