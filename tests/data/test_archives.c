/* Tar and ZIP archives of pictures as data sets: the same as the folder that they were made of; and
 * those that were made to do harm. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>
#include <zlib.h>

#include "embudo.h"
#include "makers/bytes.h"
#include "makers/zip_bytes.h"
#include "support/folder.h"
#include "support/support.h"

enum { ROOM = 1 << 16, BLOCK = 512, PICTURE = 17 };

static uint8_t room[ROOM];

/* A PGM of 3 x 2 pixels of one number. */
static const uint8_t *picture(int value) {
    static uint8_t bytes[PICTURE + 1] = "P5 3 2 255\n";
    memset(bytes + 11, value, 6);
    return bytes;
}

/* ---- tar ------------------------------------------------------------------------------------- */

static void add_tar_entry(buffer *file, const char *name, char type, const char *size,
                          const void *content, size_t count) {
    uint8_t block[BLOCK] = {0};
    unsigned sum = 0;
    memcpy(block, name, strlen(name) < 100 ? strlen(name) : 100);
    snprintf((char *)block + 100, 8, "0000644");
    if (size) {
        memcpy(block + 124, size, 12);
    } else {
        snprintf((char *)block + 124, 12, "%011zo", count);
    }
    snprintf((char *)block + 136, 12, "%011o", 7);
    block[156] = (uint8_t)type;
    memcpy(block + 257,
           "ustar\0"
           "00",
           8);
    memset(block + 148, ' ', 8);
    for (int i = 0; i < BLOCK; i++) sum += block[i];
    snprintf((char *)block + 148, 8, "%06o", sum);
    add_bytes(file, block, BLOCK);
    static const uint8_t zeros[BLOCK];
    add_bytes(file, content, count);
    add_bytes(file, zeros, (BLOCK - count % BLOCK) % BLOCK);
}

static void end_tar(buffer *file) {
    static const uint8_t zeros[2 * BLOCK];
    add_bytes(file, zeros, sizeof zeros);
}

static void add_tar_picture(buffer *file, const char *name, int value) {
    add_tar_entry(file, name, '0', NULL, picture(value), PICTURE);
}

/* ---- ZIP ------------------------------------------------------------------------------------- */

/* Files "name=value ...", stored, or deflated where the value is odd. */
static void make_zip(buffer *file, const char *files) {
    zip_entry entries[8] = {{0}};
    char text[256];
    unsigned count = 0;
    snprintf(text, sizeof text, "%s", files);
    for (char *word = strtok(text, " "); word; word = strtok(NULL, " ")) {
        char *equals = strchr(word, '=');
        const int value = atoi(equals + 1);
        *equals = '\0';
        uint8_t packed_room[256];
        buffer packed = {packed_room, 0, sizeof packed_room};
        const uint8_t *bytes = picture(value);
        if (value % 2) add_packed(&packed, bytes, PICTURE, 0, -15);
        if (value % 2 == 0) add_bytes(&packed, bytes, PICTURE);
        zip_entry *e = &entries[count++];
        *e = (zip_entry){.name = word,
                         .method = value % 2 ? 8 : 0,
                         .crc = (uint32_t)crc32(0, bytes, PICTURE),
                         .packed = (uint32_t)packed.count,
                         .size = PICTURE,
                         .where = (uint32_t)file->count};
        add_zip_header(file, e);
        add_bytes(file, packed.at, packed.count);
    }
    const uint32_t where = (uint32_t)file->count;
    for (unsigned i = 0; i < count; i++) add_zip_directory(file, &entries[i]);
    add_zip_end(file, 0, count, (uint32_t)file->count - where, where);
}

/* ---- what is read ---------------------------------------------------------------------------- */

static void expect(const char *path, emb_part part, const char *wanted) {
    const emb_open_options all = {.test_split = -1};
    for (int way = 0; way < 3; way++) { /* built, from the cache, in memory */
        emb_open_options options = all;
        options.no_cache = way == 2;
        char got[256] = "";
        emb_images *images = emb_images_open_part(path, part, &options);
        if (!images) fail_msg("%s: %s", path, emb_error());
        for (uint32_t i = 0; i < emb_images_count(images); i++) {
            uint8_t pixels[6];
            assert_int_equal(emb_images_fetch_bytes(images, &i, 1, pixels), EMB_OK);
            snprintf(got + strlen(got), sizeof got - strlen(got), "%s%s=%d:%d", i ? " " : "",
                     emb_images_file(images, i), pixels[5], emb_images_label(images, i));
        }
        if (strcmp(got, wanted) != 0) fail_msg("%s: '%s' instead of '%s'", path, got, wanted);
        emb_images_free(images);
    }
}

