/* A part of a sheet, as it is looked at for ink: grey, in some size, with its edges. */
#ifndef EMB_CODEC_INK_VIEW_H
#define EMB_CODEC_INK_VIEW_H

#include "codec/ink.h"
#include "codec/ink_parts.h"

/* Rec. 601's luma, or a channel. */
typedef enum emb__sheet_channel { EMB__RED, EMB__GREEN, EMB__BLUE, EMB__LUMA } emb__sheet_channel;
/* out[count] = grey pixels of row y, from column x on. */
void emb__sheet_row(const emb__sheet *sheet, emb__sheet_channel channel, int y, int x, int count,
                    uint8_t *out);

/* What is done about the light: nothing, or it is evened out on light paper, on a dark board. */
typedef enum emb__ink_light {
    EMB__LIGHT_AS_IT_IS,
    EMB__LIGHT_PAPER,
    EMB__DARK_BOARD
} emb__ink_light;

typedef struct emb__ink_view {
    emb__ink_box box; /* of the sheet */
    int height, width;
    uint8_t *grey;
    emb__edges edges;
} emb__ink_view;

static inline int emb__box_height(const emb__ink_box *b) { return b->bottom - b->top + 1; }
static inline int emb__box_width(const emb__ink_box *b) { return b->right - b->left + 1; }

/* Opens a part of the sheet, its longer side `side` pixels. To be freed in any case. */
emb_status emb__ink_view_open(emb__ink_view *v, const emb__sheet *sheet, emb__ink_box box,
                              emb__sheet_channel channel, emb__ink_light light, int side);
void emb__ink_view_free(emb__ink_view *v);

/* The channel in which ink stands out most. Luma, unless another is clearly better. */
emb_status emb__sheet_choose(const emb__sheet *sheet, emb__ink_box box,
                             emb__sheet_channel *channel);

/* By how many percent of what surrounds all edges, where paper is, the lighter side prevails, -100
 * to 100. */
int emb__ink_view_light(const emb__ink_view *v);

/* How much lies in edges of at least this step. */
uint64_t emb__ink_view_edges(const emb__ink_view *v, int step);

#endif
