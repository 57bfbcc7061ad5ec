/* The safetensors reader. See safetensors.h.
 *
 * The header's outer objects are walked here; each tensor's entry is then parsed by jansson.
 * Strings are unescaped in place: they never become longer. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/translate.h"
#include "codec/file.h"
#include "codec/file_kind.h"
#include "codec/json_string.h"
#include "codec/safetensors.h"

/* A whole model: 8 GiB. */
#define MAX_FILE ((size_t)((uint64_t)8 << 30 > SIZE_MAX ? SIZE_MAX : (uint64_t)8 << 30))

enum { FIRST_TENSORS = 64, FIRST_PAIRS = 16, FRAME = 10 };

typedef struct reader {
    emb__safetensors *file;
    const char *path;
    char *start, *at, *end; /* the header, and the reader's place in it */
    size_t buffer_bytes;
    size_t tensor_room, pair_room;
    bool has_metadata;
} reader;

static emb_status fail_at(const reader *r, const char *what) {
    return emb__fail(EMB_ERR_FORMAT, "%s: byte %zu of the header: %s", r->path,
                     (size_t)(r->at - r->start), _(what));
}

static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

static void skip_space(reader *r) {
    while (r->at < r->end && is_space(*r->at)) r->at++;
}

/* The next byte that is not a space, left in place; 0 at the end. */
static char peek(reader *r) {
    skip_space(r);
    return r->at < r->end ? *r->at : '\0';
}

/* The byte after the string whose opening quote is at `at`, or NULL. */
static char *string_end(char *at, const char *end) {
    for (at++; at < end; at++) {
        if (*at == '"') return at + 1;
        if (*at == '\\') at++;
    }
    return NULL;
}

/* The byte after the object that begins at `at`, or NULL. It is not yet known to be JSON. */
static char *object_end(char *at, const char *end) {
    int depth = 0;
    while (at < end) {
        if (*at == '"') {
            at = string_end(at, end);
            if (!at) return NULL;
            continue;
        }
        if (*at == '{' || *at == '[') depth++;
        if ((*at == '}' || *at == ']') && --depth == 0) return at + 1;
        at++;
    }
    return NULL;
}

/* Parses the bytes from the place to `stop`, and moves there. NULL with the error text set. */
static json_t *parse(reader *r, const char *stop) {
    json_error_t error;
    json_t *value = json_loadb(r->at, (size_t)(stop - r->at), JSON_REJECT_DUPLICATES, &error);
    if (value) {
        r->at += stop - r->at;
    } else if (json_error_code(&error) == json_error_out_of_memory) {
        emb__fail(EMB_ERR_MEMORY, "%s: out of memory for the header", r->path);
    } else {
        fail_at(r, error.text);
    }
    return value;
}

/* The string at the place, unescaped in place. */
static emb_status read_string(reader *r, const char **string) {
    if (peek(r) != '"') return fail_at(r, N_("expected a string"));
    char *begin = r->at, *stop = string_end(begin, r->end);
    if (!stop) return fail_at(r, N_("the string does not end"));
    if (stop - begin > EMB__SAFETENSORS_STRING) return fail_at(r, N_("the string is too long"));
    const char *wrong = emb__json_unescape(begin + 1, stop - 1);
    if (wrong) return fail_at(r, wrong);
    r->at = stop;
    *string = begin + 1;
    return EMB_OK;
}

/* Walks through {"key": value, ...}; `member` gets each key and reads its value. */
static emb_status walk(reader *r, emb_status (*member)(reader *r, const char *key)) {
    if (peek(r) != '{') return fail_at(r, N_("expected {"));
    r->at++;
    if (peek(r) == '}') {
        r->at++;
        return EMB_OK;
    }
    for (;;) {
        const char *key = "";
        emb_status status = read_string(r, &key);
        if (status != EMB_OK) return status;
        if (peek(r) != ':') return fail_at(r, N_("expected : after a name"));
        r->at++;
        status = member(r, key);
        if (status != EMB_OK) return status;
        char next = peek(r);
        if (next != ',' && next != '}') return fail_at(r, N_("expected , or }"));
        r->at++;
        if (next == '}') return EMB_OK;
    }
}

