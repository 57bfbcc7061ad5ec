/* See picture_cache.h. */
#include "data/picture_cache.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

#include "base/memory.h"
#include "base/system.h"
#include "base/translate.h"
#include "data/row_sum.h"
#include "embudo/files.h"

/* The numbers at the table's beginning. */
enum {
    CHANNELS,
    HEIGHT,
    WIDTH,
    FIT,
    BACKGROUND,
    TRAIN,
    TEST,
    VAL,
    CLASSES,
    BAD,
    FOLDER_SIZE,
    NOTES_SIZE,
    CLASSES_SIZE,
    NUMBERS
};
/* And of the trailer. */
enum { MAGIC, COUNT, ROW, TABLE_SIZE, TABLE_SUM, MAGIC_AGAIN, TRAILER };

/* Rows of so many bytes are summed up when a file is opened: some hundredths of a second. */
enum { AT_ONCE = 1 << 28 };

#define FILE_MAGIC UINT64_C(0x33637069706d6265) /* "embpipc3" of a little-endian processor */

void emb__picture_set_free(emb__picture_set *set) {
    emb__store_release(set->store);
    emb__free(set->labels);
    emb__free(set->folder);
    emb__free(set->notes);
    emb__free(set->classes);
    *set = (emb__picture_set){0};
}

/* ---- the place ------------------------------------------------------------------------------- */

char *emb__picture_cache_folder(void) {
    char *cache = emb_images_cache();
    char *folder = cache ? emb__path_join(cache, "pictures") : NULL;
    emb__free(cache);
    return folder;
}

emb_status emb__picture_cache_failed(emb_status status, uint64_t bytes) {
    enum { MEGABYTE = 1000000 };
    char why[1024];
    char *folder = status == EMB_ERR_IO ? emb_images_cache() : NULL;
    if (status != EMB_ERR_IO) return status;
    if (!folder) {
        return emb__fail(EMB_ERR_IO, "there is no folder for a cache of decoded pictures: set "
                                     "XDG_CACHE_HOME or HOME to a folder's full path, or do "
                                     "without one (--no-cache)");
    }
    emb__free(folder);
    snprintf(why, sizeof why, "%s", emb_error());
    const unsigned long long megabytes = (bytes + MEGABYTE - 1) / MEGABYTE;
    if (bytes) {
        return emb__fail(EMB_ERR_IO,
                         "%s; the cache of decoded pictures takes %llu MB, and can be elsewhere "
                         "(set XDG_CACHE_HOME) or left out (--no-cache)",
                         why, megabytes);
    }
    return emb__fail(EMB_ERR_IO,
                     "%s; the cache of decoded pictures can be elsewhere (set XDG_CACHE_HOME) or "
                     "left out (--no-cache)",
                     why);
}

/* The same, made if it is not there. */
static char *make_folder(void) {
    char *cache = emb_images_cache();
    char *folder = emb__picture_cache_folder();
    char *above = cache ? emb__strndup(cache, strlen(cache)) : NULL;
    char *slash = above ? strrchr(above, '/') : NULL;
    if (slash && slash != above) {
        *slash = '\0';
        (void)emb_folder_make(above); /* ~/.cache, which may be missing, too; the last one tells */
    }
    const bool made =
        folder && emb_folder_make(cache) == EMB_OK && emb_folder_make(folder) == EMB_OK;
    if (!made) {
        emb__free(folder);
        emb__picture_cache_failed(EMB_ERR_IO, 0);
    }
    emb__free(above);
    emb__free(cache);
    return made ? folder : NULL;
}

