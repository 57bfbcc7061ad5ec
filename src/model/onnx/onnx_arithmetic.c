/* ONNX's Add, Sub, Mul, Div, Neg and BatchNormalization, as scales and shifts. See onnx.h. */
#include "base/status.h"

#ifdef EMB_HAVE_PROTOBUF

#include <math.h>

#include "model/onnx/onnx.h"
#include "net/layers/batch_norm.h"

int emb__onnx_side(const emb__onnx_chain *chain, int at) {
    const emb__onnx_lie *lie = &chain->lie;
    int part = 0;
    for (int i = 0; i < at; i++) part += chain->head.d[i] != 1;
    if (part >= lie->parts || chain->head.d[at] != lie->view[part]) return -1;
    for (int s = 0; s < 3; s++) {
        if (lie->axis[s] == part) return s;
    }
    return -1;
}

/* Decides what the constant's numbers are for, the same for every image: one for all numbers, for
 * the places of one side, or for each number. */
static emb_status find_dim(const emb__onnx_chain *chain, const emb__onnx_value *constant,
                           size_t count, int *dim) {
    const emb__onnx_value *head = &chain->head;
    int along = -1, sides = 0;
    *dim = EMB__ONNX_ONE;
    if (count == 1) return EMB_OK;
    const int rank = constant->kind == EMB__ONNX_INTEGERS ? 1 : constant->rank;
    for (int i = 0; i < rank; i++) {
        const int64_t d = constant->kind == EMB__ONNX_INTEGERS ? (int64_t)count : constant->d[i];
        const int at = head->rank - rank + i; /* among an image's dimensions; -1: the batch's */
        if (d == 1) continue;
        if (at < 0 || head->d[at] != d) {
            return emb__onnx_fail(
                chain,
                "write it as numbers of one image: for all, for each channel or for each number",
                "its constant has not the images' dimensions, the same for every image");
        }
        along = at;
        sides++;
    }
    *dim = sides == 1 ? emb__onnx_side(chain, along) : -1;
    if (*dim >= 0) return EMB_OK;
    *dim = EMB__ONNX_ALL;
    if (count == emb__onnx_count(head->rank, head->d)) return EMB_OK;
    return emb__onnx_fail(chain, "write it out for the whole image",
                          "its constant is for some sides of an image alone");
}

emb_status emb__onnx_affine_read(emb__onnx_chain *chain, size_t i, float **numbers, size_t *count,
                                 int *dim) {
    const emb__onnx_value *value = emb__onnx_input(chain, i);
    const bool whole = value && value->kind == EMB__ONNX_INTEGERS;
    if (!whole) value = emb__onnx_constant(chain, i);
    if (!value) return emb__last_status();
    emb_status status = whole ? EMB_OK : emb__onnx_present(chain, value, count);
    if (whole) *count = (size_t)value->rank;
    if (status == EMB_OK) status = find_dim(chain, value, *count, dim);
    if (status == EMB_OK) status = emb__onnx_more(chain, *count);
    if (status == EMB_OK) status = emb__onnx_read(chain, value, numbers, count);
    if (status == EMB_OK && *dim == EMB__ONNX_ALL)
        status = emb__onnx_into_order(chain, numbers, *count);
    for (size_t k = 0; status == EMB_OK && k < *count; k++) {
        if (!isfinite((*numbers)[k]))
            status = emb__onnx_fail(chain, EMB__ONNX_NUMBERS, "its constant is not finite");
    }
    return status;
}

emb_status emb__onnx_arithmetic(emb__onnx_chain *chain) {
    const char op = emb__onnx_text(chain->node->op_type)[0];
    const emb__onnx_value *first = emb__onnx_input(chain, 0);
    const size_t other = first && first->kind == EMB__ONNX_IMAGES ? 1 : 0;
    emb__onnx_affine step = {.dim = EMB__ONNX_ONE, .count = 1};
    float *numbers = NULL;
    emb_status status = EMB_OK;
    if (op == 'D' && other == 0) {
        return emb__onnx_fail(chain, EMB__ONNX_LEAVE,
                              "divides a constant by the images, which no layer does");
    }
    if (op != 'N') status = emb__onnx_affine_read(chain, other, &numbers, &step.count, &step.dim);
    if (op == 'N' || (op == 'S' && other == 0)) {
        step.scale = emb__calloc(step.count, sizeof *step.scale);
        if (!step.scale) status = EMB_ERR_MEMORY;
        for (size_t i = 0; step.scale && i < step.count; i++) step.scale[i] = -1;
    }
    for (size_t i = 0; status == EMB_OK && i < step.count; i++) {
        if (op == 'D' && numbers[i] == 0)
            status = emb__onnx_fail(chain, EMB__ONNX_NUMBERS, "divides by 0");
        if (op == 'D') numbers[i] = 1 / numbers[i];
        if (op == 'S' && other == 1) numbers[i] = -numbers[i];
    }
    if (op == 'A' || op == 'S') {
        step.shift = numbers;
    } else if (op != 'N') {
        step.scale = numbers;
    }
    if (status == EMB_OK) return emb__onnx_affine_add(chain, step);
    emb__onnx_affine_clear(&step);
    return status;
}

