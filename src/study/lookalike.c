/* The image of a set that is nearest to another by all of its numbers: emb_images_nearest in
 * embudo/study.h.
 *
 * Every image has a small version: its sums over the cells of a coarse grid, each divided by the
 * root of the cell's size, and the length of what these leave. Two images are at least as far apart
 * as their small versions. So all small versions are compared, of 16 images with one at a time, and
 * only those that are near enough to be the nearest are compared number by number. */
#include <math.h>
#include <string.h>

#include "base/cancel.h"
#include "base/entry.h"
#include "base/memory.h"
#include "base/threads.h"
#include "data/images.h"
#include "study/selection.h"

enum {
    LANES = 16,
    GRID = 8,    /* cells at most, down and across ... */
    DEEP = 3,    /* ... and channels, or groups of them */
    PIECE = 256, /* numbers that are compared before the sum is looked at */
    CHAINS = 8
};

/* Images, and how their bytes are numbers. */
typedef struct album {
    emb__selection chosen;
    float numbers[256];
} album;

typedef struct matching {
    album reference, asked;
    size_t size, cells; /* numbers of an image, and of a small version */
    uint32_t *cell;     /* [size]: the cell that a number belongs to */
    double *share;      /* [cells]: 1 / root of the cell's size */
    float *origin;      /* [size]: the first reference; small versions are of differences from it */
    float *small;       /* [reference count][cells + 1] */
    double step;        /* between two bytes, if all images are bytes that mean the same; else 0 */
    float *members;     /* each member's room: */
    size_t member;
    uint32_t *nearest;
    double *mse;
} matching;

/* ---- reading --------------------------------------------------------------------------------- */

static void open_album(album *a) {
    const emb_images *images = a->chosen.images;
    for (int b = 0; b < 256 && !images->values; b++) {
        a->numbers[b] = emb__pixel_number((uint8_t)b, images->black, images->white);
    }
}

static size_t index_of(const album *a, size_t i) {
    return a->chosen.indices ? a->chosen.indices[i] : i;
}

/* Image i's floats, or its bytes; the other is NULL. */
static const float *floats_of(const album *a, size_t i, size_t size) {
    const emb_images *images = a->chosen.images;
    return images->values ? images->values + index_of(a, i) * size : NULL;
}

/* Of images that are bytes. */
static const uint8_t *bytes_of(const album *a, size_t i, uint8_t *scratch) {
    return emb__images_bytes(a->chosen.images, index_of(a, i), scratch);
}

static void read_row(const album *a, size_t i, size_t size, uint8_t *scratch, float *row) {
    const float *floats = floats_of(a, i, size);
    if (floats) {
        memcpy(row, floats, size * sizeof *row);
        return;
    }
    const uint8_t *bytes = bytes_of(a, i, scratch);
    for (size_t p = 0; p < size; p++) row[p] = a->numbers[bytes[p]];
}

/* ---- small versions -------------------------------------------------------------------------- */

static size_t part_of(size_t at, size_t side, size_t most) {
    return side <= most ? at : at * most / side;
}

static void set_cells(matching *m, const int shape[3]) {
    const size_t c = (size_t)shape[0], h = (size_t)shape[1], w = (size_t)shape[2];
    const size_t down = h < GRID ? h : (size_t)GRID, across = w < GRID ? w : (size_t)GRID;
    memset(m->share, 0, m->cells * sizeof *m->share);
    for (size_t p = 0; p < m->size; p++) {
        const size_t channel = part_of(p / (h * w), c, DEEP), row = part_of(p / w % h, h, GRID);
        const size_t at = (channel * down + row) * across + part_of(p % w, w, GRID);
        m->cell[p] = (uint32_t)at;
        m->share[at]++;
    }
    for (size_t i = 0; i < m->cells; i++) m->share[i] = 1 / sqrt(m->share[i]);
}

/* small[cells + 1] of a row; `sums` has room for the cells. */
static void make_small(const matching *m, const float *row, double *sums, float *small) {
    double all = 0;
    memset(sums, 0, m->cells * sizeof *sums);
    for (size_t p = 0; p < m->size; p++) {
        const double d = (double)row[p] - (double)m->origin[p];
        sums[m->cell[p]] += d;
        all += d * d;
    }
    for (size_t i = 0; i < m->cells; i++) {
        const double s = sums[i] * m->share[i];
        small[i] = (float)s;
        all -= s * s;
    }
    small[m->cells] = all > 0 ? (float)sqrt(all) : 0;
}