char *emb__picture_cache_path(const char *folder, const emb__picture_list *list,
                              const emb_pictures *pictures, const char *ending) {
    struct stat seen;
    if (emb__sys.fstatat(AT_FDCWD, folder, &seen, 0) != 0) {
        emb__fail(EMB_ERR_IO, "%s: cannot look at the folder", folder);
        return NULL;
    }
    const uint64_t of[] = {seen.st_dev,
                           seen.st_ino,
                           (uint64_t)pictures->channels,
                           (uint64_t)pictures->height,
                           (uint64_t)pictures->width,
                           pictures->fit,
                           (uint64_t)pictures->background};
    uint64_t content = emb__fnv(EMB__FNV_BEGIN, list->digest, sizeof list->digest);
    /* The notes in it are in the reader's language: in another one it is written anew. */
    const char *english = N_("in colour; --grey takes grey"), *said = _(english);
    if (said != english) content = emb__fnv(content, said, strlen(said));
    char name[2 * EMB__CACHE_PART + sizeof "-" EMB__CACHE_ENDING EMB__CHOICE_ENDING];
    snprintf(name, sizeof name, "%016llx-%016llx%s",
             (unsigned long long)emb__fnv(EMB__FNV_BEGIN, of, sizeof of),
             (unsigned long long)content, ending);
    char *place = make_folder();
    char *path = place ? emb__path_join(place, name) : NULL;
    emb__free(place);
    return path;
}

void emb__picture_cache_remove_older(const char *path) {
    const char *name = strrchr(path, '/') + 1;
    char *folder = emb__strndup(path, (size_t)(name - path - 1));
    emb__listing files = {0};
    if (folder && emb__folder_list(folder, SIZE_MAX, &files) == EMB_OK) {
        for (size_t i = 0; i < files.count; i++) {
            const char *other = files.files[i].name;
            const size_t length = strlen(other);
            const bool same =
                strncmp(other, name, EMB__CACHE_PART + 1) == 0 && strcmp(other, name) != 0;
            const char *ending = strchr(name, '.');
            if (!same || length != strlen(name) || strcmp(other + (ending - name), ending) != 0) {
                continue;
            }
            char *old = emb__path_join(folder, other);
            if (old) (void)emb__file_remove(old);
            emb__free(old);
        }
    }
    emb__listing_free(&files);
    emb__free(folder);
}

/* ---- reading --------------------------------------------------------------------------------- */

/* A table that is being read. */
typedef struct table {
    const uint8_t *at;
    size_t left;
} table;

/* The next `size` bytes, in memory of their own with a NUL behind them; NULL if there are none. */
static void *take(table *t, size_t size) {
    void *copy = size <= t->left ? emb__strndup((const char *)t->at, size) : NULL;
    if (!copy) return NULL;
    t->at += size;
    t->left -= size;
    return copy;
}

/* The texts of classes are as many as there should be. */
static bool classes_fit(const emb__picture_set *set) {
    size_t ends = 0;
    for (size_t i = 0; i < set->classes_size; i++) ends += set->classes[i] == '\0';
    return ends == (size_t)set->class_count &&
           (set->classes_size == 0 || set->classes[set->classes_size - 1] == '\0');
}

static bool labels_fit(const emb__picture_set *set, size_t count) {
    for (size_t i = 0; set->labels && i < count; i++) {
        if (set->labels[i] >= set->class_count) return false;
    }
    return true;
}

static bool numbers_fit(const uint64_t *n, size_t count, size_t row) {
    return (n[CHANNELS] == 1 || n[CHANNELS] == 3) && n[HEIGHT] >= 1 && n[HEIGHT] <= EMB_MAX_SIZE &&
           n[WIDTH] >= 1 && n[WIDTH] <= EMB_MAX_SIZE && n[FIT] >= EMB_FIT_CROP &&
           n[FIT] <= EMB_FIT_MNIST && n[BACKGROUND] >> 24 == 1 &&
           n[CHANNELS] * n[HEIGHT] * n[WIDTH] == row && n[TRAIN] <= count && n[TEST] <= count &&
           n[VAL] <= count && n[TRAIN] + n[TEST] + n[VAL] == count &&
           n[CLASSES] <= EMB_MAX_CLASSES && n[BAD] < SIZE_MAX / 4;
}

