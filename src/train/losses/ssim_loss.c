/* SSIM and MS_SSIM as losses, 1 - index: the structural similarity (Wang, Bovik, Sheikh and
 * Simoncelli, 2004) with a Gaussian window and without padding, and its product over halved images
 * (Wang, Simoncelli and Bovik, 2003). The index is the mean over an image's channels, and of SSIM
 * over its positions. kernels/isa/reference_ssim.c has the formula of one position. */
#include <math.h>
#include <string.h>

#include "base/entry.h"
#include "base/translate.h"
#include "device/cpu/pass.h"
#include "kernels/math.h"
#include "train/losses/loss_kind.h"

enum { RANGE, WINDOW, SIGMA, LEVELS };
enum { MOST_LEVELS = 5, MOST_WINDOW = 63 };

/* The share of each level in the product, as they were published: of fewer levels, divided by their
 * sum. */
static const double shares[MOST_LEVELS] = {0.0448, 0.2856, 0.3001, 0.2363, 0.1333};

/* One level's planes of one channel. */
typedef struct level {
    size_t rows, columns, out_rows, out_columns;
    float *y, *x; /* output and target, less `shift` */
    float *g;     /* the gradient by y; the first level's is the loss's own */
    emb__similarity maps;
    double value[EMB__LANES]; /* each image's index, or its contrast's, by the level's share */
} level;

/* The work on one channel. */
typedef struct work {
    const emb__kernels *k;
    int levels;
    level level[MOST_LEVELS];
    float taps[MOST_WINDOW];
    size_t window;
    float *plane, *lines; /* room for a plane, and for one whose columns are averaged */
} work;

static int levels_of(const double *args) { return args[LEVELS] > 0 ? (int)args[LEVELS] : 1; }

static void set_sizes(work *job, const emb_net *net, const double *args) {
    job->levels = levels_of(args);
    job->window = (size_t)args[WINDOW];
    for (int i = 0; i < job->levels; i++) {
        level *l = &job->level[i];
        l->rows = (size_t)net->input.d[1] >> i;
        l->columns = (size_t)net->input.d[2] >> i;
        l->out_rows = l->rows - job->window + 1;
        l->out_columns = l->columns - job->window + 1;
        l->maps.vectors = l->out_rows * l->out_columns;
    }
}

static emb_status needs(const emb_net *net, const emb_images *images, double *args) {
    const int last = levels_of(args) - 1, window = (int)args[WINDOW];
    if (net->input.rank != 3) {
        return emb__fail(EMB_ERR_ARGUMENT, "SSIM is of images; %s reads rows of numbers",
                         net->spec.name);
    }
    const int rows = net->input.d[1], columns = net->input.d[2];
    if (window % 2 == 0) {
        return emb__fail(EMB_ERR_ARGUMENT, "SSIM: expected an odd window, got %d", window);
    }
    if (rows >> last < window || columns >> last < window) {
        return emb__fail(
            EMB_ERR_ARGUMENT,
            last > 0 ? E_("MS_SSIM: a window of %d on all levels needs images of at least %dx%d; "
                          "%s reads %dx%d: take fewer, as MS_SSIM(levels=2), or SSIM")
                     : E_("SSIM: a window of %d needs images of at least %dx%d; %s reads %dx%d"),
            window, window << last, window << last, net->spec.name, rows, columns);
    }
    if (args[RANGE] == 0) {
        args[RANGE] = images->has_pixels ? fabs(images->white - images->black) : 1;
    }
    return EMB_OK;
}

/* One block's scratch, in vectors; and its places, if `at` is not NULL. */
static size_t lay_out(work *job, float *at) {
    const size_t lanes = at ? (size_t)job->k->lanes : 0,
                 first = job->level[0].rows * job->level[0].columns;
    size_t used = 2 * first;
    if (at) {
        job->plane = at;
        job->lines = at + first * lanes;
    }
    for (int i = 0; i < job->levels; i++) {
        level *l = &job->level[i];
        const size_t out = l->maps.vectors, size = l->rows * l->columns;
        float **const maps[] = {&l->maps.y, &l->maps.x, &l->maps.yy, &l->maps.xx, &l->maps.yx};
        for (size_t m = 0; m < sizeof maps / sizeof *maps; m++, used += out) {
            if (at) *maps[m] = at + used * lanes;
        }
        /* The first level's gradient lies elsewhere. */
        float **const planes[] = {&l->y, &l->x, &l->g};
        const size_t count = sizeof planes / sizeof *planes - (i == 0);
        for (size_t p = 0; p < count; p++, used += size) {
            if (at) *planes[p] = at + used * lanes;
        }
    }
    return used;
}

