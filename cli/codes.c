/* The codes of a data set. See codes.h. */
#include "codes.h"

#include <stdlib.h>

#include "message.h"
#include "text.h"

bool cli_codes_labelled(const emb_images *images, const char *dataset) {
    if (emb_images_classes(images) > 0) return true;
    cli_fail("%s: has no labels; a classifier needs one for each image", dataset);
    return false;
}

static void begin(cli_codes *codes, int length, const emb_images *images, const uint32_t *indices,
                  size_t count) {
    *codes = (cli_codes){.count = count, .length = length};
    codes->values = cli_alloc(count * (size_t)length * sizeof *codes->values);
    codes->labels = cli_alloc(count);
    for (size_t i = 0; i < count; i++) {
        codes->labels[i] = (uint8_t)emb_images_label(images, indices ? indices[i] : i);
    }
}

static bool end(cli_codes *codes, emb_status status) {
    if (status == EMB_OK) return true;
    cli_fail("%s", emb_error());
    cli_codes_free(codes);
    return false;
}

bool cli_codes_encode(cli_codes *codes, emb_net *net, const emb_images *images,
                      const uint32_t *indices, size_t count, int threads) {
    begin(codes, emb_net_latent(net), images, indices, count);
    return end(codes, emb_net_encode_images(net, images, indices, count, codes->values, threads));
}

bool cli_codes_project(cli_codes *codes, const emb_pca *pca, const emb_images *images,
                       const uint32_t *indices, size_t count, int threads) {
    begin(codes, emb_pca_count(pca), images, indices, count);
    return end(codes, emb_pca_encode(pca, images, indices, count, codes->values, threads));
}

emb_images *cli_codes_images(const cli_codes *codes) {
    const int shape[3] = {codes->length, 1, 1};
    emb_images *images = emb_images_new_float(codes->values, codes->labels, codes->count, shape);
    if (!images) cli_fail("%s", emb_error());
    return images;
}

void cli_codes_free(cli_codes *codes) {
    free(codes->values);
    free(codes->labels);
    *codes = (cli_codes){0};
}
