/* PGM and PPM, as text (P2, P3) or as bytes (P5, P6), 8 and 16 bit. See picture_file.h.
 *
 * Only the first picture of a file that holds several is read. */
#include <string.h>

#include "base/memory.h"
#include "codec/picture_file.h"

typedef struct reader {
    const emb__picture_file *file;
    size_t at;
} reader;

static bool is_space(uint8_t c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

static emb_status cut_short(const emb__picture_file *file) {
    return emb__fail(EMB_ERR_FORMAT, "%s: ends too early", file->path);
}

/* The next number, after spaces and comments, in 0..most. */
static emb_status read_number(reader *r, uint32_t most, uint32_t *number) {
    const uint8_t *bytes = r->file->bytes;
    const size_t count = r->file->count;
    for (bool comment = false;
         r->at < count && (comment || is_space(bytes[r->at]) || bytes[r->at] == '#'); r->at++) {
        comment = bytes[r->at] == '#' || (comment && bytes[r->at] != '\n');
    }
    if (r->at == count) return cut_short(r->file);
    const size_t first = r->at;
    uint64_t value = 0;
    for (; r->at < count && bytes[r->at] >= '0' && bytes[r->at] <= '9'; r->at++) {
        value = value * 10 + (uint64_t)(bytes[r->at] - '0');
        if (value > most) {
            return emb__fail(EMB_ERR_FORMAT, "%s: byte %zu: a number above %lu", r->file->path,
                             first, (unsigned long)most);
        }
    }
    if (r->at == first) {
        return emb__fail(EMB_ERR_FORMAT, "%s: byte %zu: expected a number", r->file->path, first);
    }
    *number = (uint32_t)value;
    return EMB_OK;
}

static uint8_t to_byte(uint32_t value, uint32_t most) {
    return (uint8_t)((value * 255 + most / 2) / most);
}

static emb_status read_text(reader *r, size_t count, uint32_t most, uint8_t *row) {
    emb_status status = EMB_OK;
    for (size_t i = 0; i < count && status == EMB_OK; i++) {
        uint32_t value = 0;
        status = read_number(r, most, &value);
        row[i] = to_byte(value, most);
    }
    return status;
}

/* Big-endian numbers. emb__picture_begin has checked that they are all there. */
static emb_status read_bytes(reader *r, size_t count, uint32_t most, uint8_t *row) {
    const size_t size = most > 255 ? 2 : 1;
    for (size_t i = 0; i < count; i++, r->at += size) {
        const uint8_t *from = r->file->bytes + r->at;
        const uint32_t value = size == 2 ? (uint32_t)from[0] << 8 | from[1] : from[0];
        if (value > most) {
            return emb__fail(EMB_ERR_FORMAT, "%s: byte %zu: a number above %lu", r->file->path,
                             r->at, (unsigned long)most);
        }
        row[i] = to_byte(value, most);
    }
    return EMB_OK;
}

static emb_status read_rows(reader *r, bool text, uint32_t most, emb__fit *fit) {
    const size_t count = fit->width * (size_t)fit->samples;
    uint8_t *row = emb__alloc(count);
    if (!row) return emb__fail_prefix(EMB_ERR_MEMORY, "%s: ", r->file->path);
    emb_status status = EMB_OK;
    for (size_t y = 0; y < fit->height && status == EMB_OK; y++) {
        status = (text ? read_text : read_bytes)(r, count, most, row);
        if (status == EMB_OK) emb__fit_row(fit, row);
    }
    emb__free(row);
    return status;
}

/* The header's numbers, up to where the pixels begin. */
static emb_status read_header(reader *r, emb__picture_info *info, uint32_t *most) {
    const emb__picture_file *file = r->file;
    uint32_t width = 0, height = 0;
    emb_status status = read_number(r, UINT32_MAX, &width);
    if (status == EMB_OK) status = read_number(r, UINT32_MAX, &height);
    if (status == EMB_OK) status = read_number(r, 65535, most);
    if (status != EMB_OK) return status;
    if (*most == 0) {
        emb__fail(EMB_ERR_FORMAT, "%s: its greatest value is 0", file->path);
        return EMB_ERR_FORMAT;
    }
    if (r->at == file->count || !is_space(file->bytes[r->at])) return cut_short(file);
    r->at++;                                          /* one space, then the bytes begin */
    info->channels = file->bytes[1] % 3 == 2 ? 1 : 3; /* '2' and '5', '3' and '6' */
    info->bits = *most > 255 ? 16 : 8;
    info->height = height;
    info->width = width;
    return EMB_OK;
}

emb_status emb__pnm_probe(const emb__picture_file *file, emb__picture_info *info) {
    reader r = {.file = file, .at = 2};
    uint32_t most = 0;
    return read_header(&r, info, &most);
}

emb_status emb__pnm_read(const emb__picture_file *file, emb__fit *fit) {
    reader r = {.file = file, .at = 2};
    const bool text = file->bytes[1] < '5';
    uint32_t most = 0;
    emb_status status = read_header(&r, &fit->info, &most);
    if (status != EMB_OK) return status;
    /* A number written as text takes at least a digit and, except for the last one, a space. */
    const size_t left = file->count - r.at, value_bytes = text || most > 255 ? 2 : 1;
    const int channels = fit->info.channels;
    status = emb__picture_begin(file, fit, channels, fit->info.height, fit->info.width,
                                (left + text) / (value_bytes * (size_t)channels));
    return status == EMB_OK ? read_rows(&r, text, most, fit) : status;
}

emb_status emb__pnm_print(const char *path, const uint8_t *pixels, const int shape[3],
                          emb__text *bytes) {
    *bytes = (emb__text){0};
    if ((shape[0] != 1 && shape[0] != 3) || shape[1] < 1 || shape[2] < 1) {
        return emb__fail(EMB_ERR_SHAPE, "%s: a picture of %dx%dx%d: expected 1 or 3 channels", path,
                         shape[0], shape[1], shape[2]);
    }
    const size_t channels = (size_t)shape[0], height = (size_t)shape[1], width = (size_t)shape[2];
    const size_t row_bytes = width * channels;
    uint8_t *row = emb__alloc(row_bytes);
    if (!row) return EMB_ERR_MEMORY;
    emb__text_add(bytes, "P%c\n%zu %zu\n255\n", channels == 3 ? '6' : '5', width, height);
    for (size_t y = 0; y < height && !bytes->failed; y++) {
        for (size_t i = 0; i < row_bytes; i++) {
            row[i] = pixels[(i % channels * height + y) * width + i / channels];
        }
        emb__text_bytes(bytes, row, row_bytes);
    }
    emb__free(row);
    if (!bytes->failed) return EMB_OK;
    emb__free(bytes->bytes);
    *bytes = (emb__text){0};
    return EMB_ERR_MEMORY;
}
