/* See state_dict.h. */
#include "model/state_dict.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/translate.h"
#include "model/checkpoint_names.h"

/* ---- tensors --------------------------------------------------------------------------------- */

static bool same_shape(const emb__stored *stored, const emb__param *param) {
    if (stored->rank != param->rank) return false;
    for (int i = 0; i < stored->rank; i++) {
        if (stored->shape[i] != (size_t)param->d[i]) return false;
    }
    return true;
}

/* Fails unless the file's tensor of that name is there and has the parameter's shape. */
static emb_status check_tensor(const emb__stored *stored, const char *path, const char *name,
                               const emb__param *param) {
    char has[EMB__STORED_SHAPE_TEXT], needs[EMB__STORED_SHAPE_TEXT];
    emb__stored expected = {.rank = param->rank};
    for (int i = 0; i < param->rank; i++) expected.shape[i] = (size_t)param->d[i];
    emb__safetensors_shape(&expected, needs);
    if (!stored && param->is_counter) return EMB_OK; /* old files lack it: nothing was counted */
    if (!stored) {
        return emb__fail(EMB_ERR_SHAPE,
                         "%s: tensor %s is missing; its network needs it as %s: save the whole "
                         "model.state_dict(), or name the network that it is of",
                         path, name, needs);
    }
    if ((stored->dtype == EMB__I64 || stored->dtype == EMB__I32) && !param->is_counter) {
        return emb__fail(
            EMB_ERR_SHAPE,
            "%s: tensor %s holds whole numbers (%s), expected floats; save the weights "
            "before they are quantised",
            path, name, stored->dtype == EMB__I64 ? "I64" : "I32");
    }
    if (same_shape(stored, param)) return EMB_OK;
    return emb__fail(EMB_ERR_SHAPE,
                     "%s: tensor %s is %s; its network needs %s: name the network that it is of",
                     path, name, emb__safetensors_shape(stored, has), needs);
}

/* The same for the network's tensor, by the names that the file has. */
static emb_status find_tensor(const emb__safetensors *file, const char *path,
                              const emb__names *names, const emb__tensor *tensor,
                              const emb__stored **stored) {
    emb__text full = {0};
    *stored = emb__names_find(file, names, tensor->name, NULL);
    emb__names_full(names, tensor->name, &full);
    const emb_status status =
        full.failed ? EMB_ERR_MEMORY : check_tensor(*stored, path, full.bytes, tensor->param);
    emb__free(full.bytes);
    return status;
}

static emb_status read_tensor(const emb__safetensors *file, const char *path,
                              const emb__stored *stored, const emb__param *param, float *params) {
    float *values = params + param->at;
    if (!stored) {
        *values = 0;
        return EMB_OK;
    }
    const emb_status status = emb__safetensors_values(file, stored, values);
    if (status != EMB_OK) return status;
    for (size_t i = 0; i < param->count; i++) {
        if (param->is_variance && values[i] < 0) {
            return emb__fail(EMB_ERR_FORMAT, "%s: tensor %s: number %zu is %g, expected 0 or more",
                             path, stored->name, i, (double)values[i]);
        }
        if (isfinite(values[i])) continue;
        return emb__fail(EMB_ERR_FORMAT,
                         isnan(values[i])
                             ? E_("%s: tensor %s: number %zu is NaN, expected a finite one")
                         : stored->dtype == EMB__F64
                             ? E_("%s: tensor %s: number %zu is infinite, or beyond what "
                                  "float32 can hold")
                             : E_("%s: tensor %s: number %zu is infinite, expected a "
                                  "finite one"),
                         path, stored->name, i);
    }
    return EMB_OK;
}

emb_status emb__state_tensor(const emb__safetensors *file, const char *path, const char *name,
                             const emb__param *param, float *params) {
    const emb__stored *stored = emb__safetensors_find(file, name);
    const emb_status status = check_tensor(stored, path, name, param);
    return status == EMB_OK ? read_tensor(file, path, stored, param, params) : status;
}

static bool has_norm(const emb_net *net) {
    for (int i = 0; i < net->tensor_count; i++) {
        if (net->tensors[i].param->is_variance) return true;
    }
    return false;
}

/* A tensor that the network has no place for. */
static emb_status fail_unknown(const char *path, const char *name, const emb__names *names,
                               const emb_net *net) {
    if (emb__safetensors_of_norm(name) && !has_norm(net)) {
        return emb__fail(EMB_ERR_SHAPE, EMB__SAFETENSORS_OF_NORM, path, name);
    }
    if (net->tensor_count == 0) {
        return emb__fail(
            EMB_ERR_SHAPE,
            "%s: tensor %s is not one of its network's, which has none; name the network "
            "that it is of",
            path, name);
    }
    emb__text own = {0};
    emb__names_full(names, net->tensors[0].name, &own);
    const emb_status status =
        own.failed ? EMB_ERR_MEMORY
                   : emb__fail(EMB_ERR_SHAPE,
                               "%s: tensor %s is not one of its network's, which are called like "
                               "%s; leave it out of what is saved, or name the network that it is "
                               "of",
                               path, name, own.bytes);
    emb__free(own.bytes);
    return status;
}

/* A further name of a tensor, where the file has it: the same shape, and if `params` is given, the
 * same numbers. */
