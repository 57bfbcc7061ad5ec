/* See pieces.h. */
#include "support/pieces.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "codec/picture_formats.h"
#include "embudo.h"
#include "support/folder.h"

enum { IMAGES = PIECE_IMAGES, SIDE = 6, PIXELS = SIDE * SIDE, CODES = 3 };

static const char net_text[] =
    "input = 1, 6, 6\n"
    "encoder = Sequential(Conv2d(1, 2, 3, stride=2, padding=1), Tanh(), Flatten(), Linear(18, 2))\n"
    "decoder = Sequential(Linear(2, 18), ReLU(), Unflatten(1, (2, 3, 3)), ConvTranspose2d(2, 1, 3, "
    "stride=2, padding=1, output_padding=1), Sigmoid())\n";

static void add_images(test_sha *result, const emb_images *images) {
    float pixels[PIXELS];
    for (size_t i = 0; i < emb_images_count(images); i++) {
        const int label = emb_images_label(images, i);
        emb_images_float(images, i, pixels);
        test_sha_add(result, pixels, sizeof pixels);
        test_sha_add(result, &label, sizeof label);
    }
}

static bool load(test_sha *result, const char *where) {
    emb_images *images = emb_images_open(where, EMB_TRAIN);
    if (images) add_images(result, images);
    emb_images_free(images);
    return images;
}

static bool load_idx(test_sha *result) { return load(result, "data"); }
static bool load_npy(test_sha *result) { return load(result, "images.npy"); }
static bool load_npz(test_sha *result) { return load(result, "images.npz"); }

/* Channels that the file and channels that the network alone puts last; one-hot labels. */
static bool load_arrays(test_sha *result) {
    emb_net *net =
        emb_net_parse("input = 3, 1, 12\n"
                      "encoder = Sequential(Identity(1, a='b'), Flatten(), Linear(36, 1))\n",
                      "signals", NULL);
    emb_images *images = net ? emb_images_open("signals.npy", EMB_TRAIN) : NULL;
    const bool good = images && emb_images_fit(images, net) == EMB_OK;
    if (good) add_images(result, images);
    emb_images_free(images);
    emb_net_free(net);
    return good && load(result, "last.npy");
}

/* The test part that one array holds out, and what is left of it; a data set of three parts. */
static bool load_parts(test_sha *result) {
    static const emb_open_options options = {.test_split = 0.25, .seed = 3};
    static const struct {
        const char *where;
        emb_part part;
    } of[] = {{"images.npy", EMB_TRAIN},
              {"images.npz", EMB_TEST},
              {"parts", EMB_VAL},
              {"parts", EMB_TRAIN}};
    bool good = true;
    for (size_t i = 0; i < TEST_COUNT(of) && good; i++) {
        emb_images *images = emb_images_open_part(of[i].where, of[i].part, &options);
        char text[EMB_FINGERPRINT];
        good = images;
        if (good) {
            add_images(result, images);
            emb_images_fingerprint(images, text);
            test_sha_add(result, text, strlen(text));
        }
        emb_images_free(images);
    }
    return good;
}

static bool load_pictures(test_sha *result) {
    static const char *const paths[] = {"one.png", "two.pgm"};
    static const int shape[3] = {1, SIDE, SIDE};
    emb_images *images = emb_images_read(paths, 2, shape, NULL, NULL);
    if (images) add_images(result, images);
    emb_images_free(images);
    return images;
}

/* One of each format, some in the forms that take memory of their own. A build that lacks a library
 * goes without. */
static bool load_formats(test_sha *result) {
    static const char *const names[] = {"clear-grey.png",  "inks.jpg",    "clear.webp",
                                        "tiles-apart.tif", "palette.tif", "inside.gif",
                                        "interlaced.gif",  "runs8.bmp"};
    static const emb__picture_plan plan = {
        {3, 5, 7}, EMB__FIT_PAD, {200, 30, 90}, .upright = true, .reduced = true};
    uint8_t pixels[3 * 5 * 7];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        emb__picture_info info;
        emb_status status = emb__picture_probe(names[i], &info);
        if (status == EMB_OK) status = emb__picture_read(names[i], &plan, pixels, NULL);
        if (status == EMB_ERR_MISSING) continue;
        if (status != EMB_OK) return false;
        test_sha_add(result, pixels, sizeof pixels);
    }
    return true;
}

