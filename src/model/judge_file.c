/* What was learned about usual errors, as a safetensors file. See judge.h.
 *
 * Tensors, all F32: mean [D], vectors [K, D], lessened [K], numbers [4] (base, least, most, unit),
 * validation [EMB_UNUSUAL_KINDS, N] and training [EMB_UNUSUAL_KINDS, T], each row sorted, and with
 * a network codes [M, L].
 * __metadata__: embudo.unusual = "version=2 weights=HEX net=0|1 validated=0|1". */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/entry.h"
#include "base/memory.h"
#include "base/text.h"
#include "codec/safetensors.h"
#include "model/judge.h"

#define KEY "embudo.unusual"
enum { TENSORS = 7, TEXT = 96 };

static void describe(const emb_unusual *u, char text[TEXT]) {
    snprintf(text, TEXT, "version=2 weights=%016" PRIx64 " net=%d validated=%d", u->weights,
             u->uses_net, u->is_validated);
}

static emb_tensor_info tensor(const char *name, size_t rows, size_t columns, const float *values) {
    emb_tensor_info info = {.name = name, .rank = rows > 0 ? 2 : 1, .values = values};
    info.shape[0] = (int)(rows > 0 ? rows : columns);
    info.shape[1] = (int)(rows > 0 ? columns : 0);
    info.count = rows > 0 ? rows * columns : columns;
    return info;
}

emb_status emb_unusual_save(const emb_unusual *unusual, const char *path) {
    EMB__ENTER;
    const emb_unusual *u = unusual;
    const float numbers[4] = {u->base, u->least, u->most, u->unit};
    emb_tensor_info *tensors = emb__calloc(TENSORS, sizeof *tensors);
    if (!tensors) return EMB_ERR_MEMORY;
    tensors[0] = tensor("mean", 0, u->size, u->mean);
    tensors[1] = tensor("vectors", u->count, u->size, u->vectors);
    tensors[2] = tensor("lessened", 0, u->count, u->lessened);
    tensors[3] = tensor("numbers", 0, 4, numbers);
    tensors[4] = tensor("validation", EMB_UNUSUAL_KINDS, u->validated, u->validation);
    tensors[5] = tensor("training", EMB_UNUSUAL_KINDS, u->trained, u->training);
    tensors[6] = tensor("codes", u->code_count, u->latent, u->codes);
    const size_t count = u->uses_net ? TENSORS : TENSORS - 1;
    char text[TEXT];
    emb__text header = {0};
    describe(u, text);
    const emb_pair pair = {KEY, text};
    emb_status status = emb__safetensors_header(tensors, count, &pair, 1, &header);
    if (status == EMB_OK) status = emb__safetensors_write(path, &header, tensors, count);
    emb__free(header.bytes);
    emb__free(tensors);
    return status;
}

/* ---- reading --------------------------------------------------------------------------------- */

typedef struct reading {
    const emb__safetensors *file;
    const char *path;
    emb_status status;
} reading;

static void refuse(reading *r, const char *name) {
    if (r->status != EMB_OK) return;
    r->status = emb__fail(EMB_ERR_FORMAT,
                          "%s: %s is missing, or has another shape or other "
                          "numbers than belong there; remove the file to have it "
                          "made again",
                          r->path, name);
}

/* A tensor of `rank` dimensions; a size that is 0 becomes the tensor's. NULL on failure. */
static float *take(reading *r, const char *name, int rank, size_t *rows, size_t *columns) {
    const emb__stored *stored = r->status == EMB_OK ? emb__safetensors_find(r->file, name) : NULL;
    if (!stored || stored->rank != rank || stored->count == 0) {
        refuse(r, name);
        return NULL;
    }
    const size_t of[2] = {rank == 2 ? stored->shape[0] : 1, stored->shape[rank - 1]};
    if ((*rows && *rows != of[0]) || (*columns && *columns != of[1])) {
        refuse(r, name);
        return NULL;
    }
    *rows = of[0];
    *columns = of[1];
    /* Without a network most kinds have no number. */
    const bool may_lack = *rows == EMB_UNUSUAL_KINDS && rank == 2;
    float *values = emb__calloc(stored->count, sizeof *values);
    r->status = values ? emb__safetensors_values(r->file, stored, values) : EMB_ERR_MEMORY;
    for (size_t i = 0; r->status == EMB_OK && i < stored->count; i++) {
        if (!isfinite(values[i]) && !may_lack) refuse(r, name);
    }
    return values;
}

