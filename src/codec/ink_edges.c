/* See ink_edges.h. */
#include "codec/ink_edges.h"

#include <string.h>

enum { REACH = 2 }; /* pixels to each side within which a step is measured */

/* An edge has at least so many percent of the largest step; the largest is that of the first pixel
 * after one in FEW, since dust is sharp, too. What differs by less than LEAST cannot be seen. */
enum { SHARE = 42, FEW = 2500, FEWEST = 24, LEAST = 22, ABOVE_NOISE = 9 };

void emb__edges_free(emb__edges *edges) {
    emb__free(edges->smooth);
    emb__free(edges->step);
    emb__free(edges->between);
    *edges = (emb__edges){0};
}

/* ---- less noise ------------------------------------------------------------------------------ */

static int clamp(int i, int count) { return i < 0 ? 0 : i >= count ? count - 1 : i; }

/* Weights 1 2 1 down and across; `sums` is a row's. */
static void smooth(const uint8_t *grey, int height, int width, uint16_t *sums, uint8_t *out) {
    for (int y = 0; y < height; y++) {
        const uint8_t *above = grey + (size_t)clamp(y - 1, height) * (size_t)width;
        const uint8_t *here = grey + (size_t)y * (size_t)width;
        const uint8_t *below = grey + (size_t)clamp(y + 1, height) * (size_t)width;
        for (int x = 0; x < width; x++) sums[x] = (uint16_t)(above[x] + 2 * here[x] + below[x]);
        for (int x = 0; x < width; x++) {
            const int sum = sums[clamp(x - 1, width)] + 2 * sums[x] + sums[clamp(x + 1, width)];
            out[(size_t)y * (size_t)width + (size_t)x] = (uint8_t)((sum + 8) / 16);
        }
    }
}

/* ---- steps ----------------------------------------------------------------------------------- */

typedef struct extremes {
    uint8_t *low, *high; /* around each pixel of a row, in it alone; and then in rows around it */
} extremes;

static void find_across(const uint8_t *row, int width, uint8_t *low, uint8_t *high) {
    for (int x = 0; x < width; x++) {
        uint8_t least = 255, most = 0;
        for (int i = clamp(x - REACH, width); i <= clamp(x + REACH, width); i++) {
            if (row[i] < least) least = row[i];
            if (row[i] > most) most = row[i];
        }
        low[x] = least;
        high[x] = most;
    }
}

/* step and, for now, the middle between both in `between`. */
static void find_steps(emb__edges *e, const uint8_t *low, const uint8_t *high) {
    const size_t width = (size_t)e->width;
    for (int y = 0; y < e->height; y++) {
        const int from = clamp(y - REACH, e->height), to = clamp(y + REACH, e->height);
        for (size_t x = 0; x < width; x++) {
            uint8_t least = 255, most = 0;
            for (int i = from; i <= to; i++) {
                const size_t at = (size_t)i * width + x;
                if (low[at] < least) least = low[at];
                if (high[at] > most) most = high[at];
            }
            e->step[(size_t)y * width + x] = (uint8_t)(most - least);
            e->between[(size_t)y * width + x] = (uint8_t)((most + least + 1) / 2);
        }
    }
}

/* The largest value that more than `above` pixels have, or exceed. */
static int value_above(const size_t counts[256], size_t above) {
    size_t sum = 0;
    for (int value = 255; value > 0; value--) {
        sum += counts[value];
        if (sum > above) return value;
    }
    return 0;
}

static void judge_steps(emb__edges *e) {
    const size_t count = (size_t)e->height * (size_t)e->width;
    size_t counts[256] = {0}, few = count / FEW;
    for (size_t i = 0; i < count; i++) counts[e->step[i]]++;
    if (few < FEWEST) few = FEWEST;
    e->noise = value_above(counts, count / 2);
    e->peak = value_above(counts, few);
    e->sharp = (e->peak * SHARE + 50) / 100;
    if (e->sharp < LEAST / 2) e->sharp = LEAST / 2;
}

bool emb__edges_any(const emb__edges *e) {
    return e->peak >= LEAST && e->peak >= 2 * e->noise + ABOVE_NOISE;
}

/* ---- the threshold --------------------------------------------------------------------------- */

/* Each level has half the rows and columns of the one below, and sums of weights and of weights
 * times middles. */
typedef struct level {
    int height, width;
    uint32_t *weight, *sum;
} level;

enum { LEVELS = 12 };

