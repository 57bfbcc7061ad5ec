/* The IDX reader. See idx.h. */
#include "data/idx.h"
#include "base/translate.h"

#include <string.h>

#include "base/memory.h"
#include "codec/crc.h"
#include "codec/gzip.h"
#include "data/channels.h"
#include "data/image_notes.h"

enum {
    U8 = 0x08,
    MAX_RANK = 4,         /* of images with channels */
    FIRST_ROOM = 1 << 18, /* bytes allocated before the content is seen */
};

typedef struct idx_header {
    int rank;
    size_t d[MAX_RANK];
} idx_header;

/* The format's types; pixels and labels are u8. */
static const char *type_name(uint8_t type) {
    static const struct {
        uint8_t type;
        const char *name;
    } types[] = {{U8, "u8"},    {0x09, "i8"},  {0x0B, "i16"},
                 {0x0C, "i32"}, {0x0D, "f32"}, {0x0E, "f64"}};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (types[i].type == type) return types[i].name;
    }
    return NULL;
}

/* Exactly `want` bytes of the header, of which `before` have been read. */
static emb_status read_header(emb__stream *stream, const char *path, uint8_t *bytes, size_t want,
                              size_t before) {
    size_t got;
    emb_status status = emb__stream_read(stream, bytes, want, &got);
    if (status == EMB_OK && got < want) {
        status = emb__fail(EMB_ERR_FORMAT, "%s: ends inside its IDX header, after %zu bytes", path,
                           before + got);
    }
    return status;
}

static emb_status check_magic(const char *path, const uint8_t magic[4]) {
    if (magic[0] != 0 || magic[1] != 0) {
        return emb__fail(EMB_ERR_FORMAT, "%s: is not an IDX file: begins %02x %02x, expected 00 00",
                         path, magic[0], magic[1]);
    }
    if (magic[2] == U8) return EMB_OK;
    const char *name = type_name(magic[2]);
    if (name) {
        return emb__fail(EMB_ERR_FORMAT, "%s: holds %s (0x%02X), expected u8 (0x08)", path, name,
                         magic[2]);
    }
    return emb__fail(EMB_ERR_FORMAT, "%s: type 0x%02X is not one of IDX's, expected u8 (0x08)",
                     path, magic[2]);
}

/* The first four bytes, and as many dimensions as they say. `expected` is the caller's wording,
 * since the caller knows what the file is for. */
static emb_status read_dimensions(emb__stream *stream, const char *path, int least, int most,
                                  const char *expected, idx_header *header) {
    uint8_t bytes[4];
    emb_status status = read_header(stream, path, bytes, 4, 0);
    if (status == EMB_OK) status = check_magic(path, bytes);
    if (status != EMB_OK) return status;
    header->rank = bytes[3];
    if (header->rank < least || header->rank > most) {
        return emb__fail(EMB_ERR_FORMAT,
                         header->rank == 1 ? E_("%s: has %d dimension, expected %s")
                                           : E_("%s: has %d dimensions, expected %s"),
                         path, header->rank, _(expected));
    }
    for (int i = 0; i < header->rank; i++) {
        status = read_header(stream, path, bytes, 4, 4 + 4 * (size_t)i);
        if (status != EMB_OK) return status;
        header->d[i] = (size_t)bytes[0] << 24 | (size_t)bytes[1] << 16 | (size_t)bytes[2] << 8 |
                       (size_t)bytes[3];
        if (header->d[i] == 0) {
            return emb__fail(EMB_ERR_FORMAT, "%s: dimension %d of %d is 0, expected at least 1",
                             path, i + 1, header->rank);
        }
    }
    return EMB_OK;
}

static emb_status ends_early(const char *path, size_t held, size_t claimed) {
    return emb__fail(EMB_ERR_FORMAT,
                     "%s: ends after %zu of the %zu bytes that its header announces", path, held,
                     claimed);
}

static emb_status has_more(const char *path, size_t claimed) {
    return emb__fail(EMB_ERR_FORMAT, "%s: has more than the %zu bytes that its header announces",
                     path, claimed);
}

/* Checks through a small window that the content has as many bytes as announced. Counting stops
 * after `most` bytes. Afterwards the stream is at its beginning again. */