/* Room for one more row of a table that doubles up to `most` rows. */
static emb_status grow(reader *r, void **rows, size_t count, size_t *room, size_t row_bytes,
                       size_t first, size_t most, const char *what) {
    if (count < *room) return EMB_OK;
    if (count >= most) {
        return emb__fail(EMB_ERR_FORMAT, "%s: has more than %zu %s", r->path, most, _(what));
    }
    size_t fresh = *room ? *room * 2 : first;
    if (fresh > most) fresh = most;
    void *grown = emb__realloc(*rows, fresh * row_bytes);
    if (!grown) return emb__fail_prefix(EMB_ERR_MEMORY, "%s: ", r->path);
    *rows = grown;
    *room = fresh;
    return EMB_OK;
}

static emb_status read_pair(reader *r, const char *key) {
    emb__safetensors *file = r->file;
    if (emb__safetensors_value(file, key)) {
        return emb__fail(EMB_ERR_FORMAT, "%s: __metadata__ has two values for %s", r->path, key);
    }
    void *rows = file->pairs;
    emb_status status = grow(r, &rows, file->pair_count, &r->pair_room, sizeof *file->pairs,
                             FIRST_PAIRS, EMB__SAFETENSORS_PAIRS, N_("pairs in __metadata__"));
    file->pairs = rows;
    if (status != EMB_OK) return status;
    const char *value;
    status = read_string(r, &value);
    if (status != EMB_OK) return status;
    file->pairs[file->pair_count++] = (emb_pair){.key = key, .value = value};
    return EMB_OK;
}

static bool read_size(const json_t *value, size_t *size) {
    if (!json_is_integer(value) || json_integer_value(value) < 0) return false;
    if ((uint64_t)json_integer_value(value) > SIZE_MAX) return false;
    *size = (size_t)json_integer_value(value);
    return true;
}

static emb_status fail_tensor(const reader *r, const emb__stored *t, const char *what) {
    return emb__fail(EMB_ERR_FORMAT, "%s: tensor %s: %s", r->path, t->name, _(what));
}

bool emb__safetensors_of_norm(const char *name) {
    static const char *const ends[] = {"running_mean", "running_var", "num_batches_tracked"};
    const char *dot = strrchr(name, '.'), *last = dot ? dot + 1 : name;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        if (strcmp(last, ends[i]) == 0) return true;
    }
    return false;
}

static emb_status read_dtype(const reader *r, const json_t *value, emb__stored *t) {
    const char *name = json_string_value(value);
    if (!name) return fail_tensor(r, t, N_("dtype is not a string"));
    for (size_t i = 0; i < EMB__DTYPES; i++) {
        if (strcmp(name, emb__dtypes[i].name) != 0) continue;
        t->dtype = (emb__dtype)i;
        return EMB_OK;
    }
    if (emb__safetensors_of_norm(t->name)) {
        return emb__fail(EMB_ERR_FORMAT, EMB__SAFETENSORS_OF_NORM, r->path, t->name);
    }
    return emb__fail(EMB_ERR_FORMAT, "%s: tensor %s: holds %s, expected F32, F16, BF16 or F64",
                     r->path, t->name, name);
}

/* The shape, and the product of its dimensions. */
static emb_status read_shape(const reader *r, const json_t *value, emb__stored *t) {
    if (!json_is_array(value)) return fail_tensor(r, t, N_("shape is not a list"));
    if (json_array_size(value) > EMB__SAFETENSORS_RANK) {
        return emb__fail(EMB_ERR_FORMAT, "%s: tensor %s: has %zu dimensions, expected at most %d",
                         r->path, t->name, json_array_size(value), EMB__SAFETENSORS_RANK);
    }
    t->rank = (int)json_array_size(value);
    t->count = 1;
    for (int i = 0; i < t->rank; i++) {
        if (!read_size(json_array_get(value, (size_t)i), &t->shape[i])) {
            return fail_tensor(r, t, N_("shape holds something other than whole numbers from 0"));
        }
        if (!emb__mul(t->count, t->shape[i], &t->count)) {
            return fail_tensor(r, t, N_("the product of its shape is too large"));
        }
    }
    return EMB_OK;
}

/* The offsets, which must enclose as many bytes as the shape's numbers take. */
static emb_status read_offsets(const reader *r, const json_t *value, emb__stored *t) {
    if (json_array_size(value) != 2 || !read_size(json_array_get(value, 0), &t->begin) ||
        !read_size(json_array_get(value, 1), &t->end)) {
        return fail_tensor(r, t, N_("data_offsets are not two whole numbers from 0"));
    }
    if (t->begin > t->end || t->end > r->buffer_bytes) {
        return emb__fail(EMB_ERR_FORMAT,
                         "%s: tensor %s: data_offsets %zu, %zu do not lie in the %zu bytes of data",
                         r->path, t->name, t->begin, t->end, r->buffer_bytes);
    }
    size_t bytes;
    if (!emb__mul(t->count, emb__dtypes[t->dtype].bytes, &bytes) || bytes != t->end - t->begin) {
        char shape[EMB__STORED_SHAPE_TEXT];
        return emb__fail(EMB_ERR_FORMAT, "%s: tensor %s: has %zu bytes, which are not %s of %s",
                         r->path, t->name, t->end - t->begin, emb__safetensors_shape(t, shape),
                         emb__dtypes[t->dtype].name);
    }
    return EMB_OK;
}

