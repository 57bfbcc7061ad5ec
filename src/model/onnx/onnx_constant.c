/* The constants of an ONNX model: those that it keeps, and those that it computes from them, if its
 * exporter did not fold constants. See onnx.h. */
#include "base/status.h"

#ifdef EMB_HAVE_PROTOBUF

#include <math.h>
#include <string.h>

#include "model/onnx/onnx_array.h"

/* ---- what is computed ------------------------------------------------------------------------ */

/* Cast and Identity: the same constant under another name. */
static emb_status alias(emb__onnx_chain *chain, emb__onnx_value *value) {
    const char *name = value->name;
    *value = *emb__onnx_input(chain, 0);
    value->name = name;
    return EMB_OK;
}

/* A few floats as whole numbers, for a shape. */
static emb_status whole(emb__onnx_chain *chain, emb__onnx_value *value) {
    const emb__onnx_value *from = emb__onnx_input(chain, 0);
    const double most = 1 << 30;
    float *numbers = NULL;
    size_t count = 0;
    emb_status status = emb__onnx_present(chain, from, &count);
    if (status == EMB_OK && (count > EMB__ONNX_RANK || from->rank > 1)) {
        status = emb__onnx_fail(chain, EMB__ONNX_FOLD,
                                "makes whole numbers of more than a shape can have");
    }
    if (status == EMB_OK) status = emb__onnx_read(chain, from, &numbers, &count);
    value->kind = EMB__ONNX_INTEGERS;
    value->rank = (int)count;
    value->scalar = from->rank == 0;
    for (size_t i = 0; status == EMB_OK && i < count; i++) {
        if (numbers[i] == (float)EMB__ONNX_BATCH) {
            value->d[i] = EMB__ONNX_BATCH;
        } else if (!(fabs((double)numbers[i]) <= most)) {
            status = emb__onnx_fail(chain, EMB__ONNX_CHECK, "makes a whole number of %g",
                                    (double)numbers[i]);
        } else {
            value->d[i] = (int64_t)numbers[i];
        }
    }
    emb__free(numbers);
    return status;
}

static bool makes_floats(const emb__onnx_chain *chain) {
    const int64_t to = emb__onnx_int(chain, "to", 0);
    return to == 1 || to == 10 || to == 11 || to == 16;
}

static emb_status cast(emb__onnx_chain *chain, emb__onnx_value *value) {
    const int64_t to = emb__onnx_int(chain, "to", 0);
    if (makes_floats(chain)) return alias(chain, value);
    if (to == 6 || to == 7) return whole(chain, value);
    return emb__onnx_fail(chain, EMB__ONNX_FOLD, "makes something other than floats of a constant");
}

/* Whether the node turns a constant of whole numbers into floats. */
static bool is_cast_to_floats(const emb__onnx_chain *chain) {
    const emb__onnx_value *value = emb__onnx_input(chain, 0);
    if (strcmp(emb__onnx_text(chain->node->op_type), "Cast") != 0 || !value) return false;
    const bool whole = value->kind == EMB__ONNX_INTEGERS ||
                       (value->kind == EMB__ONNX_TENSOR && emb__onnx_is_whole(value->tensor));
    return whole && makes_floats(chain);
}

/* Whether it is a ConstantOfShape of floats. */
static bool gives_floats(const emb__onnx_chain *chain) {
    const Emb__Onnx__Attribute *value = emb__onnx_attribute(chain, "value");
    return strcmp(emb__onnx_text(chain->node->op_type), "ConstantOfShape") == 0 && value &&
           value->t && emb__onnx_is_floats(value->t);
}

/* Takes over the numbers. */
static emb_status keep(emb__onnx_chain *chain, emb__onnx_array *a, emb__onnx_value *value) {
    float **owned = emb__realloc(chain->owned, (chain->owned_count + 1) * sizeof *chain->owned);
    if (!owned) return EMB_ERR_MEMORY;
    chain->owned = owned;
    owned[chain->owned_count++] = a->values;
    value->kind = EMB__ONNX_FLOATS;
    value->floats = a->values;
    value->rank = a->rank;
    memcpy(value->d, a->d, sizeof a->d);
    value->each = a->each;
    return EMB_OK;
}

/* A Constant's value_float or value_floats. */
static emb_status given(emb__onnx_chain *chain, emb__onnx_value *value, bool *done) {
    const Emb__Onnx__Attribute *one_float = emb__onnx_attribute(chain, "value_float");
    const Emb__Onnx__Attribute *many = emb__onnx_attribute(chain, "value_floats");
    *done = (one_float && one_float->has_f) || (many && many->n_floats > 0);
    if (!*done) return EMB_OK;
    emb__onnx_array a = {.count = one_float ? 1 : many->n_floats, .rank = one_float ? 0 : 1};
    a.d[0] = (int64_t)a.count;
    a.values = emb__calloc(a.count, sizeof *a.values);
    if (!a.values) return EMB_ERR_MEMORY;
    memcpy(a.values, one_float ? &one_float->f : many->floats, a.count * sizeof *a.values);
    emb_status status = keep(chain, &a, value);
    if (status != EMB_OK) emb__free(a.values);
    return status;
}

emb_status emb__onnx_compute_floats(emb__onnx_chain *chain, bool *done) {
    const Emb__Onnx__Node *node = chain->node;
    const char *op = emb__onnx_text(node->op_type);
    emb__onnx_value value = {.name = emb__onnx_text(node->n_output ? node->output[0] : NULL)};
    emb__onnx_array made = {.values = NULL};
    emb_status status = EMB_OK;
    *done = false;
    if (strcmp(op, "Constant") == 0) status = given(chain, &value, done);
    if (status != EMB_OK || *done) {
        return status == EMB_OK ? emb__onnx_define(chain, &value) : status;
    }
    const bool floats = emb__onnx_array_is(chain, 0) ||
                        (emb__onnx_array_is(chain, 1) && emb__onnx_array_is_sum(op));
    if (emb__onnx_reads_images(chain)) return EMB_OK;
    if (is_cast_to_floats(chain)) {
        *done = true;
        status = emb__onnx_array_load(chain, 0, &made);
    } else if (floats && (strcmp(op, "Cast") == 0 || strcmp(op, "Identity") == 0)) {
        *done = true;
        status = *op == 'C' ? cast(chain, &value) : alias(chain, &value);
        return status == EMB_OK ? emb__onnx_define(chain, &value) : status;
    } else if (floats || gives_floats(chain)) {
        emb__onnx_array_fn *mover = emb__onnx_array_mover(op);
        *done = mover;
        status = mover ? mover(chain, &made) : emb__onnx_array_compute(chain, &made, done);
    }
    if (status == EMB_OK && *done) status = keep(chain, &made, &value);
    if (status != EMB_OK) emb__free(made.values);
    return status == EMB_OK && *done ? emb__onnx_define(chain, &value) : status;
}

#endif
