/* Files that are written, cut, grown or replaced while they are read: the right content, or an
 * error that says so; never a mixture and never a crash. The change is made within a read, each
 * read in turn. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/system.h"
#include "codec/file.h"
#include "embudo.h"
#include "support/folder.h"
#include "support/support.h"

enum { IMAGES = 60, SIDE = 16, PIXELS = SIDE * SIDE, MOST_READS = 2000 };

static float values[IMAGES * PIXELS];

/* ---- readers: a sum of what was read, or -1 ----------------------------------------------------
 */

typedef double reader(void);

static double sum(const float *numbers, size_t count) {
    double all = 0;
    for (size_t i = 0; i < count; i++) all += (double)numbers[i] * (double)(i % 7 + 1);
    return all;
}

static double sum_images(emb_images *images) {
    float pixels[PIXELS];
    double all = images ? 0 : -1;
    for (size_t i = 0; images && i < emb_images_count(images); i++) {
        emb_images_float(images, i, pixels);
        all += sum(pixels, PIXELS) + emb_images_label(images, i);
    }
    emb_images_free(images);
    return all;
}

static double read_idx(void) { return sum_images(emb_images_open("data", EMB_TRAIN)); }
static double read_npz(void) { return sum_images(emb_images_open("a.npz", EMB_TRAIN)); }
static double read_npy(void) { return sum_images(emb_images_open("a.npy", EMB_TRAIN)); }

static double read_picture(void) {
    static const char *const path = "a.png";
    static const int shape[3] = {1, SIDE, SIDE};
    return sum_images(emb_images_read(&path, 1, shape, NULL, NULL));
}

static double read_codes(const char *path) {
    emb_array codes;
    const double all =
        emb_codes_read(path, 2, &codes) == EMB_OK ? sum(codes.values, codes.count) : -1;
    emb_array_free(&codes);
    return all;
}

static double read_csv(void) { return read_codes("codes.csv"); }
static double read_codes_npz(void) { return read_codes("codes.npz"); }

static double read_net(const char *path) {
    emb_net *net = emb_net_open(path, NULL);
    double all = net ? 0 : -1;
    for (size_t i = 0; net && i < emb_net_tensor_count(net); i++) {
        emb_tensor_info tensor;
        emb_net_tensor(net, i, &tensor);
        all += 1000 + sum(tensor.values, tensor.count);
    }
    emb_net_free(net);
    return all;
}

static double read_model(void) { return read_net("a.safetensors"); }
static double read_onnx(void) { return read_net("a.onnx"); }

static const struct {
    const char *file;
    reader *read;
} readers[] = {
    {"data/train-images-idx3-ubyte.gz", read_idx},
    {"data/train-labels-idx1-ubyte", read_idx},
    {"a.npz", read_npz},
    {"a.npy", read_npy},
    {"a-labels.npy", read_npy},
    {"a.png", read_picture},
    {"codes.csv", read_csv},
    {"codes.npz", read_codes_npz},
    {"a.safetensors", read_model},
    {"a.onnx", read_onnx},
};

/* ---- changes -----------------------------------------------------------------------------------
 */

typedef enum change { CUT, EMPTIED, GROWN, WRITTEN, REPLACED, CHANGES } change;

static const char *const names[CHANGES] = {"cut", "emptied", "grown", "written", "replaced"};
static emb__system real;
static const char *victim;
static change wanted;
static size_t reads, change_at;

static void make_change(void) {
    struct stat seen;
    const int fd = open(victim, O_RDWR);
    assert_true(fd >= 0 && fstat(fd, &seen) == 0);
    /* As when the clock's next tick has come. */
    const struct timespec later[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = seen.st_mtim.tv_sec + 9}};
    int failed = 0;
    if (wanted == CUT) failed = ftruncate(fd, seen.st_size * 2 / 3);
    if (wanted == EMPTIED) failed = ftruncate(fd, 0);
    if (wanted == GROWN) failed = ftruncate(fd, seen.st_size + 5000);
    if (wanted == WRITTEN) failed = pwrite(fd, "\xff\0\xff\0\xff\0\xff", 8, seen.st_size / 2) != 8;
    if (wanted == REPLACED) failed = rename("other", victim);
    assert_int_equal(failed, 0);
    if (wanted != REPLACED) assert_int_equal(futimens(fd, later), 0);
    close(fd);
}

static ssize_t changing_pread(int fd, void *bytes, size_t count, off_t at) {
    if (++reads == change_at) make_change();
    return real.pread(fd, bytes, count, at);
}

/* ---- files -------------------------------------------------------------------------------------
 */

static void copy(const char *from, const char *to) {
    uint8_t *bytes;
    size_t count;
    assert_int_equal(emb__file_load(from, 1 << 24, &bytes, &count), EMB_OK);
    assert_int_equal(emb_file_write(to, bytes, count), EMB_OK);
    emb__free(bytes);
}

