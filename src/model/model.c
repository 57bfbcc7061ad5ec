/* A network's model file: emb_net_load and emb_net_save in embudo/model.h. See model.h.
 *
 * The file is safetensors with PyTorch's state_dict names and, in __metadata__,
 *   format                "pt", by which PyTorch's tools take it
 *   embudo.notation       the network's text, as emb_net_notation gives it
 *   embudo.preprocessing  how a pixel becomes an input number (preprocessing_text.h)
 * and the caller's pairs. Nothing in it depends on the time, the machine or the program's version.
 */
#include "model/model.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/entry.h"
#include "base/text.h"
#include "model/preprocessing_text.h"
#include "model/state_dict.h"
#include "net/compile.h"
#include "net/describe.h"

#define NOTATION_KEY      "embudo.notation"
#define PREPROCESSING_KEY EMB__PREPROCESSING_KEY

enum { OWN_PAIRS = 3 /* the keys above */ };

/* ---- opening --------------------------------------------------------------------------------- */

/* What the network was trained on: bytes if the file does not say. */
static emb_status read_origin(const emb__safetensors *file, const char *path, emb__origin *origin) {
    const char *preprocessing = emb__safetensors_value(file, PREPROCESSING_KEY);
    *origin = (emb__origin){0};
    if (!preprocessing || emb__preprocessing_read(preprocessing, origin)) return EMB_OK;
    char bytes[EMB__PREPROCESSING_ROOM];
    emb__preprocessing_print(&(emb__origin){0}, bytes);
    return emb__fail(EMB_ERR_FORMAT,
                     "%s: %s is '%.*s', expected '%s', or pixel=float32 with low, high and layout",
                     path, PREPROCESSING_KEY, EMB__CUT(preprocessing, 80), bytes);
}

/* Checks that this program can do what the file's metadata says. */
static emb_status check_metadata(const emb__safetensors *file, const char *path,
                                 emb__origin *origin) {
    if (!emb__safetensors_value(file, NOTATION_KEY)) {
        return emb__fail(
            EMB_ERR_FORMAT,
            "%s: was written by another program: it has no %s in its __metadata__, so the layers "
            "are not known; expected a model that embudo wrote, or a notation for it (embudo "
            "import --notation)",
            path, NOTATION_KEY);
    }
    return read_origin(file, path, origin);
}

static emb_status keep_notes(const emb__safetensors *file, const emb__names *names, emb_net *net) {
    emb__text notes = {0};
    emb__state_notes(file, names, net, &notes);
    if (notes.failed) {
        emb__free(notes.bytes);
        return EMB_ERR_MEMORY;
    }
    emb__net_set_notes(net, notes.bytes);
    return EMB_OK;
}

static emb_status keep_metadata(const emb__safetensors *file, emb_net *net) {
    emb_status status = EMB_OK;
    for (size_t i = 0; i < file->pair_count && status == EMB_OK; i++) {
        status = emb__net_set_metadata(net, file->pairs[i].key, file->pairs[i].value);
    }
    return status;
}

/* The network of the file's notation, with its shapes only. NULL on failure. */
static emb_net *shape_of(const emb__safetensors *file, const char *path) {
    const char *notation = emb__safetensors_value(file, NOTATION_KEY);
    emb__text name = {0};
    emb__text_add(&name, "%s (%s)", path, NOTATION_KEY);
    emb_net *net =
        name.failed ? NULL : emb__net_parse_shape(notation, strlen(notation), name.bytes, NULL);
    emb__free(name.bytes);
    return net;
}

emb_net *emb__model_of(const emb__safetensors *file, const char *path) {
    emb__origin origin;
    emb__names names;
    if (check_metadata(file, path, &origin) != EMB_OK) return NULL;
    emb_net *net = shape_of(file, path);
    if (net && emb__state_check(file, path, net, &names) != EMB_OK) {
        emb_net_free(net);
        return NULL;
    }
    net = emb__net_complete(net);
    if (!net) return NULL;
    net->origin = origin;
    emb_status status = emb__state_load(file, path, &names, net);
    if (status == EMB_OK) status = keep_notes(file, &names, net);
    if (status == EMB_OK) status = keep_metadata(file, net);
    /* From here on it is not the notation that is right or wrong. */
    snprintf(net->spec.name, sizeof net->spec.name, "%s", path);
    if (status == EMB_OK) return net;
    emb_net_free(net);
    return NULL;
}

emb_net *emb__model_open(const char *path) {
    emb__safetensors file;
    if (emb__safetensors_read(path, &file) != EMB_OK) return NULL;
    emb_net *net = emb__model_of(&file, path);
    emb__safetensors_clear(&file);
    return net;
}

