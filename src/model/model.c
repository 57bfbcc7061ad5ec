/* Networks from files and to files: emb_net_open, emb_net_parse, emb_net_save and what goes with
 * them in embudo/net.h and model.h.
 *
 * A model file is safetensors with PyTorch's state_dict names and, in __metadata__,
 *   format                "pt", by which PyTorch's tools take it
 *   embudo.notation       the network's text, as emb_net_notation gives it
 *   embudo.preprocessing  how a pixel becomes an input number (preprocessing_text.h)
 * and the caller's pairs. Nothing in it depends on the time, the machine or the program's version.
 *
 * Owns: which of these a name stands for, and matching a file's tensors with the network's. Does
 * not own: the notation (notation.h), the bytes (safetensors.h). */
#include <math.h>
#include <string.h>

#include "base/entry.h"
#include "base/text.h"
#include "codec/file.h"
#include "codec/safetensors.h"
#include "model/file_kind.h"
#include "model/model.h"
#include "model/preprocessing_text.h"
#include "model/state_dict.h"
#include "net/describe.h"
#include "net/net.h"
#include "net/notation/builtins.h"
#include "net/notation/notation.h"

#define NOTATION_KEY      "embudo.notation"
#define PREPROCESSING_KEY EMB__PREPROCESSING_KEY
#define RUN_MODEL         "model.safetensors"

enum { OWN_PAIRS = 3 /* the keys above */ };

/* ---- opening --------------------------------------------------------------------------------- */

emb_net *emb__net_complete(emb_net *net) {
    if (!net) return NULL;
    if (emb__net_plan(net) == EMB_OK) net->notation = emb__notation_print(&net->spec);
    if (net->notation && emb__net_describe(net) == EMB_OK) return net;
    emb_net_free(net);
    return NULL;
}

emb_net *emb__net_compile(emb__spec *spec) { return emb__net_complete(emb__net_shape(spec)); }

static emb_net *compile(const char *text, size_t length, const char *name,
                        const emb_net_options *options) {
    emb__spec spec = {0};
    if (emb__notation_parse(text, length, name, options, &spec) != EMB_OK) return NULL;
    return emb__net_compile(&spec);
}

static emb_net *open_notation(const char *path, const emb_net_options *options) {
    uint8_t *bytes;
    size_t count;
    if (emb__file_load(path, EMB__NOTATION_BYTES, &bytes, &count) != EMB_OK) return NULL;
    emb_net *net = compile((const char *)bytes, count, path, options);
    emb__free(bytes);
    return net;
}

/* What the network was trained on: bytes where the file does not say. */
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

/* What the file says of itself must be something that this program does. */
static emb_status check_metadata(const emb__safetensors *file, const char *path,
                                 emb__origin *origin) {
    if (!emb__safetensors_value(file, NOTATION_KEY)) {
        return emb__fail(
            EMB_ERR_FORMAT,
            "%s: has no %s in its __metadata__, so the layers are not known; expected a "
            "model that embudo wrote, or a notation for it (embudo import --notation)",
            path, NOTATION_KEY);
    }
    return read_origin(file, path, origin);
}

/* Copies the file's pairs to the net, which frees what there is of them. */
static emb_status keep_metadata(const emb__safetensors *file, emb_net *net) {
    net->metadata = emb__calloc(2 * file->pair_count, sizeof *net->metadata);
    if (!net->metadata) return EMB_ERR_MEMORY;
    net->metadata_count = file->pair_count;
    for (size_t i = 0; i < file->pair_count; i++) {
        const emb_pair *pair = &file->pairs[i];
        net->metadata[2 * i] = emb__strndup(pair->key, strlen(pair->key));
        net->metadata[2 * i + 1] = emb__strndup(pair->value, strlen(pair->value));
        if (!net->metadata[2 * i] || !net->metadata[2 * i + 1]) return EMB_ERR_MEMORY;
    }
    return EMB_OK;
}

static emb_status keep_notes(const emb__safetensors *file, const emb__names *names, emb_net *net) {
    emb__text notes = {0};
    emb__state_notes(file, names, net, &notes);
    if (notes.failed) {
        emb__free(notes.bytes);
        return EMB_ERR_MEMORY;
    }
    emb__free(net->notes);
    net->notes = notes.bytes;
    return EMB_OK;
}

static emb_status check_model_latent(const emb_net *net, const char *path,
                                     const emb_net_options *options) {
    const int latent = options ? options->latent : 0;
    if (latent == 0 || latent == emb_net_latent(net)) return EMB_OK;
    return emb__fail(EMB_ERR_ARGUMENT,
                     "%s: is trained for codes of %d, so latent %d does not fit it", path,
                     emb_net_latent(net), latent);
}

