/* The readers of other people's files, for fuzz.c and for test_corpus.c. */
#ifndef EMB_TESTS_FUZZ_READERS_H
#define EMB_TESTS_FUZZ_READERS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

#include "base/memory.h"
#include "base/text.h"
#include "codec/archive.h"
#include "codec/npz.h"
#include "codec/picture_formats.h"
#include "data/array_images.h"
#include "data/idx.h"
#include "data/images.h"
#include "data/labels.h"
#include "data/picture_cache.h"
#include "model/onnx/onnx_import.h"

/* Each gives whether it took the file. */
typedef bool reader(const char *path, const uint8_t *bytes, size_t count);

static bool read_idx_images(const char *path, const uint8_t *bytes, size_t count) {
    (void)bytes, (void)count;
    emb_images *images = emb__idx_images(path, NULL, 0, NULL);
    emb_images_free(images);
    return images;
}

static bool read_idx_labels(const char *path, const uint8_t *bytes, size_t count) {
    uint8_t *labels = NULL;
    size_t labelled = 0;
    (void)bytes, (void)count;
    const bool good = emb__idx_labels(path, &labels, &labelled) == EMB_OK;
    if (good) emb__free(labels);
    return good;
}

static bool read_picture(const char *path, const uint8_t *bytes, size_t count) {
    static const int shape[3] = {3, 5, 4};
    static const emb__picture_plan small = {.shape = {3, 2, 2}, .reduced = true};
    uint8_t pixels[3 * 2 * 2];
    (void)bytes, (void)count;
    (void)emb__picture_read(path, &small, pixels, NULL);
    emb_images *images = emb_images_read(&path, 1, shape, NULL, NULL);
    emb_images_free(images);
    return images;
}

/* Turned, cropped and over a colour; what the header says first. */
static bool read_as_planned(const char *path) {
    static const emb__picture_plan plan = {
        .shape = {3, 5, 4}, .fit = EMB__FIT_CROP, .background = {9, 99, 200}, .upright = true};
    static uint8_t pixels[3 * 5 * 4];
    emb__picture_info info;
    const bool known = emb__picture_probe(path, &info) == EMB_OK;
    const bool good = emb__picture_read(path, &plan, pixels, NULL) == EMB_OK;
    if (good && !known) abort();
    return good;
}

static bool read_bmp(const char *path, const uint8_t *bytes, size_t count) {
    (void)bytes, (void)count;
    return read_as_planned(path);
}

static bool read_gif(const char *path, const uint8_t *bytes, size_t count) {
    (void)bytes, (void)count;
    return read_as_planned(path);
}

static bool read_tiff(const char *path, const uint8_t *bytes, size_t count) {
    (void)bytes, (void)count;
    return read_as_planned(path);
}

static bool read_webp(const char *path, const uint8_t *bytes, size_t count) {
    (void)bytes, (void)count;
    return read_as_planned(path);
}

/* Images of any shape, to a network that has its channels elsewhere. */
static bool fit_images(emb_images *images) {
    emb_net *net = emb_net_parse(
        "input = 3, 2, 2\nencoder = Sequential(Flatten(), Linear(12, 1))\n", "net", NULL);
    const bool good = images;
    if (images && net) (void)emb_images_fit(images, net);
    emb_net_free(net);
    emb_images_free(images);
    return good;
}

static bool read_npy(const char *path, const uint8_t *bytes, size_t count) {
    const emb__npy_wish wish = {EMB__LABELS_WISH, emb__labels_accept_any, NULL};
    emb_array array;
    emb__labels labels = {0};
    emb__npy npy = {0};
    void *numbers = NULL;
    (void)bytes, (void)count;
    bool good = emb_array_read(path, &array) == EMB_OK;
    emb_array_free(&array);
    if (emb__npy_load(path, &wish, &npy, &numbers) == EMB_OK) {
        good = emb__labels_make(path, &npy, numbers, &labels) == EMB_OK || good;
    }
    emb__labels_free(&labels);
    emb__free(numbers);
    if (emb__npy_load(path, &emb__array_images_wish, &npy, &numbers) == EMB_OK) {
        good = fit_images(emb__array_images(path, &npy, numbers, path, &labels)) || good;
    }
    return good;
}

static bool read_npz(const char *path, const uint8_t *bytes, size_t count) {
    static const char *const names[] = {"images", "x_train", "codes", "a", NULL};
    emb__npy npy = {0};
    void *numbers = NULL;
    const char *found = NULL;
    (void)bytes, (void)count;
    emb__npz *npz = emb__npz_open(path);
    const bool good = npz && emb__npz_load(npz, names, &(emb__npy_wish){.keep_bytes = true}, &npy,
                                           &numbers, &found) == EMB_OK;
    emb__npz_close(npz);
    emb__free(numbers);
    return good;
}

