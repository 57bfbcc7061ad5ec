/* Networks by the name of a file, a folder or a built-in network: emb_net_open and emb_net_import
 * in embudo/net.h and model.h.
 *
 * Owns: the table of formats, and which of them a name stands for. A format is a row of the table
 * and a reader, which knows nothing of the others. */
#include <stdint.h>
#include <string.h>

#include "base/entry.h"
#include "base/memory.h"
#include "base/near_word.h"
#include "base/translate.h"
#include "codec/file.h"
#include "codec/file_kind.h"
#include "codec/safetensors.h"
#include "model/model.h"
#include "model/onnx/onnx_import.h"
#include "model/onnx/onnx_looks.h"
#include "net/compile.h"
#include "net/notation/builtins.h"
#include "net/notation/notation.h"
#include "net/notation/notation_latent.h"
#include "net/parse.h"
#include "net/python/py_read.h"

#define RUN_MODEL "model.safetensors"

enum { HEAD = 4096 }; /* first bytes of a file, by which its format is recognised */

/* ---- what the formats do --------------------------------------------------------------------- */

/* A net with weights has a fixed latent; if another is asked for, the net is freed and refused. */
static emb_net *with_latent(emb_net *net, const char *path, const emb_net_options *options) {
    const int latent = options ? options->latent : 0;
    if (!net || latent == 0 || latent == emb_net_latent(net)) return net;
    emb__fail(EMB_ERR_ARGUMENT, "%s: is trained for codes of %d, so latent %d does not fit it",
              path, emb_net_latent(net), latent);
    emb_net_free(net);
    return NULL;
}

static emb_net *open_model(const char *path, const emb_net_options *options) {
    return with_latent(emb__model_open(path), path, options);
}

static emb_net *open_onnx(const char *path, const emb_net_options *options) {
    return with_latent(emb__onnx_import(path, NULL), path, options);
}

static emb_net *open_notation(const char *path, const emb_net_options *options) {
    uint8_t *bytes;
    size_t count;
    if (emb__file_load(path, EMB__NOTATION_BYTES, &bytes, &count) != EMB_OK) return NULL;
    emb_net *net = emb__net_parse((const char *)bytes, count, path, options);
    emb__free(bytes);
    return net;
}

/* "encoder.3" or "fc2", as the state dict has it; to be freed. */
static char *name_of(const emb__spec *spec, const emb__layer_spec *layer) {
    emb__text text = {0};
    if (*layer->name) {
        emb__text_bytes(&text, layer->name, strcspn(layer->name, " "));
    } else {
        emb__text_add(&text, "%s.%s", spec->parts[layer->part], layer->path);
    }
    return text.bytes;
}

/* A class's latent is one of its arguments, or stands in two of its layers: which, if `net`, the
 * class as it is, says so. */
static void refuse_latent(const char *path, int latent, const emb_net *net) {
    int made = 0, taken = 1;
    const bool two = net && net->spec.part_count == 2;
    const emb__layer_spec *to = two ? emb__latent_end(&net->spec, 0, true, &made) : NULL;
    const emb__layer_spec *from = two ? emb__latent_end(&net->spec, 1, false, &taken) : NULL;
    const bool seen = to && from && made == taken;
    char *encoder = seen ? name_of(&net->spec, to) : NULL;
    char *decoder = seen ? name_of(&net->spec, from) : NULL;
    if (encoder && decoder) {
        emb__fail(EMB_ERR_ARGUMENT,
                  "%s: latent %d is for notations; a class's arguments are set by their names, as "
                  "in --set latent_dim=%d; the %d that it has stands in %s %s and in %s %s",
                  path, latent, latent, made, encoder, to->kind->name, decoder, from->kind->name);
    } else {
        emb__fail(EMB_ERR_ARGUMENT,
                  "%s: latent %d is for notations; a class's arguments are set by their names, as "
                  "in --set latent_dim=%d",
                  path, latent, latent);
    }
    emb__free(encoder);
    emb__free(decoder);
}

static emb_net *read_class(const char *path, emb__notebook *code, const emb_net_options *options) {
    if (!options || options->latent == 0) return emb__net_read_class(path, code, options);
    emb_net_options own = *options;
    own.latent = 0;
    emb_net *net = emb__net_read_class(path, code, &own);
    refuse_latent(path, options->latent, net);
    emb_net_free(net);
    return NULL;
}

static emb_net *open_python(const char *path, const emb_net_options *options) {
    uint8_t *bytes;
    size_t count;
    if (emb__file_load(path, EMB__PYTHON_BYTES, &bytes, &count) != EMB_OK) return NULL;
    emb__notebook code = {.text = (char *)bytes, .length = count};
    emb_net *net = read_class(path, &code, options);
    emb__free(bytes);
    return net;
}

