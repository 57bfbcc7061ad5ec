/* What refusing costs: files of up to 1 MB that are made to cost much, and at their end are wrong.
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
#include <zlib.h>

#include "fuzz/readers.h"
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

enum { MB = 1 << 20 };

static char folder[] = "/tmp/embudo-test-refusals-XXXXXX";
static char path[sizeof folder + 8]; /* NPZ is told by its name */

static int make_folder(void **state) {
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state) {
    (void)state;
    return rmdir(folder);
}

/* ---- files ----------------------------------------------------------------------------------- */

static uint8_t file[MB];
static size_t count;

static void start(void) { count = 0; }

static void add(const void *bytes, size_t length) {
    assert_true(length <= sizeof file - count);
    memcpy(file + count, bytes, length);
    count += length;
}

#define ADD(bytes) add(bytes, sizeof(bytes) - 1)

static void add_u32(uint32_t x, bool big) {
    uint8_t b[4];
    for (int i = 0; i < 4; i++) b[big ? 3 - i : i] = (uint8_t)(x >> 8 * i);
    add(b, 4);
}

/* As often as there is room for, but for `spare` bytes. */
static void fill(const char *bytes, size_t length, size_t spare) {
    while (count + length + spare <= sizeof file) add(bytes, length);
}

#define FILL(bytes, spare) fill(bytes, sizeof(bytes) - 1, spare)

/* `head` and `zeros` bytes behind it, compressed; window: zlib's, 31 for gzip, -15 for deflate. */
static void add_packed(const void *head, size_t length, size_t zeros, int window) {
    static uint8_t nothing[1 << 16];
    z_stream z = {.next_in = (Bytef *)head, .avail_in = (uInt)length};
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, window, 9, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_out = file + count;
    z.avail_out = (uInt)(sizeof file - count);
    const uInt room = z.avail_out;
    assert_int_equal(deflate(&z, Z_NO_FLUSH), Z_OK);
    while (zeros > 0) {
        z.next_in = nothing;
        z.avail_in = (uInt)(zeros < sizeof nothing ? zeros : sizeof nothing);
        zeros -= z.avail_in;
        assert_int_equal(deflate(&z, Z_NO_FLUSH), Z_OK);
    }
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    count += room - z.avail_out;
    deflateEnd(&z);
}

/* ---- codes and arrays ------------------------------------------------------------------------ */

static void csv_last_line(void) {
    FILL("1,2\n", 4);
    ADD("1,x\n");
}

static void csv_one_line(void) { FILL("1,", 0); }

static void npy_header(const char *type, const char *shape, size_t numbers) {
    char text[128];
    const int used = snprintf(
        text, sizeof text, "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", type, shape);
    ADD("\x93NUMPY\1\0\x76\0");
    add(text, (size_t)used);
    for (int i = used; i < 117; i++) ADD(" ");
    ADD("\n");
    assert_true(count + numbers <= sizeof file);
}

static void npy_wrong_shape(void) {
    npy_header("|u1", "1000, 1000", 1000000);
    memset(file + count, 1, 1000000);
    count += 1000000;
}

static void npy_not_finite(void) {
    npy_header("<f2", "250000, 2", 1000000);
    memset(file + count, 0, 1000000);
    count += 1000000;
    file[count - 1] = 0x7c; /* infinite */
}

static void zip_entry(uint32_t signature, const char *name, uint16_t method, uint32_t crc,
                      uint32_t packed, uint32_t size, uint32_t at) {
    const uint8_t flags[] = {20, 0, 0, 0, (uint8_t)method, 0, 0, 0, 0x21, 0};
    const uint8_t length[] = {(uint8_t)strlen(name), 0, 0, 0};
    add_u32(signature, false);
    if (signature == 0x02014b50) ADD("\x14\0");
    add(flags, sizeof flags);
    add_u32(crc, false);
    add_u32(packed, false);
    add_u32(size, false);
    add(length, sizeof length);
    if (signature == 0x02014b50) {
        ADD("\0\0\0\0\0\0\0\0\0\0");
        add_u32(at, false);
    }
    add(name, strlen(name));
}

static void zip_end(uint16_t members, size_t directory) {
    const uint8_t n[] = {(uint8_t)members, (uint8_t)(members >> 8)};
    const size_t bytes = count - directory;
    ADD("PK\5\6\0\0\0\0");
    add(n, 2);
    add(n, 2);
    add_u32((uint32_t)bytes, false);
    add_u32((uint32_t)directory, false);
    ADD("\0\0");
}

static void npz_name(size_t i, char name[32]) {
    if (i == 0) snprintf(name, 32, "images.npy");
    if (i > 0) snprintf(name, 32, "%zu.npy", i);
}

static void npz_empty_members(size_t members) {
    char name[32];
    for (size_t i = 0; i < members; i++) {
        npz_name(i, name);
        zip_entry(0x04034b50, name, 0, 0, 0, 0, 0);
    }
    const size_t directory = count;
    uint32_t at = 0;
    for (size_t i = 0; i < members; i++) {
        npz_name(i, name);
        zip_entry(0x02014b50, name, 0, 0, 0, 0, at);
        at += 30 + (uint32_t)strlen(name);
    }
    zip_end((uint16_t)members, directory);
}