static bool read_model(const char *path, const uint8_t *bytes, size_t count) {
    (void)bytes, (void)count;
    emb_net *net = emb_net_open(path, NULL);
    emb_verdict verdict;
    if (net && emb_verdict_stored(net, &verdict) && !(verdict.false_alarms > 0)) abort();
    emb_net_free(net);
    return net;
}

/* What is usual, of a network whose weights are zero; then it judges and gives thresholds. */
static bool read_unusual(const char *path, const uint8_t *bytes, size_t count) {
    static const int shape[3] = {1, 2, 2};
    static const uint8_t pixels[8] = {0, 9, 200, 77, 255, 255, 255, 255};
    double numbers[2 * EMB_UNUSUAL_KINDS];
    (void)bytes, (void)count;
    emb_net *net = emb_net_parse("input = 1, 2, 2\nencoder = Sequential(Flatten(), Linear(4, 1))\n"
                                 "decoder = Sequential(Linear(1, 4), Unflatten(1, (1, 2, 2)))\n",
                                 "net", NULL);
    emb_unusual *unusual = net ? emb_unusual_open(path, net) : NULL;
    const bool good = unusual;
    emb_images *images = good ? emb_images_new(pixels, NULL, 2, shape) : NULL;
    if (images) (void)emb_unusual_score(unusual, net, images, NULL, 0, 1, numbers);
    for (int by = 0; good && by < EMB_UNUSUAL_KINDS; by++) {
        emb_verdict verdict;
        const double share = 0.001 * (double)(1 + count % 997);
        if (emb_unusual_verdict(unusual, (emb_unusual_by)by, share, &verdict) == EMB_OK &&
            verdict.threshold != verdict.threshold) {
            abort();
        }
    }
    emb_images_free(images);
    emb_unusual_free(unusual);
    emb_net_free(net);
    return good;
}

static bool read_checkpoint(const char *path, const uint8_t *bytes, size_t count) {
    static const int shape[3] = {1, 2, 2};
    static const uint8_t pixels[40] = {0, 9, 200};
    (void)bytes, (void)count;
    emb_images *images = emb_images_new(pixels, NULL, 10, shape);
    emb_net *net = emb_net_parse("input = 1, 2, 2\nencoder = Sequential(Flatten(), Linear(4, 1))\n"
                                 "decoder = Sequential(Linear(1, 4), Unflatten(1, (1, 2, 2)))\n",
                                 "net", NULL);
    emb_run *run = emb_run_resume(net, images, path, 1);
    const bool good = run;
    emb_run_free(run);
    emb_net_free(net);
    emb_images_free(images);
    return good;
}

static bool read_onnx(const char *path, const uint8_t *bytes, size_t count) {
    (void)bytes, (void)count;
    emb_net *net = emb__onnx_import(path, NULL);
    emb_net_free(net);
    return net;
}

static bool read_notation(const char *path, const uint8_t *bytes, size_t count) {
    char *text = malloc(count + 1);
    if (!text) return false;
    memcpy(text, bytes, count);
    text[count] = '\0';
    emb_net *net = emb_net_parse(text, path, NULL);
    free(text);
    emb_net_free(net);
    return net;
}

/* A class in it, on small images, and the network that it becomes, which its notation makes again.
 */
static bool read_class(const char *path, const uint8_t *bytes, size_t count) {
    const emb_net_options options = {.input = {1, 28, 28}};
    (void)bytes, (void)count;
    emb_net *net = emb_net_open(path, &options);
    emb_net *again = net ? emb_net_parse(emb_net_notation(net), path, NULL) : NULL;
    if (net && (!again || emb_net_tensor_count(again) != emb_net_tensor_count(net) ||
                strcmp(emb_net_notation(again), emb_net_notation(net)) != 0)) {
        abort();
    }
    emb_net_free(again);
    emb_net_free(net);
    return net;
}

static bool read_python(const char *path, const uint8_t *bytes, size_t count) {
    return read_class(path, bytes, count);
}

static bool read_notebook(const char *path, const uint8_t *bytes, size_t count) {
    return read_class(path, bytes, count);
}

static bool read_codes(const char *path, const uint8_t *bytes, size_t count) {
    emb_array codes;
    (void)bytes, (void)count;
    const bool good = emb_codes_read(path, 2, &codes) == EMB_OK;
    emb_array_free(&codes);
    return good;
}

/* An NPZ as a data set: each part that it has, or those that are held out of its one array, which
 * are disjoint and together all of it. */