/* Whether the head is a vector of an image's numbers, each of which is normalized. */
static bool is_flat(const emb__onnx_chain *chain) {
    const emb__onnx_value *head = &chain->head;
    return head->rank == 1 && head->d[0] > 1 && emb__onnx_side(chain, 0) < 0;
}

/* Whether a BatchNormalization becomes part of the weights before it or, at the graph's input, part
 * of the preprocessing or of the weights behind it; else it is a layer. */
static bool folds(const emb__onnx_chain *chain, float *const parts[4], float epsilon) {
    const emb__onnx_value *head = &chain->head;
    const emb__onnx_affine step = {.dim =
                                       head->d[0] == 1 ? EMB__ONNX_ONE : emb__onnx_side(chain, 0)};
    if (chain->layer_count == 0 || head->rank == 2) return true;
    if (is_flat(chain)) return false;
    if (head->d[0] > 1 && step.dim != 0) return true;
    if (!emb__onnx_affine_follows(chain, &step)) return false;
    for (int64_t c = 0; c < head->d[0]; c++) {
        if (!emb__batch_norm_folds((double)parts[2][c], (double)parts[3][c], (double)epsilon)) {
            return false;
        }
    }
    return true;
}

/* numbers[channels] = the node's input i; of images that are stacked, those of one of them. */
static emb_status take_numbers(emb__onnx_chain *chain, size_t i, bool stacked, float **numbers) {
    const size_t channels = (size_t)chain->head.d[0];
    const emb__onnx_value *value = emb__onnx_input(chain, i);
    const bool each = stacked && value && value->each;
    size_t count = 0, times = 1;
    if (!each) value = emb__onnx_constant(chain, i);
    if (stacked && !each) times = chain->batch == EMB__ONNX_BATCH ? 0 : (size_t)chain->batch;
    emb_status status = value ? emb__onnx_present(chain, value, &count) : emb__last_status();
    if (status == EMB_OK && count != times * channels) {
        status = emb__onnx_fail(chain, EMB__ONNX_CHECK, "has %zu numbers for %zu channels", count,
                                channels);
    }
    if (status == EMB_OK) status = emb__onnx_more(chain, count);
    if (status == EMB_OK) status = emb__onnx_read(chain, value, numbers, &count);
    for (size_t k = channels; status == EMB_OK && k < count; k++) {
        if ((*numbers)[k] == (*numbers)[k - channels]) continue;
        status = emb__onnx_fail(chain, EMB__ONNX_PER_IMAGE, "has other numbers for other images");
    }
    return status;
}

/* BatchNormalization: (x - mean) / sqrt(var + epsilon) scale + bias, of each channel. */
emb_status emb__onnx_normalize(emb__onnx_chain *chain) {
    const float epsilon = emb__onnx_float(chain, "epsilon", 1e-5f);
    const size_t channels_of_it = (size_t)chain->head.d[0];
    const bool stacked = emb__onnx_is_stacked(chain);
    float *parts[4] = {NULL, NULL, NULL, NULL};
    emb_status status = EMB_OK;
    if (emb__onnx_int(chain, "training_mode", 0) || chain->node->n_output > 1) {
        return emb__onnx_fail(chain, "call model.eval() before the export", "is in training mode");
    }
    for (size_t i = 0; i < 4 && status == EMB_OK; i++) {
        status = take_numbers(chain, 1 + i, stacked, &parts[i]);
        if (status == EMB_OK && is_flat(chain)) {
            status = emb__onnx_into_order(chain, &parts[i], channels_of_it);
        }
    }
    if (stacked) chain->stacked = emb__onnx_text(chain->node->output[0]);
    if (status == EMB_OK && !folds(chain, parts, epsilon)) {
        return emb__onnx_batch_norm(chain, parts);
    }
    for (size_t c = 0; c < channels_of_it && status == EMB_OK; c++) {
        const double scale = parts[0][c] / sqrt((double)parts[3][c] + epsilon);
        parts[1][c] = (float)(parts[1][c] - parts[2][c] * scale);
        parts[0][c] = (float)scale;
        if (!isfinite(parts[0][c]) || !isfinite(parts[1][c])) {
            status = emb__onnx_fail(chain, EMB__ONNX_NUMBERS, "its numbers make no finite scale");
        }
    }
    emb__onnx_affine step = {.dim = channels_of_it == 1 ? EMB__ONNX_ONE
                                    : is_flat(chain)    ? EMB__ONNX_ALL
                                                        : emb__onnx_side(chain, 0),
                             .count = channels_of_it,
                             .scale = parts[0],
                             .shift = parts[1]};
    emb__free(parts[2]);
    emb__free(parts[3]);
    if (status == EMB_OK && channels_of_it > 1 && step.dim < 0) {
        status = emb__onnx_fail(chain, EMB__ONNX_NCHW, "is not of the channels");
    }
    if (status == EMB_OK) return emb__onnx_affine_add(chain, step);
    emb__onnx_affine_clear(&step);
    return status;
}

#endif
