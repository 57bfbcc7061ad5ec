/* The codes of a data set, with their labels: from these a classifier on codes learns. */
#ifndef CLI_ENCODED_SET_H
#define CLI_ENCODED_SET_H

#include <stdbool.h>

#include <embudo.h>

typedef struct cli_codes {
    size_t count;
    int length;
    float *values;   /* [count][length] */
    uint8_t *labels; /* [count] */
} cli_codes;

/* Each takes image indices[i] for i < count (indices NULL: the first `count`). False, with the
 * error printed and nothing to free, on failure, such as images without labels. */
bool cli_codes_encode(cli_codes *codes, emb_net *net, const emb_images *images,
                      const uint32_t *indices, size_t count, int threads);
bool cli_codes_project(cli_codes *codes, const emb_pca *pca, const emb_images *images,
                       const uint32_t *indices, size_t count, int threads);

/* The same as a data set; NULL with the error printed. */
emb_images *cli_codes_images(const cli_codes *codes);

/* A zeroed one is accepted. */
void cli_codes_free(cli_codes *codes);

/* False, with the error printed, if the images have no labels. `dataset` and `what` ("has", or "its
 * test images have") are for the message. */
bool cli_codes_labelled(const emb_images *images, const char *dataset, bool test);

/* Whether the test images have the training images' shape and classes: asked before anything is
 * trained. False with the error printed. */
bool cli_codes_agree(const emb_images *train, const emb_images *test, const char *dataset);

#endif