static bool read_parts(const char *path, const uint8_t *bytes, size_t count) {
    const emb_open_options options = {.test_split = 0.3, .seed = count ? bytes[0] : 0};
    emb_images *of[3] = {NULL};
    bool good = true;
    for (emb_part part = EMB_TRAIN; part <= EMB_VAL && good; part++) {
        if (part == EMB_VAL && !emb_images_has_part(path, part)) continue;
        of[part] = emb_images_open_part(path, part, &options);
        good = of[part];
    }
    if (good && emb_images_parts(path) == 1) {
        const size_t all = emb_images_drawn_from(of[EMB_TRAIN]);
        if (all != emb_images_drawn_from(of[EMB_TEST]) ||
            all != emb_images_count(of[EMB_TRAIN]) + emb_images_count(of[EMB_TEST])) {
            abort();
        }
    }
    for (int i = 0; i < 3; i++) emb_images_free(of[i]);
    return good;
}

/* Every file of an archive, unpacked beside it. */
static bool read_archive(const char *path, const uint8_t *bytes, size_t count) {
    enum { MOST = 1 << 16 };
    emb__archive *archive;
    (void)bytes, (void)count;
    if (emb__archive_open(path, &archive) != EMB_OK) return false;
    const emb__listing *files = emb__archive_files(archive);
    bool good = emb__archive_unpack(archive, path) == EMB_OK;
    for (size_t i = 0; i < files->count && good; i++) {
        uint8_t *content = NULL;
        size_t size;
        good = emb__archive_load(archive, &files->files[i], path, MOST, &content, &size) == EMB_OK;
        if (good) emb__free(content);
    }
    emb__archive_close(archive);
    return good;
}

/* A folder of CIFAR-100, both of whose files are this one. */
static bool read_cifar(const char *path, const uint8_t *bytes, size_t count) {
    static const char *const names[] = {"", "/train.bin", "/test.bin"};
    char name[3][256];
    for (int i = 0; i < 3; i++) snprintf(name[i], sizeof name[i], "%s.set%s", path, names[i]);
    mkdir(name[0], 0777);
    for (int i = 1; i < 3; i++) {
        FILE *file = fopen(name[i], "wb");
        if (!file || fwrite(bytes, 1, count, file) != count || fclose(file) != 0) abort();
    }
    emb_images *images = emb_images_open(name[0], EMB_TEST);
    emb_images_free(images);
    for (int i = 3; i-- > 0;) (void)remove(name[i]);
    return images;
}

/* Everything that a cache of pictures says, mapped and read row by row. */
static bool walk_pictures(const char *path, uint64_t memory) {
    emb__picture_set set;
    if (emb__picture_cache_open(path, memory, &set) != EMB_OK) return false;
    const emb_pictures *p = &set.pictures;
    const size_t row = (size_t)p->channels * (size_t)p->height * (size_t)p->width;
    const size_t images = emb__store_count(set.store);
    uint8_t *scratch = malloc(row);
    size_t sum = strlen(set.folder) + strlen(set.notes);
    if (!scratch || set.counts[0] + set.counts[1] + set.counts[2] != images) abort();
    for (size_t i = 0; i < images; i++) {
        const uint8_t *pixels = emb__store_row(set.store, i, scratch);
        for (size_t k = 0; k < row; k++) sum += pixels[k];
        sum += strlen(emb__store_name(set.store, i));
        if (set.labels && set.labels[i] >= set.class_count) abort();
    }
    for (size_t i = 0; i < emb__store_bad_count(set.store); i++) {
        const char *reason, *name = emb__store_bad(set.store, i, &reason);
        sum += strlen(name) + strlen(reason);
    }
    const char *name = set.classes;
    for (int k = 0; k < set.class_count; k++, name += strlen(name) + 1) sum += strlen(name);
    const bool good = emb__store_check(set.store) == EMB_OK && sum < SIZE_MAX;
    free(scratch);
    emb__picture_set_free(&set);
    return good;
}

/* Anew each time: a cache whose pixels are found damaged is removed. */
static void put_cache(const char *path, const uint8_t *bytes, size_t before, const void *trailer,
                      size_t size) {
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(bytes, 1, before, file) != before ||
        fwrite(trailer, 1, size, file) != size || fclose(file) != 0) {
        abort();
    }
}