static emb_status count_content(emb__stream *stream, const char *path, size_t header_bytes,
                                size_t claimed, size_t most) {
    enum { WINDOW = 1 << 16 };
    uint8_t *window = emb__alloc(WINDOW);
    emb_status status = window ? emb__stream_rewind(stream) : EMB_ERR_MEMORY;
    size_t held = 0, got = WINDOW;
    while (status == EMB_OK && got == WINDOW && held <= header_bytes + claimed && held <= most) {
        status = emb__stream_read(stream, window, WINDOW, &got);
        held += got;
    }
    if (status == EMB_OK && held > header_bytes + claimed) {
        status = has_more(path, claimed);
    } else if (status == EMB_OK && got == WINDOW) {
        status = emb__fail(EMB_ERR_FORMAT,
                           "%s: does not hold the %zu bytes that its header announces: its last "
                           "bytes say otherwise",
                           path, claimed);
    } else if (status == EMB_OK && held < header_bytes + claimed) {
        status = ends_early(path, held - header_bytes, claimed);
    }
    if (status == EMB_OK) status = emb__stream_rewind(stream);
    emb__free(window);
    return status;
}

/* The size of a gzipped file's content is counted before it is kept in memory, unless it can be
 * believed: its last bytes agree, and the file is neither small nor compressed extremely well. */
static emb_status check_held(emb__stream *stream, const char *path, size_t header_bytes,
                             size_t claimed) {
    enum { QUICK = 1 << 24 };
    const size_t packed = emb__stream_packed(stream);
    uint32_t length = 0;
    if (packed == SIZE_MAX) return EMB_OK;
    emb_status status = emb__stream_length(stream, &length);
    if (status != EMB_OK) return status;
    const bool agrees = length == (uint32_t)(header_bytes + claimed);
    if (agrees && emb__unpacks_at_once(packed, claimed)) return EMB_OK;
    status = count_content(stream, path, header_bytes, claimed, agrees ? SIZE_MAX : QUICK);
    uint8_t header[4 + 4 * MAX_RANK];
    size_t got;
    return status == EMB_OK ? emb__stream_read(stream, header, header_bytes, &got) : status;
}

/* Reads exactly `claimed` bytes, after which the content must end. A gzipped file has passed
 * check_held: its bytes have room at once. */
static emb_status read_body(emb__stream *stream, const char *path, size_t claimed,
                            uint8_t **result) {
    const bool checked = emb__stream_packed(stream) != SIZE_MAX;
    size_t room = checked || claimed < FIRST_ROOM ? claimed : FIRST_ROOM, held = 0, got = 0;
    uint8_t *bytes = emb__realloc(NULL, room), extra;
    if (!bytes) return emb__fail_prefix(EMB_ERR_MEMORY, "%s: ", path);
    emb_status status;
    for (;;) {
        status = emb__stream_read(stream, bytes + held, room - held, &got);
        held += got;
        if (status != EMB_OK || held < room || room == claimed) break;
        room = room > claimed / 2 ? claimed : room * 2;
        uint8_t *grown = emb__realloc(bytes, room);
        if (!grown) {
            status = emb__fail_prefix(EMB_ERR_MEMORY, "%s: ", path);
            break;
        }
        bytes = grown;
    }
    if (status == EMB_OK && held < claimed) {
        status = ends_early(path, held, claimed);
    }
    if (status == EMB_OK) status = emb__stream_read(stream, &extra, 1, &got);
    if (status == EMB_OK && got > 0) {
        status = has_more(path, claimed);
    }
    if (status == EMB_OK) status = emb__stream_check(stream);
    if (status != EMB_OK) {
        emb__free(bytes);
        return status;
    }
    *result = bytes;
    return EMB_OK;
}

static emb_status read_labels_header(emb__stream *stream, const char *path, size_t *count) {
    idx_header header = {0};
    emb_status status =
        read_dimensions(stream, path, 1, 1, N_("1 (a label for each image)"), &header);
    if (status == EMB_OK && header.d[0] > EMB__MAX_IMAGES) {
        status = emb__fail(EMB_ERR_FORMAT, "%s: announces %zu labels, expected at most %d", path,
                           header.d[0], EMB__MAX_IMAGES);
    }
    *count = header.d[0];
    return status;
}

emb_status emb__idx_labels(const char *path, uint8_t **labels, size_t *count) {
    size_t announced = 0;
    emb__stream *stream = emb__stream_open(path);
    if (!stream) return emb__last_status();
    emb_status status = read_labels_header(stream, path, &announced);
    if (status == EMB_OK) status = check_held(stream, path, 8, announced);
    if (status == EMB_OK) status = read_body(stream, path, announced, labels);
    emb__stream_close(stream);
    if (status == EMB_OK) *count = announced;
    return status;
}

/* As in array_images.c. */
static bool has_channels_last(const idx_header *header) {
    enum { MOST = 4 };
    return header->rank == 4 && header->d[3] <= MOST && header->d[1] > MOST;
}

/* From [N][H][W], [N][C][H][W] or [N][L] to the images' shape and bytes; if the channels are last,
 * the shape is {H, W, C}. */