/* A member's room: bounds [count][LANES], small queries [cells + 1][LANES], queries [LANES][size],
 * a row [size], sums of cells [cells] in double, bytes [size], queries in bytes [LANES][size]. */
typedef struct room {
    float *bounds, *lanes, *queries, *row;
    double *sums;
    uint8_t *bytes, *query_bytes;
} room;

static size_t room_size(const matching *m) {
    const size_t bytes = (LANES + 1) * m->size;
    const size_t floats = (m->reference.chosen.count + m->cells + 1) * LANES +
                          (LANES + 1) * m->size + 2 * m->cells + bytes / sizeof(float) + 1;
    return (floats + LANES - 1) / LANES * LANES;
}

static room room_of(const matching *m, int number) {
    room r;
    r.bounds = m->members + (size_t)number * m->member;
    r.lanes = r.bounds + m->reference.chosen.count * LANES;
    r.sums = (double *)(void *)(r.lanes + (m->cells + 1) * LANES);
    r.queries = (float *)(void *)(r.sums + m->cells);
    r.row = r.queries + LANES * m->size;
    r.bytes = (uint8_t *)(r.row + m->size);
    r.query_bytes = r.bytes + m->size;
    return r;
}

static void make_part(void *data, const emb__member *me) {
    const matching *m = data;
    const room r = room_of(m, me->number);
    size_t i;
    const size_t to = emb__member_part(me, m->reference.chosen.count, &i);
    for (; i < to && !emb__cancelled(); i++) {
        read_row(&m->reference, i, m->size, r.bytes, r.row);
        make_small(m, r.row, r.sums, m->small + i * (m->cells + 1));
    }
}

/* ---- comparing ------------------------------------------------------------------------------- */

/* Four lanes, in the compilers' own vector type. */
typedef float four __attribute__((vector_size(16)));

/* bounds[count][LANES] = how far the small versions are apart, squared. */
static void measure(const matching *m, const room *r) {
    enum { FOURS = LANES / 4 };
    const float *small = m->small;
    for (size_t i = 0; i < m->reference.chosen.count; i++, small += m->cells + 1) {
        four sum[FOURS] = {{0}};
        for (size_t c = 0; c <= m->cells; c++) {
            const four from = {small[c], small[c], small[c], small[c]};
            four to[FOURS];
            memcpy(to, r->lanes + c * LANES, sizeof to);
            for (size_t f = 0; f < FOURS; f++) {
                const four d = from - to[f];
                sum[f] += d * d;
            }
        }
        memcpy(r->bounds + i * LANES, sum, sizeof sum);
    }
}

static double compare_piece(const float *a, const float *b, size_t count) {
    float sums[CHAINS] = {0};
    size_t i = 0;
    for (; i + CHAINS <= count; i += CHAINS) {
        for (size_t j = 0; j < CHAINS; j++)
            sums[j] += (a[i + j] - b[i + j]) * (a[i + j] - b[i + j]);
    }
    for (size_t j = 0; i < count; i++, j++) sums[j] += (a[i] - b[i]) * (a[i] - b[i]);
    return (double)((sums[0] + sums[4]) + (sums[2] + sums[6])) +
           (double)((sums[1] + sums[5]) + (sums[3] + sums[7]));
}

/* The same of bytes, whole: far below 2^32. */
static uint32_t compare_bytes(const uint8_t *a, const uint8_t *b, size_t count) {
    uint32_t sum = 0;
    for (size_t i = 0; count == PIECE && i < PIECE; i++) {
        const int d = a[i] - b[i];
        sum += (uint32_t)(d * d);
    }
    for (size_t i = 0; count < PIECE && i < count; i++) {
        const int d = a[i] - b[i];
        sum += (uint32_t)(d * d);
    }
    return sum;
}

static double distance_in_bytes(const matching *m, const room *r, size_t i, size_t lane,
                                double most) {
    const uint8_t *bytes = bytes_of(&m->reference, i, r->bytes);
    const uint8_t *whole = r->query_bytes + lane * m->size;
    double sum = 0;
    for (size_t from = 0; from < m->size && sum <= most; from += PIECE) {
        const size_t left = m->size - from, here = left < PIECE ? left : (size_t)PIECE;
        sum += (double)compare_bytes(bytes + from, whole + from, here) * m->step * m->step;
    }
    return sum;
}