static emb_status read_entry(const reader *r, const json_t *entry, emb__stored *t) {
    if (json_object_size(entry) != 3) {
        return fail_tensor(r, t, N_("expected dtype, shape and data_offsets, and nothing else"));
    }
    emb_status status = read_dtype(r, json_object_get(entry, "dtype"), t);
    if (status == EMB_OK) status = read_shape(r, json_object_get(entry, "shape"), t);
    if (status == EMB_OK) status = read_offsets(r, json_object_get(entry, "data_offsets"), t);
    return status;
}

/* A member of the header: a tensor, or the metadata. */
static emb_status read_member(reader *r, const char *key) {
    emb__safetensors *file = r->file;
    if (strcmp(key, "__metadata__") == 0) {
        if (r->has_metadata) return fail_at(r, N_("a second __metadata__"));
        r->has_metadata = true;
        return walk(r, read_pair);
    }
    if (peek(r) != '{') return fail_at(r, N_("expected a tensor's {"));
    const char *stop = object_end(r->at, r->end);
    if (!stop) return fail_at(r, N_("the tensor's { does not end"));
    if (stop - r->at > EMB__SAFETENSORS_ENTRY)
        return fail_at(r, N_("the tensor's entry is too long"));
    void *rows = file->tensors;
    emb_status status = grow(r, &rows, file->tensor_count, &r->tensor_room, sizeof *file->tensors,
                             FIRST_TENSORS, EMB__SAFETENSORS_TENSORS, N_("tensors"));
    file->tensors = rows;
    if (status != EMB_OK) return status;
    json_t *entry = parse(r, stop);
    if (!entry) return emb__last_status();
    emb__stored *t = &file->tensors[file->tensor_count++];
    *t = (emb__stored){.name = key};
    status = read_entry(r, entry, t);
    json_decref(entry);
    return status;
}

static int by_name(const void *a, const void *b) {
    const emb__stored *s = a, *t = b;
    return strcmp(s->name, t->name);
}

static int by_place(const void *a, const void *b) {
    const emb__stored *s = a, *t = b;
    if (s->begin != t->begin) return s->begin < t->begin ? -1 : 1;
    if (s->end != t->end) return s->end < t->end ? -1 : 1;
    return strcmp(s->name, t->name); /* empty tensors at one place: any fixed order */
}

/* Checks that no name occurs twice and that the tensors cover the buffer from its first byte to its
 * last. */
static emb_status check_all(const reader *r) {
    emb__stored *t = r->file->tensors;
    size_t count = r->file->tensor_count, at = 0;
    if (count > 0) qsort(t, count, sizeof *t, by_name);
    for (size_t i = 1; i < count; i++) {
        if (strcmp(t[i - 1].name, t[i].name) == 0)
            return fail_tensor(r, &t[i], N_("is there twice"));
    }
    if (count > 0) qsort(t, count, sizeof *t, by_place);
    for (size_t i = 0; i < count; at = t[i++].end) {
        if (t[i].begin == at) continue;
        return emb__fail(EMB_ERR_FORMAT,
                         "%s: tensor %s: begins at byte %zu of the data, expected %zu", r->path,
                         t[i].name, t[i].begin, at);
    }
    if (at != r->buffer_bytes) {
        return emb__fail(EMB_ERR_FORMAT, "%s: has %zu bytes after the last tensor", r->path,
                         r->buffer_bytes - at);
    }
    return EMB_OK;
}

/* What is said of other files, which take their path. */
static const char *const others[EMB__FILE_KINDS] = {
    [EMB__FILE_PICTURE] = E_("%s: is a picture, not a model (safetensors)"),
    [EMB__FILE_ARRAY] = E_("%s: is an array (NPY, NPZ), not a model (safetensors)"),
    [EMB__FILE_IDX] = E_("%s: is a file of images or labels (IDX), not a model (safetensors)"),
    [EMB__FILE_NOTATION] = E_("%s: is a network without weights, not a model (safetensors)"),
    [EMB__FILE_HDF5] = E_("%s: is an HDF5 file, such as Keras writes, not a model (safetensors)"),
};

