/* LayerNorm as exporters write it before opset 17: a mean, a mean of squares, a root and a
 * division; then perhaps a weight and a bias. See onnx.h. */
#include "base/status.h"

#ifdef EMB_HAVE_PROTOBUF

#include <string.h>

#include "model/onnx/onnx.h"
#include "net/layers/kinds.h"

enum { MOST = 10 }; /* nodes that are one LayerNorm */

/* What has been found of one. */
typedef struct search {
    emb__onnx_chain *chain;
    size_t nodes[MOST];
    int count;
    int64_t axes[EMB__ONNX_RANK];
    int axis_count;
} search;

static const Emb__Onnx__Node *node_at(const search *s, size_t i) {
    return s->chain->file->model->graph->node[i];
}

static const char *input(const Emb__Onnx__Node *node, size_t i) {
    return i < node->n_input ? emb__onnx_text(node->input[i]) : "";
}

/* What the last node of it makes. */
static const char *made(const search *s) {
    return emb__onnx_text(node_at(s, s->nodes[s->count - 1])->output[0]);
}

/* The next node of it: one that reads `name`, and has this operator. */
static const Emb__Onnx__Node *next(search *s, const char *name, const char *op) {
    const size_t count = s->chain->file->model->graph->n_node;
    for (size_t i = s->nodes[s->count - 1] + 1; i < count && s->count < MOST; i++) {
        const Emb__Onnx__Node *node = node_at(s, i);
        if (s->chain->found[i].taken || node->n_output != 1) continue;
        if (strcmp(emb__onnx_text(node->op_type), op) != 0) continue;
        if (strcmp(input(node, 0), name) != 0 && strcmp(input(node, 1), name) != 0) continue;
        s->nodes[s->count++] = i;
        return node;
    }
    return NULL;
}

/* Whether a tensor is read so often, and by nobody outside. */
static bool is_inner(const search *s, const char *name, int readers) {
    return emb__onnx_readers(s->chain, name) == readers && !emb__onnx_is_output(s->chain, name);
}

/* The input of a node of two that is not `name`. */
static const char *other(const Emb__Onnx__Node *node, const char *name) {
    return input(node, strcmp(input(node, 0), name) == 0);
}

static const emb__onnx_value *constant(const search *s, const char *name) {
    const emb__onnx_value *value = emb__onnx_find(s->chain, name);
    if (!value || value->each) return NULL;
    return value->kind == EMB__ONNX_TENSOR || value->kind == EMB__ONNX_FLOATS ? value : NULL;
}

/* A constant of one number. */
static bool read_number(const search *s, const char *name, float *number) {
    const emb__onnx_value *value = constant(s, name);
    float *numbers = NULL;
    size_t count = 0;
    if (!value || emb__onnx_present(s->chain, value, &count) != EMB_OK || count != 1) return false;
    const bool good = emb__onnx_read(s->chain, value, &numbers, &count) == EMB_OK;
    if (good) *number = numbers[0];
    emb__free(numbers);
    return good;
}

static emb_status read_axes(emb__onnx_chain *chain, const Emb__Onnx__Node *node,
                            int64_t axes[EMB__ONNX_RANK], int *count) {
    const Emb__Onnx__Node *old = chain->node;
    chain->node = node;
    emb_status status = emb__onnx_list(chain, "axes", 1, axes, count);
    if (status == EMB_OK && (*count < 1 || !emb__onnx_int(chain, "keepdims", 1))) {
        status = EMB_ERR_FORMAT;
    }
    chain->node = old;
    return status;
}

/* Whether a node is a mean over the same dimensions as the first. */
static bool is_mean(const search *s, const Emb__Onnx__Node *node) {
    int64_t axes[EMB__ONNX_RANK];
    int count = 0;
    return read_axes(s->chain, node, axes, &count) == EMB_OK && count == s->axis_count &&
           memcmp(axes, s->axes, (size_t)count * sizeof *axes) == 0;
}

/* The mean of the squares of x - mean, `apart`; how often that is read before it is divided. */
static int find_variance(search *s, const char *apart) {
    float two = 0;
    int reads = 1;
    const Emb__Onnx__Node *square = next(s, apart, "Pow");
    if (square) {
        if (strcmp(input(square, 0), apart) != 0) return 0;
        if (!read_number(s, input(square, 1), &two) || two != 2) return 0;
    } else {
        square = next(s, apart, "Mul");
        if (!square || strcmp(input(square, 0), input(square, 1)) != 0) return 0;
        reads = 2;
    }
    const char *squares = made(s);
    const Emb__Onnx__Node *mean = is_inner(s, squares, 1) ? next(s, squares, "ReduceMean") : NULL;
    return mean && is_mean(s, mean) && is_inner(s, made(s), 1) ? reads : 0;
}

