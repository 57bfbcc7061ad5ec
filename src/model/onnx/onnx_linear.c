/* ONNX's Gemm and MatMul as Linear, and the bias of whatever has one. See onnx.h. */
#include "base/status.h"

#ifdef EMB_HAVE_PROTOBUF

#include <string.h>

#include "model/onnx/onnx.h"
#include "net/layers/kinds.h"

/* Whether a bias has `count` numbers, the same for every image, or one for all. */
static bool is_bias(const emb__onnx_value *value, size_t numbers, size_t count) {
    return numbers == 1 || (value->rank >= 1 && value->rank <= EMB__ONNX_RANK && numbers == count &&
                            (size_t)value->d[value->rank - 1] == count);
}

emb_status emb__onnx_take_bias(emb__onnx_chain *chain, emb__onnx_layer *layer, size_t i,
                               float scale) {
    const size_t outputs = (size_t)layer->out;
    const emb__onnx_value *value = emb__onnx_constant(chain, i);
    size_t count = 0;
    float *read = NULL;
    emb_status status = value ? emb__onnx_present(chain, value, &count) : emb__last_status();
    if (status == EMB_OK && !is_bias(value, count, outputs)) {
        status = emb__onnx_fail(chain, EMB__ONNX_CHECK,
                                "its bias is not %zu numbers, the same for every image", outputs);
    }
    if (status == EMB_OK) status = emb__onnx_read(chain, value, &read, &count);
    float *bias = status == EMB_OK ? emb__calloc(outputs, sizeof *bias) : NULL;
    if (status == EMB_OK && !bias) status = EMB_ERR_MEMORY;
    for (size_t k = 0; status == EMB_OK && k < outputs; k++) {
        bias[k] = read[count == 1 ? 0 : k] * scale;
    }
    emb__free(read);
    layer->weights[1] = bias;
    layer->counts[1] = bias ? outputs : 0;
    return status;
}

/* The Linear's weights [N, K], as in PyTorch, from [K, N] or, if `turned`, [N, K], in the order in
 * which the inputs lie. */
static emb_status linear_weights(emb__onnx_chain *chain, const emb__onnx_value *value, bool turned,
                                 float scale, size_t in, size_t out, float **made) {
    float *read = NULL;
    size_t count = 0;
    const bool ordered = emb__onnx_ordered(chain);
    emb_status status = emb__onnx_read(chain, value, &read, &count);
    float *weight = *made = status == EMB_OK ? emb__calloc(count, sizeof *weight) : NULL;
    if (status == EMB_OK && !weight) status = EMB_ERR_MEMORY;
    for (size_t k = 0; weight && k < in; k++) {
        const size_t column = ordered ? k : emb__onnx_where(chain, k);
        for (size_t o = 0; o < out; o++) {
            weight[o * in + column] = read[turned ? o * in + k : k * out + o] * scale;
        }
    }
    emb__free(read);
    return status;
}

/* Adds a Linear with the weights of input 1 and, unless `bias` is 0, the bias of input 2 times
 * `bias`. */
