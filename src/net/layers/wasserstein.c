/* Wasserstein: the bottleneck of a Wasserstein autoencoder (Tolstikhin, Bousquet, Gelly and
 * Schoelkopf, 2018). The code z is its input; while it trains, the maximum mean discrepancy between
 * the batch's codes and as many numbers p of a standard normal distribution is added to the loss,
 * times `weight` and divided by the numbers of an image, of which the reconstruction's loss is the
 * mean. Unbiased, over the n images of a batch:
 *
 *     sum over i != j of (k(z_i, z_j) + k(p_i, p_j)) / (n (n - 1)) - 2 sum of k(z_i, p_j) / n^2
 *
 * with the inverse multiquadratics k(a, b) = sum over s of C / (C + |a - b|^2), C = 2 L s, of codes
 * of L numbers, s = 0.1, 0.2, 0.5, 1, 2, 5, 10. */
#include <string.h>

#include "base/status.h"
#include "net/layers/kind_rows.h"

enum { WEIGHT };
enum { SCALES = 7, JUDGED = 1000 };

static const double scales[SCALES] = {0.1, 0.2, 0.5, 1, 2, 5, 10};

static const emb__arg_kind args[] = {
    {"weight", EMB__REAL, .real = {.least = 0, .most = 1e30, .value = 10}},
    {0},
};

static emb_status compile(emb__layer *layer) {
    char got[EMB__SHAPE_TEXT];
    layer->out = layer->in;
    layer->own_cut = true;
    if (layer->in.rank == 1 || layer->in.rank == 3) return EMB_OK;
    return emb__fail(EMB_ERR_SHAPE, "expects features or channels (CxHxW), gets %s",
                     emb__shape_print(&layer->in, got));
}

static size_t length_of(const emb__layer *layer) { return emb__shape_count(&layer->in); }

static void forward(const emb__layer *layer, const emb__pass *pass) {
    const size_t lanes = (size_t)pass->k->lanes;
    size_t from;
    const size_t to = emb__member_part(pass->me, length_of(layer), &from);
    memcpy(pass->out + from * lanes, pass->in + from * lanes,
           (to - from) * lanes * sizeof *pass->out);
}

static void single(const emb__layer *layer, const emb__single *pass) {
    memcpy(pass->out, pass->in, length_of(layer) * sizeof *pass->out);
}

/* ---- the kernel ------------------------------------------------------------------------------ */

static double kernel(double distance, size_t length) {
    double sum = 0;
    for (int s = 0; s < SCALES; s++) {
        const double c = 2 * (double)length * scales[s];
        sum += c / (c + distance);
    }
    return sum;
}

/* Its derivative by the squared distance. */
static double slope_of(double distance, size_t length) {
    double sum = 0;
    for (int s = 0; s < SCALES; s++) {
        const double c = 2 * (double)length * scales[s], below = c + distance;
        sum -= c / (below * below);
    }
    return sum;
}

/* distances[lane] of numbers [length][lanes] to a code. */
static void find_distances(const float *x, size_t lanes, const float *code, size_t length,
                           double *distances) {
    for (size_t n = 0; n < lanes; n++) distances[n] = 0;
    for (size_t i = 0; i < length; i++) {
        for (size_t n = 0; n < lanes; n++) {
            const double apart = (double)x[i * lanes + n] - (double)code[i];
            distances[n] += apart * apart;
        }
    }
}

/* sums[lane] = the sum of the kernel over the codes of all rows, at `at` in each. */
static void sum_kernel(const emb__pass *pass, const float *x, size_t length, size_t at,
                       double *sums) {
    const size_t lanes = (size_t)pass->k->lanes;
    double distances[EMB__LANES];
    for (size_t n = 0; n < lanes; n++) sums[n] = 0;
    for (size_t j = 0; j < pass->row_images; j++) {
        find_distances(x, lanes, pass->rows + j * 2 * length + at, length, distances);
        for (size_t n = 0; n < lanes; n++) sums[n] += kernel(distances[n], length);
    }
}

/* Of an image, so that their mean is the whole: all three sums with its own code or number. */
static double part_of(double codes, double numbers, double both, size_t images) {
    const double n = (double)images, self = 2 * SCALES;
    return (codes + numbers - self) / (n - 1) - 2 * both / n;
}

/* ---- the term -------------------------------------------------------------------------------- */

static size_t row_count(const emb__layer *layer) { return 2 * length_of(layer); }

/* The code, then the numbers that were drawn. */
static void keep(const emb__layer *layer, const emb__pass *pass, size_t lane, float *row) {
    const size_t lanes = (size_t)pass->k->lanes, length = length_of(layer);
    for (size_t i = 0; i < length; i++) {
        row[i] = pass->in[i * lanes + lane];
        row[length + i] = pass->noise ? pass->noise[i * lanes + lane] : 0;
    }
}

static double weight(const emb__layer *layer, double epochs) {
    (void)epochs;
    return layer->spec->args[WEIGHT].real;
}

