/* See costly.h. */
#include "makers/costly.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "makers/npy_bytes.h"
#include "makers/zip_bytes.h"

/* ---- codes and arrays ------------------------------------------------------------------------ */

void csv_last_line(buffer *file) {
    FILL(file, "1,2\n", 4);
    ADD(file, "1,x\n");
}

void csv_one_line(buffer *file) { FILL(file, "1,", 0); }

static void npy_header(buffer *file, const char *type, const char *shape) {
    char text[128];
    snprintf(text, sizeof text, "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", type,
             shape);
    add_npy_header(file, 1, text);
}

/* A million bytes. */
static void numbers(buffer *file, int byte) {
    enum { NUMBERS = 1000000 };
    assert_true(file->count + NUMBERS <= file->room);
    memset(file->at + file->count, byte, NUMBERS);
    file->count += NUMBERS;
}

void npy_wrong_shape(buffer *file) {
    npy_header(file, "|u1", "1000, 1000");
    numbers(file, 1);
}

void npy_not_finite(buffer *file) {
    npy_header(file, "<f2", "250000, 2");
    numbers(file, 0);
    file->at[file->count - 1] = 0x7c; /* infinite */
}

static zip_entry empty_member(size_t i, char name[32], uint32_t where) {
    if (i == 0) snprintf(name, 32, "images.npy");
    if (i > 0) snprintf(name, 32, "%zu.npy", i);
    return (zip_entry){.name = name, .where = where};
}

static void npz_empty_members(buffer *file, unsigned members) {
    char name[32];
    for (unsigned i = 0; i < members; i++) {
        const zip_entry entry = empty_member(i, name, 0);
        add_zip_header(file, &entry);
    }
    const size_t directory = file->count;
    uint32_t at = 0;
    for (unsigned i = 0; i < members; i++) {
        const zip_entry entry = empty_member(i, name, at);
        add_zip_directory(file, &entry);
        at += 30 + (uint32_t)strlen(name);
    }
    add_zip_end(file, 0, members, (uint32_t)(file->count - directory), (uint32_t)directory);
}

void npz_few_members(buffer *file) { npz_empty_members(file, 2000); }
void npz_many_members(buffer *file) { npz_empty_members(file, 9000); }

/* A directory of 2,000 members, and its end many times. */
void npz_many_ends(buffer *file) {
    npz_empty_members(file, 2000);
    uint8_t end[22];
    memcpy(end, file->at + file->count - sizeof end, sizeof end);
    for (int i = 0; i < 2900; i++) add_bytes(file, end, sizeof end);
}

/* One more than is said. */
void npz_contradiction(buffer *file) {
    npz_empty_members(file, 3);
    file->at[file->count - 12] = file->at[file->count - 14] = 2;
}

/* A deflated array of 100 MB of zeros, and a CRC that is not theirs. */
void npz_damaged(buffer *file) {
    npy_header(file, "|u1", "100000, 1000");
    uint8_t header[128];
    zip_entry entry = {.name = "images.npy", .method = 8, .crc = 1, .size = 100000128};
    memcpy(header, file->at, sizeof header);
    file->count = 0;
    add_zip_header(file, &entry);
    const size_t begun = file->count;
    add_packed(file, header, sizeof header, 100000000, -15);
    entry.packed = (uint32_t)(file->count - begun);
    memcpy(file->at + 18, &entry.packed, 4);
    const size_t directory = file->count;
    add_zip_directory(file, &entry);
    add_zip_end(file, 0, 1, (uint32_t)(file->count - directory), (uint32_t)directory);
}

/* ---- data sets ------------------------------------------------------------------------------- */

/* 100 images of 1000 x 1000 zeros, but `more` bytes. */
static void gzipped(buffer *file, long more) {
    static const uint8_t header[] = {0, 0, 8, 3, 0, 0, 0, 100, 0, 0, 3, 232, 0, 0, 3, 232};
    add_packed(file, header, sizeof header, (size_t)(100000000 + more), 31);
}

void idx_short(buffer *file) { gzipped(file, -1); }
void idx_long(buffer *file) { gzipped(file, 1); }

void idx_damaged(buffer *file) {
    gzipped(file, 0);
    file->at[file->count - 8] ^= 1; /* the CRC */
}

void idx_cut(buffer *file) {
    gzipped(file, 0);
    file->count -= 100;
}
