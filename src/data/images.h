/* A data set in memory: uint8 pixels or float32 numbers, and perhaps labels.
 *
 * Owns: the two arrays and the limits on them. Does not own: files (data/dataset.c), and the
 * layout of a batch in blocks of 16. */
#ifndef EMB_DATA_IMAGES_H
#define EMB_DATA_IMAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/* A split's indices are uint32_t, and PyTorch's randperm draws 32 bits for each. */
enum { EMB__MAX_IMAGES = 0x7fffffff };
/* Bytes of all pixels together: 64 GiB. */
#define EMB__MAX_PIXEL_BYTES ((uint64_t)1 << 36)

struct emb_images {
    size_t count;
    int shape[3];    /* channels, height, width */
    uint8_t *pixels; /* [count][C][H][W], or NULL if there are values */
    float *values;   /* [count][C][H][W], or NULL if there are pixels */
    uint8_t *labels; /* [count], or NULL */
    char **names;    /* [name_count], of the classes; or NULL */
    int name_count;
    char *notes;        /* on how they were read, a line each; NULL: none */
    bool channels_last; /* the file had them as [N][H][W][C] */
    bool has_pixels;    /* it is known which numbers are black and white; always so for bytes */
    double black, white;
    size_t drawn_from; /* images before holdout.c took these; 0: it did not */
};

/* The number that a byte stands for; with black 0 and white 1, as torchvision's ToTensor. */
float emb__pixel_number(uint8_t byte, double black, double white);

/* row[C*H*W] = image i; bytes become numbers by `black` and `white`. */
void emb__images_row(const emb_images *images, size_t i, double black, double white, float *row);

/* EMB_OK if the `count` images that `indices` picks exist (NULL: the first `count`). The text names
 * the one that does not. */
emb_status emb__images_have(const emb_images *images, const uint32_t *indices, size_t count);

/* Whether no byte reaches an eighth of 255: white is then another number than 255. */
bool emb__images_are_dark(const emb_images *images);

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

#endif