emb_status emb__model_take(emb_net *net, const emb__safetensors *file, const char *path) {
    emb__names names;
    emb__origin origin;
    emb_status status = read_origin(file, path, &origin);
    if (status == EMB_OK) status = emb__state_check(file, path, net, &names);
    if (status == EMB_OK && emb__safetensors_value(file, PREPROCESSING_KEY)) {
        status = emb__preprocessing_keep(net, &origin);
    }
    if (status == EMB_OK) status = emb__state_load(file, path, &names, net);
    if (status == EMB_OK) status = keep_notes(file, &names, net);
    return status;
}

emb_status emb_net_load(emb_net *net, const char *path) {
    EMB__ENTER;
    emb__safetensors file;
    emb_status status = emb__safetensors_read(path, &file);
    if (status != EMB_OK) return status;
    status = emb__model_take(net, &file, path);
    emb__safetensors_clear(&file);
    return status;
}

/* ---- saving ---------------------------------------------------------------------------------- */

/* Refuses to write what could not be opened again. */
static emb_status check_finite(const emb_tensor_info *tensor) {
    for (size_t i = 0; i < tensor->count; i++) {
        if (isfinite(tensor->values[i])) continue;
        return emb__fail(EMB_ERR_DIVERGED, "tensor %s: number %zu is not finite", tensor->name, i);
    }
    return EMB_OK;
}

static emb_status print_header(const emb_net *net, const emb_tensor_info *tensors,
                               size_t tensor_count, const emb_pair *extra, size_t extra_count,
                               emb__text *header) {
    char preprocessing[EMB__PREPROCESSING_ROOM];
    emb_pair *pairs = emb__calloc(OWN_PAIRS + extra_count, sizeof *pairs);
    emb_status status = pairs ? EMB_OK : EMB_ERR_MEMORY;
    if (status == EMB_OK) {
        pairs[0] = (emb_pair){"format", "pt"};
        pairs[1] = (emb_pair){NOTATION_KEY, net->notation};
        emb__preprocessing_print(&net->origin, preprocessing);
        pairs[2] = (emb_pair){PREPROCESSING_KEY, preprocessing};
        if (extra_count) memcpy(pairs + OWN_PAIRS, extra, extra_count * sizeof *pairs);
    }
    for (size_t i = 0; i < tensor_count && status == EMB_OK; i++) {
        status = check_finite(&tensors[i]);
    }
    if (status == EMB_OK) {
        status =
            emb__safetensors_header(tensors, tensor_count, pairs, OWN_PAIRS + extra_count, header);
    }
    emb__free(pairs);
    return status;
}

emb_status emb__model_header(const emb_net *net, const emb_tensor_info *tensors,
                             size_t tensor_count, const char *path, const emb_pair *extra,
                             size_t extra_count, emb__text *header) {
    if (extra_count > EMB__SAFETENSORS_PAIRS - OWN_PAIRS) {
        return emb__fail(EMB_ERR_ARGUMENT, "%s: %zu pairs of metadata, expected at most %d", path,
                         extra_count, EMB__SAFETENSORS_PAIRS - OWN_PAIRS);
    }
    emb_status status = print_header(net, tensors, tensor_count, extra, extra_count, header);
    return status == EMB_OK ? EMB_OK : emb__fail_prefix(status, "%s: cannot write: ", path);
}

emb_status emb__model_write(const emb_net *net, const emb_tensor_info *tensors, size_t tensor_count,
                            const char *path, const emb_pair *extra, size_t extra_count) {
    emb__text header = {0};
    emb_status status =
        emb__model_header(net, tensors, tensor_count, path, extra, extra_count, &header);
    if (status == EMB_OK) status = emb__safetensors_write(path, &header, tensors, tensor_count);
    emb__free(header.bytes);
    return status;
}

emb_status emb_net_save(const emb_net *net, const char *path, const emb_pair *extra,
                        size_t extra_count) {
    EMB__ENTER;
    if (!net || !path || (!extra && extra_count > 0)) {
        return emb__fail(EMB_ERR_ARGUMENT, "emb_net_save needs a network, a path and its pairs");
    }
    const size_t tensor_count = emb_net_state_count(net);
    emb_tensor_info *tensors = emb__calloc(tensor_count, sizeof *tensors);
    if (!tensors) return EMB_ERR_MEMORY;
    for (size_t i = 0; i < tensor_count; i++) emb_net_tensor(net, i, &tensors[i]);
    emb_status status = emb__model_write(net, tensors, tensor_count, path, extra, extra_count);
    emb__free(tensors);
    return status;
}