static bool write_formats(test_sha *result) {
    static const uint8_t pixels[3 * 20 * 30] = {1, 2, 3, 255, 7};
    static const int shape[3] = {3, 20, 30};
    emb__text jpeg = {0}, ppm = {0};
    emb_status status = emb__jpeg_print("made.jpg", pixels, shape, 90, &jpeg);
    const bool lacks = status == EMB_ERR_MISSING;
    if (status == EMB_OK) status = emb_file_write("made.jpg", jpeg.bytes, jpeg.length);
    if (status == EMB_OK || lacks) status = emb__pnm_print("made.ppm", pixels, shape, &ppm);
    if (status == EMB_OK) status = emb_file_write("made.ppm", ppm.bytes, ppm.length);
    if (status == EMB_OK && !lacks) test_sha_add(result, jpeg.bytes, jpeg.length);
    if (status == EMB_OK) test_sha_add(result, ppm.bytes, ppm.length);
    emb__free(jpeg.bytes);
    emb__free(ppm.bytes);
    return status == EMB_OK;
}

static bool load_codes(test_sha *result) {
    emb_array codes;
    const bool good = emb_codes_read("codes.csv", 2, &codes) == EMB_OK;
    if (good) test_sha_add(result, codes.values, CODES * 2 * sizeof(float));
    emb_array_free(&codes);
    return good;
}

static bool open_net(test_sha *result, const char *name) {
    emb_net *net = emb_net_open(name, NULL);
    if (net) test_sha_weights(result, net);
    emb_net_free(net);
    return net;
}

static bool open_notation(test_sha *result) { return open_net(result, "net.net"); }
static bool open_model(test_sha *result) { return open_net(result, "model.safetensors"); }
static bool open_onnx(test_sha *result) { return open_net(result, "net.onnx"); }

static bool steps(emb_run *run, int count) {
    bool good = run;
    for (int i = 0; good && i < count; i++) {
        emb_epoch done;
        float loss;
        good = emb_run_step(run, &loss) == EMB_OK;
        if (good && emb_run_epoch_done(run)) good = emb_run_finish_epoch(run, &done) == EMB_OK;
    }
    return good;
}

static const emb_train_options options = {.batch_size = 9, .shuffle = true, .threads = 2};

/* Four steps make an epoch. */
bool piece_train(test_sha *result) {
    emb_images *images = emb_images_open("data", EMB_TRAIN);
    emb_net *net = emb_net_open("net.net", NULL);
    emb_run *run = emb_run_new(net, images, &options);
    bool good = steps(run, 5) && emb_run_save(run, "checkpoint.safetensors", NULL, 0) == EMB_OK;
    good = good && steps(run, 3) && emb_net_save(net, "trained.safetensors", NULL, 0) == EMB_OK;
    if (good) test_sha_weights(result, net);
    emb_run_free(run);
    emb_net_free(net);
    emb_images_free(images);
    return good;
}

static bool resume_from(test_sha *result, const char *path) {
    emb_images *images = emb_images_open("data", EMB_TRAIN);
    emb_net *net = emb_net_open(path, NULL);
    emb_run *run = net ? emb_run_resume(net, images, path, 2) : NULL;
    const bool good = run && steps(run, 8 - (int)emb_run_steps(run));
    if (good) test_sha_weights(result, net);
    emb_run_free(run);
    emb_net_free(net);
    emb_images_free(images);
    return good;
}

bool piece_resume(test_sha *result) { return resume_from(result, "checkpoint.safetensors"); }

static bool encode(test_sha *result) {
    float codes[CODES * 2], pixels[CODES * PIXELS];
    emb_net *net = emb_net_open("model.safetensors", NULL);
    emb_images *images = emb_images_open("data", EMB_TRAIN);
    bool good = net && images &&
                emb_net_encode_images(net, images, NULL, CODES, codes, 2) == EMB_OK &&
                emb_net_decode(net, codes, CODES, pixels, 2) == EMB_OK;
    const emb_codes table = {.count = CODES, .latent = 2, .values = codes};
    good = good && emb_codes_write(&table, "made.csv") == EMB_OK &&
           emb_codes_write(&table, "made.npy") == EMB_OK &&
           emb_codes_write(&table, "made.npz") == EMB_OK;
    if (good) {
        test_sha_add(result, codes, sizeof codes);
        test_sha_add(result, pixels, sizeof pixels);
    }
    emb_images_free(images);
    emb_net_free(net);
    return good;
}

