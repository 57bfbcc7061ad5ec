/* VectorQuantizer: the bottleneck of a vector-quantised autoencoder (van den Oord, Vinyals and
 * Kavukcuoglu, 2017). Each place of its input takes the nearest of K entries of a codebook. In
 * PyTorch:
 *
 *     class VectorQuantizer(nn.Module):
 *         def __init__(self, num_embeddings, embedding_dim, commitment=0.25, decay=0.99,
 *                      epsilon=1e-5, restart=1.0):
 *             super().__init__()
 *             bound = 1 / num_embeddings
 *             self.register_buffer(
 *                 "embedding", torch.empty(num_embeddings, embedding_dim).uniform_(-bound, bound))
 *             self.register_buffer("cluster_size", torch.ones(num_embeddings))
 *             self.register_buffer("embed_avg", self.embedding.clone())
 *             ...
 *         def forward(self, x):                                  # [N, D, H, W]
 *             z = x.movedim(1, -1)
 *             rows = z.reshape(-1, z.shape[-1])
 *             index = ((rows[:, None] - self.embedding) ** 2).sum(-1).argmin(1)
 *             e = self.embedding[index].view(z.shape)
 *             self.term = self.commitment * F.mse_loss(z, e)
 *             if self.training:
 *                 self.update(rows.detach(), index)
 *             return (z + (e - z).detach()).movedim(-1, 1)
 *
 * The gradient by e is handed on to z, and the term, the commitment, is added to an image's loss.
 * No gradient moves the entries: each is the moving average of what it was the nearest of
 * (appendix A.1 of the same), with Laplace smoothing of the sizes:
 *
 *     N = decay N + (1 - decay) n,  m = decay m + (1 - decay) sum of x,
 *     e = m / ((N + epsilon) / (sum of N + K epsilon) (sum of N)).
 *
 * A batch is quantised by the entries as they were before it. */
#include <string.h>

#include "kernels/math.h"
#include "net/layers/kind_rows.h"

enum { ENTRIES, DIM, COMMITMENT, DECAY, EPSILON };
enum { EMBEDDING, SIZE, AVERAGE };
enum { MOST_ENTRIES = 1 << 16 };

static const emb__arg_kind args[] = {
    {"num_embeddings", EMB__INT, .required = true, .least = 2, .most = MOST_ENTRIES},
    {"embedding_dim", EMB__INT, .required = true, .least = 1, .most = EMB__MAX_ELEMENTS},
    {"commitment", EMB__REAL, .real = {.least = 0, .most = 1e30, .value = 0.25}},
    {"decay", EMB__REAL, .real = {.least = 0, .most = 1, .value = 0.99}},
    {"epsilon", EMB__REAL, .real = {.least = 1e-30, .most = 1, .value = 1e-5}},
    {0},
};

static int entries_of(const emb__layer *layer) { return layer->spec->args[ENTRIES].v[0]; }
static int dim_of(const emb__layer *layer) { return layer->spec->args[DIM].v[0]; }

static size_t places_of(const emb__layer *layer) {
    return emb__shape_count(&layer->in) / (size_t)dim_of(layer);
}

/* What one image alone reads: see the kernel. */
static size_t packed_count(const emb__layer *layer) {
    const size_t groups = ((size_t)entries_of(layer) + EMB__LANES - 1) / EMB__LANES;
    return groups * EMB__LANES * (size_t)dim_of(layer);
}

static emb_status compile(emb__layer *layer) {
    char got[EMB__SHAPE_TEXT];
    const int entries = entries_of(layer), dim = dim_of(layer);
    if ((layer->in.rank != 1 && layer->in.rank != 3) || layer->in.d[0] != dim) {
        return emb__fail(EMB_ERR_SHAPE,
                         "expects places of embedding_dim=%d numbers, as channels (%dxHxW) or as "
                         "features (%d), gets %s",
                         dim, dim, dim, emb__shape_print(&layer->in, got));
    }
    const size_t count = (size_t)entries * (size_t)dim;
    layer->out = layer->in;
    layer->params[EMBEDDING] =
        (emb__param){.role = "embedding", .rank = 2, .d = {entries, dim}, .count = count};
    layer->params[SIZE] = (emb__param){.role = "cluster_size",
                                       .rank = 1,
                                       .d = {entries},
                                       .count = (size_t)entries,
                                       .is_variance = true,
                                       .is_constant = true,
                                       .initial = 1};
    layer->params[AVERAGE] = (emb__param){.role = "embed_avg",
                                          .rank = 2,
                                          .d = {entries, dim},
                                          .count = count,
                                          .is_constant = true,
                                          .is_copy = true};
    layer->param_count = AVERAGE + 1;
    for (int i = 0; i < layer->param_count; i++) layer->params[i].is_buffer = true;
    layer->fan_in = (size_t)entries * (size_t)entries; /* the bound is 1 over its root */
    layer->kept_count = places_of(layer);              /* the entries' numbers */
    layer->packed_count = packed_count(layer);
    layer->multiply_adds = emb__shape_count(&layer->in) * (size_t)entries;
    layer->own_cut = true; /* members share places */
    return EMB_OK;
}

