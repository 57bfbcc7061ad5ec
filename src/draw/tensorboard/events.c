/* TensorBoard's event files: emb_events_... in embudo/draw.h.
 *
 * A file is records of u64 little-endian length, the masked CRC32C of those eight bytes, an Event
 * message, and the masked CRC32C of that. A reader takes only whole records, so the file may grow
 * while it reads; each record is written by one call.
 *
 * Owns: records, and which message holds what. Does not own: the messages' bytes (protobuf-c's). */
#include "base/entry.h"
#include "base/status.h"

#ifdef EMB_HAVE_PROTOBUF

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <events.pb-c.h>

#include "base/system.h"
#include "base/text.h"
#include "codec/file.h"
#include "codec/picture_file.h"

enum { BUCKETS = 64, HOST = 64, MOST_TRIES = 100 };

struct emb_events {
    int fd;
    char *path;
};

/* ---- records --------------------------------------------------------------------------------- */

/* CRC32C (Castagnoli), bit by bit, which is fast enough: a training writes kilobytes. Masked as in
 * TensorFlow's records, because the CRC of bytes that contain CRCs is a weak check. */
static uint32_t masked_crc(const uint8_t *bytes, size_t count) {
    uint32_t crc = 0xffffffffu;
    for (size_t i = 0; i < count; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78u : 0);
    }
    crc = ~crc;
    return (crc >> 15 | crc << 17) + 0xa282ead8u;
}

static void put_u32(uint8_t *at, uint32_t x) {
    for (int i = 0; i < 4; i++) at[i] = (uint8_t)(x >> 8 * i);
}

static double seconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static emb_status write_event(emb_events *events, Emb__Events__Event *event) {
    enum { HEAD = 12, TAIL = 4 };
    event->has_wall_time = true;
    event->wall_time = seconds_now();
    const size_t size = emb__events__event__get_packed_size(event);
    uint8_t *record = emb__alloc(HEAD + size + TAIL);
    if (!record) return EMB_ERR_MEMORY;
    put_u32(record, (uint32_t)size);
    put_u32(record + 4, (uint32_t)((uint64_t)size >> 32));
    put_u32(record + 8, masked_crc(record, 8));
    emb__events__event__pack(event, record + HEAD);
    put_u32(record + HEAD + size, masked_crc(record + HEAD, size));
    emb_status status = emb__file_put(events->fd, events->path, record, HEAD + size + TAIL);
    emb__free(record);
    return status;
}

static emb_status write_value(emb_events *events, const char *tag, size_t step,
                              Emb__Events__Value *value) {
    Emb__Events__Event event = EMB__EVENTS__EVENT__INIT;
    Emb__Events__Summary summary = EMB__EVENTS__SUMMARY__INIT;
    emb__text shown = {0}; /* protobuf's readers refuse text that is not UTF-8 */
    emb__text_for(&shown, EMB_SHOWN, tag, strlen(tag));
    if (shown.failed) return EMB_ERR_MEMORY;
    value->tag = shown.length > 0 ? shown.bytes : value->tag;
    summary.n_value = 1;
    summary.value = &value;
    event.has_step = true;
    event.step = (int64_t)step;
    event.summary = &summary;
    emb_status status = write_event(events, &event);
    emb__free(shown.bytes);
    return status;
}

/* ---- the file -------------------------------------------------------------------------------- */

/* Opens a file under a name that does not exist yet. */
static emb_status begin(emb_events *events, const char *folder) {
    char host[HOST] = "";
    if (gethostname(host, sizeof host - 1) != 0 || !*host) snprintf(host, sizeof host, "host");
    const long now = (long)time(NULL);
    for (int i = 0; i < MOST_TRIES; i++) {
        emb__text name = {0};
        emb__text_add(&name, "events.out.tfevents.%ld.%s", now, host);
        if (i > 0) emb__text_add(&name, ".%d", i);
        emb__free(events->path);
        events->path = name.failed ? NULL : emb__path_join(folder, name.bytes);
        emb__free(name.bytes);
        if (!events->path) return EMB_ERR_MEMORY;
        if (emb__path_look(events->path) == EMB__PATH_NONE) break;
    }
    events->fd = emb__file_begin(events->path);
    return events->fd >= 0 ? EMB_OK : emb__last_status();
}

emb_events *emb_events_new(const char *folder) {
    EMB__ENTER;
    static char version[] = "brain.Event:2";
    emb_events *events = emb__calloc(1, sizeof *events);
    if (!events) return NULL;
    events->fd = -1;
    Emb__Events__Event first = EMB__EVENTS__EVENT__INIT;
    first.file_version = version;
    emb_status status = begin(events, folder);
    if (status == EMB_OK) status = write_event(events, &first);
    if (status == EMB_OK) return events;
    emb_events_free(events);
    return NULL;
}