static void weigh_edges(const emb__edges *e, level *bottom) {
    const size_t count = (size_t)e->height * (size_t)e->width;
    for (size_t i = 0; i < count; i++) {
        const uint32_t weight = e->step[i] >= e->sharp ? (uint32_t)(e->step[i] - e->sharp + 1) : 0;
        bottom->weight[i] = weight;
        bottom->sum[i] = weight * e->between[i];
    }
}

/* Four by four pixels have at most 16 * 255 * 255 in `sum`; every further level would need 4 times
 * that, so it is halved twice instead, and what has any weight keeps some. */
static void add_up(const level *from, level *to, bool scaled) {
    for (int y = 0; y < to->height; y++) {
        for (int x = 0; x < to->width; x++) {
            uint32_t weight = 0, sum = 0;
            for (int i = 2 * y; i < 2 * y + 2 && i < from->height; i++) {
                for (int j = 2 * x; j < 2 * x + 2 && j < from->width; j++) {
                    const size_t at = (size_t)i * (size_t)from->width + (size_t)j;
                    weight += from->weight[at];
                    sum += from->sum[at];
                }
            }
            const size_t at = (size_t)y * (size_t)to->width + (size_t)x;
            if (scaled && weight > 0) {
                const uint32_t mean = (sum + weight / 2) / weight;
                weight = (weight + 3) / 4;
                sum = weight * mean;
            }
            to->weight[at] = weight;
            to->sum[at] = sum;
        }
    }
}

/* The means of a level, its `sum` from here on; where there is little weight, the level above
 * counts. */
static void settle(level *l, const level *above) {
    enum { TRUST = 64 };
    for (int y = 0; y < l->height; y++) {
        for (int x = 0; x < l->width; x++) {
            const size_t at = (size_t)y * (size_t)l->width + (size_t)x;
            const uint32_t weight = l->weight[at];
            if (!above) {
                l->sum[at] = weight ? (l->sum[at] + weight / 2) / weight : 128;
                continue;
            }
            const size_t parent = (size_t)(y / 2) * (size_t)above->width + (size_t)(x / 2);
            const uint32_t all = weight + TRUST;
            l->sum[at] = (l->sum[at] + TRUST * above->sum[parent] + all / 2) / all;
        }
    }
}

static emb_status lay_threshold(emb__edges *e) {
    level levels[LEVELS] = {{0}};
    int count = 0;
    emb_status status = EMB_OK;
    for (int h = e->height, w = e->width; count < LEVELS; h = (h + 1) / 2, w = (w + 1) / 2) {
        const size_t cells = (size_t)h * (size_t)w;
        level *l = &levels[count++];
        *l = (level){h, w, emb__calloc(cells, sizeof *l->weight),
                     emb__calloc(cells, sizeof *l->sum)};
        if (!l->weight || !l->sum) {
            status = EMB_ERR_MEMORY;
            break;
        }
        if (count == 1) {
            weigh_edges(e, l);
        } else {
            add_up(l - 1, l, count > 3);
        }
        if (h == 1 && w == 1) break;
    }
    for (int i = count - 1; status == EMB_OK && i >= 0; i--) {
        settle(&levels[i], i + 1 < count ? &levels[i + 1] : NULL);
    }
    const size_t pixels = (size_t)e->height * (size_t)e->width;
    for (size_t i = 0; status == EMB_OK && i < pixels; i++) {
        e->between[i] = (uint8_t)levels[0].sum[i];
    }
    for (int i = 0; i < count; i++) {
        emb__free(levels[i].weight);
        emb__free(levels[i].sum);
    }
    return status;
}

emb_status emb__edges_find(const uint8_t *grey, int height, int width, emb__edges *e) {
    const size_t count = (size_t)height * (size_t)width;
    *e = (emb__edges){.height = height,
                      .width = width,
                      .smooth = emb__alloc(count),
                      .step = emb__alloc(count),
                      .between = emb__alloc(count)};
    uint8_t *low = emb__alloc(count), *high = emb__alloc(count);
    uint16_t *sums = emb__calloc((size_t)width, sizeof *sums);
    emb_status status = EMB_ERR_MEMORY;
    if (e->smooth && e->step && e->between && low && high && sums) {
        smooth(grey, height, width, sums, e->smooth);
        for (size_t y = 0; y < (size_t)height; y++) {
            const size_t at = y * (size_t)width;
            find_across(e->smooth + at, width, low + at, high + at);
        }
        find_steps(e, low, high);
        judge_steps(e);
        status = lay_threshold(e);
    }
    emb__free(low);
    emb__free(high);
    emb__free(sums);
    return status;
}
