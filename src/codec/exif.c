/* See exif.h. CIPA DC-008 (EXIF 2.32), 4.6: a TIFF file's first directory, in which the tag 0x0112
 * is the orientation. */
#include "codec/exif.h"

#include <stdbool.h>
#include <string.h>

enum { HEADER = 8, ENTRY = 12, ORIENTATION = 0x0112, SHORT = 3 };

static uint32_t number_at(const uint8_t *bytes, int count, bool little) {
    uint32_t value = 0;
    for (int i = 0; i < count; i++) value = value << 8 | bytes[little ? count - 1 - i : i];
    return value;
}

int emb__exif_orientation(const uint8_t *bytes, size_t count) {
    if (count < HEADER) return 1;
    const bool little = memcmp(bytes, "II*\0", 4) == 0;
    if (!little && memcmp(bytes, "MM\0*", 4) != 0) return 1;
    const size_t at = number_at(bytes + 4, 4, little);
    if (at < HEADER || at > count - 2) return 1;
    const size_t room = (count - at - 2) / ENTRY, held = number_at(bytes + at, 2, little);
    for (size_t i = 0; i < held && i < room; i++) {
        const uint8_t *entry = bytes + at + 2 + i * ENTRY;
        if (number_at(entry, 2, little) != ORIENTATION) continue;
        const uint32_t value = number_at(entry + 8, 2, little);
        const bool good = number_at(entry + 2, 2, little) == SHORT && value >= 1 && value <= 8;
        return good ? (int)value : 1;
    }
    return 1;
}