/* Reads the table into the set, and the texts that are left into *content. */
static bool read_table(const uint8_t *bytes, size_t size, emb__store_content *content,
                       emb__picture_set *set) {
    uint64_t n[NUMBERS];
    table t = {bytes, size};
    if (size < sizeof n) return false;
    memcpy(n, bytes, sizeof n);
    t.at += sizeof n;
    t.left -= sizeof n;
    if (!numbers_fit(n, content->count, content->row)) return false;
    set->pictures = (emb_pictures){.channels = (int)n[CHANNELS],
                                   .height = (int)n[HEIGHT],
                                   .width = (int)n[WIDTH],
                                   .fit = (emb_picture_fit)n[FIT],
                                   .background = (int)n[BACKGROUND]};
    for (int part = 0; part < 3; part++) set->counts[part] = (size_t)n[TRAIN + part];
    set->class_count = (int)n[CLASSES];
    content->bad = (size_t)n[BAD];
    set->folder = take(&t, (size_t)n[FOLDER_SIZE]);
    set->notes = set->folder ? take(&t, (size_t)n[NOTES_SIZE]) : NULL;
    set->classes_size = (size_t)n[CLASSES_SIZE];
    set->classes = set->notes ? take(&t, set->classes_size) : NULL;
    if (!set->classes || !classes_fit(set)) return false;
    if (set->class_count > 0) set->labels = take(&t, content->count);
    if ((set->class_count > 0 && !set->labels) || !labels_fit(set, content->count)) return false;
    content->sums = take(&t, content->count * sizeof *content->sums);
    if (!content->sums) return false;
    content->texts_size = t.left;
    content->texts = take(&t, t.left);
    return content->texts;
}

static emb_status refuse(const emb__file *file) {
    return emb__fail(EMB_ERR_FORMAT, "%s: is not a cache of pictures", file->path);
}

/* Reads the end of a file that is open. */
static emb_status read_end(emb__file *file, emb__store_content *content, emb__picture_set *set) {
    uint64_t trailer[TRAILER];
    size_t pixels = 0, end = 0, got = 0;
    if (file->size < sizeof trailer) return refuse(file);
    const size_t left = file->size - sizeof trailer;
    emb_status status = emb__file_read_at(file, left, trailer, sizeof trailer, &got);
    if (status != EMB_OK) return status;
    if (got < sizeof trailer || trailer[MAGIC] != FILE_MAGIC ||
        trailer[MAGIC_AGAIN] != FILE_MAGIC) {
        return refuse(file);
    }
    content->count = (size_t)trailer[COUNT];
    content->row = (size_t)trailer[ROW];
    const size_t size = (size_t)trailer[TABLE_SIZE];
    if (content->count > (size_t)EMB__MAX_IMAGES ||
        !emb__mul(content->count, content->row, &pixels) || !emb__add(pixels, size, &end) ||
        end != left) {
        return refuse(file);
    }
    uint8_t *bytes = emb__alloc(size);
    if (!bytes) return EMB_ERR_MEMORY;
    status = emb__file_read_at(file, pixels, bytes, size, &got);
    if (status == EMB_OK &&
        (got < size || crc32_z(crc32_z(0, NULL, 0), bytes, size) != trailer[TABLE_SUM] ||
         !read_table(bytes, size, content, set))) {
        status = refuse(file);
    }
    emb__free(bytes);
    return status;
}

static emb_status open_cache(const char *path, uint64_t memory, bool look, emb__picture_set *set) {
    emb__file file;
    emb__store_content content = {.file = &file};
    *set = (emb__picture_set){0};
    if (emb__path_look(path) == EMB__PATH_NONE)
        return emb__fail(EMB_ERR_IO, "%s: is not there", path);
    emb_status status = emb__file_open(&file, path);
    if (status != EMB_OK) return status;
    if (!look) emb__file_used(&file, NULL);
    status = read_end(&file, &content, set);
    if (status == EMB_OK) {
        content.mapped = !look && content.count > 0 && content.count * content.row <= memory;
        const bool at_once = content.count * content.row <= AT_ONCE;
        set->store = emb__store_new(&content);
        if (!set->store) status = emb__last_status();
        if (set->store && at_once && !emb__store_whole(set->store)) {
            status = emb__fail(EMB_ERR_FORMAT, "%s: has damaged pictures", path);
        }
    } else {
        emb__free(content.texts);
        emb__free(content.sums);
    }
    emb__file_close(&file);
    if (status != EMB_OK) emb__picture_set_free(set);
    return status;
}

