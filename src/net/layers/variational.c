/* Variational: the bottleneck of a variational autoencoder (Kingma and Welling, 2013). The first
 * half of its input's channels, or features, are the means m of the code's numbers, the second half
 * the logarithms l of their variances, as torch.chunk(x, 2, dim=1) cuts them. While it trains, the
 * code is drawn, z = m + exp(l / 2) e with normal numbers e; else it is the mean. In PyTorch:
 *
 *     class Variational(nn.Module):
 *         def forward(self, x):
 *             mean, logvar = x.chunk(2, dim=1)
 *             self.kl = 0.5 * (mean**2 + logvar.exp() - 1 - logvar).flatten(1).sum(1)
 *             if not self.training:
 *                 return mean
 *             return mean + (0.5 * logvar).exp() * torch.randn_like(mean)
 *
 * Its term is the divergence from a standard normal distribution, in nats an image. It is
 * multiplied by beta (Higgins et al., 2017), over the first `warmup` epochs by a factor that rises
 * from 0 to 1 (Bowman et al., 2016; Soenderby et al., 2016), and divided by the numbers of an
 * image, as the reconstruction's loss is. With free_bits, which are nats, each number of the code
 * counts for at least so much: max(free_bits, its divergence's mean over the batch) (Kingma et al.,
 * 2016); a number below that is not pulled. */
#include <string.h>

#include "net/layers/kind_rows.h"

#include "base/translate.h"

enum { BETA, WARMUP, FREE_BITS };
enum { COUNT, DIVERGENCE, SUMS };
enum {
    COUNTED,
    PULLED,
    STATS
}; /* of a number of the code: nats that count, and whether it is
      pulled */

static const emb__arg_kind args[] = {
    {"beta", EMB__REAL, .real = {.least = 0, .most = 1e30, .value = 1}},
    {"warmup", EMB__REAL, .real = {.least = 0, .most = 1e6, .value = 0}},
    {"free_bits", EMB__REAL, .real = {.least = 0, .most = 1e6, .value = 0}},
    {0},
};

static emb_status compile(emb__layer *layer) {
    char got[EMB__SHAPE_TEXT];
    if ((layer->in.rank != 1 && layer->in.rank != 3) || layer->in.d[0] % 2 != 0) {
        return emb__fail(EMB_ERR_SHAPE,
                         layer->in.rank == 3
                             ? E_("expects two numbers for each of the code's, a mean and the "
                                  "logarithm of a variance: an even number of channels, gets %s; "
                                  "for a code of 8 write Linear(..., 2 * 8) before it")
                             : E_("expects two numbers for each of the code's, a mean and the "
                                  "logarithm of a variance: an even number of features, gets %s; "
                                  "for a code of 8 write Linear(..., 2 * 8) before it"),
                         emb__shape_print(&layer->in, got));
    }
    layer->out = layer->in;
    layer->out.d[0] /= 2;
    layer->own_cut = true; /* a channel is made of two */
    /* Then the whole batch decides. */
    if (layer->spec->args[FREE_BITS].real > 0) layer->kind = &emb__variational_free;
    return EMB_OK;
}

/* A member's numbers of the code: [the result, ...), `count` of them. */
static size_t share(const emb__layer *layer, const emb__pass *pass, size_t *from) {
    return emb__member_part(pass->me, emb__shape_count(&layer->out), from) - *from;
}

static void forward(const emb__layer *layer, const emb__pass *pass) {
    const size_t lanes = (size_t)pass->k->lanes, all = emb__shape_count(&layer->out) * lanes;
    size_t from;
    const size_t vectors = share(layer, pass, &from), at = from * lanes;
    if (pass->noise) {
        pass->k->sample(pass->in + at, pass->in + all + at, pass->noise + at, vectors,
                        pass->out + at);
    } else {
        memcpy(pass->out + at, pass->in + at, vectors * lanes * sizeof *pass->out);
    }
}

static size_t plane_of(const emb__layer *layer) {
    return emb__shape_count(&layer->out) / (size_t)layer->out.d[0];
}

static void backward(const emb__layer *layer, const emb__pass *pass) {
    if (!pass->grad_in) return;
    const size_t lanes = (size_t)pass->k->lanes, all = emb__shape_count(&layer->out) * lanes;
    const emb__shape one = {1, {layer->out.d[0]}};
    const emb__share channels = emb__shape_share(&one, pass->me);
    const size_t plane = plane_of(layer);
    const bool free_bits = layer->kind->batch && pass->training;
    for (int c = channels.channel; c < channels.channel_end; c++) {
        const size_t at = (size_t)c * plane * lanes;
        const float by = free_bits ? pass->term * pass->stats[c * STATS + PULLED] : pass->term;
        const emb__normal_code code = {pass->in + at, pass->in + all + at,
                                       pass->noise ? pass->noise + at : NULL};
        pass->k->sample_back(&code, pass->grad_out + at, plane, (int)pass->images, by,
                             pass->grad_in + at, pass->grad_in + all + at);
    }
}