/* As it is, and then with the sum that its table should have: a fuzzer does not find it. */
static bool read_picture_cache(const char *path, const uint8_t *bytes, size_t count) {
    enum { SIZE = 3, SUM, TRAILER = 6 };
    uint64_t trailer[TRAILER];
    (void)walk_pictures(path, SIZE_MAX);
    if (count < sizeof trailer) return walk_pictures(path, 0);
    const size_t before = count - sizeof trailer;
    memcpy(trailer, bytes + before, sizeof trailer);
    if (trailer[SIZE] <= before) {
        const size_t table = before - (size_t)trailer[SIZE];
        trailer[SUM] = crc32_z(crc32_z(0, NULL, 0), bytes + table, (size_t)trailer[SIZE]);
    }
    put_cache(path, bytes, before, trailer, sizeof trailer);
    const bool mapped = walk_pictures(path, SIZE_MAX);
    put_cache(path, bytes, before, trailer, sizeof trailer);
    if (walk_pictures(path, 0) != mapped) abort();
    return mapped;
}

/* What was put down for a target: whole characters, nothing that acts, one line. */
static void check_text(emb_target target, const char *out, size_t count) {
    for (size_t at = 0, step; at < count; at += step) {
        uint32_t c = 0;
        step = emb__utf8_read(out + at, count - at, &c);
        const bool acts = c < 0x20 || (c >= 0x7f && c <= 0x9f) || (c >= 0x2028 && c <= 0x202e) ||
                          (c >= 0x2066 && c <= 0x2069);
        const bool markup = target == EMB_XML && c < 0x80 && strchr("<>\"'", (int)c);
        if (step == 0 || acts || markup || (target >= EMB_C_COMMENT && c > 0x7f)) abort();
        if (target != EMB_C_COMMENT) continue;
        if (strncmp(out + at, "*/", 2) == 0 || strncmp(out + at, "?\?/", 3) == 0) abort();
        if (c == '\\' && (at + 1 >= count || !strchr("xuUntr", out[at + 1]))) abort();
    }
}

/* Foreign text on its way to each target: the same length whatever the room, and a name comes back
 * as it was. */
static bool read_text(const char *path, const uint8_t *bytes, size_t count) {
    const size_t rooms[] = {10 * count + 16, count / 2 + 1, 1};
    char *text = malloc(count + 1), *out = malloc(rooms[0]), *back = malloc(rooms[0]);
    (void)path;
    if (!text || !out || !back) abort();
    if (count > 0) memcpy(text, bytes, count);
    text[count] = '\0';
    for (emb_target target = EMB_SHOWN; target <= EMB_NAME; target++) {
        const size_t whole = emb_text_for(target, text, count, NULL, 0);
        for (int i = 0; i < 3; i++) {
            if (emb_text_for(target, text, count, out, rooms[i]) != whole) abort();
            if (target == EMB_NAME) continue; /* for files: it may hold whatever a name may */
            const size_t put = strlen(out);
            if (put >= rooms[i] || (rooms[i] > whole && put != whole)) abort();
            check_text(target, out, put);
        }
    }
    if (!memchr(text, 0, count)) {
        const size_t kept = emb_text_for(EMB_NAME, text, count, out, rooms[0]);
        if (emb_text_back(out, kept, back) != count || memcmp(back, text, count) != 0) abort();
    }
    emb_text_back(text, count, back);
    free(text);
    free(out);
    free(back);
    return true;
}

/* Each has its seeds and its corpus in a folder of its name. `ending`: of the path, where the
 * reader looks at it. `beside`: bytes that a library takes beside what is promised; SECURITY.md
 * names them. */
static const struct {
    const char *name;
    reader *read;
    const char *ending;
    size_t beside;
} readers[] = {
    {"idx_images", read_idx_images, "", 0},
    {"idx_labels", read_idx_labels, "", 0},
    {"picture", read_picture, "", 1 << 25},
    {"bmp", read_bmp, "", 0},
    {"gif", read_gif, "", 0},
    {"tiff", read_tiff, "", 1 << 24},
    {"webp", read_webp, "", 1 << 25},
    {"npy", read_npy, "", 0},
    {"npz", read_npz, "", 0},
    {"model", read_model, "", 0},
    {"unusual", read_unusual, "", 0},
    {"checkpoint", read_checkpoint, "", 0},
    {"onnx", read_onnx, "", 0},
    {"notation", read_notation, "", 1 << 26},
    {"python", read_python, ".py", 1 << 26},
    {"notebook", read_notebook, ".ipynb", 1 << 26},
    {"codes", read_codes, "", 0},
    {"parts", read_parts, ".npz", 0},
    {"archive", read_archive, ".archive", 0},
    {"cifar", read_cifar, ".bin", 1 << 23},
    {"picture_cache", read_picture_cache, ".pictures", 0},
    {"text", read_text, "", 0},
};

#endif
