/* See zip_bytes.h. */
#include "makers/zip_bytes.h"

#include <string.h>

enum { DAY = 33 << 16 }; /* 1980-01-01, 0:00 */

/* What both of an entry's headers have. */
static void add_entry(buffer *file, const zip_entry *entry) {
    add_number(file, 20, 2, false); /* version */
    add_number(file, entry->flags, 2, false);
    add_number(file, entry->method, 2, false);
    add_number(file, DAY, 4, false);
    add_number(file, entry->crc, 4, false);
    add_number(file, entry->packed, 4, false);
    add_number(file, entry->size, 4, false);
    add_number(file, strlen(entry->name), 2, false);
    add_number(file, 0, 2, false); /* of extra fields */
}

void add_zip_header(buffer *file, const zip_entry *entry) {
    add_number(file, 0x04034b50, 4, false);
    add_entry(file, entry);
    add_bytes(file, entry->name, strlen(entry->name));
}

void add_zip_directory(buffer *file, const zip_entry *entry) {
    add_number(file, 0x02014b50, 4, false);
    add_number(file, 20, 2, false);
    add_entry(file, entry);
    add_number(file, 0, 2, false); /* of a comment */
    add_number(file, entry->disk, 2, false);
    add_number(file, 0, 6, false); /* attributes */
    add_number(file, entry->where, 4, false);
    add_bytes(file, entry->name, strlen(entry->name));
}

void add_zip_end(buffer *file, unsigned disk, unsigned entries, uint32_t size, uint32_t where) {
    add_number(file, 0x06054b50, 4, false);
    add_number(file, disk, 2, false);
    add_number(file, disk, 2, false);
    add_number(file, entries, 2, false);
    add_number(file, entries, 2, false);
    add_number(file, size, 4, false);
    add_number(file, where, 4, false);
    add_number(file, 0, 2, false); /* of a comment */
}
