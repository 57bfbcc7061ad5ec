/* What opens other people's files, under libFuzzer: one program a reader, FUZZ_READER being its
 * row.
 *
 * The bytes lie in a file in memory, so that a reader is called as users call it, by a path. It
 * must refuse with one line that begins with the path, or give something that can be freed. To
 * refuse may cost twice the file's bytes and a megabyte, and a second of this build, which is ten
 * times slower than a release. Build with the preset fuzz; `make fuzz TIME=60` runs all of them. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <sanitizer/allocator_interface.h>

#include "base/memory.h"
#include "engine/images.h"
#include "formats/idx.h"
#include "formats/model.h"
#include "formats/npz.h"
#include "formats/picture.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

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
    (void)bytes, (void)count;
    emb_images *images = emb_images_read(&path, 1, shape, NULL, NULL);
    emb_images_free(images);
    return images;
}

static bool read_npy(const char *path, const uint8_t *bytes, size_t count) {
    emb_array array;
    (void)bytes, (void)count;
    const bool good = emb_array_read(path, &array) == EMB_OK;
    emb_array_free(&array);
    return good;
}

static bool read_npz(const char *path, const uint8_t *bytes, size_t count) {
    static const char *const names[] = {"images", "x_train", "codes", "a", NULL};
    emb__npy npy = {0};
    void *numbers = NULL;
    const char *found = NULL;
    (void)bytes, (void)count;
    const bool good = emb__npz_load(path, names, true, &npy, &numbers, &found) == EMB_OK;
    emb__free(numbers);
    return good;
}

static bool read_model(const char *path, const uint8_t *bytes, size_t count) {
    (void)bytes, (void)count;
    emb_net *net = emb_net_open(path, NULL);
    emb_net_free(net);
    return net;
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

static bool read_codes(const char *path, const uint8_t *bytes, size_t count) {
    emb_array codes;
    (void)bytes, (void)count;
    const bool good = emb_codes_read(path, 2, &codes) == EMB_OK;
    emb_array_free(&codes);
    return good;
}

/* In a folder of its own, so that each reader has its corpus: FUZZ_READER is read_NAME. */
static reader *const all[] = {read_idx_images, read_idx_labels, read_picture,    read_npy,
                              read_npz,        read_model,      read_checkpoint, read_onnx,
                              read_notation,   read_codes};

/* ---- what it costs --------------------------------------------------------------------------- */

static size_t held, most_held;

static void on_malloc(const volatile void *block, size_t bytes) {
    (void)block;
    const size_t now = __atomic_add_fetch(&held, bytes, __ATOMIC_RELAXED);
    if (now > most_held) most_held = now;
}

static void on_free(const volatile void *block) {
    if (!block) return;
    __atomic_sub_fetch(&held, __sanitizer_get_allocated_size((const void *)block),
                       __ATOMIC_RELAXED);
}

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void check_cost(size_t count, size_t before, double begun) {
    /* libzip makes a table of 65,536 entries where a directory contradicts itself. */
    const size_t spare = FUZZ_READER == read_npz ? 4 << 20 : 1 << 20;
    const double took = seconds() - begun;
    if (most_held - before > 2 * count + spare) {
        fprintf(stderr, "refused %zu bytes with %zu allocated: %s\n", count, most_held - before,
                emb_error());
        abort();
    }
    if (took > 1) {
        fprintf(stderr, "refused %zu bytes after %.1f s: %s\n", count, took, emb_error());
        abort();
    }
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc, (void)argv;
    return __sanitizer_install_malloc_and_free_hooks(on_malloc, on_free) ? 0 : 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
    static int fd = -1;
    static char path[64];
    if (fd < 0) {
        fd = memfd_create("fuzz", 0);
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    }
    if (ftruncate(fd, 0) != 0 || pwrite(fd, bytes, count, 0) != (ssize_t)count) return 0;
    (void)all; /* one of them is used */
    const size_t before = most_held = held;
    const double begun = seconds();
    if (FUZZ_READER(path, bytes, count)) return 0;
    check_cost(count, before, begun);
    const char *text = emb_error();
    if (strncmp(text, path, strlen(path)) != 0 || strchr(text, '\n')) {
        fprintf(stderr, "refused with '%s'\n", text);
        abort();
    }
    return 0;
}