static void npz_few_members(void) { npz_empty_members(2000); }
static void npz_many_members(void) { npz_empty_members(9000); }

/* A directory of 2,000 members, and its end many times. */
static void npz_many_ends(void) {
    npz_empty_members(2000);
    uint8_t end[22];
    memcpy(end, file + count - sizeof end, sizeof end);
    for (int i = 0; i < 2900; i++) add(end, sizeof end);
}

/* One more than is said. */
static void npz_contradiction(void) {
    npz_empty_members(3);
    file[count - 12] = file[count - 14] = 2;
}

/* A deflated array of 100 MB of zeros, and a CRC that is not theirs. */
static void npz_damaged(void) {
    npy_header("|u1", "100000, 1000", 0);
    uint8_t header[128];
    memcpy(header, file, sizeof header);
    start();
    zip_entry(0x04034b50, "images.npy", 8, 1, 0, 100000128, 0);
    const size_t begun = count;
    add_packed(header, sizeof header, 100000000, -15);
    const uint32_t packed = (uint32_t)(count - begun);
    memcpy(file + 18, &packed, 4);
    const size_t directory = count;
    zip_entry(0x02014b50, "images.npy", 8, 1, packed, 100000128, 0);
    zip_end(1, directory);
}

/* ---- data sets ------------------------------------------------------------------------------- */

/* 100 images of 1000 x 1000 zeros, but `more` bytes. */
static void gzipped(long more) {
    static const uint8_t header[] = {0, 0, 8, 3, 0, 0, 0, 100, 0, 0, 3, 232, 0, 0, 3, 232};
    add_packed(header, sizeof header, (size_t)(100000000 + more), 31);
}

static void idx_short(void) { gzipped(-1); }
static void idx_long(void) { gzipped(1); }

static void idx_damaged(void) {
    gzipped(0);
    file[count - 8] ^= 1; /* the CRC */
}

static void idx_cut(void) {
    gzipped(0);
    count -= 100;
}

/* ---- pictures -------------------------------------------------------------------------------- */

static void png_chunk(const char *name, const uint8_t *bytes, size_t length) {
    const size_t at = count + 4;
    add_u32((uint32_t)length, true);
    add(name, 4);
    if (bytes != file + count) add(bytes, length);
    add_u32((uint32_t)crc32(0, file + at, (uInt)(4 + length)), true);
}

/* A grey picture whose data are `held` bytes of zeros. */
static void png(uint32_t width, uint32_t height, size_t held, bool interlaced, bool whole) {
    static const uint8_t nothing[1 << 16];
    uint8_t head[13] = {[8] = 8, [12] = interlaced};
    for (int i = 0; i < 4; i++) {
        head[i] = (uint8_t)(width >> (24 - 8 * i));
        head[4 + i] = (uint8_t)(height >> (24 - 8 * i));
    }
    ADD("\x89PNG\r\n\x1a\n");
    png_chunk("IHDR", head, sizeof head);
    png_chunk("noNe", nothing, sizeof nothing); /* so that it could hold as much */
    const size_t at = count;
    ADD("....IDAT");
    add_packed("", 0, held, 15);
    const uint32_t length = (uint32_t)(count - at - 8);
    for (int i = 0; i < 4; i++) file[at + (size_t)i] = (uint8_t)(length >> (24 - 8 * i));
    add_u32((uint32_t)crc32(0, file + at + 4, length + 4), true);
    if (whole) png_chunk("IEND", head, 0);
}

static void png_cut(void) { png(10000, 10000, 100010000, false, false); }
static void png_short(void) { png(10000, 10000, 99000000, false, true); }
static void png_interlaced(void) { png(10000, 10000, 99000000, true, true); }
static void png_wide(void) { png(100000000, 1, 99000000, false, true); }
static void png_tall(void) { png(1, 1 << 16, (2 << 16) - 1, false, true); }

static void pnm_text(void) {
    ADD("P3 699 250 255\n");
    for (int i = 1; i < 699 * 250 * 3; i++) ADD("1 ");
    ADD("x ");
}

static void pnm_bytes(void) {
    ADD("P6 577 600 254\n");
    memset(file + count, 1, 577 * 600 * 3);
    count += 577 * 600 * 3;
    file[count - 1] = 255;
}

