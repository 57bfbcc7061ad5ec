/* The largest number of each window, and its gradient: vectors of images. */
#include <math.h>

#include "kernels/isa.h"
#include "kernels/vec.h"

EMB_DECLARE_KERNELS(EMB_NAME)

enum { PARTS = LANES / VL };

/* A window in memory: distances in floats. */
typedef struct window {
    int rows, columns;
    size_t row, column; /* from one to the next */
} window;

INLINE void largest(const window *w, const int rows, const int columns, const float *in,
                    float *out) {
    vf best[PARTS];
    UNROLL for (int v = 0; v < PARTS; v++) best[v] = v_load(in + v * VL);
    for (int r = 0; r < rows; r++) {
        for (int c = r == 0; c < columns; c++) {
            const float *at = in + (size_t)r * w->row + (size_t)c * w->column;
            UNROLL for (int v = 0; v < PARTS; v++) {
                const vf x = v_load(at + v * VL);
                best[v] = v_where_beats(x, best[v], x, best[v]);
            }
        }
    }
    UNROLL for (int v = 0; v < PARTS; v++) v_store(out + v * VL, best[v]);
}

void EMB_NAME(max_pool)(const emb__pool *p, const emb__share *share, const float *in, float *out) {
    const emb__windows *rows = &p->rows, *columns = &p->columns;
    const size_t width = (size_t)columns->in_size, out_width = (size_t)columns->out_size;
    window w = {.row = width * LANES * (size_t)rows->step, .column = LANES * (size_t)columns->step};
    for (int c = share->channel; c < share->channel_end; c++) {
        const float *plane = in + (size_t)c * (size_t)rows->in_size * width * LANES;
        float *to =
            out + ((size_t)c * (size_t)rows->out_size + (size_t)share->row) * out_width * LANES;
        for (int y = share->row; y < share->row_end; y++) {
            const float *row = plane + (size_t)rows->first[y] * width * LANES;
            w.rows = rows->count[y];
            for (int x = 0; x < columns->out_size; x++, to += LANES) {
                const float *from = row + (size_t)columns->first[x] * LANES;
                w.columns = columns->count[x];
                if (w.rows == 2 && w.columns == 2) {
                    largest(&w, 2, 2, from, to);
                } else {
                    largest(&w, w.rows, w.columns, from, to);
                }
            }
        }
    }
}

/* Gives the window's gradient to its largest number. Only rows `from` to `to` of the window are
 * written; `apart`: nobody else writes them. */
INLINE void give_back(const window *w, const int rows, const int columns, const int from,
                      const int to, const bool apart, const float *in, const float *grad_out,
                      float *grad_in) {
    UNROLL for (int v = 0; v < PARTS; v++) {
        vf best = v_set(-INFINITY), place = v_set(0);
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                const vf x = v_load(in + (size_t)r * w->row + (size_t)c * w->column + v * VL);
                place = v_where_beats(x, best, v_set((float)(r * columns + c)), place);
                best = v_where_beats(x, best, x, best);
            }
        }
        const vf g = v_load(grad_out + v * VL);
        for (int r = from; r < to; r++) {
            for (int c = 0; c < columns; c++) {
                float *at = grad_in + (size_t)r * w->row + (size_t)c * w->column + v * VL;
                const vf own = v_where_equal(place, v_set((float)(r * columns + c)), g, v_set(0));
                v_store(at, v_add(apart ? v_set(0) : v_load(at), own));
            }
        }
    }
}

/* The same for a window of 2 x 2 that nobody else writes: from the last number, each takes what is
 * left of the gradient if it beats those before it. */
INLINE void give_back_4(const window *w, const float *in, const float *grad_out, float *grad_in) {
    const size_t at[4] = {0, w->column, w->row, w->row + w->column};
    const vf zero = v_set(0);
    UNROLL for (int v = 0; v < PARTS; v++, in += VL, grad_in += VL) {
        vf x[4], best[4], left = v_add(zero, v_load(grad_out + v * VL));
        UNROLL for (int i = 0; i < 4; i++) x[i] = v_load(in + at[i]);
        best[0] = x[0];
        UNROLL for (int i = 1; i < 3; i++) {
            best[i] = v_where_beats(x[i], best[i - 1], x[i], best[i - 1]);
        }
        UNROLL for (int i = 3; i > 0; i--) {
            v_store(grad_in + at[i], v_where_beats(x[i], best[i - 1], left, zero));
            left = v_where_beats(x[i], best[i - 1], zero, left);
        }
        v_store(grad_in, left);
    }
}

/* Gives back the gradients of one row of windows: those of their rows that are rows [from, to) of
 * the input. */
static void give_back_row(const emb__pool *p, int y, int from, int to, const float *plane,
                          const float *grad_out, float *grad_plane) {
    const emb__windows *rows = &p->rows, *columns = &p->columns;
    const size_t width = (size_t)columns->in_size;
    const window w = {.rows = rows->count[y],
                      .row = width * LANES * (size_t)rows->step,
                      .column = LANES * (size_t)columns->step};
    const int first = rows->first[y];
    int low = 0, high = w.rows;
    while (low < high && first + low * rows->step < from) low++;
    while (high > low && first + (high - 1) * rows->step >= to) high--;
    if (low == high) return;
    const bool whole = low == 0 && high == 2 && w.rows == 2 && p->apart;
    const size_t row = (size_t)first * width * LANES;
    for (int x = 0; x < columns->out_size; x++, grad_out += LANES) {
        const size_t at = row + (size_t)columns->first[x] * LANES;
        const int count = columns->count[x];
        if (whole && count == 2) {
            give_back_4(&w, plane + at, grad_out, grad_plane + at);
        } else {
            give_back(&w, w.rows, count, low, high, p->apart, plane + at, grad_out,
                      grad_plane + at);
        }
    }
}

void EMB_NAME(max_pool_back)(const emb__pool *p, const emb__share *share, const float *in,
                             const float *grad_out, float *grad_in) {
    const emb__windows *rows = &p->rows, *columns = &p->columns;
    const size_t width = (size_t)columns->in_size * LANES;
    const size_t out_width = (size_t)columns->out_size * LANES;
    for (int c = share->channel; c < share->channel_end; c++) {
        const size_t plane = (size_t)c * (size_t)rows->in_size * width;
        const size_t out_plane = (size_t)c * (size_t)rows->out_size * out_width;
        if (!p->apart || !p->all) {
            memset(grad_in + plane + (size_t)share->row * width, 0,
                   (size_t)(share->row_end - share->row) * width * sizeof *grad_in);
        }
        for (int y = 0; y < rows->out_size; y++) {
            give_back_row(p, y, share->row, share->row_end, in + plane,
                          grad_out + out_plane + (size_t)y * out_width, grad_in + plane);
        }
    }
}
