/* Pixels made of neighbouring ones, of every instruction set that this processor has: the
 * reference's bits, for any cut of the work. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/kernels.h"
#include "support/support.h"

/* Inputs of a direction and what each output has of them: `count` from `first` + o * stride on,
 * `step` apart, as far as there are so many. */
typedef struct direction {
    int in, out, first, stride, count, step;
} direction;

typedef struct shape {
    int channels;
    direction rows, columns;
} shape;

static const shape shapes[] = {
    {3, {8, 4, 0, 2, 2, 1}, {10, 5, 0, 2, 2, 1}}, /* the usual pool */
    {2, {9, 5, -1, 2, 3, 1}, {7, 4, -1, 2, 3, 1}},
    {1, {9, 3, 0, 3, 2, 1}, {7, 2, 0, 3, 3, 1}}, /* inputs in no window */
    {5, {9, 7, -1, 1, 3, 2}, {8, 8, -2, 1, 3, 2}},
    {17, {1, 1, 0, 1, 1, 1}, {3, 1, 0, 1, 3, 1}},
    {16, {6, 6, 0, 1, 1, 1}, {5, 5, 0, 1, 1, 1}},  /* copies */
    {2, {4, 6, -1, 1, 1, 1}, {4, 7, -2, 1, 1, 1}}, /* outputs of nothing */
    {2, {4, 6, -1, 1, 4, 1}, {4, 6, 0, 1, 1, 1}},
};

static int meets(const direction *d, int o, int k) {
    const int at = d->first + o * d->stride + k * d->step;
    return at >= 0 && at < d->in ? at : -1;
}

static void fill_line(const direction *d, emb__line *line) {
    assert_int_equal(emb__line_open(line, d->in, d->out, (size_t)(d->out * d->count)), EMB_OK);
    for (int o = 0; o < d->out; o++) {
        for (int k = 0; k < d->count; k++) {
            if (meets(d, o, k) < 0) continue;
            emb__line_add(line, meets(d, o, k), d->count == 1 ? 1 : draw());
        }
        emb__line_end(line);
    }
}

/* Cuts a shape's work into shares and calls for each. */
static int cut(int channels, int rows, emb__share shares[3]) {
    const int half = channels / 2, third = rows / 3;
    shares[0] = (emb__share){0, third, 0, half};
    shares[1] = (emb__share){third, rows, 0, half};
    shares[2] = (emb__share){0, rows, half, channels};
    return 3;
}

static void resample_both(const emb__kernels *k, size_t row, const emb__resample *r, int channels) {
    const size_t in_count = (size_t)(channels * r->rows.in_size * r->columns.in_size) * test_lanes;
    const size_t count = (size_t)(channels * r->rows.out_size * r->columns.out_size) * test_lanes;
    float *in = filled(in_count), *got = filled(count), *expected = filled(count);
    float *scratch = filled((size_t)(r->columns.in_size * channels) * EMB__LANES);
    emb__share shares[3];
    for (int i = cut(channels, r->rows.out_size, shares); i-- > 0;) {
        k->resample(r, &shares[i], in, got, scratch);
    }
    const emb__share all = {0, r->rows.out_size, 0, channels};
    test_reference->resample(r, &all, in, expected, scratch);
    expect_same(k->name, "resample", row, got, expected, count);
    k->single_resample(r, channels, in, got, scratch);
    test_reference->single_resample(r, channels, in, expected, scratch);
    expect_same(k->name, "resample of one image", row, got, expected, count / test_lanes);
    float *const floats[] = {in, got, expected, scratch};
    for (size_t i = 0; i < TEST_COUNT(floats); i++) emb__free(floats[i]);
}

