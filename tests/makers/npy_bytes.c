/* See npy_bytes.h. */
#include "makers/npy_bytes.h"

#include <stdio.h>
#include <string.h>

#include "support/folder.h"

void add_npy_header(buffer *file, int version, const char *text) {
    const size_t begin = version == 1 ? 10 : 12;
    const size_t length = (strlen(text) + 1 + begin + 63) / 64 * 64 - begin;
    ADD(file, "\x93NUMPY");
    add_number(file, (uint64_t)version, 2, false);
    add_number(file, length, version == 1 ? 2 : 4, false);
    add_bytes(file, text, strlen(text));
    for (size_t i = strlen(text) + 1; i < length; i++) ADD(file, " ");
    ADD(file, "\n");
}

void put_npy(const char *path, const char *descr, const char *shape, const void *numbers,
             size_t count) {
    uint8_t room[1 << 12];
    char text[128];
    buffer file = {room, 0, sizeof room};
    snprintf(text, sizeof text, "{'descr': '%s', 'fortran_order': False, 'shape': (%s,), }", descr,
             shape);
    add_npy_header(&file, 1, text);
    add_bytes(&file, numbers, count);
    test_put(path, file.at, file.count);
}