/* The squared distance of reference i from a query; once it is above `most`, what it has come to.
 */
static double distance(const matching *m, const room *r, size_t i, size_t lane, double most) {
    if (m->step > 0) return distance_in_bytes(m, r, i, lane, most);
    const float *floats = floats_of(&m->reference, i, m->size),
                *query = r->queries + lane * m->size;
    const uint8_t *bytes = floats ? NULL : bytes_of(&m->reference, i, r->bytes);
    double sum = 0;
    for (size_t from = 0; from < m->size && sum <= most; from += PIECE) {
        float piece[PIECE];
        const size_t left = m->size - from, here = left < PIECE ? left : (size_t)PIECE;
        for (size_t p = 0; bytes && p < here; p++) piece[p] = m->reference.numbers[bytes[from + p]];
        sum += compare_piece(bytes ? piece : floats + from, query + from, here);
    }
    return sum;
}

/* What has been found for a query. */
typedef struct match {
    double best;
    uint32_t place;
} match;

static void try_one(const matching *m, const room *r, size_t i, size_t lane, match *found) {
    const double d = distance(m, r, i, lane, found->best);
    if (d < found->best || (!(found->best < d) && i < found->place)) {
        *found = (match){d, (uint32_t)i};
    }
}

/* An image is not its own neighbour. */
static void leave_out_themselves(const matching *m, const room *r, size_t first, size_t here) {
    if (m->asked.chosen.images != m->reference.chosen.images) return;
    for (size_t i = 0; i < m->reference.chosen.count; i++) {
        for (size_t lane = 0; lane < here; lane++) {
            if (index_of(&m->asked, first + lane) == index_of(&m->reference, i)) {
                r->bounds[i * LANES + lane] = INFINITY;
            }
        }
    }
}

/* Each query's nearest by the small versions; `count` where there is none. */
static void find_least(const float *bounds, size_t count, size_t nearest[LANES]) {
    float least[LANES];
    uint32_t at[LANES];
    for (size_t lane = 0; lane < LANES; lane++) {
        least[lane] = INFINITY;
        at[lane] = (uint32_t)count;
    }
    for (size_t i = 0; i < count; i++, bounds += LANES) {
        for (size_t lane = 0; lane < LANES; lane++) {
            at[lane] = bounds[lane] < least[lane] ? (uint32_t)i : at[lane];
            least[lane] = bounds[lane] < least[lane] ? bounds[lane] : least[lane];
        }
    }
    for (size_t lane = 0; lane < LANES; lane++) nearest[lane] = at[lane];
}

/* Bounds are rounded: what is hardly above is looked at. */
static float limit_of(const match *found) { return (float)(found->best * 1.0001); }

/* First what is nearest by the small versions, then whatever they do not rule out. */
static void search(const matching *m, const room *r, size_t first, size_t here) {
    const size_t count = m->reference.chosen.count;
    match found[LANES];
    size_t nearest[LANES];
    float limits[LANES];
    leave_out_themselves(m, r, first, here);
    find_least(r->bounds, count, nearest);
    for (size_t lane = 0; lane < LANES; lane++) {
        found[lane] = (match){INFINITY, UINT32_MAX};
        limits[lane] = -1; /* nothing is looked at */
        if (lane >= here || nearest[lane] == count) continue;
        try_one(m, r, nearest[lane], lane, &found[lane]);
        limits[lane] = limit_of(&found[lane]);
    }
    const float *bounds = r->bounds;
    for (size_t i = 0; i < count && !emb__cancelled(); i++, bounds += LANES) {
        int any = 0;
        for (size_t lane = 0; lane < LANES; lane++) any |= bounds[lane] <= limits[lane];
        for (size_t lane = 0; any && lane < LANES; lane++) {
            if (!(bounds[lane] <= limits[lane])) continue;
            try_one(m, r, i, lane, &found[lane]);
            limits[lane] = limit_of(&found[lane]);
        }
    }
    for (size_t lane = 0; lane < here; lane++) {
        m->nearest[first + lane] = found[lane].place;
        m->mse[first + lane] = found[lane].best / (double)m->size;
    }
}