static size_t scratch(const emb_net *net, const double *args) {
    work job = {0};
    set_sizes(&job, net, args);
    return lay_out(&job, NULL);
}

/* exp(-d^2 / (2 sigma^2)) for the distance d from the middle, so that their sum is 1. */
static void make_taps(work *job, double sigma) {
    const size_t middle = job->window / 2;
    double taps[MOST_WINDOW], sum = 0;
    for (size_t i = 0; i < job->window; i++) {
        const double d = (double)i - (double)middle;
        taps[i] = emb__exp(-d * d / (2 * sigma * sigma));
        sum += taps[i];
    }
    for (size_t i = 0; i < job->window; i++) job->taps[i] = (float)(taps[i] / sum);
}

/* Averages a plane by the window along both directions. */
static void blur(const work *job, const level *l, const float *in, float *out) {
    const size_t lanes = (size_t)job->k->lanes;
    emb__window w = {.taps = job->taps,
                     .size = job->window,
                     .in_count = l->columns,
                     .out_count = l->out_columns,
                     .width = lanes};
    for (size_t r = 0; r < l->rows; r++) {
        job->k->window(&w, in + r * l->columns * lanes, job->lines + r * l->out_columns * lanes);
    }
    w.in_count = l->rows;
    w.out_count = l->out_rows;
    w.width = l->out_columns * lanes;
    job->k->window(&w, job->lines, out);
}

/* Its adjoint. */
static void spread(const work *job, const level *l, const float *out, float *in) {
    const size_t lanes = (size_t)job->k->lanes;
    emb__window w = {.taps = job->taps,
                     .size = job->window,
                     .pad = job->window - 1,
                     .in_count = l->out_rows,
                     .out_count = l->rows,
                     .width = l->out_columns * lanes};
    job->k->window(&w, out, job->lines);
    w.in_count = l->out_columns;
    w.out_count = l->columns;
    w.width = lanes;
    for (size_t r = 0; r < l->rows; r++) {
        job->k->window(&w, job->lines + r * l->out_columns * lanes, in + r * l->columns * lanes);
    }
}

static void measure(work *job, level *l, bool whole) {
    const size_t size = l->rows * l->columns;
    double ssim[EMB__LANES], contrast[EMB__LANES];
    blur(job, l, l->y, l->maps.y);
    blur(job, l, l->x, l->maps.x);
    const struct {
        const float *a, *b;
        float *to;
    } products[] = {{l->y, l->y, l->maps.yy}, {l->x, l->x, l->maps.xx}, {l->y, l->x, l->maps.yx}};
    for (size_t i = 0; i < sizeof products / sizeof *products; i++) {
        job->k->multiply(products[i].a, products[i].b, size, job->plane);
        blur(job, l, job->plane, products[i].to);
    }
    job->k->similarity(&l->maps, ssim, contrast);
    for (int n = 0; n < job->k->lanes; n++) {
        l->value[n] = (whole ? ssim[n] : contrast[n]) / (double)l->maps.vectors;
    }
}

static double share_of(const work *job, int i) {
    double sum = 0;
    for (int k = 0; k < job->levels; k++) sum += shares[k];
    return job->levels == MOST_LEVELS ? shares[i] : shares[i] / sum;
}

/* One image's index; slope[level]: its derivative by the level's value. Of several levels it is the
 * product of their values to the power of their shares, values below 0 counting as 0. */
static double index_of(const work *job, size_t lane, double slope[MOST_LEVELS]) {
    double product = 1;
    slope[0] = 1;
    if (job->levels == 1) return job->level[0].value[lane];
    for (int i = 0; i < job->levels; i++) {
        const double value = job->level[i].value[lane];
        product *= value > 0 ? emb__exp(share_of(job, i) * emb__log(value)) : value * 0;
    }
    for (int i = 0; i < job->levels; i++) {
        const double value = job->level[i].value[lane];
        slope[i] = value > 0 ? share_of(job, i) * product / value : 0;
    }
    return product;
}

/* Adds the gradient by one level's output to l->g. */
static void go_back(const work *job, const level *l, const float *by_ssim,
                    const float *by_contrast) {
    const size_t size = l->rows * l->columns, lanes = (size_t)job->k->lanes;
    const emb__similarity *m = &l->maps;
    job->k->similarity_slopes(m, by_ssim, by_contrast);
    float *by = job->plane;
    spread(job, l, m->y, by);
    job->k->add_scaled(l->g, 1, by, 0, size * lanes);
    spread(job, l, m->yy, by);
    job->k->multiply(by, l->y, size, by);
    job->k->add_scaled(l->g, 2, by, 0, size * lanes);
    spread(job, l, m->yx, by);
    job->k->multiply(by, l->x, size, by);
    job->k->add_scaled(l->g, 1, by, 0, size * lanes);
}