static emb_net *open_notebook(const char *path, const emb_net_options *options) {
    uint8_t *bytes;
    size_t count;
    emb__notebook code;
    if (emb__file_load(path, EMB__NOTEBOOK_BYTES, &bytes, &count) != EMB_OK) return NULL;
    const emb_status status = emb__notebook_read(path, (char *)bytes, count, &code);
    emb__free(bytes);
    if (status != EMB_OK) return NULL;
    emb_net *net = read_class(path, &code, options);
    emb__notebook_clear(&code);
    return net;
}

static emb_net *import_model(const char *path, const emb_import_options *options) {
    if (options && (options->code || options->part)) {
        emb__fail(EMB_ERR_ARGUMENT,
                  "%s: is not an ONNX model; code and part are only for ONNX models", path);
        return NULL;
    }
    if (!options || !options->notation) return emb__model_open(path);
    emb_net_options network = {.class_name = options->class_name, .set = options->set};
    memcpy(network.input, options->input, sizeof network.input);
    emb_net *net = emb_net_open(options->notation, &network);
    if (!net || emb_net_load(net, path) == EMB_OK) return net;
    emb_net_free(net);
    return NULL;
}

static emb_net *import_onnx(const char *path, const emb_import_options *options) {
    if (!options || !options->notation) return emb__onnx_import(path, options);
    emb__fail(EMB_ERR_ARGUMENT,
              "%s: is an ONNX model, which says its layers itself; a notation is "
              "for state dicts",
              path);
    return NULL;
}

static bool looks_pickled(const uint8_t *head, size_t count, size_t file_size) {
    (void)file_size;
    return emb__safetensors_pickled(head, count);
}

/* ---- the formats ----------------------------------------------------------------------------- */

typedef struct format {
    const char *ending; /* of a file whose bytes do not decide; NULL: none */
    /* Recognises the format by a file's first bytes and its size; NULL: only the ending decides. */
    bool (*looks)(const uint8_t *head, size_t count, size_t file_size);
    /* NULL: refused, ... */
    emb_net *(*open)(const char *path, const emb_net_options *options);
    emb_net *(*import)(const char *path, const emb_import_options *options);
    const char *refusal; /* ... with this text, which takes the path */
} format;

#define EMB__CLASS_REFUSAL                                                                         \
    E_("%s: is a class without weights; save the weights with save_file(model.state_dict(), ...) " \
       "and name the class with --notation")

/* Bytes are looked at before endings, each in this order. */
static const format formats[] = {
    {".safetensors", emb__safetensors_looks, open_model, import_model, NULL},
    {NULL, looks_pickled, NULL, NULL, EMB__SAFETENSORS_PICKLED},
    {".onnx", emb__onnx_looks, open_onnx, import_onnx, NULL},
    {".py", NULL, open_python, NULL, EMB__CLASS_REFUSAL},
    {".ipynb", NULL, open_notebook, NULL, EMB__CLASS_REFUSAL},
    {".net", NULL, open_notation, NULL,
     E_("%s: is text; expected a state dict (safetensors) or an ONNX model")},
};
enum { FORMATS = sizeof formats / sizeof *formats, TEXT = FORMATS - 1 };

/* None of these, and not text. */
static const format unknown = {NULL, NULL, NULL, NULL,
                               E_("%s: is neither a model (safetensors, ONNX), nor a notation "
                                  "(.net), nor a class (.py, .ipynb)")};

/* What is said of those that are something else. */
static const char *const others[EMB__FILE_KINDS] = {
    [EMB__FILE_PICTURE] = E_("%s: is a picture, where a network or a run belongs"),
    [EMB__FILE_ARRAY] = E_("%s: is an array (NPY, NPZ), where a network or a run belongs"),
    [EMB__FILE_IDX] =
        E_("%s: is a file of images or labels (IDX), where a network or a run belongs"),
    [EMB__FILE_HDF5] =
        E_("%s: is an HDF5 file, such as Keras writes; expected it as ONNX, by tf2onnx"),
};

