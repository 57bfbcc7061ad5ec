/* See picture_fit.h.
 *
 * Each row (or column) of the shape is made from a span of the picture's rows (or columns), with
 * whole-number weights that sum to the same total everywhere: one weight for the span's first, one
 * for its last and one for all between them. An output pixel is the sum over both spans of weight
 * times weight times byte, divided by both totals. The largest such sum is 255 * 2^33 * 2^18. */
#include "codec/picture_fit.h"

#include <string.h>

typedef struct emb__span {
    size_t first, last;           /* of the picture's rows or columns */
    uint32_t left, inside, right; /* weights; of a single one, `left` */
} span;

/* The part of a side that is fitted: `in` pixels from pixel `from` on, to `out`. The pixels that
 * come may be larger: `num` of them for `den` of the picture's. */
typedef struct side {
    size_t from, in, out, num, den;
} side;

/* The total of the weights. */
static uint64_t total_of(const side *s) {
    return s->in >= s->out ? (uint64_t)s->in * s->num : 2 * (uint64_t)s->out;
}

/* Those that come and have a share in it. */
static size_t first_of(const side *s) { return s->from * s->num / s->den; }
static size_t count_of(const side *s) {
    return ((s->from + s->in) * s->num + s->den - 1) / s->den - first_of(s);
}

/* Output o covers in * num from (from * out + o * in) num on, on a scale on which a source pixel is
 * den * out wide. */
static void shrink(span *spans, const side *s) {
    const uint64_t wide = (uint64_t)s->den * s->out, before = first_of(s);
    for (size_t o = 0; o < s->out; o++) {
        const uint64_t from = ((uint64_t)s->from * s->out + (uint64_t)o * s->in) * s->num;
        const uint64_t to = from + (uint64_t)s->in * s->num;
        const uint64_t first = from / wide, last = (to - 1) / wide;
        const uint64_t left = first == last ? to - from : (first + 1) * wide - from;
        spans[o] = (span){.first = (size_t)(first - before),
                          .last = (size_t)(last - before),
                          .left = (uint32_t)left,
                          .inside = (uint32_t)wide,
                          .right = (uint32_t)(to - last * wide)};
    }
}