/* One channel's errors, divided by the number of channels, and its gradient. */
static void run_channel(work *job, const emb__loss_block *b, double channels) {
    const size_t lanes = (size_t)job->k->lanes;
    double slopes[EMB__LANES][MOST_LEVELS] = {{0}};
    const level *above = NULL;
    for (int i = 0; i < job->levels; i++) {
        level *l = &job->level[i];
        if (above) {
            memcpy(l->maps.shift, above->maps.shift, sizeof l->maps.shift);
            job->k->halve(above->y, above->rows, above->columns, l->y);
            job->k->halve(above->x, above->rows, above->columns, l->x);
        }
        measure(job, l, i + 1 == job->levels);
        above = l;
    }
    for (size_t n = 0; n < lanes; n++) b->errors[n] += (1 - index_of(job, n, slopes[n])) / channels;
    if (!b->grad) return;
    for (int i = job->levels - 1; i >= 0; i--) {
        level *l = &job->level[i];
        const double all = channels * (double)l->maps.vectors;
        float by[EMB__LANES], none[EMB__LANES] = {0};
        for (size_t n = 0; n < lanes; n++) {
            by[n] = n < b->count ? (float)(-(double)b->scale * slopes[n][i] / all) : 0;
        }
        memset(l->g, 0, l->rows * l->columns * lanes * sizeof *l->g);
        if (i + 1 < job->levels) job->k->halve_back(l[1].g, l->rows, l->columns, l->g);
        const bool whole = i + 1 == job->levels;
        go_back(job, l, whole ? by : none, whole ? none : by);
    }
}

static void block(const emb__loss_block *b) {
    work job = {.k = b->w->k};
    const emb_net *net = b->net;
    set_sizes(&job, net, b->args);
    lay_out(&job, b->scratch);
    make_taps(&job, b->args[SIGMA]);
    const double range = b->args[RANGE];
    for (int i = 0; i < job.levels; i++) {
        level *l = &job.level[i];
        l->maps.c1 = (float)(0.01 * range * 0.01 * range);
        l->maps.c2 = (float)(0.03 * range * 0.03 * range);
    }
    const size_t size = job.level[0].rows * job.level[0].columns,
                 plane = size * (size_t)job.k->lanes;
    const int channels = net->input.d[0];
    memset(b->errors, 0, (size_t)job.k->lanes * sizeof *b->errors);
    for (int c = 0; c < channels; c++) {
        const size_t at = (size_t)c * plane;
        const float *y = emb__net_output(net, b->w, net->layer_count - 1) + at;
        const float *x = emb__loss_goal(b) + at;
        level *l = &job.level[0];
        l->g = b->grad ? b->grad + at : NULL;
        job.k->lane_means(x, size, l->maps.shift);
        job.k->subtract_lanes(y, l->maps.shift, size, l->y);
        job.k->subtract_lanes(x, l->maps.shift, size, l->x);
        run_channel(&job, b, channels);
    }
}

#define SHARED_ARGS                                                                                \
    [RANGE] = {"data_range", .value = 0, .least = 1e-30, .most = 1e30},                            \
    [WINDOW] = {"window", .value = 11, .least = 3, .most = MOST_WINDOW, .whole = true},            \
    [SIGMA] = {"sigma", .value = 1.5, .least = 0.1, .most = 100}

extern const emb__loss_kind emb__ssim_loss, emb__ms_ssim_loss;
const emb__loss_kind emb__ssim_loss = {
    .name = "SSIM",
    .short_name = "ssim",
    .part = "decoder",
    .args = {SHARED_ARGS},
    .slope = 1,
    .terms = emb__loss_one,
    .needs = needs,
    .scratch = scratch,
    .block = block,
};
const emb__loss_kind emb__ms_ssim_loss = {
    .name = "MS_SSIM",
    .short_name = "ms_ssim",
    .part = "decoder",
    .args = {SHARED_ARGS, [LEVELS] = {"levels", .value = MOST_LEVELS, .least = 2,
                                      .most = MOST_LEVELS, .whole = true}},
    .slope = 1,
    .terms = emb__loss_one,
    .needs = needs,
    .scratch = scratch,
    .block = block,
};