void emb_events_free(emb_events *events) {
    if (!events) return;
    if (events->fd >= 0) emb__sys.close(events->fd);
    emb__free(events->path);
    emb__free(events);
}

/* ---- values ---------------------------------------------------------------------------------- */

emb_status emb_events_scalar(emb_events *events, const char *tag, size_t step, double value) {
    EMB__ENTER;
    Emb__Events__Value message = EMB__EVENTS__VALUE__INIT;
    message.has_simple_value = true;
    message.simple_value = (float)value;
    return write_value(events, tag, step, &message);
}

emb_status emb_events_image(emb_events *events, const char *tag, size_t step, const float *pixels,
                            const int shape[3]) {
    EMB__ENTER;
    Emb__Events__Value message = EMB__EVENTS__VALUE__INIT;
    Emb__Events__Image image = EMB__EVENTS__IMAGE__INIT;
    emb__text png = {0};
    emb_status status = emb__png_print(events->path, pixels, shape, &png);
    if (status != EMB_OK) return status;
    image.has_height = image.has_width = image.has_colorspace = image.has_encoded_image_string =
        true;
    image.height = shape[1];
    image.width = shape[2];
    image.colorspace = shape[0];
    image.encoded_image_string.data = (uint8_t *)png.bytes;
    image.encoded_image_string.len = png.length;
    message.image = &image;
    status = write_value(events, tag, step, &message);
    emb__free(png.bytes);
    return status;
}

/* Buckets of one width from the least to the most; their counts, and the sums over all. */
static void fill_histogram(Emb__Events__Histogram *h, const float *values, size_t count) {
    h->min = h->max = (double)values[0];
    for (size_t i = 0; i < count; i++) {
        const double x = (double)values[i];
        if (x < h->min) h->min = x;
        if (x > h->max) h->max = x;
        h->sum += x;
        h->sum_squares += x * x;
    }
    h->num = (double)count;
    const double width = h->max > h->min ? (h->max - h->min) / BUCKETS : 1;
    for (int b = 0; b < BUCKETS; b++) h->bucket_limit[b] = h->min + width * (b + 1);
    for (size_t i = 0; i < count; i++) {
        const int at = (int)(((double)values[i] - h->min) / width);
        h->bucket[at < BUCKETS ? at : BUCKETS - 1]++;
    }
}

emb_status emb_events_histogram(emb_events *events, const char *tag, size_t step,
                                const float *values, size_t count) {
    EMB__ENTER;
    Emb__Events__Value message = EMB__EVENTS__VALUE__INIT;
    Emb__Events__Histogram histogram = EMB__EVENTS__HISTOGRAM__INIT;
    double limits[BUCKETS], counts[BUCKETS] = {0};
    if (count == 0) return emb__fail(EMB_ERR_ARGUMENT, "%s: a histogram of no values", tag);
    for (size_t i = 0; i < count; i++) {
        if (isfinite(values[i])) continue;
        return emb__fail(EMB_ERR_ARGUMENT, "%s: value %zu is not finite", tag, i);
    }
    histogram.n_bucket_limit = histogram.n_bucket = BUCKETS;
    histogram.bucket_limit = limits;
    histogram.bucket = counts;
    fill_histogram(&histogram, values, count);
    histogram.has_min = histogram.has_max = histogram.has_num = histogram.has_sum =
        histogram.has_sum_squares = true;
    message.histo = &histogram;
    return write_value(events, tag, step, &message);
}

#else

static emb_status missing(void) {
    return emb__fail(EMB_ERR_MISSING, "this build is without protobuf-c (Debian: libprotobuf-c-dev "
                                      "and protobuf-c-compiler), which TensorBoard's files need");
}

emb_events *emb_events_new(const char *folder) {
    EMB__ENTER;
    (void)folder;
    missing();
    return NULL;
}

void emb_events_free(emb_events *events) { (void)events; }

emb_status emb_events_scalar(emb_events *events, const char *tag, size_t step, double value) {
    EMB__ENTER;
    (void)events, (void)tag, (void)step, (void)value;
    return missing();
}

emb_status emb_events_image(emb_events *events, const char *tag, size_t step, const float *pixels,
                            const int shape[3]) {
    EMB__ENTER;
    (void)events, (void)tag, (void)step, (void)pixels, (void)shape;
    return missing();
}

emb_status emb_events_histogram(emb_events *events, const char *tag, size_t step,
                                const float *values, size_t count) {
    EMB__ENTER;
    (void)events, (void)tag, (void)step, (void)values, (void)count;
    return missing();
}

#endif