static bool measure(test_sha *result) {
    emb_score score;
    double errors[IMAGES];
    emb_net *net = emb_net_open("model.safetensors", NULL);
    emb_images *images = emb_images_open("data", EMB_TRAIN);
    emb_pca *pca = images ? emb_pca_new(images, NULL, IMAGES, 2, 2) : NULL;
    const bool good = net && pca && emb_net_score(net, images, NULL, IMAGES, 2, &score) == EMB_OK &&
                      emb_net_errors(net, images, NULL, IMAGES, 2, errors) == EMB_OK;
    if (good) {
        test_sha_add(result, errors, sizeof errors);
        test_sha_add(result, &score.mse, sizeof score.mse);
        test_sha_add(result, emb_pca_vectors(pca), 2 * PIXELS * sizeof(float));
    }
    emb_pca_free(pca);
    emb_images_free(images);
    emb_net_free(net);
    return good;
}

static bool export(test_sha *result) {
    emb_net *net = emb_net_open("model.safetensors", NULL);
    emb_images *images = emb_images_open("data", EMB_TRAIN);
    emb_int8 *int8 = net && images ? emb_int8_new(net, images, NULL, IMAGES) : NULL;
    const emb_c_options plain = {.name = "plain"}, small = {.name = "small", .int8 = int8};
    const bool good = int8 && emb_net_export_onnx(net, "made.onnx", NULL) == EMB_OK &&
                      emb_net_export_c(net, ".", &plain, NULL) == EMB_OK &&
                      emb_net_export_c(net, ".", &small, NULL) == EMB_OK &&
                      emb_net_save(net, "made.safetensors", NULL, 0) == EMB_OK;
    (void)result;
    emb_int8_free(int8);
    emb_images_free(images);
    emb_net_free(net);
    return good;
}

/* Learns what is usual, keeps that, puts the verdict into a model and writes it out. */
static bool judge(test_sha *result) {
    double numbers[IMAGES * EMB_UNUSUAL_KINDS];
    uint32_t order[IMAGES];
    emb_verdict verdict;
    for (uint32_t i = 0; i < IMAGES; i++) order[i] = i;
    emb_net *net = emb_net_open("model.safetensors", NULL);
    emb_images *images = emb_images_open("data", EMB_TRAIN);
    emb_unusual *learned =
        net && images ? emb_unusual_new(net, images, order, IMAGES - 2, order + IMAGES - 2, 2, 2)
                      : NULL;
    emb_unusual *u = learned && emb_unusual_save(learned, "made-unusual.safetensors") == EMB_OK
                         ? emb_unusual_open("made-unusual.safetensors", net)
                         : NULL;
    const emb_onnx_options graph = {.verdict = &verdict};
    const emb_c_options source = {.name = "judge", .verdict = &verdict};
    const bool good = u && emb_unusual_score(u, net, images, NULL, 0, 2, numbers) == EMB_OK &&
                      emb_unusual_verdict(u, EMB_UNUSUAL_SCORE, 0.01, &verdict) == EMB_OK &&
                      emb_net_save(net, "made.safetensors", NULL, 0) == EMB_OK &&
                      emb_verdict_store(&verdict, net, "made.safetensors") == EMB_OK &&
                      emb_net_export_onnx(net, "made.onnx", &graph) == EMB_OK &&
                      emb_net_export_c(net, ".", &source, NULL) == EMB_OK;
    if (good) test_sha_add(result, &verdict.threshold, sizeof verdict.threshold);
    emb_unusual_free(u);
    emb_unusual_free(learned);
    emb_images_free(images);
    emb_net_free(net);
    return good;
}