static void single(const emb__layer *layer, const emb__single *pass) {
    const size_t each = (size_t)layer->out.d[0], places = plane_of(layer);
    for (size_t i = 0; i < places; i++) {
        memcpy(pass->out + i * each, pass->in + 2 * i * each, each * sizeof *pass->out);
    }
}

/* ---- the term -------------------------------------------------------------------------------- */

static size_t normals(const emb__layer *layer) { return emb__shape_count(&layer->out); }

static double weight(const emb__layer *layer, double epochs) {
    const double warmup = layer->spec->args[WARMUP].real;
    return layer->spec->args[BETA].real * (epochs < warmup ? epochs / warmup : 1);
}

/* The nats that count. */
static double counted(const emb__layer *layer, const float *stats) {
    double sum = 0;
    for (int c = 0; c < layer->out.d[0]; c++) sum += (double)stats[c * STATS + COUNTED];
    return sum;
}

static void find_term(const emb__layer *layer, const emb__pass *pass, emb__term *terms) {
    const size_t lanes = (size_t)pass->k->lanes, all = emb__shape_count(&layer->out);
    double sums[EMB__LANES];
    pass->k->divergence(pass->in, pass->in + all * lanes, all, sums);
    const bool free_bits = layer->kind->batch && pass->training;
    const double least = free_bits ? counted(layer, pass->stats) : 0;
    for (size_t n = 0; n < lanes; n++) {
        terms[n] = (emb__term){.said = sums[n], .added = free_bits ? least : sums[n]};
    }
}

/* The evidence's lower bound, in nats an image, and its two parts. The reconstruction's loss is
 * that of a normal distribution of variance 1/2 (MSELoss) without its constant, or of Bernoulli
 * distributions (BCELoss). */
static void measure(double numbers, double reconstruction, double term, double *values) {
    values[0] = -(numbers * reconstruction + term);
    values[1] = numbers * reconstruction;
    values[2] = term;
}

static const emb__bottleneck bottleneck = {
    .measures = {"elbo", "reconstruction", "kl"},
    .has_prior = true,
    .by_numbers = true,
    .normals = normals,
    .weight = weight,
    .find_term = find_term,
    .measure = measure,
};

/* ---- free bits ------------------------------------------------------------------------------- */

static void look(const emb__layer *layer, const emb__pass *pass, int channel, double *sums,
                 size_t stride) {
    const size_t lanes = (size_t)pass->k->lanes, plane = plane_of(layer);
    const size_t at = (size_t)channel * plane * lanes, all = emb__shape_count(&layer->out) * lanes;
    double each[EMB__LANES];
    pass->k->divergence(pass->in + at, pass->in + all + at, plane, each);
    for (size_t half = 0; half < lanes / 8; half++) {
        double sum = 0, count = 0;
        for (size_t n = 8 * half; n < 8 * half + 8 && n < pass->images; n++) {
            sum += each[n];
            count++;
        }
        sums[half * stride + COUNT] = count;
        sums[half * stride + DIVERGENCE] = sum;
    }
}

static void merge(double *a, const double *b) {
    for (int i = 0; i < SUMS; i++) a[i] += b[i];
}

static void settle_batch(const emb__layer *layer, const emb__pass *pass, int channel,
                         const double *sums, float *buffers) {
    const double free_bits = layer->spec->args[FREE_BITS].real;
    const double mean = sums[DIVERGENCE] / sums[COUNT];
    float *stats = pass->stats + (size_t)channel * STATS;
    (void)buffers;
    stats[COUNTED] = (float)(mean > free_bits ? mean : free_bits);
    stats[PULLED] = mean > free_bits ? 1 : 0;
}

static int channels(const emb__layer *layer) { return layer->out.d[0]; }

static const emb__batch_kind batch = {
    .least = 1,
    .sums = SUMS,
    .stats = STATS,
    .forward_stats = STATS,
    .channels = channels,
    .look = look,
    .merge = merge,
    .settle = settle_batch,
};

#define ROW                                                                                        \
    .name = "Variational", .family = EMB_LAYER_BOTTLENECK, .args = args, .compile = compile,       \
    .forward = forward, .backward = backward, .single = single, .first_half = true,                \
    .bottleneck = &bottleneck

const emb__layer_kind emb__variational = {ROW};
const emb__layer_kind emb__variational_free = {ROW, .batch = &batch};
