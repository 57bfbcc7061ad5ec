/* See picture_fit.h.
 *
 * Each row (or column) of the shape is made from a span of the picture's rows (or columns), with
 * whole-number weights that sum to the same total everywhere: one weight for the span's first, one
 * for its last and one for all between them. An output pixel is the sum over both spans of weight
 * times weight times byte, divided by both totals. The largest such sum is 255 * 2^27 * 2^18. */
#include "codec/picture_fit.h"

#include <string.h>

typedef struct emb__span {
    size_t first, last;           /* of the picture's rows or columns */
    uint32_t left, inside, right; /* weights; of a single one, `left` */
} span;

/* The total of the weights, for `in` rows of a picture and `out` rows of the shape. */
static uint64_t total_of(size_t in, size_t out) { return in >= out ? in : 2 * (uint64_t)out; }

/* Output o covers [o in, (o + 1) in), on a scale on which a source pixel is `out` wide. */
static void shrink(span *spans, size_t in, size_t out) {
    for (size_t o = 0; o < out; o++) {
        const uint64_t from = (uint64_t)o * in, to = from + in;
        const size_t first = (size_t)(from / out), last = (size_t)((to - 1) / out);
        const uint64_t left = (first + 1) * (uint64_t)out - from;
        spans[o] = (span){.first = first,
                          .last = last,
                          .left = (uint32_t)(first == last ? in : left),
                          .inside = (uint32_t)out,
                          .right = (uint32_t)(to - last * (uint64_t)out)};
    }
}

/* The middle of output o lies at ((2 o + 1) in - out) / (2 out) among the source's middles. */
static void grow(span *spans, size_t in, size_t out) {
    const uint64_t step = 2 * (uint64_t)out;
    for (size_t o = 0; o < out; o++) {
        const uint64_t middle = (2 * (uint64_t)o + 1) * in;
        const uint64_t at = middle > out ? middle - out : 0;
        const size_t left = (size_t)(at / step);
        const uint32_t right = (uint32_t)(at % step);
        spans[o] = left < in - 1 && right > 0
                       ? (span){left, left + 1, (uint32_t)step - right, 0, right}
                       : (span){left, left, (uint32_t)step, 0, 0};
    }
}

static span *plan_side(size_t in, size_t out) {
    span *spans = emb__calloc(out, sizeof *spans);
    if (spans) (in >= out ? shrink : grow)(spans, in, out);
    return spans;
}

/* The number of outputs that one source pixel can belong to: two if outputs are wider than the
 * pixel; else those whose middles lie less than a pixel away, and at a border those that repeat
 * it. */
static size_t overlap(size_t in, size_t out) {
    const size_t most = in >= out ? 2 : 2 * (out / in) + 3;
    return most < out ? most : out;
}

void emb__fit_init(emb__fit *fit, const int shape[3], uint8_t *pixels) {
    *fit = (emb__fit){.shape = {shape[0], shape[1], shape[2]}, .pixels = pixels};
}

emb_status emb__fit_begin(emb__fit *fit, int channels, size_t height, size_t width) {
    const size_t out_height = (size_t)fit->shape[1], out_width = (size_t)fit->shape[2];
    fit->channels = channels;
    fit->height = height;
    fit->width = width;
    fit->kept = channels == 3 && fit->shape[0] == 3 ? 3 : 1;
    fit->open = overlap(height, out_height);
    fit->rows = plan_side(height, out_height);
    fit->columns = plan_side(width, out_width);
    fit->row = emb__calloc(fit->kept * out_width, sizeof *fit->row);
    fit->sums = emb__calloc(fit->open * fit->kept * out_width, sizeof *fit->sums);
    return fit->rows && fit->columns && fit->row && fit->sums ? EMB_OK : EMB_ERR_MEMORY;
}

/* ---- a row ----------------------------------------------------------------------------------- */

static unsigned differ(int a, int b) {
    enum { NOTICEABLE = 16 };
    return (unsigned)(a - b + NOTICEABLE) > 2 * NOTICEABLE;
}

/* Without a branch, since noise would make it hard to predict. */
static size_t count_coloured(const uint8_t *rgb, size_t count) {
    size_t coloured = 0;
    for (size_t i = 0; i < count; i++, rgb += 3) {
        const int r = rgb[0], g = rgb[1], b = rgb[2];
        coloured += differ(r, g) | differ(g, b) | differ(r, b);
    }
    return coloured;
}