static void resample_cases(const emb__kernels *k) {
    for (size_t row = 0; row < TEST_COUNT(shapes); row++) {
        emb__resample forward, back;
        fill_line(&shapes[row].rows, &forward.rows);
        fill_line(&shapes[row].columns, &forward.columns);
        assert_int_equal(emb__line_turn(&forward.rows, &back.rows), EMB_OK);
        assert_int_equal(emb__line_turn(&forward.columns, &back.columns), EMB_OK);
        assert_int_equal(back.rows.out_size, shapes[row].rows.in);
        resample_both(k, row, &forward, shapes[row].channels);
        resample_both(k, row, &back, shapes[row].channels);
        emb__line *const lines[] = {&forward.rows, &forward.columns, &back.rows, &back.columns};
        for (size_t i = 0; i < TEST_COUNT(lines); i++) emb__line_clear(lines[i]);
    }
}

static void test_resample(void **unused) {
    (void)unused;
    each_isa(resample_cases);
}

static bool fill_windows(const direction *d, emb__windows *w, int room[2][8]) {
    *w = (emb__windows){d->in, d->out, d->step, room[0], room[1]};
    for (int o = 0; o < d->out; o++) {
        w->first[o] = w->count[o] = 0;
        for (int k = d->count - 1; k >= 0; k--) {
            if (meets(d, o, k) < 0) continue;
            w->first[o] = meets(d, o, k);
            w->count[o]++;
        }
        if (w->count[o] == 0) return false;
    }
    return true;
}

/* Equal numbers, numbers that are none, and the least of all. */
static void make_special(float *x, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (i % 3 == 0) x[i] = i % 2 ? 0.0f : -0.0f;
        if (i % 37 == 0) x[i] = NAN;
        if (i % 11 == 0) x[i] = -INFINITY;
    }
}

static void pool_once(const emb__kernels *k, size_t row, const emb__pool *p, int channels) {
    const size_t in_count = (size_t)(channels * p->rows.in_size * p->columns.in_size) * test_lanes;
    const size_t count = (size_t)(channels * p->rows.out_size * p->columns.out_size) * test_lanes;
    float *in = filled(in_count), *g = filled(count), *got = filled(count);
    float *expected = filled(count), *back[2] = {filled(in_count), filled(in_count)};
    emb__share shares[3];
    make_special(in, in_count);
    for (int i = cut(channels, p->rows.out_size, shares); i-- > 0;) {
        k->max_pool(p, &shares[i], in, got);
    }
    const emb__share all = {0, p->rows.out_size, 0, channels};
    test_reference->max_pool(p, &all, in, expected);
    expect_same(k->name, "max_pool", row, got, expected, count);
    for (int i = cut(channels, p->rows.in_size, shares); i-- > 0;) {
        k->max_pool_back(p, &shares[i], in, g, back[0]);
    }
    const emb__share all_in = {0, p->rows.in_size, 0, channels};
    test_reference->max_pool_back(p, &all_in, in, g, back[1]);
    expect_same(k->name, "max_pool_back", row, back[0], back[1], in_count);
    k->single_max_pool(p, channels, in, got);
    test_reference->single_max_pool(p, channels, in, expected);
    expect_same(k->name, "max_pool of one image", row, got, expected, count / test_lanes);
    float *const floats[] = {in, g, got, expected, back[0], back[1]};
    for (size_t i = 0; i < TEST_COUNT(floats); i++) emb__free(floats[i]);
}

static void pool_cases(const emb__kernels *k) {
    for (size_t row = 0; row < TEST_COUNT(shapes); row++) {
        const shape *s = &shapes[row];
        int room[2][2][8];
        emb__pool p = {0};
        if (!fill_windows(&s->rows, &p.rows, room[0])) continue;
        if (!fill_windows(&s->columns, &p.columns, room[1])) continue;
        const bool rows = s->rows.stride >= s->rows.count && s->rows.step == 1;
        p.apart = rows && s->columns.stride >= s->columns.count && s->columns.step == 1;
        pool_once(k, row, &p, s->channels);
        if (row > 0) continue;
        p.all = true; /* its inputs are all in windows */
        pool_once(k, row, &p, s->channels);
    }
}

static void test_pool(void **unused) {
    (void)unused;
    each_isa(pool_cases);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_resample),
        cmocka_unit_test(test_pool),
    };
    return cmocka_run_group_tests(tests, kernels_set_up, NULL);
}
