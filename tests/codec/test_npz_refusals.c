/* NPZ archives that are refused: ZIP written here by hand, with one thing wrong in each. Whole
 * ones, and ones with bytes changed: test_array_sets.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/status.h"
#include "codec/npz.h"
#include "makers/zip_bytes.h"
#include "support/folder.h"
#include "support/support.h"

static char path[64];

static int make_path(void **state) {
    const int made = test_folder_make(state);
    snprintf(path, sizeof path, "%s/a.npz", test_folder);
    return made;
}

/* What is to be wrong; of 0, nothing. */
typedef struct wrong {
    const char *name; /* of the entry */
    unsigned flags, method, disks;
    long packed, size, crc, entries, directory, where; /* added to what is right */
    size_t cut, behind;                                /* bytes less, or more, at the end */
    const char *head;                                  /* first bytes of the array instead */
    const char *error; /* NULL: it is read, or there is no such array */
} wrong;

static uint32_t crc_of(const uint8_t *bytes, size_t count) {
    uint32_t crc = 0xffffffff;
    for (size_t i = 0; i < count; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
    }
    return ~crc;
}

static void put(const wrong *w) {
    static const float values[6] = {1, 2, 3, 4, 5, 6};
    static const size_t shape[2] = {2, 3};
    static uint8_t rooms[2][2048];
    char header[EMB__NPY_HEADER_ROOM];
    buffer array = {rooms[0], 0, sizeof rooms[0]}, file = {rooms[1], 0, sizeof rooms[1]};
    add_bytes(&array, header, emb__npy_header("f4", 2, shape, header));
    add_bytes(&array, values, sizeof values);
    if (w->head) memcpy(array.at, w->head, strlen(w->head));
    const uint32_t size = (uint32_t)array.count;
    const zip_entry entry = {.name = w->name ? w->name : "codes.npy",
                             .flags = w->flags,
                             .method = w->method,
                             .disk = w->disks,
                             .crc = crc_of(array.at, array.count) + (uint32_t)w->crc,
                             .packed = size + (uint32_t)w->packed,
                             .size = size + (uint32_t)w->size,
                             .where = (uint32_t)w->where};
    add_zip_header(&file, &entry);
    add_bytes(&file, array.at, array.count);
    const size_t directory = file.count;
    add_zip_directory(&file, &entry);
    add_zip_end(&file, w->disks, (unsigned)(1 + w->entries), (uint32_t)(file.count - directory),
                (uint32_t)((long)directory + w->directory));
    add_number(&file, 0, (int)w->behind, false);
    test_put(path, file.at, file.count - w->cut);
}

static const wrong table[] = {
    {.error = NULL},
    {.name = "others.npy"},
    {.name = "codes"},
    {.method = 12, .error = "codes): is neither stored nor deflated"}, /* bzip2 */
    {.method = 99, .error = ": "},                                     /* encrypted by WinZip */
    {.method = 8, .error = "codes): cannot be read"},                  /* and is not deflated */
    {.flags = 1, .error = "codes): cannot be read"},                   /* encrypted */
    {.crc = 1, .error = "codes): cannot be read: CRC error"},
    {.size = 4096L * 1032 * 4, .error = "codes): announces more than its bytes can hold"},
    {.size = 4, .error = "codes): holds 28 bytes of numbers, but"},
    {.size = -4, .error = "codes): holds 20 bytes of numbers, but"},
    {.size = -140, .error = "codes): holds 0 bytes of numbers, but"},
    {.head = "NUMPY", .error = "codes): is not an NPY file"},
    {.head = "\x93NUMPY\x04", .error = "codes): is NPY version 4, expected 1, 2 or 3"},
    {.packed = 1000, .error = ": "},
    {.where = 1, .error = ": "},
    {.where = 1 << 20, .error = ": "},
    {.directory = 1, .error = "is not an NPZ file: "},
    {.directory = 1 << 20, .error = "is not an NPZ file: "},
    {.entries = 1, .error = "is not an NPZ file: "},
    {.entries = 9000, .error = "expected at most 2048"},
    {.disks = 1, .error = "is not an NPZ file: "},
    {.cut = 1, .error = "is not an NPZ file: "},
    {.cut = 22, .error = "is not an NPZ file: "},
    {.cut = 100, .error = "is not an NPZ file: "},
};

static emb_status load(const char *const *names, const emb__npy_wish *wish, emb__npy *npy,
                       void **numbers, const char **found) {
    *numbers = NULL;
    emb__npz *npz = emb__npz_open(path);
    const emb_status status =
        npz ? emb__npz_load(npz, names, wish, npy, numbers, found) : emb__last_status();
    emb__npz_close(npz);
    return status;
}

static bool has(const char *name) {
    const char *const names[] = {name, NULL};
    const char *found = NULL;
    emb__npy npy;
    void *numbers;
    const bool read = load(names, &(emb__npy_wish){0}, &npy, &numbers, &found) == EMB_OK;
    emb__free(numbers);
    return read && found;
}