static bool ends_with(const char *text, const char *end) {
    const size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

static const format *format_of(const char *path, const uint8_t *head, size_t count,
                               size_t file_size) {
    for (int i = 0; i < FORMATS; i++) {
        if (formats[i].looks && formats[i].looks(head, count, file_size)) return &formats[i];
    }
    for (int i = 0; i < FORMATS; i++) {
        if (formats[i].ending && ends_with(path, formats[i].ending)) return &formats[i];
    }
    return memchr(head, 0, count) ? &unknown : &formats[TEXT];
}

/* NULL if the file cannot be read. */
static const format *find_format(const char *path) {
    uint8_t head[HEAD];
    size_t held = 0;
    emb__file file;
    emb_status status = emb__file_open(&file, path);
    if (status == EMB_OK) status = emb__file_read(&file, head, HEAD, &held);
    const size_t size = file.size;
    emb__file_close(&file);
    return status == EMB_OK ? format_of(path, head, held, size) : NULL;
}

static void refuse(const format *found, const char *path) {
    const char *other = found == &unknown ? others[emb__file_kind_of(path)] : NULL;
    emb__fail(EMB_ERR_FORMAT, other ? other : found->refusal, path);
}

emb_net *emb_net_import(const char *path, const emb_import_options *options) {
    EMB__ENTER;
    if (!path || !*path) {
        emb__fail(EMB_ERR_ARGUMENT, "emb_net_import needs a file");
        return NULL;
    }
    const format *found = find_format(path);
    if (!found) return NULL;
    if (found->import) return found->import(path, options);
    refuse(found, path);
    return NULL;
}

/* ---- names ----------------------------------------------------------------------------------- */

static emb_net *open_file(const char *path, const emb_net_options *options) {
    const format *found = find_format(path);
    if (!found) return NULL;
    if (found->open) return found->open(path, options);
    refuse(found, path);
    return NULL;
}

static bool is_in(const char *folder, const char *name) {
    char *path = emb__path_join(folder, name);
    const bool is_there = path && emb__path_look(path) == EMB__PATH_FILE;
    emb__free(path);
    return is_there;
}

static void fail_folder(const char *folder) {
    if (is_in(folder, "run.json")) {
        emb__fail(EMB_ERR_IO,
                  "%s: is a run without a model (%s); embudo train --resume %s continues it",
                  folder, RUN_MODEL, folder);
    } else if (emb_images_parts(folder) > 0) {
        emb__fail(EMB_ERR_IO,
                  "%s: is a data set and holds no %s; expected a run's folder or a model file",
                  folder, RUN_MODEL);
    } else {
        emb__fail(EMB_ERR_IO, "%s: holds no %s; expected a run's folder or a model file", folder,
                  RUN_MODEL);
    }
}

/* A run's folder stands for the model in it. */
static emb_net *open_folder(const char *folder, const emb_net_options *options) {
    char *path = emb__path_join(folder, RUN_MODEL);
    if (!path) return NULL;
    emb_net *net = NULL;
    if (emb__path_look(path) == EMB__PATH_NONE) {
        fail_folder(folder);
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

const char *emb_net_builtin(size_t i) {
    for (const emb__builtin *b = emb__builtins; b->name; b++) {
        if (i-- == 0) return b->name;
    }
    return NULL;
}

static void fail_unknown(const char *name) {
    emb__text names = {0};
    emb__near_word near = {.typed = name, .length = strlen(name)};
    for (const emb__builtin *b = emb__builtins; b->name; b++) {
        emb__near_word_see(&near, b->name);
        emb__text_add(&names, "%s%s", names.length ? ", " : "", b->name);
    }
    if (emb_images_parts(name) > 0) {
        emb__fail(EMB_ERR_IO, "%s: is a data set, where a network or a run belongs", name);
    } else if (near.word) {
        emb__fail(EMB_ERR_IO,
                  "%s: no such file, and no network of that name is built in; did you mean %s?",
                  name, near.word);
    } else if (strchr(name, '/')) {
        emb__fail(EMB_ERR_IO, "%s: no such file and no such run; embudo runs lists the runs", name);
    } else {
        emb__fail(EMB_ERR_IO,
                  "%s: no such file, and no network of that name is built in; there is %s", name,
                  names.length ? names.bytes : _("none"));
    }
    emb__free(names.bytes);
}

emb_net *emb_net_open(const char *name, const emb_net_options *options) {
    EMB__ENTER;
    if (!emb__net_options_fit(options)) return NULL;
    if (!name || !*name) {
        emb__fail(EMB_ERR_ARGUMENT, "emb_net_open needs a file or the name of a network");
        return NULL;
    }
    emb__path_kind kind;
    const emb_status status = emb__path_find(name, &kind);
    if (status != EMB_OK || kind == EMB__PATH_FILE || kind == EMB__PATH_OTHER) {
        return open_file(name, options); /* it says what is wrong with the file */
    }
    /* A folder that happens to have a network's name does not hide the network. */
    const emb__builtin *builtin = find_builtin(name);
    if (builtin) return emb__net_parse(builtin->text, strlen(builtin->text), name, options);
    if (kind == EMB__PATH_FOLDER) return open_folder(name, options);
    fail_unknown(name);
    return NULL;
}
