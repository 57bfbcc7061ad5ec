/* Pieces of work on codes, and on what is alike. See pieces.h. */
#include <string.h>

#include "base/memory.h"
#include "embudo.h"
#include "support/pieces.h"

enum { IMAGES = PIECE_IMAGES };

/* Codes of all images, and an index of lists among them. */
bool piece_search(test_sha *result) {
    static const int near = 5;
    uint32_t nearest[IMAGES * 5];
    float codes[IMAGES * 2], distances[IMAGES * 5];
    emb_net *net = emb_net_open("model.safetensors", NULL);
    emb_images *images = emb_images_open("data", EMB_TRAIN);
    const bool known =
        net && images && emb_net_encode_images(net, images, NULL, IMAGES, codes, 2) == EMB_OK;
    bool good = known;
    for (size_t exact = 0; exact <= 9 && good; exact += 9) {
        emb_neighbours *index = emb_neighbours_new(codes, IMAGES, 2, exact, 2);
        good = index &&
               emb_neighbours_find(index, codes, IMAGES, near, nearest, distances, 2) == EMB_OK;
        if (good) test_sha_add(result, nearest, sizeof nearest);
        if (good) test_sha_add(result, distances, sizeof distances);
        emb_neighbours_free(index);
    }
    emb_images_free(images);
    emb_net_free(net);
    return good;
}

bool piece_cluster(test_sha *result) {
    static const emb_clusters_options starts = {.starts = 2, .threads = 2};
    float codes[IMAGES * 2], centres[4 * 2];
    uint32_t of[IMAGES];
    double silhouette, inertia;
    emb_net *net = emb_net_open("model.safetensors", NULL);
    emb_images *images = emb_images_open("data", EMB_TRAIN);
    const bool good =
        net && images && emb_net_encode_images(net, images, NULL, IMAGES, codes, 2) == EMB_OK &&
        emb_codes_cluster(codes, IMAGES, 2, 4, &starts, of, centres, &inertia) == EMB_OK &&
        emb_codes_silhouette(codes, IMAGES, 2, of, 4, 2, &silhouette) == EMB_OK;
    if (good) {
        test_sha_add(result, of, sizeof of);
        test_sha_add(result, centres, sizeof centres);
        test_sha_add(result, &silhouette, sizeof silhouette);
    }
    emb_images_free(images);
    emb_net_free(net);
    return good;
}

/* Pictures that are there twice, by pixels and codes. */
bool piece_alike(test_sha *result) {
    static const emb_alike_options two = {.threads = 2};
    float codes[2 * IMAGES * 2], likeness[2 * IMAGES];
    uint32_t first[2 * IMAGES];
    emb_net *net = emb_net_open("model.safetensors", NULL);
    emb_images *images = emb_images_open("data", EMB_TRAIN);
    emb_images *twice = images ? emb_images_join(images, images) : NULL;
    const bool good =
        net && twice &&
        emb_net_encode_images(net, twice, NULL, sizeof first / sizeof *first, codes, 2) == EMB_OK &&
        emb_images_alike(twice, NULL, sizeof first / sizeof *first, codes, 2, &two, first, likeness,
                         NULL, NULL) == EMB_OK;
    if (good) {
        test_sha_add(result, first, sizeof first);
        test_sha_add(result, likeness, sizeof likeness);
    }
    emb_images_free(twice);
    emb_images_free(images);
    emb_net_free(net);
    return good;
}

/* Of each picture the one that differs least from it. */
bool piece_nearest(test_sha *result) {
    uint32_t nearest[IMAGES];
    double mse[IMAGES];
    emb_images *images = emb_images_open("data", EMB_TRAIN);
    const bool good =
        images && emb_images_nearest(images, NULL, 0, images, NULL, 0, nearest, mse, 2) == EMB_OK;
    if (good) test_sha_add(result, nearest, sizeof nearest);
    if (good) test_sha_add(result, mse, sizeof mse);
    emb_images_free(images);
    return good;
}

/* Two parts of a folder of pictures, joined: decoded into memory. */
bool piece_join(test_sha *result) {
    static const emb_open_options none = {
        .no_cache = true, .threads = 1, .pictures = {.channels = 1, .height = 3, .width = 4}};
    emb_images *train = emb_images_open_part("photos", EMB_TRAIN, &none);
    emb_images *test = train ? emb_images_open_part("photos", EMB_TEST, &none) : NULL;
    emb_images *both = test ? emb_images_join(train, test) : NULL;
    for (size_t i = 0; both && i < emb_images_count(both); i++) {
        const char *name = emb_images_file(both, i);
        test_sha_add(result, name, strlen(name) + 1);
    }
    emb_images_free(both);
    emb_images_free(test);
    emb_images_free(train);
    return both;
}

/* A codebook is trained, its use is measured, and codes are drawn. */
bool piece_codebook(test_sha *result) {
    static const char text[] = "input = 1, 6, 6\n"
                               "encoder = Sequential(Conv2d(1, 2, 2, 2), VectorQuantizer(3, 2))\n"
                               "decoder = Sequential(ConvTranspose2d(2, 1, 2, 2), Sigmoid())\n";
    const emb_train_options options = {.batch_size = 20, .val_split = 0.5, .threads = 2};
    float codes[3 * 18];
    emb_epoch epoch;
    emb_measured measured;
    emb_net *net = emb_net_parse(text, "codebook", NULL);
    emb_images *images = emb_images_open("data", EMB_TRAIN);
    emb_run *run = net && images ? emb_run_new(net, images, &options) : NULL;
    bool good = run && emb_run_epoch(run, &epoch) == EMB_OK &&
                emb_net_measure(net, images, NULL, 0, NULL, &measured) == EMB_OK;
    emb_run_free(run);
    emb_sampler *sampler = good ? emb_sampler_new(net, images, NULL, 0, 5, 2) : NULL;
    good = sampler && emb_sampler_draw(sampler, 0, 3, codes) == EMB_OK;
    for (int i = 0; good && i < measured.measure_count; i++) {
        test_sha_add(result, &measured.measures[i].value, sizeof measured.measures[i].value);
    }
    if (good) test_sha_add(result, codes, sizeof codes);
    emb_sampler_free(sampler);
    emb_images_free(images);
    emb_net_free(net);
    return good;
}

/* A model as bytes, opened from them and loaded. */
bool piece_bytes(test_sha *result) {
    uint8_t *bytes = NULL;
    size_t count = 0;
    emb_net *net = emb_net_open("model.safetensors", NULL);
    const bool kept = net && emb_net_save_bytes(net, NULL, 0, &bytes, &count) == EMB_OK;
    emb_net *opened = kept ? emb_net_open_bytes(bytes, count, NULL) : NULL;
    const bool good = opened && emb_net_load_bytes(opened, bytes, count, NULL) == EMB_OK;
    if (good) test_sha_add(result, bytes, count);
    if (good) test_sha_weights(result, opened);
    emb__free(bytes); /* which the tests count */
    emb_net_free(opened);
    emb_net_free(net);
    return good;
}
