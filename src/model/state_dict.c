/* See state_dict.h. */
#include "model/state_dict.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "model/checkpoint_names.h"

enum {
    MOST_PREFIXES = 32, /* that are tried, each with ... */
    MOST_TRIES = 8      /* ... so many of the network's names */
};

/* ---- names ----------------------------------------------------------------------------------- */

/* The file's name for the network's. */
static void full_name(const emb__names *names, const char *name, emb__text *full) {
    full->length = 0;
    emb__text_bytes(full, names->prefix, names->length);
    emb__text_add(full, "%s", name + names->part);
}

/* Finds a tensor by its name or, if tensors share their numbers, by the name that was kept:
 * safetensors' save_model writes pairs of the removed name and the kept name into the metadata. */
static const emb__stored *find_stored(const emb__safetensors *file, const char *name) {
    const emb__stored *stored = emb__safetensors_find(file, name);
    const char *kept = stored ? NULL : emb__safetensors_value(file, name);
    return kept ? emb__safetensors_find(file, kept) : stored;
}

static bool has_name(const emb__safetensors *file, const emb__names *names, const char *name) {
    emb__text full = {0};
    full_name(names, name, &full);
    const bool found = !full.failed && find_stored(file, full.bytes);
    emb__free(full.bytes);
    return found;
}

/* Whether one of the network's first names is there. */
static bool has_some(const emb__safetensors *file, const emb__names *names, const emb_net *net) {
    for (int i = 0; i < net->tensor_count && i < MOST_TRIES; i++) {
        if (has_name(file, names, net->tensors[i].name)) return true;
    }
    return false;
}

/* The length of the beginning that all of the file's names share, up to a dot. */
static size_t common_prefix(const emb__safetensors *file) {
    const char *first = file->tensor_count ? file->tensors[0].name : "";
    size_t length = strlen(first);
    for (size_t i = 1; i < file->tensor_count; i++) {
        size_t same = 0;
        while (same < length && file->tensors[i].name[same] == first[same]) same++;
        length = same;
    }
    while (length > 0 && first[length - 1] != '.') length--;
    return length;
}

/* Finds the shortest prefix with which the file has the network's names; none if there is no such
 * prefix. */
static void find_names(const emb__safetensors *file, const emb_net *net, emb__names *names) {
    *names = (emb__names){.prefix = file->tensor_count ? file->tensors[0].name : ""};
    if (net->tensor_count == 0 || emb__safetensors_value(file, EMB__CHECKPOINT_KEY)) return;
    const size_t common = common_prefix(file);
    const char *dot = strchr(net->tensors[0].name, '.');
    const size_t part =
        dot && net->spec.part_count == 1 ? (size_t)(dot + 1 - net->tensors[0].name) : 0;
    emb__names tried = *names;
    for (int i = 0; i < MOST_PREFIXES; i++) {
        for (int p = 0; p < 1 + (part > 0); p++) {
            tried.part = p ? part : 0;
            if (!has_some(file, &tried, net)) continue;
            *names = tried;
            return;
        }
        if (tried.length == common) return;
        tried.length += strcspn(tried.prefix + tried.length, ".") + 1;
    }
}

/* Whether the file keeps this tensor for another of the network's names. */
static bool is_kept_for(const emb__safetensors *file, const emb__names *names, const emb_net *net,
                        const char *name) {
    for (size_t i = 0; i < file->pair_count; i++) {
        const char *key = file->pairs[i].key;
        if (strcmp(file->pairs[i].value, name) != 0) continue;
        if (strncmp(key, names->prefix, names->length) != 0) continue;
        for (int k = 0; k < net->tensor_count; k++) {
            if (strcmp(net->tensors[k].name + names->part, key + names->length) == 0) return true;
        }
    }
    return false;
}

static bool is_of_net(const emb__safetensors *file, const emb__names *names, const emb_net *net,
                      const char *name) {
    if (names->length == 0 && names->part == 0) {
        if (emb__net_tensor_find(net, name)) return true;
    } else if (strncmp(name, names->prefix, names->length) == 0) {
        for (int k = 0; k < net->tensor_count; k++) {
            if (strcmp(net->tensors[k].name + names->part, name + names->length) == 0) return true;
        }
    }
    return is_kept_for(file, names, net, name);
}

/* ---- tensors --------------------------------------------------------------------------------- */

static bool same_shape(const emb__stored *stored, const emb__param *param) {
    if (stored->rank != param->rank) return false;
    for (int i = 0; i < stored->rank; i++) {
        if (stored->shape[i] != (size_t)param->d[i]) return false;
    }
    return true;
}

/* The file's tensor of that name, which must have the parameter's shape; NULL with the text set. */
static const emb__stored *find_tensor(const emb__safetensors *file, const char *path,
                                      const char *name, const emb__param *param) {
    char has[EMB__STORED_SHAPE_TEXT], needs[EMB__STORED_SHAPE_TEXT];
    const emb__stored *stored = find_stored(file, name);
    emb__stored expected = {.rank = param->rank};
    for (int i = 0; i < param->rank; i++) expected.shape[i] = (size_t)param->d[i];
    emb__safetensors_shape(&expected, needs);
    if (!stored) {
        emb__fail(EMB_ERR_SHAPE, "%s: tensor %s is missing; its network needs it as %s", path, name,
                  needs);
        return NULL;
    }
    if (same_shape(stored, param)) return stored;
    emb__fail(EMB_ERR_SHAPE, "%s: tensor %s is %s; its network needs %s", path, name,
              emb__safetensors_shape(stored, has), needs);
    return NULL;
}