static emb_status apply_linear(emb__onnx_chain *chain, bool turned, float scale, float bias) {
    const emb__onnx_value *value = emb__onnx_constant(chain, 1);
    emb__onnx_value *head = &chain->head;
    if (!value) return emb__last_status();
    if (value->rank != 2) {
        return emb__onnx_fail(chain, "write it with a matrix of weights",
                              "multiplies by %d dimensions; expected 2", value->rank);
    }
    emb_status status = emb__onnx_need_vector(chain);
    if (status != EMB_OK) return status;
    const int64_t in = value->d[turned ? 1 : 0], out = value->d[turned ? 0 : 1];
    if (in < 1 || in != head->d[head->rank - 1] || out < 1 || out > EMB__MAX_SIZE) {
        return emb__onnx_fail(chain, EMB__ONNX_CHECK, "its weights take %lld numbers, and get %lld",
                              (long long)in, (long long)head->d[head->rank - 1]);
    }
    size_t count = 0;
    emb__onnx_enter(chain);
    status = emb__onnx_present(chain, value, &count);
    if (status == EMB_OK) status = emb__onnx_more(chain, count);
    emb__onnx_layer *layer = status == EMB_OK ? emb__onnx_layer_new(chain, &emb__linear) : NULL;
    if (!layer) return emb__last_status();
    layer->in = in;
    layer->out = out;
    layer->groups = 1;
    layer->counts[0] = count;
    emb__onnx_set(layer, "in_features", in);
    emb__onnx_set(layer, "out_features", out);
    status =
        linear_weights(chain, value, turned, scale, (size_t)in, (size_t)out, &layer->weights[0]);
    if (status == EMB_OK && bias != 0 && emb__onnx_has_input(chain, 2)) {
        status = emb__onnx_take_bias(chain, layer, 2, bias);
    }
    int64_t grid[3];
    memcpy(grid, chain->lie.grid, sizeof grid);
    if (status == EMB_OK) status = emb__onnx_affine_into(chain, grid);
    if (status != EMB_OK) return status;
    head->d[head->rank - 1] = out;
    emb__onnx_made(chain, 1, (const int64_t[3]){out, 1, 1});
    return EMB_OK;
}

emb_status emb__onnx_gemm(emb__onnx_chain *chain) {
    if (emb__onnx_int(chain, "transA", 0)) {
        return emb__onnx_fail(
            chain, "write it without transA",
            "transA makes the images the second dimension, which is not possible");
    }
    if (chain->head.rank != 1) {
        return emb__onnx_fail(chain, "put a Flatten before it",
                              "multiplies %d dimensions of an image; expected 1", chain->head.rank);
    }
    return apply_linear(chain, emb__onnx_int(chain, "transB", 0),
                        emb__onnx_float(chain, "alpha", 1), emb__onnx_float(chain, "beta", 1));
}

/* Makes the last dimension of an image by a table [in, out], or the one before it by [out, in]. */
static emb_status by_table(emb__onnx_chain *chain, const emb__onnx_value *table, bool rows) {
    const int64_t in = table->d[rows ? 1 : 0], out = table->d[rows ? 0 : 1];
    const int at = chain->head.rank - 1 - rows;
    emb__line line = {.in_size = 0};
    float *read = NULL;
    size_t count = 0;
    if (in != chain->head.d[at] || out < 1 || out > EMB__MAX_SIZE) {
        return emb__onnx_fail(chain, EMB__ONNX_CHECK, "its weights take %lld numbers, and get %lld",
                              (long long)in, (long long)chain->head.d[at]);
    }
    emb_status status = emb__onnx_present(chain, table, &count);
    if (status == EMB_OK) status = emb__onnx_more(chain, count);
    if (status == EMB_OK) status = emb__onnx_read(chain, table, &read, &count);
    if (status == EMB_OK) status = emb__line_open(&line, (int)in, (int)out, count);
    for (int64_t o = 0; o < out && status == EMB_OK; o++) {
        for (int64_t i = 0; i < in; i++) {
            const float weight = read[rows ? o * in + i : i * out + o];
            if (weight != 0) emb__line_add(&line, (int)i, weight);
        }
        emb__line_end(&line);
    }
    emb__free(read);
    if (status == EMB_OK) return emb__onnx_lines_add(chain, at, &line);
    emb__line_clear(&line);
    return status;
}

emb_status emb__onnx_matmul(emb__onnx_chain *chain) {
    const emb__onnx_value *first = emb__onnx_input(chain, 0), *head = &chain->head;
    const bool rows = !first || first->kind != EMB__ONNX_IMAGES;
    const emb__onnx_value *table = emb__onnx_constant(chain, rows ? 0 : 1);
    if (!table) return emb__last_status();
    const size_t count = emb__onnx_count(head->rank, head->d);
    const bool image = head->rank == 3 && (rows || (size_t)head->d[2] != count);
    if (image && table->rank == 2) return by_table(chain, table, rows);
    if (rows)
        return emb__onnx_fail(chain, "write it with the images first",
                              "does not read a layer's output as its first input");
    emb_status status = emb__onnx_lines_flush(chain);
    return status == EMB_OK ? apply_linear(chain, false, 1, 0) : status;
}

#endif