static void find_term(const emb__layer *layer, const emb__pass *pass, emb__term *terms) {
    const size_t lanes = (size_t)pass->k->lanes, length = length_of(layer);
    double codes[EMB__LANES], numbers[EMB__LANES], both[EMB__LANES];
    for (size_t n = 0; n < lanes; n++) terms[n] = (emb__term){.said = 0};
    if (!pass->training || !pass->noise) return;
    sum_kernel(pass, pass->in, length, 0, codes);
    sum_kernel(pass, pass->noise, length, length, numbers);
    sum_kernel(pass, pass->in, length, length, both);
    for (size_t n = 0; n < lanes; n++) {
        terms[n].said = part_of(codes[n], numbers[n], both[n], pass->row_images);
        terms[n].added = terms[n].said;
    }
}

static void judge(const emb__layer *layer, const emb__row_list *rows, emb__term *whole) {
    const size_t length = length_of(layer), images = rows->images;
    double sums[3] = {0, 0, 0};
    if (images < 2) return;
    for (size_t i = 0; i < images; i++) {
        for (size_t j = 0; j < images; j++) {
            const float *a = rows->first + i * rows->apart, *b = rows->first + j * rows->apart;
            double distances[3];
            find_distances(a, 1, b, length, &distances[0]);
            find_distances(a + length, 1, b + length, length, &distances[1]);
            find_distances(a, 1, b + length, length, &distances[2]);
            for (int k = 0; k < 3; k++) sums[k] += kernel(distances[k], length);
        }
    }
    const double n = (double)images;
    whole->said = whole->added = part_of(sums[0] / n, sums[1] / n, sums[2] / n, images);
}

static void measure(double numbers, double reconstruction, double term, double *values) {
    (void)numbers;
    values[0] = reconstruction;
    values[1] = term;
}

/* Adds the slope of a sum of kernels over all rows, times `by`, to slopes[length][lanes]. */
static void add_slopes(const emb__layer *layer, const emb__pass *pass, size_t at, double by,
                       size_t from, size_t to, double *slopes) {
    const size_t lanes = (size_t)pass->k->lanes, length = length_of(layer);
    double distances[EMB__LANES];
    for (size_t j = 0; j < pass->row_images; j++) {
        const float *code = pass->rows + j * 2 * length + at;
        find_distances(pass->in, lanes, code, length, distances);
        for (size_t n = 0; n < lanes; n++) {
            distances[n] = n < pass->images ? 2 * by * slope_of(distances[n], length) : 0;
        }
        for (size_t i = from; i < to; i++) {
            for (size_t n = 0; n < lanes; n++) {
                const double apart = (double)pass->in[i * lanes + n] - (double)code[i];
                slopes[i * lanes + n] += distances[n] * apart;
            }
        }
    }
}

/* Room for doubles. */
static size_t scratch(const emb__layer *layer) { return 2 * length_of(layer); }

static void backward(const emb__layer *layer, const emb__pass *pass) {
    if (!pass->grad_in) return;
    const size_t lanes = (size_t)pass->k->lanes;
    double *slopes = (double *)(void *)pass->scratch;
    size_t from;
    const size_t to = emb__member_part(pass->me, length_of(layer), &from);
    for (size_t i = from * lanes; i < to * lanes; i++) slopes[i] = (double)pass->grad_out[i];
    const double n = (double)pass->row_images, term = (double)pass->term;
    if (pass->training && pass->noise && from < to) {
        add_slopes(layer, pass, 0, 2 * term / (n - 1), from, to, slopes);
        add_slopes(layer, pass, length_of(layer), -2 * term / n, from, to, slopes);
    }
    for (size_t i = from * lanes; i < to * lanes; i++) pass->grad_in[i] = (float)slopes[i];
}

static void settle(const emb__layer *layer, const emb__pass *pass, int channel, const double *sums,
                   float *buffers) {
    (void)layer;
    (void)pass;
    (void)channel;
    (void)sums;
    (void)buffers;
}

static int channels(const emb__layer *layer) {
    (void)layer;
    return 0;
}

static const emb__bottleneck bottleneck = {
    .measures = {"reconstruction", "mmd"},
    .has_prior = true,
    .by_numbers = true,
    .normals = length_of,
    .weight = weight,
    .find_term = find_term,
    .row_count = row_count,
    .keep = keep,
    .judge = judge,
    .most_judged = JUDGED,
    .measure = measure,
};

static const emb__batch_kind batch = {
    .least = 2,
    .channels = channels,
    .row_count = row_count,
    .keep = keep,
    .settle = settle,
};

const emb__layer_kind emb__wasserstein = {
    .name = "Wasserstein",
    .family = EMB_LAYER_BOTTLENECK,
    .args = args,
    .compile = compile,
    .forward = forward,
    .backward = backward,
    .back_in_place = true,
    .single = single,
    .scratch = scratch,
    .range = emb__range_kept,
    .passes = true,
    .batch = &batch,
    .bottleneck = &bottleneck,
};