/* Checks the first eight bytes and the header's place. `bytes` has the first ten bytes of the file,
 * or all if its `count` is less. */
static emb_status check_frame(reader *r, const uint8_t *bytes, size_t count, size_t *header) {
    if (count < FRAME) {
        return emb__fail(EMB_ERR_FORMAT, "%s: has %zu bytes, too few for a safetensors file",
                         r->path, count);
    }
    uint64_t n = 0;
    for (int i = 7; i >= 0; i--) n = n << 8 | bytes[i];
    if (n > count - 8) {
        const char *other = others[emb__file_kind_of(r->path)];
        if (emb__safetensors_pickled(bytes, FRAME)) other = EMB__SAFETENSORS_PICKLED;
        if (other) return emb__fail(EMB_ERR_FORMAT, other, r->path);
        return emb__fail(EMB_ERR_FORMAT,
                         "%s: is not a safetensors file, or cut short: the header would have %llu "
                         "bytes, the file has %zu",
                         r->path, (unsigned long long)n, count);
    }
    if (n > EMB__SAFETENSORS_HEADER) {
        return emb__fail(EMB_ERR_FORMAT, "%s: the header has %llu bytes, expected at most %d",
                         r->path, (unsigned long long)n, EMB__SAFETENSORS_HEADER);
    }
    if (n < 2 || bytes[8] != '{') {
        return emb__fail(EMB_ERR_FORMAT, "%s: is not a safetensors file: no { at byte 8", r->path);
    }
    *header = (size_t)n;
    return EMB_OK;
}

/* Reads the header, file->bytes[8, 8 + header), of a file of `count` bytes. */
static emb_status read_header(reader *r, size_t header, size_t count) {
    emb__safetensors *file = r->file;
    r->start = r->at = (char *)file->bytes + 8;
    r->end = r->start + header;
    file->data = 8 + header;
    r->buffer_bytes = count - file->data;
    emb_status status = walk(r, read_member);
    if (status == EMB_OK && (peek(r), r->at < r->end)) {
        status = fail_at(r, N_("something follows the last }"));
    }
    return status == EMB_OK ? check_all(r) : status;
}

emb_status emb__safetensors_parse(uint8_t *bytes, size_t count, const char *name,
                                  emb__safetensors *file) {
    *file = (emb__safetensors){.bytes = bytes};
    reader r = {.file = file, .path = name};
    size_t header = 0;
    emb_status status = check_frame(&r, bytes, count, &header);
    if (status == EMB_OK) status = read_header(&r, header, count);
    if (status != EMB_OK) emb__safetensors_clear(file);
    return status;
}

/* bytes[count] from the file's beginning. */
static emb_status read_first(const emb__file *file, uint8_t *bytes, size_t count) {
    size_t got;
    emb_status status = emb__file_read_at(file, 0, bytes, count, &got);
    if (status == EMB_OK) status = emb__file_check(file);
    if (status != EMB_OK || got == count) return status;
    return emb__fail(EMB_ERR_IO, "%s: became shorter while it was read", file->path);
}

static emb_status read_open(reader *r) {
    emb__safetensors *file = r->file;
    const size_t size = file->file.size;
    uint8_t frame[FRAME];
    size_t header = 0;
    emb_status status = emb__file_fits(&file->file, MAX_FILE);
    if (status == EMB_OK) status = read_first(&file->file, frame, size < FRAME ? size : FRAME);
    if (status == EMB_OK) status = check_frame(r, frame, size, &header);
    if (status != EMB_OK) return status;
    file->bytes = emb__alloc(8 + header + 1);
    if (!file->bytes) return emb__fail_prefix(EMB_ERR_MEMORY, "%s: ", r->path);
    status = read_first(&file->file, file->bytes, 8 + header);
    file->bytes[8 + header] = 0;
    return status == EMB_OK ? read_header(r, header, size) : status;
}

emb_status emb__safetensors_read(const char *path, emb__safetensors *file) {
    *file = (emb__safetensors){0};
    emb_status status = emb__file_open(&file->file, path);
    if (status != EMB_OK) return status;
    file->open = true;
    reader r = {.file = file, .path = path};
    status = read_open(&r);
    if (status != EMB_OK) emb__safetensors_clear(file);
    return status;
}