static void to_luma(uint8_t *row, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const uint8_t *rgb = row + 3 * i;
        row[i] = (uint8_t)((19595U * rgb[0] + 38470U * rgb[1] + 7471U * rgb[2] + 0x8000U) >> 16);
    }
}

/* Bytes that lie `step` apart. */
static inline uint64_t sum_bytes(const uint8_t *bytes, size_t count, size_t step) {
    enum { FITS = 1 << 24 }; /* so many bytes sum up within 32 bits */
    uint64_t sum = 0;
    for (size_t i = 0; i < count;) {
        const size_t end = count - i < FITS ? count : i + FITS;
        uint32_t part = 0;
        for (; i < end; i++) part += bytes[i * step];
        sum += part;
    }
    return sum;
}

/* to[step][count] = the row's bytes as the spans say. */
static inline void fit_bytes(const span *spans, size_t count, const uint8_t *row, size_t step,
                             uint64_t *to) {
    for (size_t o = 0; o < count; o++) {
        const span s = spans[o];
        const size_t between = s.last > s.first ? s.last - s.first - 1 : 0;
        for (size_t c = 0; c < step; c++) {
            const uint8_t *first = row + s.first * step + c;
            uint64_t sum = (uint64_t)s.left * *first;
            if (s.last > s.first) sum += (uint64_t)s.right * row[s.last * step + c];
            if (between > 0) sum += s.inside * sum_bytes(first + step, between, step);
            to[c * count + o] = sum;
        }
    }
}

static void fit_columns(const emb__fit *fit, const uint8_t *row) {
    const size_t width = (size_t)fit->shape[2];
    if (fit->kept == 3) {
        fit_bytes(fit->columns, width, row, 3, fit->row);
    } else {
        fit_bytes(fit->columns, width, row, 1, fit->row);
    }
}

static uint32_t weight_at(const span *s, size_t row) {
    return row == s->first ? s->left : row == s->last ? s->right : s->inside;
}

static uint64_t *sums_of(const emb__fit *fit, size_t o) {
    return fit->sums + o % fit->open * fit->kept * (size_t)fit->shape[2];
}

/* Finishes row o of the shape, whose sums are complete. */
static void finish(const emb__fit *fit, size_t o) {
    const size_t height = (size_t)fit->shape[1], width = (size_t)fit->shape[2];
    const uint64_t total = total_of(fit->height, height) * total_of(fit->width, width);
    uint64_t *sums = sums_of(fit, o);
    for (size_t c = 0; c < (size_t)fit->shape[0]; c++) {
        const uint64_t *from = sums + (fit->kept == 3 ? c : 0) * width; /* grey thrice */
        uint8_t *to = fit->pixels + (c * height + o) * width;
        for (size_t i = 0; i < width; i++) to[i] = (uint8_t)((from[i] + total / 2) / total);
    }
    memset(sums, 0, fit->kept * width * sizeof *sums);
}

void emb__fit_row(emb__fit *fit, uint8_t *row) {
    const size_t height = (size_t)fit->shape[1], width = (size_t)fit->shape[2];
    if (fit->channels == 3) fit->coloured += count_coloured(row, fit->width);
    if (fit->channels == 3 && fit->kept == 1) to_luma(row, fit->width);
    fit_columns(fit, row);
    for (size_t o = fit->done; o < height && fit->rows[o].first <= fit->seen; o++) {
        const uint64_t weight = weight_at(&fit->rows[o], fit->seen);
        uint64_t *sums = sums_of(fit, o);
        for (size_t i = 0; i < fit->kept * width; i++) sums[i] += weight * fit->row[i];
    }
    for (; fit->done < height && fit->rows[fit->done].last == fit->seen; fit->done++) {
        finish(fit, fit->done);
    }
    fit->seen++;
}

bool emb__fit_coloured(const emb__fit *fit) {
    return fit->coloured > fit->height * fit->width / 100;
}

void emb__fit_free(emb__fit *fit) {
    emb__free(fit->rows);
    emb__free(fit->columns);
    emb__free(fit->row);
    emb__free(fit->sums);
    fit->rows = fit->columns = NULL;
    fit->row = fit->sums = NULL;
}
