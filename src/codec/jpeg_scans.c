/* See jpeg_scans.h. ITU-T T.81, annex B. */
#include "codec/jpeg_scans.h"

#include <string.h>

enum { TEM = 0x01, RST0 = 0xd0, RST7 = 0xd7, SOI = 0xd8, EOI = 0xd9, SOS = 0xda };

/* The next marker from *at on, with *at moved past it; 0 if there is none. Other bytes are skipped:
 * a scan's, in which ff is followed by 00 or by a restart marker, and those that some cameras leave
 * between segments. */
static uint8_t next_marker(const emb__picture_file *file, size_t *at) {
    while (*at < file->count) {
        const uint8_t *found = memchr(file->bytes + *at, 0xff, file->count - *at);
        if (!found) return 0;
        *at = (size_t)(found - file->bytes) + 1;
        const uint8_t code = *at < file->count ? file->bytes[*at] : 0;
        if (code == 0x00 || code == 0xff) continue; /* the second of two ff may begin a marker */
        ++*at;
        if (code < RST0 || code > RST7) return code;
    }
    return 0;
}

/* Whether the scan with this header begins blocks: its first coefficient is the mean, and these are
 * its highest bits. */
static bool begins_blocks(const uint8_t *header, size_t count) {
    const size_t at = 1 + 2 * (size_t)header[0]; /* after its components */
    return count >= at + 3 && header[at] == 0 && header[at + 2] >> 4 == 0;
}

emb_status emb__jpeg_whole(const emb__picture_file *file, emb__jpeg_scans *scans) {
    size_t at = 2, begun = 0; /* after SOI; where the data of a scan that counts begin, or 0 */
    *scans = (emb__jpeg_scans){0};
    for (;;) {
        const uint8_t marker = next_marker(file, &at);
        if (begun && marker) scans->first_bytes += at - 2 - begun;
        begun = 0;
        if (marker == EOI) return EMB_OK;
        if (marker == SOI || marker == TEM) continue;
        const size_t left = file->count - at;
        const size_t length =
            left >= 2 ? (size_t)file->bytes[at] << 8 | file->bytes[at + 1] : SIZE_MAX;
        if (!marker || length < 2 || length > left) {
            return emb__fail(EMB_ERR_FORMAT, "%s: JPEG: ends too early", file->path);
        }
        if (marker == SOS && ++scans->count > EMB__MAX_JPEG_SCANS) {
            return emb__fail(EMB_ERR_FORMAT, "%s: JPEG: has more than %d scans", file->path,
                             EMB__MAX_JPEG_SCANS);
        }
        const bool counts =
            marker == SOS && length > 2 && begins_blocks(file->bytes + at + 2, length - 2);
        at += length;
        if (counts) begun = at;
    }
}
