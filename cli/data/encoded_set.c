/* The codes of a data set. See encoded_set.h. */
#include "data/encoded_set.h"

#include <stdlib.h>
#include <string.h>

#include "core/message.h"
#include "core/progress.h"
#include "core/room.h"
#include "core/strings.h"

bool cli_codes_labelled(const emb_images *images, const char *dataset, bool test) {
    if (emb_images_classes(images) > 0) return true;
    cli_fail(test ? E_("%s: its test images have no labels; a classifier needs one for each image")
                  : E_("%s: has no labels; a classifier needs one for each image"),
             dataset);
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
    if (!cli_room_codes(net, count, NULL)) return false;
    cli_doing("encoding images");
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

bool cli_codes_agree(const emb_images *train, const emb_images *test, const char *dataset) {
    int a[3], b[3];
    emb_images_shape(train, a);
    emb_images_shape(test, b);
    const int classes = emb_images_classes(train), others = emb_images_classes(test);
    if (memcmp(a, b, sizeof a) != 0) {
        cli_fail("%s: the training images are %dx%dx%d, the test images %dx%dx%d; expected one "
                 "shape",
                 dataset, a[0], a[1], a[2], b[0], b[1], b[2]);
        return false;
    }
    if (others <= classes) return true;
    cli_fail(classes == 1
                 ? E_("%s: the test images have label %d, but the training images have %d class; "
                      "expected the same classes")
                 : E_("%s: the test images have label %d, but the training images have %d "
                      "classes; expected the same classes"),
             dataset, others - 1, classes);
    return false;
}