static bool record(test_sha *result) {
    static const float pixels[PIXELS] = {0.25f, 1, 0.5f};
    static const int shape[3] = {1, SIDE, SIDE};
    emb_events *events = emb_events_new("events");
    const bool good = events && emb_events_scalar(events, "loss", 1, 0.5) == EMB_OK &&
                      emb_events_image(events, "image", 1, pixels, shape) == EMB_OK &&
                      emb_picture_write("made.png", pixels, shape) == EMB_OK;
    (void)result;
    emb_events_free(events);
    return good;
}

/* A pair of files, and one in pieces, in a folder that is held. */
static bool hold(test_sha *result) {
    static const emb_file_bytes files[] = {{"held/a", "one", 3}, {"held/b", "two", 3}};
    char *bytes = NULL;
    size_t count = 0;
    emb_folder *held = emb_folder_make("held") == EMB_OK ? emb_folder_open("held", false) : NULL;
    emb_file_writer *writer = held ? emb_file_writer_new("held/c") : NULL;
    const bool good = writer && emb_files_write(files, 2) == EMB_OK &&
                      emb_file_writer_add(writer, "three", 5) == EMB_OK &&
                      emb_file_writer_finish(writer) == EMB_OK &&
                      emb_file_read("held/c", 9, &bytes, &count) == EMB_OK &&
                      emb_file_remove("held/c") == EMB_OK;
    if (good) test_sha_add(result, bytes, count);
    emb__free(bytes);
    emb_file_writer_free(writer);
    emb_folder_free(held);
    return good;
}

const piece pieces[] = {
    {"hold a folder", hold, true},
    {"load IDX", load_idx, false},
    {"load NPY", load_npy, false},
    {"load NPZ", load_npz, false},
    {"load arrays", load_arrays, false},
    {"load parts", load_parts, false},
    {"load pictures", load_pictures, false},
    {"load pictures of every format", load_formats, false},
    {"write pictures", write_formats, true},
    {"load codes", load_codes, false},
    {"open a notation", open_notation, false},
    {"open a class", piece_class, false},
    {"open a notebook", piece_notebook, false},
    {"open a model", open_model, false},
    {"import ONNX", open_onnx, false},
    {"train and save a checkpoint", piece_train, true},
    {"resume", piece_resume, false},
    {"encode and decode", encode, true},
    {"measure", measure, false},
    {"search codes", piece_search, false},
    {"cluster codes", piece_cluster, false},
    {"find what is there twice", piece_alike, false},
    {"find what is nearest", piece_nearest, false},
    {"join parts of a folder", piece_join, false},
    {"train a codebook", piece_codebook, false},
    {"keep a model in memory", piece_bytes, false},
    {"export", export, true},
    {"judge", judge, true},
    {"record", record, true},
    {NULL, NULL, false},
};

/* ---- what they work on ----------------------------------------------------------------------- */

static void put(const char *path, const void *bytes, size_t count) {
    if (emb_file_write(path, bytes, count) != EMB_OK) fail_msg("%s", emb_error());
}

