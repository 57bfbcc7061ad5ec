/* What refusing costs: the files of makers/costly.h.
 *
 * Each may take twice its size and 1 MiB of memory. That is measured as the system counts it, in a
 * child process, so that what libjpeg and libzip take is seen too; sanitized builds, whose memory
 * is not the program's, only check that the file is refused. With EMBUDO_COSTS=1 in the environment
 * the memory and the time of each are printed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <malloc.h>

#include "fuzz/readers.h"
#include "makers/costly.h"
#include "support/folder.h"
#include "support/support.h"

#ifndef __has_feature
#define __has_feature(x) 0
#endif
#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__ ||                                 \
    __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
enum { SANITIZED = 1 };
#else
enum { SANITIZED = 0 };
#endif

static uint8_t room[COSTLY_ROOM];
static buffer file = {room, 0, sizeof room};
static char path[64]; /* NPZ is told by its name */

static const struct {
    const char *name;
    costly *make;
    reader *read;
    const char *error; /* a part of it */
    size_t beside; /* bytes that a library takes beside what is promised; SECURITY.md names them */
} cases[] = {
    {"CSV, wrong in its last line", csv_last_line, read_codes, "got 'x'", 0},
    {"CSV of one line", csv_one_line, read_codes, "columns", 0},
    {"NPY of a shape that is not wanted", npy_wrong_shape, read_codes, "has the shape", 0},
    {"NPY with a number that is infinite", npy_not_finite, read_codes, "is infinite", 0},
    {"NPZ of 2,000 empty members", npz_few_members, read_npz, "is empty", 0},
    {"NPZ of 9,000 empty members", npz_many_members, read_npz, "expected at most 2048", 0},
    {"NPZ of many ends", npz_many_ends, read_npz, "it has two ends", 0},
    {"NPZ whose directory contradicts itself", npz_contradiction, read_npz,
     "more than it announces", 0},
    {"NPZ of 100 MB, damaged at its end", npz_damaged, read_npz, "CRC", 0},
    {"gzipped IDX of 100 MB, a byte short", idx_short, read_idx_images, "does not hold", 0},
    {"gzipped IDX of 100 MB, a byte too long", idx_long, read_idx_images, "does not hold", 0},
    {"gzipped IDX of 100 MB, damaged at its end", idx_damaged, read_idx_images, "damaged gzip", 0},
    {"gzipped IDX of 100 MB, cut short", idx_cut, read_idx_images, "does not hold", 0},
    {"PNG of 100 MB, cut short", png_cut, read_picture, "ends too early", 0},
    {"PNG of 99 MB for 100", png_short, read_picture, "PNG: ", 0},
    {"interlaced PNG of 99 MB for 100", png_interlaced, read_picture, "bytes hold", 0},
    {"PNG of one row", png_wide, read_picture, "sides of at most 65536", 0},
    {"PNG of one column", png_tall, read_picture, "PNG: ", 0},
    {"PPM, wrong in its last number", pnm_text, read_picture, "expected a number", 0},
    {"PPM, wrong in its last byte", pnm_bytes, read_picture, "a number above 254", 0},
    {"JPEG, cut short", jpeg_cut, read_picture, "ends too early", 0},
    {"JPEG of less data than it announces", jpeg_short, read_picture, "JPEG", 0},
    {"JPEG of very wide rows", jpeg_wide, read_picture, "JPEG", 0},
    {"progressive JPEG of one scan", jpeg_progressive, read_picture, "JPEG",
     (size_t)1440 * 1440 * 128},
    {"BMP of runs without an end", bmp_runs, read_bmp, "BMP: ends too early", 0},
    {"interlaced GIF of one code", gif_interlaced, read_gif, "GIF: ", 0},
    {"TIFF of one tile, cut short", tiff_tile, read_tiff, "TIFF: ", (size_t)4000 * 4000 * 2},
    {"lossless WebP of nothing", webp_lossless, read_webp, "WebP: ", (size_t)4000 * 4000 * 7},
    {"notation, nested", text_nested, read_notation, "at most 24 deep", 0},
    {"notation, long", text_long, read_notation, "1024 layers", 0},
    {"safetensors, nested", model_nested, read_model, "expected", 0},
    {"safetensors of many pairs", model_keys, read_model, "1024 pairs", 0},
    {"safetensors of many tensors", model_tensors, read_model, "8192 tensors", 0},
    {"checkpoint of many tensors", model_tensors, read_checkpoint, "8192 tensors", 0},
    {"ONNX of empty nodes", onnx_nodes, read_onnx, "too many for its size", 0},
    {"ONNX of empty tensors", onnx_tensors, read_onnx, "too many for its size", 0},
    {"ONNX of empty inputs", onnx_inputs, read_onnx, "too many for its size", 0},
    {"ONNX of empty outputs", onnx_outputs, read_onnx, "too many for its size", 0},
    {"ONNX of empty values", onnx_values, read_onnx, "too many for its size", 0},
    {"ONNX of unknown fields", onnx_unknown, read_onnx, "too many for its size", 0},
    {"ONNX of 43 kB, empty nodes", onnx_few_nodes, read_onnx, "too many for its size", 0},
    {"ONNX of 43 kB, operators", onnx_few_operators, read_onnx, "too many for its size", 0},
    {"ONNX of 43 kB, inputs of nodes", onnx_few_inputs, read_onnx, "too many for its size", 0},
    {"ONNX of 43 kB, attributes", onnx_few_attributes, read_onnx, "too many for its size", 0},
    {"ONNX of 43 kB, dimensions", onnx_few_numbers, read_onnx, "too many for its size", 0},
    {"ONNX of empty operator sets", onnx_opsets, read_onnx, "too many for its size", 0},
    {"ONNX of empty pairs", onnx_metadata, read_onnx, "too many for its size", 0},
};

