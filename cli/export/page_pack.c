/* See page_pack.h. */
#include "export/page_pack.h"

#include <math.h>
#include <stdlib.h>

/* Number i's byte b, whatever the machine's order of bytes. */
static uint8_t byte_of(const void *values, size_t i, size_t size, size_t b) {
    if (size == 1) return ((const uint8_t *)values)[i];
    if (size == 2) return (uint8_t)(((const uint16_t *)values)[i] >> (8 * b));
    return (uint8_t)(((const uint32_t *)values)[i] >> (8 * b));
}

/* 13 bits are two of 91 letters, for 91 * 91 is a bit more than 2^13: an eighth less than base64
 * takes. They are what ASCII prints but for the quotation mark and the backslash, which JSON needs,
 * and "<", which HTML does. Six or fewer bits at the end are one letter. */
enum { LETTERS = 91, BITS = 13, FEW = 6 };

static void add_letters(cli_text *out, const uint8_t *bytes, size_t count) {
    char letters[LETTERS], *text = cli_alloc(count / BITS * 16 + 32);
    size_t known = 0, used = 0;
    uint32_t bits = 0;
    int held = 0;
    for (int c = '!'; c <= '~'; c++) {
        if (c != '"' && c != '\\' && c != '<') letters[known++] = (char)c;
    }
    for (size_t i = 0; i <= count; i++) {
        if (i < count) bits |= (uint32_t)bytes[i] << held;
        held += i < count ? 8 : 0;
        if (held < BITS && (i < count || held == 0)) continue;
        const uint32_t pair = bits & ((1 << BITS) - 1);
        text[used++] = letters[pair % LETTERS];
        if (held > FEW) text[used++] = letters[pair / LETTERS];
        bits >>= BITS;
        held -= BITS;
    }
    cli_text_bytes(out, text, used);
    free(text);
}

emb_status cli_pack_add(cli_text *out, const char *key, const void *values, size_t count,
                        size_t size) {
    uint8_t *planes = cli_alloc(count * size + 1), *packed;
    size_t packed_count;
    for (size_t b = 0; b < size; b++) {
        for (size_t i = 0; i < count; i++) planes[b * count + i] = byte_of(values, i, size, b);
    }
    const emb_status status = emb_deflate(planes, count * size, &packed, &packed_count);
    free(planes);
    if (status != EMB_OK) return status;
    cli_text_add(out, ",\n\"%s\":\"", key);
    add_letters(out, packed, packed_count);
    cli_text_add(out, "\"");
    free(packed);
    return EMB_OK;
}

enum { STEPS = 65535 };

/* The least and the largest of a column. */
static void box_of(const float *values, size_t count, size_t length, size_t k, double box[2]) {
    box[0] = box[1] = (double)values[k];
    for (size_t i = 0; i < count; i++) {
        const double x = (double)values[i * length + k];
        if (x < box[0]) box[0] = x;
        if (x > box[1]) box[1] = x;
    }
}

static void add_box(cli_text *out, const char *key, const double *values, size_t length) {
    cli_text_add(out, "\"%s\":[", key);
    for (size_t k = 0; k < length; k++) cli_text_add(out, "%s%.17g", k > 0 ? "," : "", values[k]);
    cli_text_add(out, "]");
}

emb_status cli_pack_add_positions(cli_text *out, const char *key, const float *values, size_t count,
                                  size_t length) {
    double *low = cli_alloc(2 * length * sizeof *low), *step = low + length;
    uint16_t *at = cli_alloc(count * length * sizeof *at);
    for (size_t k = 0; k < length; k++) {
        double box[2];
        box_of(values, count, length, k, box);
        low[k] = box[0];
        step[k] = (box[1] - box[0]) / STEPS;
        for (size_t i = 0; i < count; i++) {
            const double x = (double)values[i * length + k] - low[k];
            at[k * count + i] = step[k] > 0 ? (uint16_t)lround(x / step[k]) : 0;
        }
    }
    cli_text_add(out, ",\n\"%s\":{", key);
    add_box(out, "low", low, length);
    cli_text_add(out, ",");
    add_box(out, "step", step, length);
    const emb_status status = cli_pack_add(out, "at", at, count * length, sizeof *at);
    cli_text_add(out, "}");
    free(low);
    free(at);
    return status;
}
