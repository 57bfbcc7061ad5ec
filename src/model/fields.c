/* See fields.h. */
#include "model/fields.h"

#include <inttypes.h>
#include <stdint.h>
#include <string.h>

#include "base/pairs.h"

/* ---- one kind each --------------------------------------------------------------------------- */

static void print_whole(const void *at, emb__text *out) {
    emb__text_add(out, "%d", *(const int *)at);
}
static void print_size(const void *at, emb__text *out) {
    emb__text_add(out, "%zu", *(const size_t *)at);
}
static void print_seed(const void *at, emb__text *out) {
    emb__text_add(out, "%" PRIu64, *(const uint64_t *)at);
}
static void print_flag(const void *at, emb__text *out) {
    emb__text_add(out, "%d", *(const bool *)at);
}
static void print_real(const void *at, emb__text *out) {
    emb__text_add(out, "%a", *(const double *)at);
}
static void print_float(const void *at, emb__text *out) {
    emb__text_add(out, "%a", (double)*(const float *)at);
}

static bool read_whole(const char *text, const char *name, void *at) {
    uint64_t x;
    bool negative;
    if (!emb__text_whole(text, name, INT32_MAX, &x, &negative)) return false;
    *(int *)at = negative ? -(int)x : (int)x;
    return true;
}
static bool read_size(const char *text, const char *name, void *at) {
    uint64_t x;
    if (!emb__text_whole(text, name, SIZE_MAX, &x, NULL)) return false;
    *(size_t *)at = (size_t)x;
    return true;
}
static bool read_seed(const char *text, const char *name, void *at) {
    return emb__text_whole(text, name, UINT64_MAX, at, NULL);
}
static bool read_flag(const char *text, const char *name, void *at) {
    uint64_t x;
    if (!emb__text_whole(text, name, 1, &x, NULL)) return false;
    *(bool *)at = x != 0;
    return true;
}
static bool read_real(const char *text, const char *name, void *at) {
    return emb_text_number(text, name, at);
}
static bool read_float(const char *text, const char *name, void *at) {
    double x;
    if (!emb_text_number(text, name, &x)) return false;
    *(float *)at = (float)x;
    return true;
}

static void print_loss(const void *at, emb__text *out) {
    for (const char *c = at; *c; c++) {
        if (*c != ' ') emb__text_add(out, "%c", *c);
    }
}
static bool read_loss(const char *text, const char *name, void *at) {
    size_t length;
    const char *value = emb_text_value(text, name, &length);
    if (!value || length >= EMB_LOSS_TEXT) return false;
    memcpy(at, value, length);
    ((char *)at)[length] = '\0';
    return true;
}

static const struct {
    void (*print)(const void *at, emb__text *out);
    bool (*read)(const char *text, const char *name, void *at);
    size_t bytes;
} kinds[] = {
    [EMB__FIELD_WHOLE] = {print_whole, read_whole, sizeof(int)},
    [EMB__FIELD_SIZE] = {print_size, read_size, sizeof(size_t)},
    [EMB__FIELD_SEED] = {print_seed, read_seed, sizeof(uint64_t)},
    [EMB__FIELD_FLAG] = {print_flag, read_flag, sizeof(bool)},
    [EMB__FIELD_REAL] = {print_real, read_real, sizeof(double)},
    [EMB__FIELD_FLOAT] = {print_float, read_float, sizeof(float)},
    [EMB__FIELD_LOSS] = {print_loss, read_loss, 1},
};

/* ---- all of them ----------------------------------------------------------------------------- */

static bool is_zero(const char *at, size_t bytes) {
    while (bytes > 0 && at[bytes - 1] == 0) bytes--;
    return bytes == 0;
}

void emb__fields_print(const emb__field *fields, size_t count, const void *from, emb__text *out) {
    for (size_t i = 0; i < count; i++) {
        const char *at = (const char *)from + fields[i].at;
        if (fields[i].optional && is_zero(at, kinds[fields[i].kind].bytes)) continue;
        emb__text_add(out, "%s%s=", out->length ? " " : "", fields[i].name);
        kinds[fields[i].kind].print(at, out);
    }
}

emb_status emb__fields_read(const emb__field *fields, size_t count, const char *text,
                            const char *path, const char *key, void *to) {
    for (size_t i = 0; i < count; i++) {
        const emb__field *f = &fields[i];
        size_t length;
        if (f->optional && !emb_text_value(text, f->name, &length)) continue;
        if (kinds[f->kind].read(text, f->name, (char *)to + f->at)) continue;
        return emb__fail(EMB_ERR_FORMAT, "%s: %s has no %s that is a number", path, key, f->name);
    }
    return EMB_OK;
}