int pieces_set_up(void **state) {
    static const size_t shape[3] = {IMAGES, SIDE, SIDE};
    uint8_t idx[16 + IMAGES * PIXELS] = {0, 0, 8, 3, 0, 0, 0, IMAGES, 0, 0, 0, SIDE, 0, 0, 0, SIDE};
    uint8_t labels[8 + IMAGES] = {0, 0, 8, 1, 0, 0, 0, IMAGES};
    if (test_folder_enter(state) != 0) return -1;
    emb_images *images = test_images(IMAGES, 1, SIDE, SIDE, 3);
    memcpy(idx + 16, emb_images_pixels(images, 0), IMAGES * PIXELS);
    float *values = calloc(IMAGES, PIXELS * sizeof *values);
    for (size_t i = 0; i < IMAGES; i++) emb_images_float(images, i, values + i * PIXELS);
    emb_images_free(images);
    if (mkdir("data", 0777) != 0 || mkdir("events", 0777) != 0 || mkdir("held", 0777) != 0 ||
        mkdir("parts", 0777) != 0)
        return -1;
    put("data/train-images-idx3-ubyte", idx, sizeof idx);
    put("data/train-labels-idx1-ubyte", labels, sizeof labels);
    put("data/t10k-images-idx3-ubyte", idx, sizeof idx);
    put("data/t10k-labels-idx1-ubyte", labels, sizeof labels);
    if (system("gzip -dc '" EMB_TEST_ROOT "/tests/parity/pictures.tar.gz' | tar -xf -") != 0)
        return -1;
    if (system("gzip data/train-images-idx3-ubyte") != 0) return -1;
    const emb_array array = {
        .values = values, .count = IMAGES * PIXELS, .rank = 3, .shape = {IMAGES, SIDE, SIDE}};
    const emb_named_array named = {
        .name = "images", .rank = 3, .floats = values, .shape = {shape[0], shape[1], shape[2]}};
    const emb_array signals = {
        .values = values, .count = IMAGES * PIXELS, .rank = 3, .shape = {IMAGES, 12, 3}};
    const emb_array last = {
        .values = values, .count = IMAGES * PIXELS, .rank = 4, .shape = {IMAGES, 6, 2, 3}};
    float rows[2 * IMAGES];
    for (int i = 0; i < 2 * IMAGES; i++) rows[i] = (float)(i / 2 % 2 == i % 2);
    const emb_array one_hot = {
        .values = rows, .count = 2 * IMAGES, .rank = 2, .shape = {IMAGES, 2}};
    static const int picture[3] = {1, SIDE, SIDE};
    int failed = emb_array_write("images.npy", &array) || emb_npz_write("images.npz", &named, 1) ||
                 emb_picture_write("one.png", values, picture) ||
                 emb_array_write("parts/x_train.npy", &array) ||
                 emb_array_write("parts/x_val.npy", &array) ||
                 emb_array_write("signals.npy", &signals) || emb_array_write("last.npy", &last) ||
                 emb_array_write("last-labels.npy", &one_hot);
    /* Words, of which one is no UTF-8 and one acts. */
    static const char head[] =
        "\223NUMPY\001\000\070\000{'descr': '|S3', 'fortran_order': False, 'shape': (40,)}";
    char words[sizeof head - 1 + 3 * IMAGES];
    memcpy(words, head, sizeof head - 1);
    for (int i = 0; i < IMAGES; i++)
        memcpy(words + sizeof head - 1 + 3 * i, i % 2 ? "c\033t" : "dog", 3);
    put("parts/y_train.npy", words, sizeof words);
    free(values);
    put("two.pgm", "P5 2 2 255\nabcd", 15);
    if (mkdir("photos", 0777) != 0 || mkdir("photos/train", 0777) != 0 ||
        mkdir("photos/test", 0777) != 0)
        return -1;
    put("photos/train/1.pgm", "P5 2 2 255\nabcd", 15);
    put("photos/train/2.pgm", "P5 2 2 255\nabce", 15);
    put("photos/test/3.pgm", "P5 2 2 255\nabcf", 15);
    put("codes.csv", "code_0,code_1\n1,2\n3,4\n5,6\n", 26);
    put("net.net", net_text, strlen(net_text));
    test_sha unused = {0};
    test_sha_begin(&unused);
    failed = failed || !class_pieces_set_up() || !piece_train(&unused);
    emb_net *net = emb_net_open("trained.safetensors", NULL);
    failed = failed || emb_net_save(net, "model.safetensors", NULL, 0) ||
             emb_net_export_onnx(net, "net.onnx", NULL);
    emb_net_free(net);
    if (failed) print_error("%s\n", emb_error());
    return failed ? -1 : 0;
}

/* Removes what has this in its name, or the whole of a folder; how many there were. */
static int sweep(const char *where, const char *mark) {
    int found = 0;
    DIR *folder = opendir(where);
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder));) {
        if (entry->d_name[0] == '.' || !strstr(entry->d_name, mark)) continue;
        found += unlinkat(dirfd(folder), entry->d_name, 0) == 0;
    }
    closedir(folder);
    return found;
}

bool pieces_left_temporary(void) {
    const int left = sweep(".", ".tmp.") + sweep("data", ".tmp.") + sweep("events", ".tmp.") +
                     sweep("held", ".tmp.");
    sweep("events", "");
    return left > 0;
}