/* The net that a read file describes, its weights in it. */
static emb_net *net_of(const emb__safetensors *file, const char *path,
                       const emb_net_options *options) {
    emb__text name = {0};
    emb__origin origin;
    if (check_metadata(file, path, &origin) != EMB_OK) return NULL;
    emb__text_add(&name, "%s (%s)", path, NOTATION_KEY);
    const char *notation = emb__safetensors_value(file, NOTATION_KEY);
    emb__spec spec = {0};
    const bool parsed = !name.failed && emb__notation_parse(notation, strlen(notation), name.bytes,
                                                            NULL, &spec) == EMB_OK;
    emb__free(name.bytes);
    emb_net *net = parsed ? emb__net_shape(&spec) : NULL;
    emb__names names;
    if (net && emb__state_check(file, path, net, &names) != EMB_OK) {
        emb_net_free(net);
        return NULL;
    }
    net = emb__net_complete(net);
    if (!net) return NULL;
    net->origin = origin;
    emb_status status = check_model_latent(net, path, options);
    if (status == EMB_OK) status = emb__state_load(file, path, &names, net);
    if (status == EMB_OK) status = keep_notes(file, &names, net);
    if (status == EMB_OK) status = keep_metadata(file, net);
    if (status == EMB_OK) return net;
    emb_net_free(net);
    return NULL;
}

static emb_net *open_model(const char *path, const emb_net_options *options) {
    emb__safetensors file;
    if (emb__safetensors_read(path, &file) != EMB_OK) return NULL;
    emb_net *net = net_of(&file, path, options);
    emb__safetensors_clear(&file);
    return net;
}

static void fail_kind(const char *path, emb__kind kind) {
    if (kind == EMB__KIND_PICKLED) {
        emb__fail(EMB_ERR_FORMAT, EMB__SAFETENSORS_PICKLED, path);
    } else {
        emb__fail(EMB_ERR_FORMAT,
                  "%s: is neither a model (safetensors, ONNX) nor a notation (.net)", path);
    }
}

static emb_net *import_onnx(const char *path, const emb_import_options *options) {
    if (!options || !options->notation) return emb__onnx_import(path, options);
    emb__fail(EMB_ERR_ARGUMENT,
              "%s: is an ONNX model, which says its layers itself; a notation is "
              "for state dicts",
              path);
    return NULL;
}

emb_net *emb_net_import(const char *path, const emb_import_options *options) {
    EMB__ENTER;
    const char *notation = options ? options->notation : NULL;
    emb__kind kind;
    if (!path || !*path) {
        emb__fail(EMB_ERR_ARGUMENT, "emb_net_import needs a file");
        return NULL;
    }
    if (emb__kind_of(path, &kind) != EMB_OK) return NULL;
    if (kind == EMB__KIND_ONNX) return import_onnx(path, options);
    if (kind == EMB__KIND_PICKLED || kind == EMB__KIND_BINARY) {
        fail_kind(path, kind);
        return NULL;
    }
    const size_t length = strlen(path), end = strlen(".safetensors");
    const bool named = length > end && strcmp(path + length - end, ".safetensors") == 0;
    if (kind == EMB__KIND_NOTATION && !named) {
        emb__fail(EMB_ERR_FORMAT,
                  "%s: is text; expected a state dict (safetensors) or an ONNX model", path);
        return NULL;
    }
    if (options && (options->code || options->part)) {
        emb__fail(EMB_ERR_ARGUMENT,
                  "%s: is no ONNX model; code and part say where one is cut in two", path);
        return NULL;
    }
    if (!notation) return open_model(path, NULL);
    emb_net *net = emb_net_open(notation, NULL);
    if (!net || emb_net_load(net, path) == EMB_OK) return net;
    emb_net_free(net);
    return NULL;
}

static emb_net *open_file(const char *path, const emb_net_options *options) {
    emb__kind kind;
    if (emb__kind_of(path, &kind) != EMB_OK) return NULL;
    if (kind == EMB__KIND_SAFETENSORS) return open_model(path, options);
    if (kind == EMB__KIND_NOTATION) return open_notation(path, options);
    if (kind != EMB__KIND_ONNX) {
        fail_kind(path, kind);
        return NULL;
    }
    emb_net *net = emb__onnx_import(path, NULL);
    if (!net || check_model_latent(net, path, options) == EMB_OK) return net;
    emb_net_free(net);
    return NULL;
}

/* A run's folder stands for the model in it. */
static emb_net *open_folder(const char *folder, const emb_net_options *options) {
    char *path = emb__path_join(folder, RUN_MODEL);
    if (!path) return NULL;
    emb_net *net = NULL;
    if (emb__path_look(path) == EMB__PATH_NONE) {
        emb__fail(EMB_ERR_IO, "%s: holds no %s; expected a run's folder or a model file", folder,
                  RUN_MODEL);
    } else {
        net = open_model(path, options);
    }
    emb__free(path);
    return net;
}

static const emb__builtin *find_builtin(const char *name) {
    for (const emb__builtin *b = emb__builtins; b->name; b++) {
        if (strcmp(b->name, name) == 0) return b;
    }
    return NULL;
}

static void fail_unknown(const char *name) {
    emb__text names = {0};
    for (const emb__builtin *b = emb__builtins; b->name; b++) {
        emb__text_add(&names, "%s%s", names.length ? ", " : "", b->name);
    }
    emb__fail(EMB_ERR_IO, "%s: no such file, and no network of that name is built in; there is %s",
              name, names.length ? names.bytes : "none");
    emb__free(names.bytes);
}

