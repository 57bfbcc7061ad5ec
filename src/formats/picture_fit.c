/* A picture in the shape that a network reads. See emb__picture_fit in picture.h.
 *
 * Each side has its taps: which source pixels an output pixel is made of, with whole weights that
 * sum to the same total everywhere. An output pixel is the sum over its rows and columns of weight
 * times weight times byte, divided by both totals. The largest such sum is 255 * 2^27 * 2^18. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/spec.h"
#include "formats/picture.h"

typedef struct side {
    size_t out;
    uint64_t total;    /* of the weights of an output pixel */
    size_t *first;     /* [out]: its first source pixel */
    size_t *tap;       /* [out + 1]: where its weights begin */
    uint32_t *weights; /* one after another */
} side;

static void free_side(side *s) {
    emb__free(s->first);
    emb__free(s->tap);
    emb__free(s->weights);
}

/* Output pixel o covers [o in, (o + 1) in) where a source pixel is `out` wide. */
static void shrink(side *s, size_t in) {
    size_t at = 0;
    s->total = in;
    for (size_t o = 0; o < s->out; o++) {
        const uint64_t from = (uint64_t)o * in, to = from + in;
        s->first[o] = (size_t)(from / s->out);
        s->tap[o] = at;
        for (uint64_t i = s->first[o]; i * s->out < to; i++) {
            const uint64_t left = i * s->out > from ? i * s->out : from;
            const uint64_t right = (i + 1) * s->out < to ? (i + 1) * s->out : to;
            s->weights[at++] = (uint32_t)(right - left);
        }
    }
    s->tap[s->out] = at;
}

/* The middle of output pixel o lies at ((2 o + 1) in - out) / (2 out) among the source's middles.
 */
static void grow(side *s, size_t in) {
    const uint64_t step = 2 * (uint64_t)s->out;
    s->total = step;
    for (size_t o = 0; o < s->out; o++) {
        const uint64_t middle = (2 * (uint64_t)o + 1) * in;
        const uint64_t at = middle > s->out ? middle - s->out : 0;
        const size_t last = in - 1, left = (size_t)(at / step);
        const bool inside = left < last;
        s->first[o] = inside ? left : last;
        s->tap[o] = 2 * o;
        s->weights[2 * o] = (uint32_t)(inside ? step - at % step : step);
        s->weights[2 * o + 1] = (uint32_t)(inside ? at % step : 0);
    }
    s->tap[s->out] = 2 * s->out;
}

static emb_status plan_side(side *s, size_t in, size_t out) {
    const size_t taps = in > out ? in + out : 2 * out;
    *s = (side){.out = out};
    s->first = emb__calloc(out, sizeof *s->first);
    s->tap = emb__calloc(out + 1, sizeof *s->tap);
    s->weights = emb__calloc(taps, sizeof *s->weights);
    if (!s->first || !s->tap || !s->weights) return EMB_ERR_MEMORY;
    (in >= out ? shrink : grow)(s, in);
    return EMB_OK;
}

/* sums[columns->out] += weight * (row of bytes, `step` apart, as the columns' taps say). A tap of
 * weight 0 may lie beyond the row and is not read. */
static void add_row(const side *columns, const uint8_t *row, size_t step, uint64_t weight,
                    uint64_t *sums) {
    for (size_t o = 0; o < columns->out; o++) {
        const uint8_t *p = row + columns->first[o] * step;
        uint64_t sum = 0;
        for (size_t t = columns->tap[o]; t < columns->tap[o + 1]; t++, p += step) {
            if (columns->weights[t] > 0) sum += (uint64_t)columns->weights[t] * *p;
        }
        sums[o] += weight * sum;
    }
}

/* One channel, its bytes `step` apart, into out[rows->out][columns->out]. */
static void fit_channel(const side *rows, const side *columns, const uint8_t *bytes, size_t step,
                        size_t row_bytes, uint64_t *sums, uint8_t *out) {
    const uint64_t total = rows->total * columns->total;
    for (size_t o = 0; o < rows->out; o++) {
        memset(sums, 0, columns->out * sizeof *sums);
        for (size_t t = rows->tap[o]; t < rows->tap[o + 1]; t++) {
            if (rows->weights[t] == 0) continue;
            const size_t row = rows->first[o] + (t - rows->tap[o]);
            add_row(columns, bytes + row * row_bytes, step, rows->weights[t], sums);
        }
        for (size_t i = 0; i < columns->out; i++) *out++ = (uint8_t)((sums[i] + total / 2) / total);
    }
}

static uint8_t luma(const uint8_t *rgb) {
    return (uint8_t)((19595U * rgb[0] + 38470U * rgb[1] + 7471U * rgb[2] + 0x8000U) >> 16);
}

/* The picture as grey bytes of its size, in memory of its own. */
static uint8_t *to_grey(const emb__picture *picture) {
    const size_t count = picture->height * picture->width;
    uint8_t *grey = emb__alloc(count);
    for (size_t i = 0; grey && i < count; i++) grey[i] = luma(picture->pixels + 3 * i);
    return grey;
}

emb_status emb__picture_fit(const emb__picture *picture, const int shape[3], uint8_t *pixels) {
    const size_t height = (size_t)shape[1], width = (size_t)shape[2];
    const bool convert = shape[0] == 1 && picture->channels == 3;
    side rows = {0}, columns = {0};
    uint8_t *grey = convert ? to_grey(picture) : NULL;
    uint64_t *sums = emb__calloc(width, sizeof *sums);
    emb_status status = sums && (grey || !convert) ? EMB_OK : EMB_ERR_MEMORY;
    if (status == EMB_OK) status = plan_side(&rows, picture->height, height);
    if (status == EMB_OK) status = plan_side(&columns, picture->width, width);
    const size_t step = convert ? 1 : (size_t)picture->channels;
    const uint8_t *bytes = convert ? grey : picture->pixels;
    for (int c = 0; status == EMB_OK && c < shape[0]; c++) {
        const size_t from = picture->channels == 3 && !convert ? (size_t)c : 0; /* grey thrice */
        fit_channel(&rows, &columns, bytes + from, step, picture->width * step, sums,
                    pixels + (size_t)c * height * width);
    }
    free_side(&rows);
    free_side(&columns);
    emb__free(sums);
    emb__free(grey);
    return status;
}

bool emb__picture_coloured(const emb__picture *picture) {
    enum { NOTICEABLE = 16 };
    const size_t count = picture->height * picture->width;
    size_t coloured = 0;
    if (picture->channels != 3) return false;
    for (size_t i = 0; i < count; i++) {
        const uint8_t *p = picture->pixels + 3 * i;
        coloured += abs(p[0] - p[1]) > NOTICEABLE || abs(p[1] - p[2]) > NOTICEABLE ||
                    abs(p[0] - p[2]) > NOTICEABLE;
    }
    return coloured > count / 100;
}