/* ---- passes ---------------------------------------------------------------------------------- */

static const float *tensor_of(const emb__layer *layer, const float *params, int which) {
    return params + layer->params[which].at;
}

/* The entries that a pass chooses from: before a batch has changed them. */
static const float *codebook(const emb__layer *layer, const emb__pass *pass) {
    return pass->training ? pass->stats : tensor_of(layer, pass->params, EMBEDDING);
}

static void choose(const emb__layer *layer, const emb__pass *pass, const float *entries) {
    size_t from;
    const size_t places = places_of(layer), to = emb__member_part(pass->me, places, &from);
    pass->k->nearest(pass->in, places, from, to, entries, entries_of(layer), dim_of(layer),
                     pass->kept);
}

/* In a training step, before the whole batch is looked at. */
static void prepare(const emb__layer *layer, const emb__pass *pass) {
    choose(layer, pass, tensor_of(layer, pass->params, EMBEDDING));
}

static void forward(const emb__layer *layer, const emb__pass *pass) {
    const size_t lanes = (size_t)pass->k->lanes, places = places_of(layer);
    const size_t dim = (size_t)dim_of(layer);
    const float *entries = codebook(layer, pass);
    size_t from;
    const size_t to = emb__member_part(pass->me, places, &from);
    if (!pass->training) choose(layer, pass, entries);
    for (size_t i = from * lanes; i < to * lanes; i++) {
        const float *e = entries + (size_t)pass->kept[i] * dim;
        for (size_t d = 0; d < dim; d++) pass->out[d * places * lanes + i] = e[d];
    }
}

/* The gradient by an entry, and the commitment's: 2 (z - e) / numbers. */
static void backward(const emb__layer *layer, const emb__pass *pass) {
    if (!pass->grad_in) return;
    const size_t lanes = (size_t)pass->k->lanes, count = emb__shape_count(&layer->in);
    const float by = (float)(2 * (double)pass->term / (double)count);
    size_t from;
    const size_t to = emb__member_part(pass->me, count, &from);
    for (size_t i = from * lanes; i < to * lanes; i += lanes) {
        for (size_t n = 0; n < lanes; n++) {
            const float moved = by * (pass->in[i + n] - pass->out[i + n]);
            pass->grad_in[i + n] = n < pass->images ? pass->grad_out[i + n] + moved : 0;
        }
    }
}

static void single(const emb__layer *layer, const emb__single *pass) {
    pass->k->single_nearest(pass->in, places_of(layer), pass->packed, entries_of(layer),
                            dim_of(layer), pass->out);
}

static void pack(const emb__layer *layer, const float *params, float *packed) {
    const float *entries = tensor_of(layer, params, EMBEDDING);
    const size_t dim = (size_t)dim_of(layer), count = packed_count(layer);
    for (size_t i = 0; i < count; i++) packed[i] = INFINITY;
    for (size_t k = 0; k < (size_t)entries_of(layer); k++) {
        float *to = packed + k / EMB__LANES * dim * EMB__LANES + k % EMB__LANES;
        for (size_t d = 0; d < dim; d++) to[d * EMB__LANES] = entries[k * dim + d];
    }
}

/* ---- the codebook's averages ----------------------------------------------------------------- */

/* Channels of the whole batch, with a sum and a number each: first those that count how many places
 * took an entry, [K], then those that add up what these places held, [K][D]. The numbers are the
 * entries that the batch is quantised by. */
static int channels(const emb__layer *layer) { return entries_of(layer) * (1 + dim_of(layer)); }

static void look_all(const emb__layer *layer, const emb__pass *pass, size_t from, size_t to,
                     double *sums, size_t stride) {
    const size_t lanes = (size_t)pass->k->lanes, places = places_of(layer);
    const size_t entries = (size_t)entries_of(layer), dim = (size_t)dim_of(layer);
    for (size_t half = 0; half < lanes / 8; half++) {
        for (size_t c = from; c < to; c++) sums[half * stride + c] = 0;
    }
    for (size_t i = 0; i < places * lanes; i++) {
        const size_t lane = i % lanes, k = (size_t)pass->kept[i], first = entries + k * dim;
        double *own = sums + lane / 8 * stride;
        if (lane >= pass->images) continue;
        if (k >= from && k < to) own[k]++;
        for (size_t d = 0; d < dim; d++) {
            if (first + d < from || first + d >= to) continue;
            own[first + d] += (double)pass->in[d * places * lanes + i];
        }
    }
}