/* No test pulls a plug. */
static int no_sync(int fd) {
    (void)fd;
    return 0;
}

static int make_files(void **state) {
    emb__sys.fsync = no_sync;
    static const char text[] =
        "input = 1, 16, 16\nencoder = Sequential(Flatten(), Linear(256, 2))\n"
        "decoder = Sequential(Linear(2, 256), Unflatten(1, (1, 16, 16)))\n";
    static const int shape[3] = {1, SIDE, SIDE};
    static uint8_t bytes[IMAGES];
    static int labels[IMAGES];
    uint8_t idx[16 + IMAGES * PIXELS] = {0, 0, 8, 3, 0, 0, 0, IMAGES, 0, 0, 0, SIDE, 0, 0, 0, SIDE};
    uint8_t idx_labels[8 + IMAGES] = {0, 0, 8, 1, 0, 0, 0, IMAGES};
    if (test_folder_enter(state) != 0 || mkdir("data", 0777) != 0) return -1;
    emb_images *images = test_images(IMAGES, 1, SIDE, SIDE, 3);
    memcpy(idx + 16, emb_images_pixels(images, 0), IMAGES * PIXELS);
    for (size_t i = 0; i < IMAGES; i++) emb_images_float(images, i, values + i * PIXELS);
    for (size_t i = 0; i < IMAGES; i++)
        labels[i] = bytes[i] = idx_labels[8 + i] = (uint8_t)(i % 10);
    emb_images_free(images);
    emb_file_write("data/train-images-idx3-ubyte", idx, sizeof idx);
    emb_file_write("data/train-labels-idx1-ubyte", idx_labels, sizeof idx_labels);
    if (system("gzip data/train-images-idx3-ubyte") != 0) return -1;
    const emb_named_array named[] = {
        {.name = "x_train", .rank = 3, .floats = values, .shape = {IMAGES, SIDE, SIDE}},
        {.name = "y_train", .rank = 1, .bytes = bytes, .shape = {IMAGES}}};
    const emb_array array = {
        .values = values, .count = IMAGES * PIXELS, .rank = 3, .shape = {IMAGES, SIDE, SIDE}};
    const emb_codes codes = {.count = IMAGES, .latent = 2, .values = values, .labels = labels};
    bool good = emb_array_write("a.npy", &array) == EMB_OK &&
                emb_labels_write("a.npy", bytes, IMAGES) == EMB_OK &&
                emb_codes_write(&codes, "codes.csv") == EMB_OK;
    /* Where a library is missing, so is the file, and the reader is left out. */
    if (emb_npz_write("a.npz", named, 2) == EMB_OK) emb_codes_write(&codes, "codes.npz");
    emb_picture_write("a.png", values, shape);
    emb_net *net = emb_net_parse(text, "net", NULL);
    good = good && net && emb_net_init(net, 1) == EMB_OK &&
           emb_net_save(net, "a.safetensors", NULL, 0) == EMB_OK;
    if (good) emb_net_export_onnx(net, "a.onnx", NULL);
    emb_net_free(net);
    return good ? 0 : -1;
}

/* ---- the test ----------------------------------------------------------------------------------
 */

/* Whether the change came while the file was read. */
static bool try_one(size_t which, double right) {
    char what[128];
    reads = 0;
    real = emb__sys;
    emb__sys.pread = changing_pread;
    const double got = readers[which].read();
    emb__sys = real;
    snprintf(what, sizeof what, "%s %s at read %zu", victim, names[wanted], change_at);
    /* What was read before the change, or is read from the file that was opened, is right; so is
     * all of the new one, where it was opened after a first look. */
    if (got != -1 && got != right && got != readers[which].read())
        fail_msg("%s: a mixture was read", what);
    if (got == -1 && (!*emb_error() || strchr(emb_error(), '\n'))) fail_msg("%s: no reason", what);
    return reads >= change_at;
}

static void changed_in_each_read(void **state) {
    (void)state;
    size_t refused = 0, said = 0;
    for (size_t i = 0; i < TEST_COUNT(readers); i++) {
        victim = readers[i].file;
        if (access(victim, F_OK) != 0) continue;
        copy(victim, "kept");
        const double right = readers[i].read();
        if (right == -1) fail_msg("%s: %s", victim, emb_error());
        for (int c = 0; c < CHANGES; c++) {
            wanted = (change)c;
            for (change_at = 1; change_at < MOST_READS; change_at++) {
                emb_file_write("other", "not what it was", 15);
                const bool met = try_one(i, right);
                if (met && wanted != REPLACED) {
                    refused++;
                    said += strstr(emb_error(), "while it was read") != NULL;
                }
                copy("kept", victim);
                if (!met) break;
            }
        }
    }
    assert_true(refused > 100 && said > 50);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(changed_in_each_read)};
    return cmocka_run_group_tests(tests, make_files, test_folder_remove);
}
