/* See preprocessing_text.h. */
#include "model/preprocessing_text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define BYTES  "pixel=uint8 divide=255 layout=CHW"
#define FLOATS "pixel=float32"
#define LAYOUT " layout=CHW"

/* Appends " name=x" with as few digits as read back as the same double, or float. */
static void add(char *text, const char *name, double x, bool is_float) {
    char number[32];
    for (int digits = 9; digits <= 17; digits++) {
        snprintf(number, sizeof number, "%.*g", digits, x);
        const double read = strtod(number, NULL);
        if (read == x || (is_float && (float)read == (float)x)) break;
    }
    const size_t length = strlen(text);
    snprintf(text + length, EMB__PREPROCESSING_ROOM - length, " %s=%s", name, number);
}

void emb__preprocessing_print(const emb__origin *origin, char text[EMB__PREPROCESSING_ROOM]) {
    snprintf(text, EMB__PREPROCESSING_ROOM, "%s", origin->floats ? FLOATS : BYTES);
    if (!origin->floats) return;
    add(text, "low", origin->low, true);
    add(text, "high", origin->high, true);
    if (origin->has_pixels) {
        add(text, "black", origin->black, false);
        add(text, "white", origin->white, false);
    }
    const size_t length = strlen(text);
    snprintf(text + length, EMB__PREPROCESSING_ROOM - length, LAYOUT);
}

/* Past " name=x", x a number of float32; NULL where that is not what comes. */
static const char *take(const char *text, const char *name, double *x) {
    const size_t length = strlen(name);
    char *end;
    if (!text || *text != ' ' || strncmp(text + 1, name, length) != 0 || text[1 + length] != '=') {
        return NULL;
    }
    text += 2 + length;
    if (strspn(text, "+-.0123456789eE") != strcspn(text, " ")) return NULL;
    *x = strtod(text, &end);
    return end > text && isfinite((float)*x) ? end : NULL;
}

static bool read_floats(const char *text, emb__origin *o) {
    text = take(text + strlen(FLOATS), "low", &o->low);
    text = take(text, "high", &o->high);
    o->has_pixels = text && strcmp(text, LAYOUT) != 0;
    if (o->has_pixels) {
        text = take(text, "black", &o->black);
        text = take(text, "white", &o->white);
    }
    if (!text || strcmp(text, LAYOUT) != 0 || o->low > o->high) return false;
    return !o->has_pixels || (float)o->black < (float)o->white || (float)o->white < (float)o->black;
}

bool emb__preprocessing_read(const char *text, emb__origin *origin) {
    *origin = (emb__origin){0};
    if (strcmp(text, BYTES) == 0) return true;
    if (strncmp(text, FLOATS, strlen(FLOATS)) != 0) return false;
    origin->floats = true;
    return read_floats(text, origin);
}

emb_status emb__preprocessing_keep(emb_net *net, const emb__origin *origin) {
    char text[EMB__PREPROCESSING_ROOM];
    size_t at = 0;
    emb__preprocessing_print(origin, text);
    char *value = emb__strndup(text, strlen(text));
    while (at < net->metadata_count && strcmp(net->metadata[2 * at], EMB__PREPROCESSING_KEY) != 0) {
        at++;
    }
    if (value && at == net->metadata_count) {
        char **grown = emb__realloc(net->metadata, 2 * (at + 1) * sizeof *grown);
        char *key = emb__strndup(EMB__PREPROCESSING_KEY, strlen(EMB__PREPROCESSING_KEY));
        if (grown) net->metadata = grown;
        if (!grown || !key) {
            emb__free(key);
            emb__free(value);
            return EMB_ERR_MEMORY;
        }
        net->metadata[2 * at] = key;
        net->metadata[2 * at + 1] = NULL;
        net->metadata_count++;
    }
    if (!value) return EMB_ERR_MEMORY;
    emb__free(net->metadata[2 * at + 1]);
    net->metadata[2 * at + 1] = value;
    net->origin = *origin;
    return EMB_OK;
}