/* Rows of numbers in order, all there are if the network is used; else the first row's. */
static void check_rows(reading *r, const emb_unusual *u, const char *name, const float *values,
                       size_t count) {
    for (size_t k = 0; k < EMB_UNUSUAL_KINDS; k++, values += count) {
        const bool there = k == EMB_UNUSUAL_SCORE || u->uses_net;
        for (size_t i = 0; i < count; i++) {
            if (there ? !isfinite(values[i]) || (i > 0 && values[i] < values[i - 1])
                      : !isnan(values[i])) {
                refuse(r, name);
            }
        }
    }
}

static void take_all(reading *r, emb_unusual *u, size_t latent) {
    size_t one = 1, four = 4, kinds = EMB_UNUSUAL_KINDS;
    u->mean = take(r, "mean", 1, &one, &u->size);
    u->vectors = take(r, "vectors", 2, &u->count, &u->size);
    u->lessened = take(r, "lessened", 1, &one, &u->count);
    u->validation = take(r, "validation", 2, &kinds, &u->validated);
    u->training = take(r, "training", 2, &kinds, &u->trained);
    if (r->status == EMB_OK) check_rows(r, u, "validation", u->validation, u->validated);
    if (r->status == EMB_OK) check_rows(r, u, "training", u->training, u->trained);
    float *numbers = take(r, "numbers", 1, &one, &four);
    if (numbers && r->status == EMB_OK) {
        u->base = numbers[0];
        u->least = numbers[1];
        u->most = numbers[2];
        u->unit = numbers[3];
        if (!(u->base > 0 && u->least > 0 && u->most >= u->least && u->unit > 0))
            refuse(r, "numbers");
    }
    emb__free(numbers);
    if (!u->uses_net || r->status != EMB_OK) return;
    u->latent = latent;
    u->codes = take(r, "codes", 2, &u->code_count, &u->latent);
}

emb_unusual *emb_unusual_open(const char *path, const emb_net *net) {
    EMB__ENTER;
    emb__safetensors file;
    char own[TEXT];
    if (emb__net_reconstructs(net) != EMB_OK) return NULL;
    if (emb__safetensors_read(path, &file) != EMB_OK) return NULL;
    emb_unusual *u = emb__calloc(1, sizeof *u);
    reading r = {.file = &file, .path = path, .status = u ? EMB_OK : EMB_ERR_MEMORY};
    const char *text = emb__safetensors_value(&file, KEY);
    bool known = false;
    for (int i = 0; u && text && i < 4 && !known; i++) {
        u->weights = emb__unusual_weights(net);
        u->uses_net = i & 1;
        u->is_validated = i & 2;
        describe(u, own);
        known = strcmp(text, own) == 0;
    }
    if (u && !text) refuse(&r, KEY);
    if (u && text && !known) {
        r.status = emb__fail(EMB_ERR_ARGUMENT,
                             "%s: belongs to another network, to other weights, or to another "
                             "version of embudo ('%.*s')",
                             path, EMB__CUT(text, TEXT));
    }
    if (u) u->size = emb__shape_count(&net->input);
    if (r.status == EMB_OK) take_all(&r, u, (size_t)emb_net_latent(net));
    emb__safetensors_clear(&file);
    if (r.status == EMB_OK) return u;
    emb_unusual_free(u);
    return NULL;
}
