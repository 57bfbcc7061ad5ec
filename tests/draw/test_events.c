/* Event files, record by record: lengths, checksums, messages' first fields; the projector's files.
 * TensorBoard's own reader: tests/interop/tensorboard_files.py. */
#include <dirent.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "codec/file.h"
#include "support/folder.h"
#include "support/support.h"

/* By a table, unlike the writer's; masked. */
static uint32_t masked(const uint8_t *bytes, size_t count) {
    uint32_t table[256], crc = 0xffffffff;
    for (uint32_t i = 0; i < 256; i++) {
        table[i] = i;
        for (int k = 0; k < 8; k++)
            table[i] = table[i] & 1 ? table[i] >> 1 ^ 0x82f63b78 : table[i] >> 1;
    }
    for (size_t i = 0; i < count; i++) crc = crc >> 8 ^ table[(crc ^ bytes[i]) & 0xff];
    crc = ~crc;
    return (crc >> 15 | crc << 17) + 0xa282ead8;
}

static uint32_t u32(const uint8_t *b) {
    return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static char *only_file(void) {
    DIR *dir = opendir(test_folder);
    char *found = NULL;
    for (struct dirent *entry; (entry = readdir(dir));) {
        if (strncmp(entry->d_name, "events.out.tfevents.", 20) != 0) continue;
        assert_null(found);
        found = emb__path_join(test_folder, entry->d_name);
    }
    closedir(dir);
    assert_non_null(found);
    return found;
}

static void records(void **state) {
    (void)state;
    static const int shape[3] = {1, 2, 2};
    static const float pixels[4] = {0, 0.5f, 1, 0.25f};
    emb_events *events = emb_events_new(test_folder);
    if (!events && strstr(emb_error(), "without protobuf-c")) skip();
    if (!events) fail_msg("%s", emb_error());
    /* CRC32C's check value, RFC 3720: of "123456789". */
    const uint32_t check = 0xe3069283;
    assert_int_equal(masked((const uint8_t *)"123456789", 9),
                     (check >> 15 | check << 17) + 0xa282ead8);
    assert_int_equal(emb_events_scalar(events, "loss/train", 7, 0.5), EMB_OK);
    const emb_status image = emb_events_image(events, "picture", 8, pixels, shape);
    assert_true(image == EMB_OK || image == EMB_ERR_MISSING);
    assert_int_equal(emb_events_histogram(events, "weights", 9, pixels, 4), EMB_OK);
    const float bad = NAN;
    assert_int_equal(emb_events_histogram(events, "weights", 9, &bad, 1), EMB_ERR_ARGUMENT);
    assert_int_equal(emb_events_histogram(events, "weights", 9, pixels, 0), EMB_ERR_ARGUMENT);
    emb_events_free(events);
    char *path = only_file();
    uint8_t *bytes;
    size_t count, at = 0, number = 0;
    assert_int_equal(emb__file_load(path, 1 << 20, &bytes, &count), EMB_OK);
    while (at < count) {
        const size_t length = u32(bytes + at);
        assert_true(at + 16 + length <= count);
        assert_int_equal(u32(bytes + at + 4), 0);
        assert_int_equal(u32(bytes + at + 8), masked(bytes + at, 8));
        assert_int_equal(u32(bytes + at + 12 + length), masked(bytes + at + 12, length));
        assert_int_equal(bytes[at + 12], 0x09); /* wall_time, a double */
        const uint8_t *more = bytes + at + 21;
        if (number == 0)
            assert_memory_equal(more,
                                "\x1a\x0d"
                                "brain.Event:2",
                                15);
        if (number == 1) assert_memory_equal(more, "\x10\x07", 2); /* step 7 */
        at += 16 + length;
        number++;
    }
    assert_int_equal(number, image == EMB_OK ? 4 : 3);
    emb__free(bytes);
    emb__free(path);
    assert_null(emb_events_new("/nowhere"));
    assert_non_null(strstr(emb_error(), "/nowhere/events.out"));
}

static void expect_file(const char *name, const char *text) {
    char *path = emb__path_join(test_folder, name);
    uint8_t *bytes;
    size_t count;
    if (emb__file_load(path, 1 << 20, &bytes, &count) != EMB_OK) fail_msg("%s", emb_error());
    assert_string_equal((char *)bytes, text);
    emb__free(bytes);
    emb__free(path);
}

static void projector(void **state) {
    (void)state;
    static const float codes[] = {0.5f, -1, 2, 3};
    static const int labels[] = {4, 9};
    const emb_projector plain = {
        .name = "mine", .count = 2, .latent = 2, .codes = codes, .labels = labels};
    assert_int_equal(emb_projector_write(test_folder, &plain), EMB_OK);
    expect_file("mine.tsv", "0.5\t-1\n2\t3\n");
    expect_file("mine-labels.tsv", "4\n9\n");
    expect_file("projector_config.pbtxt",
                "embeddings {\n  tensor_name: \"mine\"\n  tensor_path: "
                "\"mine.tsv\"\n  metadata_path: \"mine-labels.tsv\"\n}\n");
    assert_int_equal(emb_projector_write("/nowhere", &plain), EMB_ERR_IO);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(records), cmocka_unit_test(projector)};
    return cmocka_run_group_tests(tests, test_folder_make, test_folder_remove);
}