/* A JPEG's header, of one component; a scan that is not enough for it; and the end. */
static void jpeg(const char *frame, size_t frame_length, bool end) {
    ADD("\xff\xd8\xff\xdb\0\x43\0");
    for (int i = 0; i < 64; i++) ADD("\1");
    add(frame, frame_length);
    /* One code for each table: no difference, in a byte, and no more of the block, in a bit. */
    ADD("\xff\xc4\0\x14\x00\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\0\0");
    ADD("\xff\xc4\0\x14\x10\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
    const bool progressive = (uint8_t)frame[1] == 0xc2;
    if (progressive) ADD("\xff\xda\0\x08\1\1\0\0\0\0");
    if (!progressive) ADD("\xff\xda\0\x08\1\1\0\0\x3f\0");
    while (count < sizeof file - 2) ADD("\0");
    if (end) ADD("\xff\xd9");
}

#define FRAME(sof, size) "\xff" sof "\0\x0b\x08" size "\1\1\x11\0"
#define JPEG(frame, end) jpeg(frame, sizeof(frame) - 1, end)

static void jpeg_cut(void) { JPEG(FRAME("\xc0", "\x2d\0\x2d\0"), false); }
static void jpeg_short(void) { JPEG(FRAME("\xc0", "\x2d\0\x2d\0"), true); }
static void jpeg_wide(void) { JPEG(FRAME("\xc0", "\x08\0\xf0\0"), true); }
static void jpeg_progressive(void) { JPEG(FRAME("\xc2", "\x2d\0\x2d\0"), true); }

/* ---- models ---------------------------------------------------------------------------------- */

static void text_nested(void) {
    ADD("input = 1, 2, 2\nencoder = ");
    FILL("Sequential(", 0);
}

static void text_long(void) {
    ADD("input = 1, 2, 2\nencoder = Sequential(");
    FILL("Tanh(), ", 0);
}

static void model_nested(void) {
    add_u32(MB - 8, false);
    add_u32(0, false);
    ADD("{\"a\":");
    FILL("[", 0);
}

static void model_keys(void) {
    char key[32];
    add_u32(MB - 8, false);
    add_u32(0, false);
    ADD("{\"__metadata__\":{");
    for (int i = 0; count + 64 < sizeof file; i++) {
        add(key, (size_t)snprintf(key, sizeof key, "\"%d\":\"\",", i));
    }
    while (count < sizeof file) ADD(" ");
}

static void model_tensors(void) {
    char key[96];
    add_u32(MB - 8, false);
    add_u32(0, false);
    ADD("{");
    for (int i = 0; count + 96 < sizeof file; i++) {
        add(key, (size_t)snprintf(
                     key, sizeof key,
                     "\"%d\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]},", i));
    }
    while (count < sizeof file) ADD(" ");
}

/* A graph, field 7 of the model, of so many small messages. */
static void onnx_graph(size_t length, const char *field, size_t field_length) {
    length = length / field_length * field_length;
    ADD("\x08\x08\x3a"); /* the version, the graph */
    uint8_t size[4] = {(uint8_t)(length | 0x80), (uint8_t)(length >> 7 | 0x80),
                       (uint8_t)(length >> 14)};
    add(size, 3);
    const size_t end = count + length;
    while (count < end) add(field, field_length);
}

static void onnx_fields(const char *field) { onnx_graph(MB - 16, field, 2); }

static void onnx_nodes(void) { onnx_fields("\x0a\0"); }
static void onnx_tensors(void) { onnx_fields("\x2a\0"); }
static void onnx_inputs(void) { onnx_fields("\x5a\0"); }
static void onnx_outputs(void) { onnx_fields("\x62\0"); }
static void onnx_values(void) { onnx_fields("\x6a\0"); }
static void onnx_unknown(void) { onnx_fields("\x7a\0"); }
/* A small file has no size of its own to hide behind. */
enum { SMALL = 43000 };
static void onnx_few_nodes(void) { onnx_graph(SMALL, "\x0a\0", 2); }
static void onnx_few_operators(void) { onnx_graph(SMALL, "\x0a\x03\x22\x01R", 5); }
static void onnx_few_inputs(void) { onnx_graph(SMALL, "\x0a\x03\x0a\x01z", 5); }
static void onnx_few_attributes(void) { onnx_graph(SMALL, "\x0a\x02\x2a\0", 4); }
static void onnx_few_numbers(void) { onnx_graph(SMALL, "\x2a\x02\x08\x01", 4); }
static void onnx_opsets(void) {
    ADD("\x08\x08");
    FILL("\x42\0", 0);
}
static void onnx_metadata(void) {
    ADD("\x08\x08");
    FILL("\x72\0", 0);
}

/* ---- what they cost -------------------------------------------------------------------------- */

static const struct {
    const char *name;
    void (*make)(void);
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
    {"notation, nested", text_nested, read_notation, "may not stand", 0},
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
    read(path, file, count);
    malloc_trim(0);
    const long before = memory("VmRSS:");
    c->counted = begin_counting();
    clock_gettime(CLOCK_MONOTONIC, &begun);
    c->taken = read(path, file, count);
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
        start();
        cases[i].make();
        snprintf(path, sizeof path, "%s/%s", folder, cases[i].read == read_npz ? "a.npz" : "a");
        FILE *out = fopen(path, "wb");
        assert_non_null(out);
        assert_int_equal(fwrite(file, 1, count, out), count);
        assert_int_equal(fclose(out), 0);
        const cost c = measure_apart(cases[i].read);
        assert_int_equal(unlink(path), 0);
        const size_t most = (2 * count + MB + cases[i].beside) >> 10;
        if (getenv("EMBUDO_COSTS")) {
            printf("%-44s %5zu kB: %6ld of %5zu kB, %6.1f ms: %s\n", cases[i].name, count >> 10,
                   c.kb, most, 1e3 * c.seconds, c.error + strlen(path));
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
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