/* Whether what the caller asks for can be; else the text is set. */
static bool check_options(const emb_net_options *options) {
    const int latent = options ? options->latent : 0, classes = options ? options->classes : 0;
    const bool bad = latent < 0 || latent > EMB__MAX_SIZE;
    if (!bad && classes >= 0 && classes <= EMB__MAX_SIZE) return true;
    emb__fail(EMB_ERR_ARGUMENT, "%s is %d, expected 1 to %d", bad ? "latent" : "classes",
              bad ? latent : classes, EMB__MAX_SIZE);
    return false;
}

emb_net *emb_net_open(const char *name, const emb_net_options *options) {
    EMB__ENTER;
    if (!check_options(options)) return NULL;
    if (!name || !*name) {
        emb__fail(EMB_ERR_ARGUMENT, "emb_net_open needs a file or the name of a network");
        return NULL;
    }
    emb__path_kind kind;
    const emb_status status = emb__path_find(name, &kind);
    if (status != EMB_OK || kind == EMB__PATH_FILE || kind == EMB__PATH_OTHER) {
        return open_file(name, options); /* which says what is wrong with it */
    }
    /* A folder that happens to have a network's name does not hide the network. */
    const emb__builtin *builtin = find_builtin(name);
    if (builtin) return compile(builtin->text, strlen(builtin->text), name, options);
    if (kind == EMB__PATH_FOLDER) return open_folder(name, options);
    fail_unknown(name);
    return NULL;
}

emb_net *emb_net_parse(const char *text, const char *name, const emb_net_options *options) {
    EMB__ENTER;
    if (!check_options(options)) return NULL;
    if (!text) {
        emb__fail(EMB_ERR_ARGUMENT, "emb_net_parse needs a text");
        return NULL;
    }
    return compile(text, strlen(text), name ? name : "network", options);
}

emb_status emb_net_load(emb_net *net, const char *path) {
    EMB__ENTER;
    emb__safetensors file;
    emb_status status = emb__safetensors_read(path, &file);
    if (status != EMB_OK) return status;
    emb__names names;
    emb__origin origin;
    status = read_origin(&file, path, &origin);
    if (status == EMB_OK) status = emb__state_check(&file, path, net, &names);
    if (status == EMB_OK && emb__safetensors_value(&file, PREPROCESSING_KEY)) {
        status = emb__preprocessing_keep(net, &origin);
    }
    if (status == EMB_OK) status = emb__state_load(&file, path, &names, net);
    if (status == EMB_OK) status = keep_notes(&file, &names, net);
    emb__safetensors_clear(&file);
    return status;
}

/* ---- what the net keeps of it ---------------------------------------------------------------- */

const char *emb_net_metadata(const emb_net *net, const char *key) {
    for (size_t i = 0; i < net->metadata_count; i++) {
        if (strcmp(net->metadata[2 * i], key) == 0) return net->metadata[2 * i + 1];
    }
    return NULL;
}

const char *emb_net_notation(const emb_net *net) { return net->notation; }

const char *emb_net_notes(const emb_net *net) {
    EMB__ENTER;
    return net->notes ? net->notes : "";
}

/* ---- saving ---------------------------------------------------------------------------------- */

/* What could not be opened again is not written either. */
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

emb_status emb__model_write(const emb_net *net, const emb_tensor_info *tensors, size_t tensor_count,
                            const char *path, const emb_pair *extra, size_t extra_count) {
    emb__text header = {0};
    if (extra_count > EMB__SAFETENSORS_PAIRS - OWN_PAIRS) {
        return emb__fail(EMB_ERR_ARGUMENT, "%s: %zu pairs of metadata, expected at most %d", path,
                         extra_count, EMB__SAFETENSORS_PAIRS - OWN_PAIRS);
    }
    emb_status status = print_header(net, tensors, tensor_count, extra, extra_count, &header);
    if (status == EMB_OK) {
        status = emb__safetensors_write(path, &header, tensors, tensor_count);
    } else {
        status = emb__fail_prefix(status, "%s: cannot write: ", path);
    }
    emb__free(header.bytes);
    return status;
}

emb_status emb_net_save(const emb_net *net, const char *path, const emb_pair *extra,
                        size_t extra_count) {
    EMB__ENTER;
    if (!net || !path || (!extra && extra_count > 0)) {
        return emb__fail(EMB_ERR_ARGUMENT, "emb_net_save needs a network, a path and its pairs");
    }
    const size_t tensor_count = emb_net_tensor_count(net);
    emb_tensor_info *tensors = emb__calloc(tensor_count, sizeof *tensors);
    if (!tensors) return EMB_ERR_MEMORY;
    for (size_t i = 0; i < tensor_count; i++) emb_net_tensor(net, i, &tensors[i]);
    emb_status status = emb__model_write(net, tensors, tensor_count, path, extra, extra_count);
    emb__free(tensors);
    return status;
}
