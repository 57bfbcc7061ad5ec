/* ZIP archives by hand, so that anything in them can be wrong. */
#ifndef EMB_TESTS_ZIP_BYTES_H
#define EMB_TESTS_ZIP_BYTES_H

#include "makers/bytes.h"

typedef struct zip_entry {
    const char *name;
    unsigned flags, method, disk;
    uint32_t crc, packed, size;
    uint32_t where; /* its own header, for the directory */
} zip_entry;

void add_zip_header(buffer *file, const zip_entry *entry);
void add_zip_directory(buffer *file, const zip_entry *entry);

/* The archive's end: its directory has so many entries and bytes, and begins there. */
void add_zip_end(buffer *file, unsigned disk, unsigned entries, uint32_t size, uint32_t where);

#endif