static void test_refused(void **state) {
    (void)state;
    static const char *const names[] = {"latent", "codes", NULL};
    for (size_t i = 0; i < TEST_COUNT(table); i++) {
        emb__npy npy;
        void *numbers;
        const char *found;
        put(&table[i]);
        const emb_status status = load(names, &(emb__npy_wish){0}, &npy, &numbers, &found);
        if (status == EMB_ERR_MISSING) skip();
        if (!table[i].error) {
            if (status != EMB_OK) fail_msg("case %zu: %s", i, emb_error());
            assert_int_equal(found != NULL, !table[i].name);
            assert_int_equal(has("codes"), !table[i].name);
            if (found) assert_true(npy.count == 6 && ((const float *)numbers)[5] == 6);
            emb__free(numbers);
            continue;
        }
        if (status == EMB_OK) fail_msg("case %zu was read, instead of '%s'", i, table[i].error);
        if (!strstr(emb_error(), table[i].error)) {
            fail_msg("case %zu: expected '%s', got: %s", i, table[i].error, emb_error());
        }
        assert_int_equal(status, EMB_ERR_FORMAT);
        assert_memory_equal(emb_error(), path, strlen(path));
        assert_null(strchr(emb_error(), '\n'));
        assert_null(numbers);
    }
}

/* Codes are looked for by their name. */
static void test_codes(void **state) {
    (void)state;
    emb_array codes = {.rank = 0};
    emb_status status;
    put(&table[0]);
    status = emb_codes_read(path, 3, &codes);
    if (status == EMB_ERR_MISSING) skip();
    assert_int_equal(status, EMB_OK);
    assert_true(codes.rank == 2 && codes.shape[0] == 2 && codes.values[5] == 6);
    emb_array_free(&codes);
    put(&table[1]);
    assert_int_equal(emb_codes_read(path, 3, &codes), EMB_ERR_FORMAT);
    assert_non_null(strstr(emb_error(), "holds no array called codes"));
    put(&(wrong){.crc = 1});
    assert_int_equal(emb_codes_read(path, 3, &codes), EMB_ERR_FORMAT);
    assert_non_null(strstr(emb_error(), "CRC error"));
    assert_int_equal(remove(path), 0);
    assert_int_equal(emb_codes_read(path, 3, &codes), EMB_ERR_IO);
    assert_false(has("codes"));
    put(&table[0]);
}

/* What looks like an archive's end in an array's numbers is none, be it torn out of one or whole.
 */
static void test_inside(void **state) {
    (void)state;
    static const char *const names[] = {"a", NULL};
    uint8_t held[1 << 12] = "..PK\5\6";
    size_t length = 200;
    memset(held + 6, 0xee, length - 6);
    for (int i = 0; i < 2; i++) { /* the second holds the first */
        const emb_named_array array = {.name = "a", .rank = 1, .shape = {length}, .bytes = held};
        const emb_status status = emb_npz_write(path, &array, 1);
        if (status == EMB_ERR_MISSING) skip();
        assert_int_equal(status, EMB_OK);
        emb__npy npy;
        void *numbers;
        const char *found;
        if (load(names, &(emb__npy_wish){.keep_bytes = true}, &npy, &numbers, &found) != EMB_OK) {
            fail_msg("%s", emb_error());
        }
        assert_int_equal(npy.count, length);
        assert_memory_equal(numbers, held, length);
        emb__free(numbers);
        FILE *in = fopen(path, "rb");
        assert_non_null(in);
        length = fread(held, 1, sizeof held, in);
        fclose(in);
    }
}

static void test_writing(void **state) {
    (void)state;
    static const float values[] = {1, 2};
    const emb_named_array twice[] = {
        {.name = "a", .rank = 1, .shape = {2}, .floats = values},
        {.name = "a", .rank = 1, .shape = {1}, .floats = values},
    };
    const emb_status status = emb_npz_write(path, twice, 1);
    if (status == EMB_ERR_MISSING) skip();
    assert_int_equal(status, EMB_OK);
    assert_int_equal(emb_npz_write(NULL, twice, 1), EMB_ERR_ARGUMENT);
    assert_int_equal(emb_npz_write(path, NULL, 1), EMB_ERR_ARGUMENT);
    assert_int_equal(emb_npz_write(path, twice, 0), EMB_ERR_ARGUMENT);
    assert_string_equal(emb_error(), "emb_npz_write needs a path and an array");
    assert_int_equal(emb_npz_write(path, twice, 2), EMB_ERR_FORMAT);
    assert_non_null(strstr(emb_error(), ": cannot be written: "));
    assert_true(has("a")); /* as it was */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_codes),
        cmocka_unit_test(test_inside),
        cmocka_unit_test(test_writing),
    };
    return cmocka_run_group_tests(tests, make_path, test_folder_remove);
}
