/* A data set: uint8 pixels, in memory or in a store, or float32 numbers, and perhaps labels.
 *
 * Owns: the arrays and the limits on them. Does not own: files (data/dataset.c, data/store.h), and
 * the layout of a batch in blocks of 16. */
#ifndef EMB_DATA_IMAGES_H
#define EMB_DATA_IMAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "data/store.h"
#include "embudo/data.h"

/* A split's indices are uint32_t, and PyTorch's randperm draws 32 bits for each. */
enum { EMB__MAX_IMAGES = 0x7fffffff };
/* Bytes of all pixels together: 64 GiB. */
#define EMB__MAX_PIXEL_BYTES ((uint64_t)1 << 36)

/* Bytes are in `pixels` or in `store`; numbers that are not bytes in `values`. One of the three is
 * not NULL. */
struct emb_images {
    size_t count;
    int shape[3];      /* channels, height, width */
    uint8_t *pixels;   /* [count][C][H][W] */
    float *values;     /* [count][C][H][W] */
    emb__store *store; /* rows of C*H*W bytes; shared */
    uint32_t *order;   /* [count]: image i is row order[i] of the store; NULL: row i */
    uint8_t *labels;   /* [count], or NULL */
    char **names;      /* [name_count], of the classes; or NULL */
    int name_count;
    char *notes;        /* on how they were read, a line each; NULL: none */
    int rows;           /* numbers of a row, if these were rows without a shape; or 0 */
    bool channels_last; /* the file had them as [N][H][W][C] */
    bool has_pixels;    /* it is known which numbers are black and white; always so for bytes */
    double black, white;
    emb_pictures pictures; /* how they were made; channels 0: not of pictures */
    bool has_sum;          /* the CRC-32 of `pixels` is known, from their file */
    uint32_t sum;
    size_t drawn_from; /* images before holdout.c took these; 0: it did not */
};

/* Numbers of an image, C*H*W. */
size_t emb__images_size(const emb_images *images);

/* The number that a byte stands for; with black 0 and white 1, as torchvision's ToTensor. */
float emb__pixel_number(uint8_t byte, double black, double white);

/* The bytes of image i, [C][H][W], in memory, or read into scratch[C*H*W], which may be NULL if
 * `images` has no store that streams. Images that are not float32. */
const uint8_t *emb__images_bytes(const emb_images *images, size_t i, uint8_t *scratch);
/* Room for the scratch of emb__images_bytes, to be freed with emb__free. *good becomes false
 * without memory; NULL if none is needed. */
uint8_t *emb__images_scratch(const emb_images *images, bool *good);
/* Gives images of a store their order, if they have none. False without memory. */
bool emb__images_order(emb_images *images);
/* EMB_OK if all bytes that were asked for could be read. */
emb_status emb__images_check_read(const emb_images *images);

/* row[C*H*W] = image i; bytes become numbers by `black` and `white`. */
void emb__images_row(const emb_images *images, size_t i, double black, double white, float *row);

/* EMB_OK if the `count` images that `indices` picks exist (NULL: the first `count`). The text names
 * the one that does not. */
emb_status emb__images_have(const emb_images *images, const uint32_t *indices, size_t count);

/* Whether no byte reaches an eighth of 255: white is then another number than 255. */
bool emb__images_are_dark(const emb_images *images);

/* As emb_images_like_mnist, with what went wrong. */
emb_status emb__images_laid(const emb_images *images, bool *like_mnist);
/* As emb_images_range, for the float images that `indices` picks (NULL: the first `count`). */
void emb__images_span(const emb_images *images, const uint32_t *indices, size_t count, double *low,
                      double *high);

/* Checks 1 <= count <= EMB__MAX_IMAGES, each side in 1..EMB_MAX_SIZE, C*H*W <= EMB_MAX_ELEMENTS and
 * the product of all against EMB__MAX_PIXEL_BYTES and size_t; *bytes is that product. The text says
 * what is too large. */
emb_status emb__images_check(size_t count, const int shape[3], size_t *bytes);

/* A data set around arrays from emb__alloc or emb__realloc, which it takes over on success and on
 * failure. `labels` may be NULL. The sizes must have passed emb__images_check. */
emb_images *emb__images_adopt(uint8_t *pixels, uint8_t *labels, size_t count, const int shape[3]);
/* The same around rows of a store, an owner of which it takes over; `order` as in emb_images. */
emb_images *emb__images_of_store(emb__store *store, uint32_t *order, uint8_t *labels, size_t count,
                                 const int shape[3]);

#endif