/* The middle of output o lies at ((2 o + 1) in - out) / (2 out) among the source's middles. */
static void grow(span *spans, const side *s) {
    const size_t in = s->in, out = s->out;
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

static span *plan_side(const side *s) {
    span *spans = emb__calloc(s->out, sizeof *spans);
    if (spans) (s->in >= s->out ? shrink : grow)(spans, s);
    return spans;
}

/* The number of outputs that one source pixel can belong to: if outputs are wider than the pixel,
 * two; else those that it covers and two more, or those whose middles lie less than a pixel away,
 * and at a border those that repeat it. */
static size_t overlap(const side *s) {
    const size_t most =
        s->in >= s->out ? s->out * s->den / (s->in * s->num) + 2 : 2 * (s->out / s->in) + 3;
    return most < s->out ? most : s->out;
}

/* ---- beginning ------------------------------------------------------------------------------- */

static uint8_t luma_of(const uint8_t *rgb) {
    return (uint8_t)((19595U * rgb[0] + 38470U * rgb[1] + 7471U * rgb[2] + 0x8000U) >> 16);
}

static bool is_grey(const uint8_t *rgb) { return rgb[0] == rgb[1] && rgb[0] == rgb[2]; }

void emb__fit_init(emb__fit *fit, const emb__picture_plan *plan, uint8_t *pixels) {
    *fit = (emb__fit){.plan = *plan, .pixels = pixels, .info = {.orientation = 1, .ink = -1}};
}

static side rows_of(const emb__fit *fit) {
    const size_t eighths = fit->eighths ? (size_t)fit->eighths : 8;
    return (side){fit->frame.top, fit->frame.tall, fit->frame.height, eighths, 8};
}

static side columns_of(const emb__fit *fit) {
    const size_t eighths = fit->eighths ? (size_t)fit->eighths : 8;
    return (side){fit->frame.left, fit->frame.wide, fit->frame.width, eighths, 8};
}

/* The background's colour everywhere. */
static void fill(const emb__fit *fit) {
    const int *shape = fit->plan.shape;
    const size_t plane = (size_t)shape[1] * (size_t)shape[2];
    const uint8_t *ground = fit->plan.background;
    for (size_t c = 0; c < (size_t)shape[0]; c++) {
        memset(fit->pixels + c * plane, shape[0] == 3 ? ground[c] : luma_of(ground), plane);
    }
}

/* The whole picture, no larger than is needed to see its ink. */
static emb_status begin_draft(emb__fit *fit, int samples, size_t height, size_t width, int turn) {
    const bool lies = turn >= 5;
    size_t tall = lies ? width : height, wide = lies ? height : width;
    const size_t longer = tall > wide ? tall : wide, most = EMB__DRAFT_SIDE;
    if (longer > most) {
        tall = (tall * most + longer - 1) / longer;
        wide = (wide * most + longer - 1) / longer;
    }
    const int channels = samples > 2 ? 3 : 1;
    fit->draft = emb__calloc(tall * wide, (size_t)channels);
    fit->pixels = fit->draft;
    fit->plan.fit = EMB__FIT_STRETCH;
    fit->plan.shape[0] = channels;
    fit->plan.shape[1] = (int)tall;
    fit->plan.shape[2] = (int)wide;
    return fit->draft ? EMB_OK : EMB_ERR_MEMORY;
}

emb_status emb__fit_begin(emb__fit *fit, int samples, size_t height, size_t width, int turn) {
    if (fit->plan.fit == EMB__FIT_MNIST) {
        const emb_status status = begin_draft(fit, samples, height, width, turn);
        if (status != EMB_OK) return status;
    }
    const bool colour = fit->plan.shape[0] == 3;
    const bool spreads = samples == 2 && colour && !is_grey(fit->plan.background);
    const emb__frame frame = emb__frame_of(&fit->plan, height, width, turn);
    fit->samples = samples;
    fit->channels = samples > 2 || spreads ? 3 : 1;
    fit->frame = frame;
    const side rows = rows_of(fit), columns = columns_of(fit);
    fit->height = (height * rows.num + 7) / 8; /* as libjpeg rounds */
    fit->width = (width * columns.num + 7) / 8;
    fit->top = first_of(&rows);
    fit->left = first_of(&columns);
    fit->tall = count_of(&rows);
    fit->wide = count_of(&columns);
    fit->total = total_of(&rows) * total_of(&columns);
    fit->kept = fit->channels == 3 && colour ? 3 : 1;
    fit->open = overlap(&rows);
    fit->rows = plan_side(&rows);
    fit->columns = plan_side(&columns);
    fit->row = emb__calloc(fit->kept * frame.width, sizeof *fit->row);
    fit->sums = emb__calloc(fit->open * fit->kept * frame.width, sizeof *fit->sums);
    if (spreads) fit->spread = emb__calloc(fit->wide, 3);
    if (frame.bars) fill(fit);
    return fit->rows && fit->columns && fit->row && fit->sums && (!spreads || fit->spread)
               ? EMB_OK
               : EMB_ERR_MEMORY;
}

/* ---- a row ----------------------------------------------------------------------------------- */

static unsigned differ(int a, int b) {
    enum { NOTICEABLE = 16 };
    return (unsigned)(a - b + NOTICEABLE) > 2 * NOTICEABLE;
}

static unsigned is_coloured(int r, int g, int b) {
    return differ(r, g) | differ(g, b) | differ(r, b);
}

/* Without a branch, since noise would make it hard to predict. */
static size_t count_coloured(const uint8_t *rgb, size_t count) {
    size_t coloured = 0;
    for (size_t i = 0; i < count; i++, rgb += 3) {
        const int r = rgb[0], g = rgb[1], b = rgb[2];
        coloured += is_coloured(r, g, b);
    }
    return coloured;
}

/* A colour of this opacity over another. */
static uint8_t over(uint32_t colour, uint32_t under, uint32_t alpha) {
    return (uint8_t)((colour * alpha + under * (255 - alpha) + 127) / 255);
}

static void to_luma(uint8_t *row, size_t count) {
    for (size_t i = 0; i < count; i++) row[i] = luma_of(row + 3 * i);
}

/* Counts what is transparent and what is coloured (as it is over black, so that a background
 * does not count), and sums up what is drawn. */
static void count_alpha(emb__fit *fit, const uint8_t *row, size_t count) {
    const size_t samples = (size_t)fit->samples;
    uint64_t opacity = 0, ink = 0;
    size_t transparent = 0, coloured = 0;
    for (size_t i = 0; i < count; i++, row += samples) {
        const uint32_t alpha = row[samples - 1];
        opacity += alpha;
        ink += alpha * (samples == 4 ? luma_of(row) : *row);
        transparent += alpha < 255;
        if (samples == 4)
            coloured +=
                is_coloured(over(row[0], 0, alpha), over(row[1], 0, alpha), over(row[2], 0, alpha));
    }
    fit->opacity += opacity;
    fit->ink += ink;
    fit->info.transparent += transparent;
    fit->info.coloured += coloured;
}

/* to[count][channels] = the row over the background. `to` may be the row itself if it has as many
 * channels. */
static void lay(const emb__fit *fit, const uint8_t *from, size_t count, uint8_t *to) {
    const size_t samples = (size_t)fit->samples, channels = (size_t)fit->channels;
    const uint8_t *ground = fit->plan.background, luma = luma_of(ground);
    for (size_t i = 0; i < count; i++, from += samples, to += channels) {
        const uint32_t alpha = from[samples - 1];
        for (size_t c = 0; c < channels; c++) {
            to[c] = over(from[samples == 4 ? c : 0], channels == 3 ? ground[c] : luma, alpha);
        }
    }
}

/* Bytes that lie `step` apart; those of the longest row sum up within 32 bits. */
static inline uint32_t sum_bytes(const uint8_t *bytes, size_t count, size_t step) {
    uint32_t sum = 0;
    for (size_t i = 0; i < count; i++) sum += bytes[i * step];
    return sum;
}

/* to[step][count] = the row's bytes as the spans say: at most 2^16 pixels in eighths, times 255,
 * which 32 bits hold. Where one or two pixels lie between the first and the last, as in most
 * reduced JPEGs, there is no loop. */
static inline void fit_bytes(const span *restrict spans, size_t count, const uint8_t *restrict row,
                             size_t step, uint32_t *restrict to) {
    for (size_t o = 0; o < count; o++, spans++, to++) {
        const size_t between = spans->last > spans->first ? spans->last - spans->first - 1 : 0;
        const uint32_t right = spans->last > spans->first ? spans->right : 0;
        const uint8_t *first = row + spans->first * step, *last = row + spans->last * step;
        for (size_t c = 0; c < step; c++) {
            uint32_t inside = 0;
            if (between == 1) {
                inside = first[step + c];
            } else if (between == 2) {
                inside = (uint32_t)first[step + c] + first[2 * step + c];
            } else if (between > 2) {
                inside = sum_bytes(first + step + c, between, step);
            }
            to[c * count] = spans->left * first[c] + right * last[c] + spans->inside * inside;
        }
    }
}

static void fit_columns(const emb__fit *fit, const uint8_t *row) {
    const size_t width = fit->frame.width;
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
    return fit->sums + o % fit->open * fit->kept * fit->frame.width;
}

/* sum / total, halves up, at most 255: without a division, whose result the remainder corrects. */
static inline uint8_t mean_of(uint64_t sum, uint64_t total, double share) {
    const int64_t up = (int64_t)(sum + total / 2), guess = (int64_t)((double)up * share);
    const int64_t rest = up - guess * (int64_t)total;
    return (uint8_t)(guess + (rest >= (int64_t)total) - (rest < 0));
}

/* Finishes row o of the frame, whose sums are complete. */
static void finish(const emb__fit *fit, size_t o) {
    const emb__frame *f = &fit->frame;
    const int *shape = fit->plan.shape;
    const size_t plane = (size_t)shape[1] * (size_t)shape[2];
    const size_t width = f->width;
    const ptrdiff_t right = f->right;
    const uint64_t total = fit->total;
    const double share = 1 / (double)total;
    uint64_t *sums = sums_of(fit, o);
    for (size_t c = 0; c < (size_t)shape[0]; c++) {
        const uint64_t *from = sums + (fit->kept == 3 ? c : 0) * width; /* grey thrice */
        uint8_t *to = fit->pixels + c * plane;
        ptrdiff_t at = f->at + (ptrdiff_t)o * f->down;
        for (size_t i = 0; i < width; i++, at += right) to[at] = mean_of(from[i], total, share);
    }
    memset(sums, 0, fit->kept * width * sizeof *sums);
}

static void add_row(uint64_t *restrict sums, uint32_t weight, const uint32_t *restrict row,
                    size_t count) {
    for (size_t i = 0; i < count; i++) sums[i] += (uint64_t)weight * row[i];
}

/* Row y of the part that is fitted, with one or three channels. */
static void fit_part(emb__fit *fit, size_t y, const uint8_t *row) {
    const emb__frame *f = &fit->frame;
    fit_columns(fit, row);
    for (size_t o = fit->done; o < f->height && fit->rows[o].first <= y; o++) {
        const uint32_t weight = weight_at(&fit->rows[o], y);
        uint64_t *sums = sums_of(fit, o);
        add_row(sums, weight, fit->row, fit->kept * f->width);
    }
    while (fit->done < f->height && fit->rows[fit->done].last == y) finish(fit, fit->done++);
}

/* What is known of the picture after its last row. */
static void conclude(emb__fit *fit) {
    if (fit->samples % 2 == 0 && fit->opacity > 0) {
        fit->info.ink = (int)((fit->ink + fit->opacity / 2) / fit->opacity);
    }
}

void emb__fit_row(emb__fit *fit, uint8_t *row) {
    const size_t y = fit->seen++;
    if (y >= fit->top && y - fit->top < fit->tall) {
        row += fit->left * (size_t)fit->samples;
        if (fit->samples % 2 == 0) {
            uint8_t *to = fit->spread ? fit->spread : row;
            count_alpha(fit, row, fit->wide);
            lay(fit, row, fit->wide, to);
            row = to;
        }
        fit->info.pixels += fit->wide;
        if (fit->samples == 3) fit->info.coloured += count_coloured(row, fit->wide);
        if (fit->channels == 3 && fit->kept == 1) to_luma(row, fit->wide);
        fit_part(fit, y - fit->top, row);
    }
    if (fit->seen == fit->height) conclude(fit);
}

void emb__fit_free(emb__fit *fit) {
    emb__free(fit->rows);
    emb__free(fit->columns);
    emb__free(fit->row);
    emb__free(fit->sums);
    emb__free(fit->spread);
    emb__free(fit->draft);
    fit->draft = NULL;
    fit->rows = fit->columns = NULL;
    fit->row = NULL;
    fit->sums = NULL;
    fit->spread = NULL;
}