emb_status emb__state_tensor(const emb__safetensors *file, const char *path, const char *name,
                             const emb__param *param, float *params) {
    const emb__stored *stored = find_tensor(file, path, name, param);
    if (!stored) return EMB_ERR_SHAPE;
    if (stored->dtype == EMB__I64 && !param->is_counter) {
        return emb__fail(EMB_ERR_FORMAT, "%s: tensor %s: holds I64, expected F32, F16, BF16 or F64",
                         path, name);
    }
    float *values = params + param->at;
    const emb_status status = emb__safetensors_values(file, stored, values);
    if (status != EMB_OK) return status;
    for (size_t i = 0; i < param->count; i++) {
        if (isfinite(values[i])) continue;
        const char *what = isnan(values[i])            ? "NaN, expected a finite one"
                           : stored->dtype == EMB__F64 ? "infinite, or beyond what float32 can hold"
                                                       : "infinite, expected a finite one";
        return emb__fail(EMB_ERR_FORMAT, "%s: tensor %s: number %zu is %s", path, name, i, what);
    }
    return EMB_OK;
}

/* A tensor that the network has no place for. */
static emb_status fail_unknown(const char *path, const char *name, const emb_net *net) {
    if (emb__safetensors_of_norm(name)) {
        return emb__fail(EMB_ERR_SHAPE, EMB__SAFETENSORS_OF_NORM, path, name);
    }
    if (net->tensor_count == 0) {
        return emb__fail(EMB_ERR_SHAPE, "%s: tensor %s is not one of its network's", path, name);
    }
    return emb__fail(EMB_ERR_SHAPE,
                     "%s: tensor %s is not one of its network's, which are called like %s", path,
                     name, net->tensors[0].name);
}

emb_status emb__state_check(const emb__safetensors *file, const char *path, const emb_net *net,
                            emb__names *names) {
    const bool checkpoint = emb__safetensors_value(file, EMB__CHECKPOINT_KEY);
    find_names(file, net, names);
    for (size_t i = 0; i < file->tensor_count; i++) {
        const char *name = file->tensors[i].name;
        if (is_of_net(file, names, net, name)) continue;
        if (checkpoint && emb__checkpoint_tensor(name)) continue;
        return fail_unknown(path, name, net);
    }
    emb__text full = {0};
    emb_status status = EMB_OK;
    for (int i = 0; i < net->tensor_count && status == EMB_OK; i++) {
        full_name(names, net->tensors[i].name, &full);
        if (full.failed) {
            status = EMB_ERR_MEMORY;
        } else if (!find_tensor(file, path, full.bytes, net->tensors[i].param)) {
            status = EMB_ERR_SHAPE;
        }
    }
    emb__free(full.bytes);
    return status;
}

emb_status emb__state_load(const emb__safetensors *file, const char *path, const emb__names *names,
                           emb_net *net) {
    emb__text full = {0};
    emb_status status = EMB_OK;
    emb__net_changed(net);
    for (int i = 0; i < net->tensor_count && status == EMB_OK; i++) {
        const emb__tensor *tensor = &net->tensors[i];
        full_name(names, tensor->name, &full);
        status = full.failed
                     ? EMB_ERR_MEMORY
                     : emb__state_tensor(file, path, full.bytes, tensor->param, net->params);
    }
    emb__free(full.bytes);
    return status;
}

/* ---- notes ----------------------------------------------------------------------------------- */

void emb__state_notes(const emb__safetensors *file, const emb__names *names, const emb_net *net,
                      emb__text *notes) {
    char line[320];
    size_t wide = 0, shared = 0;
    if (names->length > 0) {
        snprintf(line, sizeof line, "the names of its tensors begin with '%.*s', which is left out",
                 emb__utf8_fit(names->prefix, names->length, 80), names->prefix);
        emb__text_note(notes, line);
    }
    if (names->part > 0) {
        snprintf(line, sizeof line,
                 "the names of its tensors lack '%.*s', which is put before them", (int)names->part,
                 net->tensors[0].name);
        emb__text_note(notes, line);
    }
    for (size_t i = 0; i < file->tensor_count; i++) wide += file->tensors[i].dtype == EMB__F64;
    if (wide > 0) {
        snprintf(line, sizeof line, "%zu tensor%s of 64-bit floats %s rounded to float32", wide,
                 wide == 1 ? "" : "s", wide == 1 ? "is" : "are");
        emb__text_note(notes, line);
    }
    emb__text full = {0};
    for (int i = 0; i < net->tensor_count; i++) {
        full_name(names, net->tensors[i].name, &full);
        if (full.failed) break;
        if (emb__safetensors_find(file, full.bytes)) continue;
        const char *kept = emb__safetensors_value(file, full.bytes);
        if (!kept || shared++ > 0) continue;
        snprintf(line, sizeof line, "tensor %.*s was stored once for two, as %.*s",
                 EMB__CUT(full.bytes, 100), EMB__CUT(kept, 100));
    }
    if (shared > 0) emb__text_note(notes, line);
    if (shared > 1) emb__text_add(notes, ", and %zu more like it", shared - 1);
    if (full.failed) notes->failed = true;
    emb__free(full.bytes);
}