static emb_status image_shape(const char *path, const idx_header *header, int shape[3],
                              size_t *bytes) {
    const size_t *d = header->d;
    const size_t sides[3] = {header->rank == 3 ? 1 : d[1],
                             header->rank == 2 ? 1 : d[header->rank - 2],
                             header->rank == 2 ? 1 : d[header->rank - 1]};
    static const char *const names[3] = {N_("channels"), N_("height"), N_("width")};
    for (int i = 0; i < 3; i++) {
        if (sides[i] > EMB_MAX_SIZE) {
            return emb__fail(EMB_ERR_FORMAT, "%s: announces images of %s %zu, expected at most %d",
                             path, _(names[i]), sides[i], EMB_MAX_SIZE);
        }
        shape[i] = (int)sides[i];
    }
    if (emb__images_check(header->d[0], shape, bytes) != EMB_OK) {
        return emb__fail_prefix(EMB_ERR_FORMAT, "%s: announces ", path);
    }
    return EMB_OK;
}

static emb_status read_images_header(emb__stream *stream, const char *path, idx_header *header,
                                     int shape[3], size_t *bytes) {
    emb_status status =
        read_dimensions(stream, path, 2, MAX_RANK,
                        N_("3 (N, H, W) or 4 (N, C, H, W) of images, or 2 (N, L)"), header);
    return status == EMB_OK ? image_shape(path, header, shape, bytes) : status;
}

static emb_status differ(const char *labels_path, size_t labels, const char *path, size_t images) {
    return emb__fail(EMB_ERR_FORMAT, "%s: holds %zu labels, but %s announces %zu images",
                     labels_path, labels, path, images);
}

/* The images' own sum, from the file's, once it has been read. */
static bool pixel_sum(const emb__stream *stream, const idx_header *header, size_t bytes,
                      uint32_t *sum) {
    uint8_t head[4 + 4 * MAX_RANK] = {0, 0, U8, (uint8_t)header->rank};
    uint32_t all;
    for (int i = 0; i < 4 * header->rank; i++) {
        head[4 + i] = (uint8_t)(header->d[i / 4] >> (24 - 8 * (i % 4)));
    }
    if (!emb__stream_sum(stream, &all)) return false;
    *sum = emb__crc_rest(all, emb__crc(0, head, 4 + 4 * (size_t)header->rank), bytes);
    return true;
}

static emb_status read_images(emb__stream *stream, const char *path, size_t label_count,
                              const char *labels_path, idx_header *header, int shape[3],
                              uint8_t **pixels, size_t *size) {
    size_t bytes = 0;
    emb_status status = read_images_header(stream, path, header, shape, &bytes);
    if (status != EMB_OK) return status;
    if (labels_path && label_count != header->d[0]) {
        return differ(labels_path, label_count, path, header->d[0]);
    }
    *size = bytes;
    status = check_held(stream, path, 4 + 4 * (size_t)header->rank, bytes);
    return status == EMB_OK ? read_body(stream, path, bytes, pixels) : status;
}

emb_status emb__idx_agree(const char *labels_path, const char *images_path) {
    idx_header header = {0};
    int shape[3];
    size_t labels = 0, bytes;
    emb__stream *stream = emb__stream_open(labels_path);
    if (!stream) return emb__last_status();
    emb_status status = read_labels_header(stream, labels_path, &labels);
    emb__stream_close(stream);
    if (status != EMB_OK) return status;
    stream = emb__stream_open(images_path);
    if (!stream) return emb__last_status();
    status = read_images_header(stream, images_path, &header, shape, &bytes);
    emb__stream_close(stream);
    if (status != EMB_OK || labels == header.d[0]) return status;
    return differ(labels_path, labels, images_path, header.d[0]);
}

emb_images *emb__idx_images(const char *path, uint8_t *labels, size_t label_count,
                            const char *labels_path) {
    idx_header header = {0};
    int shape[3] = {0};
    uint8_t *pixels = NULL;
    size_t size = 0;
    uint32_t sum = 0;
    emb__stream *stream = emb__stream_open(path);
    const bool read = stream && read_images(stream, path, label_count, labels ? labels_path : NULL,
                                            &header, shape, &pixels, &size) == EMB_OK;
    const bool has_sum = read && pixel_sum(stream, &header, size, &sum);
    emb__stream_close(stream);
    if (!read) emb__free(labels);
    emb_images *images = read ? emb__images_adopt(pixels, labels, header.d[0], shape) : NULL;
    if (!images) return NULL;
    if (!has_channels_last(&header)) {
        images->has_sum = has_sum;
        images->sum = sum;
        return images;
    }
    if (emb__images_channels_first(images) == EMB_OK &&
        emb__images_note(images, "%s: [N, %zu, %zu, %zu] has its channels last; they are put first",
                         path, header.d[1], header.d[2], header.d[3]) == EMB_OK) {
        return images;
    }
    emb_images_free(images);
    return NULL;
}