/* kB of this process, by the system's name for it. */
static long memory(const char *name) {
    char line[256];
    long kb = -1;
    FILE *status = fopen("/proc/self/status", "r");
    while (status && fgets(line, sizeof line, status)) {
        if (strncmp(line, name, strlen(name)) == 0) kb = strtol(line + strlen(name), NULL, 10);
    }
    if (status) fclose(status);
    return kb;
}

/* From here on the most that is held is counted anew; false where the system cannot. */
static bool begin_counting(void) {
    FILE *refs = fopen("/proc/self/clear_refs", "w");
    return refs && fputs("5", refs) >= 0 && fclose(refs) == 0;
}

typedef struct cost {
    bool taken, counted;
    long kb;
    double seconds;
    char error[256];
} cost;

/* The second of two times: the first brings libraries' pages in, and makes tables. */
static void measure(reader *read, cost *c) {
    struct timespec begun, ended;
    read(path, file.at, file.count);
    malloc_trim(0);
    const long before = memory("VmRSS:");
    c->counted = begin_counting();
    clock_gettime(CLOCK_MONOTONIC, &begun);
    c->taken = read(path, file.at, file.count);
    clock_gettime(CLOCK_MONOTONIC, &ended);
    c->kb = memory("VmHWM:") - before;
    c->seconds =
        (double)(ended.tv_sec - begun.tv_sec) + 1e-9 * (double)(ended.tv_nsec - begun.tv_nsec);
    snprintf(c->error, sizeof c->error, "%s", emb_error());
}

static cost measure_apart(reader *reads) {
    cost c = {0};
    int ends[2], status;
    assert_int_equal(pipe(ends), 0);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        measure(reads, &c);
        _exit(write(ends[1], &c, sizeof c) != sizeof c);
    }
    close(ends[1]);
    assert_int_equal(read(ends[0], &c, sizeof c), sizeof c);
    close(ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    return c;
}

static void refusals(void **state) {
    (void)state;
    int over = 0;
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        file.count = 0;
        cases[i].make(&file);
        snprintf(path, sizeof path, "%s/%s", test_folder,
                 cases[i].read == read_npz ? "a.npz" : "a");
        test_put(path, file.at, file.count);
        const cost c = measure_apart(cases[i].read);
        assert_int_equal(unlink(path), 0);
        assert_int_equal(test_folder_entries(), 0);
        const size_t most = (2 * file.count + COSTLY_ROOM + cases[i].beside) >> 10;
        if (getenv("EMBUDO_COSTS")) {
            printf("%-44s %5zu kB: %6ld of %5zu kB, %6.1f ms: %s\n", cases[i].name,
                   file.count >> 10, c.kb, most, 1e3 * c.seconds, c.error + strlen(path));
        }
        if (c.taken || !strstr(c.error, cases[i].error)) {
            print_error("%s: %s\n", cases[i].name, c.taken ? "is taken" : c.error);
            over++;
        }
        if (SANITIZED || !c.counted || c.kb <= (long)most) continue;
        print_error("%s: refused with %ld kB, at most %zu are right\n", cases[i].name, c.kb, most);
        over++;
    }
    assert_int_equal(over, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(refusals)};
    return cmocka_run_group_tests(tests, test_folder_make, test_folder_remove);
}