static emb_status check_alias(const emb__safetensors *file, const char *path,
                              const emb__names *names, const emb__tensor *alias, float *params) {
    const emb__stored *stored;
    const emb__param *param = alias->param;
    if (!emb__names_find(file, names, alias->name, NULL)) return EMB_OK;
    emb_status status = find_tensor(file, path, names, alias, &stored);
    if (status != EMB_OK || !params) return status;
    float *values = emb__calloc(param->at + param->count, sizeof *values);
    if (!values) return EMB_ERR_MEMORY;
    status = read_tensor(file, path, stored, param, values);
    const size_t size = param->count * sizeof *values;
    if (status == EMB_OK && memcmp(values + param->at, params + param->at, size) != 0) {
        status = emb__fail(EMB_ERR_FORMAT,
                           "%s: tensor %s is of a layer that has two names, and differs from what "
                           "the other one has; expected the same numbers",
                           path, stored->name);
    }
    emb__free(values);
    return status;
}

emb_status emb__state_check(const emb__safetensors *file, const char *path, const emb_net *net,
                            emb__names *names) {
    const bool checkpoint = emb__safetensors_value(file, EMB__CHECKPOINT_KEY);
    emb__names_choose(file, net, names);
    for (size_t i = 0; i < file->tensor_count; i++) {
        const char *name = file->tensors[i].name;
        if (emb__names_of_net(file, names, net, name)) continue;
        if (checkpoint && emb__checkpoint_tensor(name)) continue;
        if (emb__names_counts(&file->tensors[i])) continue;
        return fail_unknown(path, name, names, net);
    }
    emb_status status = EMB_OK;
    for (int i = 0; i < net->tensor_count && status == EMB_OK; i++) {
        const emb__stored *stored;
        status = find_tensor(file, path, names, &net->tensors[i], &stored);
    }
    for (int i = 0; i < net->alias_count && status == EMB_OK; i++) {
        status = check_alias(file, path, names, &net->tensors[net->tensor_count + i], NULL);
    }
    return status;
}

emb_status emb__state_load(const emb__safetensors *file, const char *path, const emb__names *names,
                           emb_net *net) {
    emb_status status = EMB_OK;
    emb__net_changed(net);
    for (int i = 0; i < net->tensor_count && status == EMB_OK; i++) {
        const emb__tensor *tensor = &net->tensors[i];
        const emb__stored *stored = NULL;
        status = find_tensor(file, path, names, tensor, &stored);
        if (status == EMB_OK) status = read_tensor(file, path, stored, tensor->param, net->params);
    }
    for (int i = 0; i < net->alias_count && status == EMB_OK; i++) {
        status = check_alias(file, path, names, &net->tensors[net->tensor_count + i], net->params);
    }
    return status;
}

/* ---- notes ----------------------------------------------------------------------------------- */

void emb__state_notes(const emb__safetensors *file, const emb__names *names, const emb_net *net,
                      emb__text *notes) {
    char line[320];
    size_t wide = 0, shared = 0, counted = 0;
    if (names->length > 0) {
        snprintf(line, sizeof line,
                 _("the names of its tensors begin with '%.*s', which is left out"),
                 emb__utf8_fit(names->prefix, names->length, 80), names->prefix);
        emb__text_note(notes, line);
    }
    if (names->part > 0) {
        snprintf(line, sizeof line,
                 _("the names of its tensors lack '%.*s', which is put before them"),
                 (int)names->part, net->tensors[0].name);
        emb__text_note(notes, line);
    }
    if (names->wrapped) {
        emb__text_note(notes, _("the names of its tensors have 'module.' or '_orig_mod.' in them, "
                                "which is left out"));
    }
    for (size_t i = 0; i < file->tensor_count; i++) {
        const emb__stored *stored = &file->tensors[i];
        wide += stored->dtype == EMB__F64;
        const bool own = strncmp(stored->name, "kept.", 5) == 0; /* a checkpoint's, which has all */
        if (own || !emb__names_counts(stored) ||
            emb__names_of_net(file, names, net, stored->name)) {
            continue;
        }
        snprintf(line, sizeof line, _("tensor %.*s only counts, and is left out"),
                 EMB__CUT(stored->name, 100));
        if (counted++ == 0) emb__text_note(notes, line);
    }
    if (wide > 0) {
        snprintf(line, sizeof line,
                 P_(wide, "%zu tensor of 64-bit floats is rounded to float32",
                    "%zu tensors of 64-bit floats are rounded to float32"),
                 wide);
        emb__text_note(notes, line);
    }
    emb__text full = {0};
    for (int i = 0; i < net->tensor_count; i++) {
        const char *kept;
        if (!emb__names_find(file, names, net->tensors[i].name, &kept)) continue;
        if (!kept || shared++ > 0) continue;
        emb__names_full(names, net->tensors[i].name, &full);
        if (full.failed) break;
        snprintf(line, sizeof line, _("tensor %.*s was stored once for two, as %.*s"),
                 EMB__CUT(full.bytes, 100), EMB__CUT(kept, 100));
    }
    if (shared > 0) emb__text_note(notes, line);
    if (shared > 1) emb__text_add(notes, _(", and %zu more like it"), shared - 1);
    if (full.failed) notes->failed = true;
    emb__free(full.bytes);
}
