/* Containers, and what runs at their end: Sequential is nothing but its modules; Residual adds a
 * body's output and its input, or a shortcut's output; Parallel lays the outputs of its branches
 * side by side, as channels or features. In PyTorch:
 *
 *     class Residual(nn.Module):
 *         def __init__(self, body, shortcut=None):
 *             super().__init__()
 *             self.body, self.shortcut = body, shortcut or nn.Identity()
 *         def forward(self, x):
 *             return self.body(x) + self.shortcut(x)
 *
 *     class Parallel(nn.Sequential):
 *         def forward(self, x):
 *             return torch.cat([branch(x) for branch in self], dim=1)
 */
#include <string.h>

#include "net/layers/kind_rows.h"

static const emb__arg_kind no_args[] = {{0}};

static emb_status compile_sum(emb__layer *layer) {
    char first[EMB__SHAPE_TEXT], second[EMB__SHAPE_TEXT];
    const emb__shape *a = &layer->ins[0], *b = &layer->ins[1];
    layer->out = layer->in;
    if (a->rank == b->rank && memcmp(a->d, b->d, sizeof a->d) == 0) return EMB_OK;
    return emb__fail(EMB_ERR_SHAPE,
                     "adds two outputs of one shape; the body's is %s, the shortcut's (or the "
                     "input) %s",
                     emb__shape_print(a, first), emb__shape_print(b, second));
}

/* Calls `run` on each stretch of a member's share of a shape: `at` vectors from the beginning,
 * `count` vectors. */
typedef void stretch_fn(const emb__layer *layer, const emb__pass *pass, size_t at, size_t count);

static void for_share(const emb__layer *layer, const emb__pass *pass, stretch_fn *run) {
    const emb__shape *shape = &layer->out;
    const emb__share share = emb__shape_share(shape, pass->me);
    const size_t all = emb__shape_count(shape), plane = all / (size_t)shape->d[0];
    const size_t row = shape->rank == 3 ? (size_t)shape->d[2] : plane;
    const size_t rows = (size_t)(share.row_end - share.row) * row;
    for (int c = share.channel; c < share.channel_end && rows > 0; c++) {
        run(layer, pass, (size_t)c * plane + (size_t)share.row * row, rows);
    }
}

static void sum_stretch(const emb__layer *layer, const emb__pass *pass, size_t at, size_t count) {
    (void)layer;
    const size_t lanes = (size_t)pass->k->lanes;
    pass->k->sum(pass->ins[0] + at * lanes, pass->ins[1] + at * lanes, pass->out + at * lanes,
                 count);
}

static void sum(const emb__layer *layer, const emb__pass *pass) {
    for_share(layer, pass, sum_stretch);
}

static void copy(float *to, const float *from, size_t floats) {
    if (to && to != from) memcpy(to, from, floats * sizeof *to);
}

/* Both inputs get the output's gradient. */
static void sum_back_stretch(const emb__layer *layer, const emb__pass *pass, size_t at,
                             size_t count) {
    const size_t lanes = (size_t)pass->k->lanes;
    for (int i = 0; i < layer->input_count; i++) {
        if (pass->grad_ins[i]) {
            copy(pass->grad_ins[i] + at * lanes, pass->grad_out + at * lanes, count * lanes);
        }
    }
}

static void sum_back(const emb__layer *layer, const emb__pass *pass) {
    for_share(layer, pass, sum_back_stretch);
}

static emb_status compile_branches(emb__layer *layer) {
    layer->out = layer->in;
    layer->out.d[0] = 0;
    layer->own_cut = true; /* channels of a branch are other ones of the output */
    int64_t channels = 0;
    for (int i = 0; i < layer->input_count; i++) {
        const emb__shape *in = &layer->ins[i];
        char first[EMB__SHAPE_TEXT], other[EMB__SHAPE_TEXT];
        if (in->rank != layer->in.rank ||
            memcmp(in->d + 1, layer->in.d + 1, sizeof in->d - sizeof in->d[0]) != 0) {
            return emb__fail(EMB_ERR_SHAPE,
                             "lays outputs side by side that differ in their first dimension "
                             "alone; its branch 0 gives %s, its branch %d %s",
                             emb__shape_print(&layer->in, first), i, emb__shape_print(in, other));
        }
        channels += in->d[0];
    }
    if (channels > EMB__MAX_ELEMENTS) {
        return emb__fail(EMB_ERR_SHAPE, "expects at most %d numbers an image, gets more",
                         EMB__MAX_ELEMENTS);
    }
    layer->out.d[0] = (int)channels;
    return EMB_OK;
}

/* The input that holds a stretch of the output, and the stretch's place in it. */
static int input_at(const emb__layer *layer, size_t *at) {
    int i = 0;
    while (*at >= emb__shape_count(&layer->ins[i])) *at -= emb__shape_count(&layer->ins[i++]);
    return i;
}

static void branch_stretch(const emb__layer *layer, const emb__pass *pass, size_t at,
                           size_t count) {
    const size_t lanes = (size_t)pass->k->lanes;
    float *to = pass->out + at * lanes;
    const int i = input_at(layer, &at);
    copy(to, pass->ins[i] + at * lanes, count * lanes);
}

static void branches(const emb__layer *layer, const emb__pass *pass) {
    for_share(layer, pass, branch_stretch);
}

static void branch_back_stretch(const emb__layer *layer, const emb__pass *pass, size_t at,
                                size_t count) {
    const size_t lanes = (size_t)pass->k->lanes;
    const float *from = pass->grad_out + at * lanes;
    const int i = input_at(layer, &at);
    if (pass->grad_ins[i]) copy(pass->grad_ins[i] + at * lanes, from, count * lanes);
}

static void branches_back(const emb__layer *layer, const emb__pass *pass) {
    for_share(layer, pass, branch_back_stretch);
}

/* Of two that are added: both may be at their limits. */
static void sum_range(const emb__layer *layer, double *low, double *high) {
    (void)layer;
    *low *= 2;
    *high *= 2;
}

const emb__layer_kind emb__sequential = {
    .name = "Sequential", .family = EMB_LAYER_RESHAPE, .args = no_args, .is_container = true};

const emb__layer_kind emb__residual = {.name = "Residual",
                                       .family = EMB_LAYER_JOIN,
                                       .args = no_args,
                                       .is_container = true,
                                       .children = (const char *const[]){"body", "shortcut", NULL},
                                       .joins = true,
                                       .passes_on = true,
                                       .compile = compile_sum,
                                       .forward = sum,
                                       .backward = sum_back,
                                       .range = sum_range};

const emb__layer_kind emb__parallel = {.name = "Parallel",
                                       .family = EMB_LAYER_JOIN,
                                       .args = no_args,
                                       .is_container = true,
                                       .joins = true,
                                       .compile = compile_branches,
                                       .forward = branches,
                                       .backward = branches_back,
                                       .range = emb__range_kept};