static void search_part(void *data, const emb__member *me) {
    const matching *m = data;
    const room r = room_of(m, me->number);
    const size_t count = m->asked.chosen.count;
    size_t b;
    const size_t to = emb__member_part(me, (count + LANES - 1) / LANES, &b);
    for (; b < to && !emb__cancelled(); b++) {
        const size_t first = b * LANES, left = count - first;
        const size_t here = left < LANES ? left : (size_t)LANES;
        for (size_t lane = 0; lane < LANES; lane++) {
            float *query = r.queries + lane * m->size;
            const size_t at = lane < here ? lane : 0; /* lanes past the last repeat the first */
            read_row(&m->asked, first + at, m->size, r.bytes, query);
            if (m->step > 0) {
                const uint8_t *bytes = bytes_of(&m->asked, first + at, r.bytes);
                memcpy(r.query_bytes + lane * m->size, bytes, m->size);
            }
            make_small(m, query, r.sums, r.row);
            for (size_t c = 0; c <= m->cells; c++) r.lanes[c * LANES + lane] = r.row[c];
        }
        measure(m, &r);
        search(m, &r, first, here);
    }
}

/* ---- the whole ------------------------------------------------------------------------------- */

static emb_status check_shapes(const int a[3], const int b[3]) {
    if (memcmp(a, b, 3 * sizeof *a) == 0) return EMB_OK;
    return emb__fail(EMB_ERR_SHAPE,
                     "images of %dx%dx%d among images of %dx%dx%d: expected the "
                     "same shape",
                     a[0], a[1], a[2], b[0], b[1], b[2]);
}

static bool make_room(matching *m, int threads) {
    m->member = room_size(m);
    m->cell = emb__calloc(m->size, sizeof *m->cell);
    m->share = emb__calloc(m->cells, sizeof *m->share);
    m->origin = emb__calloc(m->size, sizeof *m->origin);
    m->small = emb__calloc(m->reference.chosen.count, (m->cells + 1) * sizeof *m->small);
    m->members = emb__calloc((size_t)threads, m->member * sizeof *m->members);
    return m->cell && m->share && m->origin && m->small && m->members;
}

static emb_status run(matching *m, const int shape[3], int threads) {
    const room r = room_of(m, 0);
    set_cells(m, shape);
    open_album(&m->reference);
    open_album(&m->asked);
    const emb_images *a = m->asked.chosen.images, *b = m->reference.chosen.images;
    const bool same = !a->values && !b->values && !(fabs(a->black - b->black) > 0) &&
                      !(fabs(a->white - b->white) > 0);
    if (same) m->step = fabs(a->white - a->black) / 255;
    read_row(&m->reference, 0, m->size, r.bytes, m->origin);
    emb__team_run(threads, make_part, m);
    emb__team_run(threads, search_part, m);
    emb_status status = emb__cancel_check();
    if (status == EMB_OK) status = emb__images_check_read(m->reference.chosen.images);
    return status == EMB_OK ? emb__images_check_read(m->asked.chosen.images) : status;
}

emb_status emb_images_nearest(const emb_images *reference, const uint32_t *reference_indices,
                              size_t reference_count, const emb_images *images,
                              const uint32_t *indices, size_t count, uint32_t *nearest, double *mse,
                              int threads) {
    EMB__ENTER;
    matching m = {.nearest = nearest, .mse = mse};
    int shape[3], own[3];
    emb_status status =
        emb__select(reference, reference_indices, reference_count, &m.reference.chosen);
    if (status == EMB_OK) status = emb__select(images, indices, count, &m.asked.chosen);
    if (status != EMB_OK) return status;
    emb_images_shape(reference, shape);
    emb_images_shape(images, own);
    status = check_shapes(own, shape);
    if (status != EMB_OK) return status;
    m.size = emb__images_size(reference);
    m.cells = 1;
    for (int side = 0; side < 3; side++) {
        const size_t most = side == 0 ? DEEP : GRID, length = (size_t)shape[side];
        m.cells *= length < most ? length : most;
    }
    threads = emb__threads_for(threads,
                               m.asked.chosen.count / LANES + m.reference.chosen.count / LANES + 1);
    status = make_room(&m, threads) ? run(&m, shape, threads) : EMB_ERR_MEMORY;
    emb__free(m.cell);
    emb__free(m.share);
    emb__free(m.origin);
    emb__free(m.small);
    emb__free(m.members);
    return status;
}