emb_status emb__picture_cache_open(const char *path, uint64_t memory, emb__picture_set *set) {
    return open_cache(path, memory, false, set);
}

emb_status emb__picture_cache_look(const char *path, emb__picture_set *set) {
    return open_cache(path, 0, true, set);
}

/* ---- writing --------------------------------------------------------------------------------- */

emb_status emb__picture_cache_begin(emb__picture_cache_writer *w, const char *path,
                                    const char *folder, size_t row) {
    *w =
        (emb__picture_cache_writer){.file = {.fd = -1}, .path = path, .folder = folder, .row = row};
    return emb__writer_open(&w->file, path);
}

emb_status emb__picture_cache_put(void *data, const uint8_t *rows, size_t count) {
    emb__picture_cache_writer *w = data;
    w->rows += count;
    for (size_t i = 0; i < count; i++) {
        const uint32_t sum = emb__row_sum(rows + i * w->row, w->row);
        emb__text_bytes(&w->sums, &sum, sizeof sum);
    }
    if (w->sums.failed) return EMB_ERR_MEMORY;
    return emb__writer_put(&w->file, rows, count * w->row);
}

void emb__picture_cache_end(emb__picture_cache_writer *w) {
    emb__writer_close(&w->file);
    emb__free(w->sums.bytes);
    w->sums = (emb__text){0};
}

emb_status emb__picture_cache_finish(emb__picture_cache_writer *w, const emb__picture_set *set,
                                     const char *texts, size_t texts_size, size_t bad) {
    const emb_pictures *p = &set->pictures;
    char *whole = realpath(w->folder, NULL); /* the C library's memory */
    const char *folder = whole ? whole : w->folder;
    const uint64_t n[NUMBERS] = {
        [CHANNELS] = (uint64_t)p->channels,     [HEIGHT] = (uint64_t)p->height,
        [WIDTH] = (uint64_t)p->width,           [FIT] = p->fit,
        [BACKGROUND] = (uint64_t)p->background, [TRAIN] = set->counts[EMB_TRAIN],
        [TEST] = set->counts[EMB_TEST],         [VAL] = set->counts[EMB_VAL],
        [CLASSES] = (uint64_t)set->class_count, [BAD] = bad,
        [FOLDER_SIZE] = strlen(folder),         [NOTES_SIZE] = strlen(set->notes),
        [CLASSES_SIZE] = set->classes_size};
    emb__text all = {0};
    emb__text_bytes(&all, n, sizeof n);
    emb__text_bytes(&all, folder, strlen(folder));
    emb__text_bytes(&all, set->notes, strlen(set->notes));
    emb__text_bytes(&all, set->classes, set->classes_size);
    free(whole);
    if (set->labels) emb__text_bytes(&all, set->labels, w->rows);
    if (w->rows) emb__text_bytes(&all, w->sums.bytes, w->sums.length);
    emb__text_bytes(&all, texts, texts_size);
    emb_status status =
        all.failed ? EMB_ERR_MEMORY : emb__writer_put(&w->file, all.bytes, all.length);
    if (status == EMB_OK) {
        const uint64_t trailer[TRAILER] = {
            [MAGIC] = FILE_MAGIC,
            [COUNT] = w->rows,
            [ROW] = w->row,
            [TABLE_SIZE] = all.length,
            [TABLE_SUM] = crc32_z(crc32_z(0, NULL, 0), (const uint8_t *)all.bytes, all.length),
            [MAGIC_AGAIN] = FILE_MAGIC};
        status = emb__writer_put(&w->file, trailer, sizeof trailer);
    }
    emb__free(all.bytes);
    if (status == EMB_OK) status = emb__writer_finish(&w->file);
    emb__picture_cache_end(w);
    if (status == EMB_OK) emb__picture_cache_remove_older(w->path);
    return status;
}