static void put_gzipped(const char *path, const buffer *file) {
    gzFile out = gzopen(path, "wb");
    assert_int_equal(gzwrite(out, file->at, (unsigned)file->count), (int)file->count);
    assert_int_equal(gzclose(out), Z_OK);
}

static void archives_are_folders(void **state) {
    (void)state;
    char path[128];
    buffer tar = {room, 0, ROOM};
    add_tar_entry(&tar, "./", '5', NULL, NULL, 0);
    add_tar_picture(&tar, "./all/dog/b.pgm", 3);
    add_tar_picture(&tar, "./all/cat/a.pgm", 9);
    add_tar_entry(&tar, "all/cat/link.pgm", '2', NULL, NULL, 0);
    add_tar_picture(&tar, "all/cat/.hidden.pgm", 5);
    add_tar_entry(&tar, "all/cat/notes.txt", '0', NULL, "words", 5);
    /* Names that are too long for a header: GNU's way and pax's. */
    static const char gnu[] = "all/cat/bb.pgm";
    add_tar_entry(&tar, "././@LongLink", 'L', NULL, gnu, sizeof gnu);
    add_tar_picture(&tar, "cut", 2);
    static const char pax[] = "22 path=all/dog/a.pgm\n11 size=17\n5 a=\n";
    add_tar_entry(&tar, "pax", 'x', NULL, pax + 0, sizeof pax - 1);
    add_tar_entry(&tar, "cut", '0', "00000000000\0", picture(4), PICTURE);
    add_tar_picture(&tar, "all/cat/a.pgm", 1); /* again: the last one counts */
    end_tar(&tar);
    static const char wanted[] = "cat/a.pgm=1:0 cat/bb.pgm=2:0 dog/a.pgm=4:1 dog/b.pgm=3:1";
    snprintf(path, sizeof path, "%s", test_path("one.tar"));
    test_put(path, tar.at, tar.count);
    expect(path, EMB_TRAIN, wanted);
    snprintf(path, sizeof path, "%s", test_path("one.tgz"));
    put_gzipped(path, &tar);
    expect(path, EMB_TRAIN, wanted);
    buffer zip = {room, 0, ROOM};
    make_zip(&zip, "all/dog/b.pgm=3 all/cat/a.pgm=9 all/cat/.x.pgm=5 all/cat/bb.pgm=2 "
                   "all/dog/a.pgm=4 all/cat/a.pgm=1");
    snprintf(path, sizeof path, "%s", test_path("one.zip"));
    test_put(path, zip.at, zip.count);
    expect(path, EMB_TRAIN, wanted);
    zip.count = 0;
    make_zip(&zip, "my/train/1.pgm=1 my/test/2.pgm=2 my/val/3.pgm=3");
    snprintf(path, sizeof path, "%s", test_path("parts"));
    test_put(path, zip.at, zip.count);
    assert_int_equal(emb_images_parts(path), 2);
    assert_true(emb_images_has_part(path, EMB_VAL));
    expect(path, EMB_TEST, "test/2.pgm=2:-1");
    expect(path, EMB_VAL, "val/3.pgm=3:-1");
}

static void a_changed_archive_is_noticed(void **state) {
    (void)state;
    char path[128];
    snprintf(path, sizeof path, "%s", test_path("changes.tar"));
    for (int value = 1; value < 4; value++) {
        buffer tar = {room, 0, ROOM};
        add_tar_picture(&tar, "a.pgm", value);
        end_tar(&tar);
        test_put(path, tar.at, tar.count);
        char wanted[32];
        snprintf(wanted, sizeof wanted, "a.pgm=%d:-1", value);
        expect(path, EMB_TRAIN, wanted);
    }
}

/* ---- harm ------------------------------------------------------------------------------------ */