/* `apart` divided by the last result, the root. */
static bool find_quotient(search *s, const char *apart) {
    const char *root = made(s);
    const Emb__Onnx__Node *node = next(s, root, "Div");
    if (node) return strcmp(input(node, 0), apart) == 0;
    if (!next(s, root, "Reciprocal")) return false;
    root = made(s);
    node = is_inner(s, root, 1) ? next(s, root, "Mul") : NULL;
    return node && strcmp(other(node, root), apart) == 0;
}

/* The weight or the bias that follows, one for each place; NULL: none. */
static const char *find_constant(search *s, const char *op) {
    const char *result = made(s);
    const int count = s->count;
    const Emb__Onnx__Node *node = is_inner(s, result, 1) ? next(s, result, op) : NULL;
    const emb__onnx_value *value = node ? constant(s, other(node, result)) : NULL;
    bool fits = value && value->rank == s->axis_count;
    for (int i = 0; fits && i < value->rank; i++) fits = value->rank == 1 || value->d[i] != 1;
    if (fits) return value->name;
    s->count = count;
    return NULL;
}

/* Whether the ReduceMean that it has begins one. */
static bool find_norm(search *s, emb__onnx_found *found) {
    const Emb__Onnx__Node *mean = node_at(s, s->nodes[0]);
    const char *x = input(mean, 0), *center = made(s);
    if (read_axes(s->chain, mean, s->axes, &s->axis_count) != EMB_OK) return false;
    const Emb__Onnx__Node *minus = is_inner(s, center, 1) ? next(s, center, "Sub") : NULL;
    if (!minus || strcmp(input(minus, 0), x) != 0) return false;
    const char *apart = made(s);
    const int reads = find_variance(s, apart);
    if (reads == 0 || !is_inner(s, apart, reads + 1)) return false;
    const char *variance = made(s);
    const Emb__Onnx__Node *add = next(s, variance, "Add");
    if (!add || !read_number(s, other(add, variance), &found->numbers[0])) return false;
    if (!is_inner(s, made(s), 1) || !next(s, made(s), "Sqrt")) return false;
    if (!is_inner(s, made(s), 1) || !find_quotient(s, apart)) return false;
    found->kind = &emb__layer_norm;
    found->taken = true;
    found->reads = x;
    found->mean = mean;
    found->weight = find_constant(s, "Mul");
    if (found->weight) found->bias = find_constant(s, "Add");
    return true;
}

void emb__onnx_find_norms(emb__onnx_chain *chain) {
    const Emb__Onnx__Graph *graph = chain->file->model->graph;
    for (size_t i = 0; i < graph->n_node; i++) {
        const Emb__Onnx__Node *node = graph->node[i];
        if (chain->found[i].taken || strcmp(emb__onnx_text(node->op_type), "ReduceMean") != 0 ||
            node->n_output != 1) {
            continue;
        }
        search s = {.chain = chain, .nodes = {i}, .count = 1};
        emb__onnx_found found = {.taken = false};
        if (!find_norm(&s, &found)) continue;
        for (int k = 0; k < s.count; k++) chain->found[s.nodes[k]].taken = true;
        chain->found[s.nodes[s.count - 1]] = found;
    }
}

emb_status emb__onnx_moments(emb__onnx_chain *chain, const emb__onnx_found *found) {
    const int rank = chain->head.rank;
    int64_t axes[EMB__ONNX_RANK];
    int n = 0;
    bool last[EMB__ONNX_RANK + 1] = {false};
    emb_status status = read_axes(chain, found->mean, axes, &n);
    bool good = status == EMB_OK && n <= rank;
    for (int i = 0; good && i < n; i++) {
        const int64_t at = axes[i] < 0 ? axes[i] + 1 + rank : axes[i];
        good = at > rank - n && at <= rank && !last[at];
        if (good) last[at] = true;
    }
    if (good) return emb__onnx_norm_of(chain, n, found);
    return emb__onnx_fail(chain, "put a LayerNorm of the last dimensions, or a GroupNorm, there",
                          "normalizes by dimensions that are not an image's last ones");
}

#endif
