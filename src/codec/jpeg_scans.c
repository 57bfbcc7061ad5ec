/* See jpeg_scans.h. ITU-T T.81, annex B. */
#include "codec/jpeg_scans.h"

#include <string.h>

#include "codec/exif.h"

enum { TEM = 0x01, RST0 = 0xd0, RST7 = 0xd7, SOI = 0xd8, EOI = 0xd9, SOS = 0xda };
enum { SOF0 = 0xc0, SOF15 = 0xcf, DHT = 0xc4, JPG = 0xc8, DAC = 0xcc, APP1 = 0xe1, APP2 = 0xe2 };

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

typedef struct segment {
    uint8_t marker;      /* EOI has no data */
    const uint8_t *data; /* behind its length */
    size_t count;
} segment;

/* The next segment from *at on, with *at moved past it. */
static emb_status next_segment(const emb__picture_file *file, size_t *at, segment *s) {
    uint8_t marker;
    do marker = next_marker(file, at);
    while (marker == SOI || marker == TEM);
    *s = (segment){.marker = marker};
    if (marker == EOI) return EMB_OK;
    const uint8_t *bytes = file->bytes + *at;
    const size_t left = file->count - *at;
    const size_t length = left >= 2 ? (size_t)bytes[0] << 8 | bytes[1] : SIZE_MAX;
    if (!marker || length < 2 || length > left) {
        return emb__fail(EMB_ERR_FORMAT, "%s: JPEG: ends too early", file->path);
    }
    s->data = bytes + 2;
    s->count = length - 2;
    *at += length;
    return EMB_OK;
}

emb_status emb__jpeg_whole(const emb__picture_file *file, emb__jpeg_scans *scans) {
    size_t at = 2, begun = 0; /* after SOI; where the data of a scan that counts begin, or 0 */
    *scans = (emb__jpeg_scans){0};
    for (;;) {
        segment s;
        emb_status status = next_segment(file, &at, &s);
        if (status != EMB_OK) return status;
        const size_t before = s.marker == EOI ? at - 2 : at - 4 - s.count;
        if (begun) scans->first_bytes += before - begun;
        begun = 0;
        if (s.marker == EOI) return EMB_OK;
        if (s.marker == SOS && ++scans->count > EMB__MAX_JPEG_SCANS) {
            return emb__fail(EMB_ERR_FORMAT, "%s: JPEG: has more than %d scans", file->path,
                             EMB__MAX_JPEG_SCANS);
        }
        if (s.marker == SOS && s.count > 0 && begins_blocks(s.data, s.count)) begun = at;
    }
}

/* ---- notes ----------------------------------------------------------------------------------- */

static bool begins_with(const segment *s, const char *text, size_t count) {
    return s->count >= count && memcmp(s->data, text, count) == 0;
}

static bool is_frame(uint8_t marker) {
    return marker >= SOF0 && marker <= SOF15 && marker != DHT && marker != JPG && marker != DAC;
}

static void read_frame(const segment *s, emb__picture_info *info) {
    if (s->count < 6) return;
    info->bits = s->data[0];
    info->height = (size_t)s->data[1] << 8 | s->data[2];
    info->width = (size_t)s->data[3] << 8 | s->data[4];
    info->channels = s->data[5] == 1 ? 1 : 3;
    info->inks = s->data[5] == 4;
}

/* T.81 B.2; EXIF's 4.7.2; ICC.1 annex B.4. */
emb_status emb__jpeg_notes(const emb__picture_file *file, emb__picture_info *info) {
    enum { EXIF_HEAD = 6, PROFILE_HEAD = 14 };
    bool noted = false;
    for (size_t at = 2;;) {
        segment s;
        emb_status status = next_segment(file, &at, &s);
        if (status != EMB_OK || s.marker == EOI || s.marker == SOS) return status;
        if (is_frame(s.marker)) read_frame(&s, info);
        if (s.marker == APP1 && !noted && begins_with(&s, "Exif\0", EXIF_HEAD)) {
            info->orientation = emb__exif_orientation(s.data + EXIF_HEAD, s.count - EXIF_HEAD);
            noted = true;
        }
        if (s.marker == APP2 && begins_with(&s, "ICC_PROFILE", 12) && s.count > PROFILE_HEAD &&
            s.data[12] == 1) { /* the first part has the profile's name */
            info->profile = !emb__says_srgb(s.data + PROFILE_HEAD, s.count - PROFILE_HEAD);
        }
    }
}