static void merge(double *a, const double *b) { *a += *b; }

static void settle_batch(const emb__layer *layer, const emb__pass *pass, int channel,
                         const double *sums, float *buffers) {
    const int entries = entries_of(layer), i = channel - entries;
    const double decay = layer->spec->args[DECAY].real;
    if (i >= 0) pass->stats[i] = tensor_of(layer, pass->params, EMBEDDING)[i];
    if (!buffers) return;
    float *average = buffers + (i < 0 ? layer->params[SIZE].at + (size_t)channel
                                      : layer->params[AVERAGE].at + (size_t)i);
    *average = (float)(decay * (double)*average + (1 - decay) * *sums);
}

static void finish(const emb__layer *layer, float *buffers) {
    const size_t entries = (size_t)entries_of(layer), dim = (size_t)dim_of(layer);
    const double epsilon = layer->spec->args[EPSILON].real;
    const float *sizes = tensor_of(layer, buffers, SIZE);
    const float *averages = tensor_of(layer, buffers, AVERAGE);
    float *embedding = buffers + layer->params[EMBEDDING].at;
    double all = 0;
    for (size_t k = 0; k < entries; k++) all += (double)sizes[k];
    const double smooth = all / (all + (double)entries * epsilon);
    for (size_t k = 0; k < entries && all > 0; k++) {
        const double size = ((double)sizes[k] + epsilon) * smooth;
        for (size_t d = 0; d < dim; d++) {
            embedding[k * dim + d] = (float)((double)averages[k * dim + d] / size);
        }
    }
}

static const emb__batch_kind batch = {
    .least = 1,
    .sums = 1,
    .channels = channels,
    .stats = 1,
    .forward_stats = 1,
    .counts_nothing = true,
    .prepare = prepare,
    .look_all = look_all,
    .merge = merge,
    .settle = settle_batch,
    .finish = finish,
};

/* ---- the term -------------------------------------------------------------------------------- */

static double weight(const emb__layer *layer, double epochs) {
    (void)epochs;
    return layer->spec->args[COMMITMENT].real;
}

static void find_term(const emb__layer *layer, const emb__pass *pass, emb__term *terms) {
    const size_t count = emb__shape_count(&layer->in);
    double sums[EMB__LANES];
    pass->k->squared_error(pass->in, pass->out, count, pass->k->lanes, 0, NULL, sums);
    for (int n = 0; n < pass->k->lanes; n++) {
        const double mean = sums[n] / (double)count;
        terms[n] = (emb__term){.said = weight(layer, 0) * mean, .added = mean};
    }
}

static void count_uses(const emb__layer *layer, const emb__pass *pass, size_t images,
                       uint64_t *uses) {
    const size_t lanes = (size_t)pass->k->lanes, places = places_of(layer);
    for (size_t i = 0; i < places * lanes; i++) {
        if (i % lanes < images) uses[(size_t)pass->kept[i]]++;
    }
}

static void measure(double numbers, double reconstruction, double term, double *values) {
    (void)numbers;
    values[0] = reconstruction;
    values[1] = term;
}

/* The perplexity of how often entries are used, e to the power of the entropy, and how many are
 * not. Of a training these are averages over its last batches, and an entry counts as unused that
 * was taken less than once in 1 / (1 - decay) of them. */
static void measure_uses(const emb__layer *layer, const float *params, const uint64_t *uses,
                         double *values) {
    const float *sizes = tensor_of(layer, params, SIZE);
    const double least = uses ? 1 : 1 - layer->spec->args[DECAY].real;
    double all = 0, entropy = 0, unused = 0;
    for (int k = 0; k < entries_of(layer); k++) all += uses ? (double)uses[k] : (double)sizes[k];
    for (int k = 0; k < entries_of(layer); k++) {
        const double used = uses ? (double)uses[k] : (double)sizes[k];
        if (used > 0) entropy -= used / all * emb__log(used / all);
        if (used < least) unused++;
    }
    values[2] = emb__exp(entropy);
    values[3] = unused;
}

static const emb__bottleneck bottleneck = {
    .measures = {"reconstruction", "commitment", "perplexity", "unused"},
    .weight = weight,
    .find_term = find_term,
    .measure = measure,
    .entries = entries_of,
    .count_uses = count_uses,
    .measure_uses = measure_uses,
};

const emb__layer_kind emb__vector_quantizer = {
    .name = "VectorQuantizer",
    .family = EMB_LAYER_BOTTLENECK,
    .args = args,
    .keeps_output = true,
    .compile = compile,
    .forward = forward,
    .backward = backward,
    .single = single,
    .pack = pack,
    .batch = &batch,
    .bottleneck = &bottleneck,
};
