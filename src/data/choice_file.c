/* See choice_file.h. */
#include "data/choice_file.h"

#include <string.h>
#include <zlib.h>

#include "base/memory.h"
#include "codec/file.h"
#include "data/picture_cache.h"

enum { MAGIC, CHANNELS, HEIGHT, WIDTH, FIT, BACKGROUND, NOTES_SIZE, SUM, NUMBERS, MOST = 1 << 16 };

#define FILE_MAGIC UINT64_C(0x3163686370626d65) /* "embpchc1" of a little-endian processor */

static uint64_t sum_of(const uint64_t *n, const char *notes) {
    const uLong sum = crc32_z(crc32_z(0, NULL, 0), (const uint8_t *)n, SUM * sizeof *n);
    return crc32_z(sum, (const uint8_t *)notes, (size_t)n[NOTES_SIZE]);
}

static bool numbers_fit(const uint64_t *n) {
    return n[MAGIC] == FILE_MAGIC && (n[CHANNELS] == 1 || n[CHANNELS] == 3) && n[HEIGHT] >= 1 &&
           n[HEIGHT] <= EMB_MAX_SIZE && n[WIDTH] >= 1 && n[WIDTH] <= EMB_MAX_SIZE &&
           n[FIT] >= EMB_FIT_CROP && n[FIT] <= EMB_FIT_MNIST && n[BACKGROUND] >> 24 == 1;
}

bool emb__choice_load(const char *path, emb_pictures *pictures, char **notes) {
    uint8_t *bytes;
    size_t count;
    uint64_t n[NUMBERS] = {0};
    if (emb__path_look(path) != EMB__PATH_FILE ||
        emb__file_load(path, MOST, &bytes, &count) != EMB_OK) {
        return false;
    }
    const char *text = (const char *)bytes + sizeof n;
    if (count >= sizeof n) memcpy(n, bytes, sizeof n);
    const bool whole = count >= sizeof n && n[NOTES_SIZE] == count - sizeof n && numbers_fit(n) &&
                       sum_of(n, text) == n[SUM];
    *notes = whole ? emb__strndup(text, (size_t)n[NOTES_SIZE]) : NULL;
    emb__free(bytes);
    if (!*notes) return false;
    *pictures = (emb_pictures){.channels = (int)n[CHANNELS],
                               .height = (int)n[HEIGHT],
                               .width = (int)n[WIDTH],
                               .fit = (emb_picture_fit)n[FIT],
                               .background = (int)n[BACKGROUND]};
    return true;
}

emb_status emb__choice_keep(const char *path, const emb_pictures *p, const char *notes) {
    uint64_t n[NUMBERS] = {[MAGIC] = FILE_MAGIC,
                           [CHANNELS] = (uint64_t)p->channels,
                           [HEIGHT] = (uint64_t)p->height,
                           [WIDTH] = (uint64_t)p->width,
                           [FIT] = p->fit,
                           [BACKGROUND] = (uint64_t)p->background,
                           [NOTES_SIZE] = strlen(notes)};
    emb__writer file;
    n[SUM] = sum_of(n, notes);
    emb_status status = emb__writer_open(&file, path);
    if (status == EMB_OK) status = emb__writer_put(&file, n, sizeof n);
    if (status == EMB_OK) status = emb__writer_put(&file, notes, strlen(notes));
    if (status == EMB_OK) status = emb__writer_finish(&file);
    emb__writer_close(&file);
    if (status == EMB_OK) emb__picture_cache_remove_older(path);
    return status;
}
