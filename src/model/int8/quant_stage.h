/* The whole numbers of one stage: what quantise.h says that it is computed from. */
#ifndef EMB_MODEL_INT8_QUANT_STAGE_H
#define EMB_MODEL_INT8_QUANT_STAGE_H

#include "model/int8/whole_line.h"
#include "model/stages.h"

typedef enum emb__number {
    EMB__NUMBER_U8,   /* q * scale, 0..255: pixels, and what is never below 0 */
    EMB__NUMBER_S8,   /* -127..127 */
    EMB__NUMBER_S16,  /* codes that enter a decoder */
    EMB__NUMBER_FLOAT /* what leaves: codes, logits */
} emb__number;

typedef struct emb__quant_tensor {
    emb__number number;
    bool is_float;  /* a float outside, and made whole at the entrance */
    int most;       /* |q|; the least is 0 or -most */
    double *scales; /* [stages' tensor's channels] */
    double *means;  /* of each number in C order over the sample */
    size_t at;      /* its place among those of all tensors, while they run */
} emb__quant_tensor;

typedef struct emb__factor {
    int32_t times; /* below 2^31 */
    int shift;     /* 1..62 */
} emb__factor;

typedef struct emb__quant_stage {
    size_t sums;    /* outputs of a Linear, channels of anything else */
    int8_t *weight; /* Linear: [in][sums]; convolutions: [row][column][in / groups][sums] */
    int32_t *bias;  /* [sums] */
    emb__factor *first, *second, *inward; /* [sums] */
    float *scale, *below;                 /* [sums]: of a result that is float, and below 0 */
    int32_t *least, *most;                /* [sums] */
    const emb__curve_table *curve;        /* NULL: none */
    int16_t *table;                       /* of the curve; NULL: none */
    int32_t *by[2];                       /* [sums]: of a stage that adds two tensors */
    emb__whole_line lines[2];             /* of a stage that weighs pixels: rows, columns */
} emb__quant_stage;

/* Layers [from, to) of a net, which must outlive it. */
typedef struct emb__quant {
    const emb_net *net;
    emb__stages stages;
    emb__quant_tensor *tensors; /* [stages.count + 1] */
    emb__quant_stage *quants;   /* [stages.count] */
    size_t numbers;             /* of all tensors */
} emb__quant;

enum { EMB__SUM_ROOM = 1 << 30 }; /* of a sum without its bias */

/* A curve at i / 64, i = 0..512, with 15 bits after the point; linear in between. */
enum {
    EMB__TABLE = 513,
    EMB__TABLE_BITS = 6, /* of the fixed point below an entry */
    EMB__TABLE_LAST = ((EMB__TABLE - 1) << EMB__TABLE_BITS) - 1,
    EMB__POINT = 12
};
/* Of a curve whose sides differ, both: first the one from 0 on. */
size_t emb__quant_table_count(const emb__curve_table *curve);
void emb__quant_table(const emb__curve_table *curve, int16_t *table);

/* How the stage's activation is computed; EMB__WHOLE_NONE: it has none. */
emb__whole_way emb__quant_way(const emb__stage *stage);
/* Whether its limits need numbers: those of ReLU, 0 and none, do not. */
bool emb__quant_limited(const emb__stage *stage);

/* The range of the stage's activation; without one, any. */
void emb__quant_range(const emb__stage *stage, double *low, double *high);

/* Fills quants[i] from the tensors' scales and means. The error text is about its numbers. */
emb_status emb__quant_stage_make(emb__quant *q, int i);
void emb__quant_stage_clear(emb__quant_stage *made);

#endif