static void tar_up(buffer *f) { add_tar_picture(f, "../../etc/a.pgm", 1); }
static void tar_in(buffer *f) { add_tar_picture(f, "a/../../b.pgm", 1); }
static void tar_root(buffer *f) { add_tar_picture(f, "/etc/a.pgm", 1); }
static void tar_huge(buffer *f) {
    add_tar_entry(f, "a.pgm", '0', "77777777777\0", picture(1), PICTURE);
}
static void tar_absurd(buffer *f) {
    add_tar_entry(f, "a.pgm", '0', "\x80\0\0\0\xff\0\0\0\0\0\0\0", picture(1), PICTURE);
}
static void tar_notes(buffer *f) { add_tar_entry(f, "x", 'x', "00077777777\0", "", 0); }
static void tar_record(buffer *f) { add_tar_entry(f, "x", 'x', NULL, "99 path=a\n", 10); }
static void tar_record_number(buffer *f) {
    add_tar_entry(f, "x", 'x', NULL, "99999999999999999999999 a=\n", 27);
}
static void tar_sum(buffer *f) {
    add_tar_picture(f, "a.pgm", 1);
    add_tar_picture(f, "b.pgm", 1);
    f->at[2 * BLOCK] ^= 1;
}
static void tar_cut(buffer *f) {
    add_tar_picture(f, "a.pgm", 1);
    f->count -= 100;
}
static void zip_up(buffer *f) { make_zip(f, "../a.pgm=1"); }
static void zip_bomb(buffer *f) {
    make_zip(f, "a.pgm=1");
    /* It announces 2^31 bytes. */
    uint8_t *head = f->at + f->count - 22 - 46 - 5;
    memset(head + 24, 0, 4);
    head[27] = 0x7f;
}
static void zip_method(buffer *f) {
    make_zip(f, "a.pgm=1");
    f->at[f->count - 22 - 46 - 5 + 10] = 12;
}
static void zip_secret(buffer *f) {
    make_zip(f, "a.pgm=1");
    f->at[f->count - 22 - 46 - 5 + 8] = 1;
}
static void zip_count(buffer *f) {
    make_zip(f, "a.pgm=1");
    f->at[f->count - 22 + 10] = 2;
}
static void zip_crc(buffer *f) {
    make_zip(f, "a.pgm=2");
    f->at[30 + 5 + 12] ^= 1;
}
static void nothing(buffer *f) { add_tar_entry(f, "a.txt", '0', NULL, "words", 5); }

static void harm_is_refused(void **state) {
    static const struct {
        void (*make)(buffer *file);
        const char *text;
    } cases[] = {
        {tar_up, "leads out of the archive"},
        {tar_in, "leads out of the archive"},
        {tar_root, "leads out of the archive"},
        {tar_huge, "the tar archive ends too early"},
        {tar_absurd, "has a damaged size"},
        {tar_notes, "expected at most 1048576"},
        {tar_record, "has a damaged pax record"},
        {tar_record_number, "has a damaged pax record"},
        {tar_sum, "has no tar header at byte 1024"},
        {tar_cut, "the tar archive ends too early"},
        {zip_up, "leads out of the archive"},
        {zip_bomb, "a.pgm announces more than its bytes can hold"},
        {zip_method, "a.pgm is neither stored nor deflated"},
        {zip_secret, "a.pgm is encrypted"},
        {zip_count, "the ZIP archive is damaged"},
        {zip_crc, "is damaged in its ZIP archive"},
        {nothing, "holds no pictures"},
    };
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        char name[32], path[128];
        buffer file = {room, 0, ROOM};
        cases[i].make(&file);
        snprintf(name, sizeof name, "harm%zu", i);
        snprintf(path, sizeof path, "%s", test_path(name));
        test_put(path, file.at, file.count);
        assert_null(emb_images_open_part(path, EMB_TRAIN, &(emb_open_options){.test_split = -1}));
        if (!strstr(emb_error(), cases[i].text)) {
            fail_msg("%zu: '%s', not '%s'", i, emb_error(), cases[i].text);
        }
    }
}

/* 100 MB of zeros in 100 KB. */
static void a_bomb_is_not_unpacked(void **state) {
    (void)state;
    char path[128];
    buffer tar = {room, 0, ROOM};
    static uint8_t zeros[1 << 20];
    enum { MEGABYTES = 100 };
    char size[16];
    snprintf(size, sizeof size, "%011o", MEGABYTES << 20);
    add_tar_entry(&tar, "a.pgm", '0', size, NULL, 0);
    snprintf(path, sizeof path, "%s", test_path("bomb.tgz"));
    gzFile out = gzopen(path, "wb");
    gzwrite(out, tar.at, (unsigned)tar.count);
    for (int i = 0; i < MEGABYTES; i++) gzwrite(out, zeros, sizeof zeros);
    gzwrite(out, zeros, 2 * BLOCK);
    gzclose(out);
    assert_null(emb_images_open_part(path, EMB_TRAIN, &(emb_open_options){.test_split = -1}));
    if (!strstr(emb_error(), "unpacks to more than 200 times its size"))
        fail_msg("%s", emb_error());
}

static int set_up(void **state) {
    char cache[128];
    const int made = test_folder_make(state);
    snprintf(cache, sizeof cache, "%s/cache", test_folder);
    return made || mkdir(cache, 0777) || setenv("XDG_CACHE_HOME", cache, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(archives_are_folders),
        cmocka_unit_test(a_changed_archive_is_noticed),
        cmocka_unit_test(harm_is_refused),
        cmocka_unit_test(a_bomb_is_not_unpacked),
    };
    return cmocka_run_group_tests(tests, set_up, test_folder_remove);
}
