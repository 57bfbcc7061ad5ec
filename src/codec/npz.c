/* Reading NPZ. See npz.h. */
#include "codec/npz.h"

#include <string.h>

#include "base/memory.h"
#include "base/translate.h"
#include "codec/file.h"
#include "codec/gzip.h"

bool emb__npz_is(const char *path) {
    const size_t length = strlen(path);
    return length >= 4 && strcmp(path + length - 4, ".npz") == 0;
}

#ifdef EMB_HAVE_ZIP

#include <zip.h>

/* The most bytes that a deflated byte can make; an entry that announces more, beyond some spare
 * bytes, is refused. */
enum { MOST_RATIO = 1032, RATIO_SPARE = 4096 };

static emb_status fail(const char *path, const char *what, zip_error_t *error) {
    emb_status status = emb__fail(EMB_ERR_FORMAT, "%s: %s: %s", path, _(what),
                                  error ? zip_error_strerror(error) : _("cannot be read"));
    return status;
}

/* ---- its directory --------------------------------------------------------------------------- */

static size_t u16_at(const uint8_t *b) { return (size_t)b[0] | (size_t)b[1] << 8; }
static size_t u32_at(const uint8_t *b) { return u16_at(b) | u16_at(b + 2) << 16; }
static uint64_t u64_at(const uint8_t *b) { return u32_at(b) | (uint64_t)u32_at(b + 4) << 32; }

/* The archive's directory, as the record at the archive's end describes it. */
typedef struct directory {
    uint64_t members, bytes, at;
} directory;

enum { END = 22, LOCATOR = 20, LONG_END = 56 };

/* Reads (ZIP's specification, sections 4.3.14 to 16) the record at `end`, or the longer one that
 * the locator in front of it names. */
static emb_status read_directory(const emb__file *file, const uint8_t *end, size_t before,
                                 directory *d) {
    const uint8_t *locator = end - LOCATOR;
    uint8_t record[LONG_END];
    size_t got;
    *d = (directory){u16_at(end + 10), u32_at(end + 12), u32_at(end + 16)};
    if (before < LOCATOR || memcmp(locator, "PK\6\7", 4) != 0) return EMB_OK;
    const uint64_t at = u64_at(locator + 8);
    if (at > file->size) return EMB_OK; /* libzip refuses it */
    emb_status status = emb__file_read_at(file, (size_t)at, record, LONG_END, &got);
    if (status == EMB_OK && got == LONG_END && memcmp(record, "PK\6\6", 4) == 0) {
        *d = (directory){u64_at(record + 32), u64_at(record + 40), u64_at(record + 48)};
    }
    return status;
}

/* Section 4.3.12: checks that the directory, in front of its record at `end`, has as many members
 * as the record says. libzip makes its table for that number, and one of 65,536 members if more
 * bytes are left: such a record is an error, wherever it is. */
static emb_status check_directory(const emb__file *file, const directory *d, size_t end,
                                  bool *right) {
    enum { HEAD = 46 };
    uint64_t at = d->at, left = d->bytes, members = 0;
    *right = false;
    if (at > end || left > end - at) return EMB_OK; /* libzip skips it, too */
    if (d->members > EMB__NPZ_MEMBERS || left > HEAD * d->members + EMB__NPZ_NOTES) {
        return emb__fail(EMB_ERR_FORMAT,
                         "%s: its directory announces %llu arrays in %llu bytes; expected at most "
                         "%d, with names of %d",
                         file->path, (unsigned long long)d->members, (unsigned long long)left,
                         EMB__NPZ_MEMBERS, EMB__NPZ_NOTES);
    }
    while (left >= HEAD && members < d->members) {
        uint8_t head[HEAD];
        size_t got;
        emb_status status = emb__file_read_at(file, (size_t)at, head, HEAD, &got);
        if (status != EMB_OK) return status;
        if (got < HEAD || memcmp(head, "PK\1\2", 4) != 0) return EMB_OK;
        const size_t bytes = HEAD + u16_at(head + 28) + u16_at(head + 30) + u16_at(head + 32);
        if (bytes > left) return EMB_OK;
        at += bytes;
        left -= bytes;
        members++;
    }
    *right = members == d->members && left == 0;
    if (members < d->members || left < HEAD) return EMB_OK;
    return emb__fail(EMB_ERR_FORMAT,
                     "%s: is not an NPZ file: its directory has more than it announces",
                     file->path);
}

/* One record among the last bytes must be the archive's end; a comment of up to 64 KiB may follow
 * it. Bytes of an array that only look like such a record are skipped, as libzip skips them. */
static emb_status check_ends(const emb__file *file) {
    enum { TAIL = (1 << 16) + 128, MOST_ENDS = 16 };
    size_t count = 0;
    int ends = 0, found = 0;
    bool right;
    uint8_t *tail = emb__alloc(TAIL);
    if (!tail) return emb__fail_prefix(EMB_ERR_MEMORY, "%s: ", file->path);
    const size_t from = file->size < TAIL ? 0 : file->size - TAIL;
    emb_status status = emb__file_read_at(file, from, tail, TAIL, &count);
    for (size_t i = 0; status == EMB_OK && i + END <= count && ends < MOST_ENDS; i++) {
        directory d;
        if (memcmp(tail + i, "PK\5\6", 4) != 0) continue;
        ends++;
        status = read_directory(file, tail + i, i, &d);
        if (status == EMB_OK) status = check_directory(file, &d, from + i, &right);
        found += status == EMB_OK && right;
        /* libzip would look through the directory of each and choose one. */
        if (found > 1) {
            status =
                emb__fail(EMB_ERR_FORMAT,
                          "%s: is not an NPZ file: it has two ends, each with a directory that "
                          "fits; expected one",
                          file->path);
        }
    }
    emb__free(tail);
    if (status != EMB_OK) return status;
    if (ends == MOST_ENDS) {
        return emb__fail(EMB_ERR_FORMAT, "%s: is not an NPZ file: it has %d ends", file->path,
                         ends);
    }
    if (found > 0 || ends == 0) return EMB_OK; /* if there is none, libzip says what is wrong */
    return emb__fail(EMB_ERR_FORMAT,
                     "%s: is not an NPZ file: its directory is not what it announces", file->path);
}

/* ---- an open archive ------------------------------------------------------------------------- */

struct emb__npz {
    zip_t *zip;
    emb__file file;
    zip_uint64_t at; /* where libzip reads */
    bool failed;     /* the file could not be read, and the error text says why */
    char *path;
};

/* libzip's requests for the archive's bytes (zip_source_function(3)). */
static zip_int64_t serve(void *data, void *bytes, zip_uint64_t length, zip_source_cmd_t command) {
    emb__npz *npz = data;
    zip_error_t error = {0};
    size_t got = 0;
    switch (command) {
    case ZIP_SOURCE_SUPPORTS:
        return zip_source_make_command_bitmap(
            ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE, ZIP_SOURCE_STAT, ZIP_SOURCE_ERROR,
            ZIP_SOURCE_FREE, ZIP_SOURCE_SEEK, ZIP_SOURCE_TELL, ZIP_SOURCE_SUPPORTS, -1);
    case ZIP_SOURCE_OPEN:
        npz->at = 0;
        return 0;
    case ZIP_SOURCE_READ:
        if (npz->at >= npz->file.size) return 0;
        if (length > npz->file.size - npz->at) length = npz->file.size - npz->at;
        npz->failed =
            emb__file_read_at(&npz->file, (size_t)npz->at, bytes, (size_t)length, &got) != EMB_OK;
        npz->at += got;
        return npz->failed ? -1 : (zip_int64_t)got;
    case ZIP_SOURCE_STAT:
        zip_stat_init(bytes);
        ((zip_stat_t *)bytes)->size = npz->file.size;
        ((zip_stat_t *)bytes)->valid = ZIP_STAT_SIZE;
        return sizeof(zip_stat_t);
    case ZIP_SOURCE_SEEK: {
        const zip_int64_t at =
            zip_source_seek_compute_offset(npz->at, npz->file.size, bytes, length, &error);
        if (at < 0) return -1;
        npz->at = (zip_uint64_t)at;
        return 0;
    }
    case ZIP_SOURCE_TELL:
        return (zip_int64_t)npz->at;
    case ZIP_SOURCE_ERROR:
        error.zip_err = npz->failed ? ZIP_ER_READ : ZIP_ER_INVAL;
        return zip_error_to_data(&error, bytes, length);
    case ZIP_SOURCE_CLOSE:
    case ZIP_SOURCE_FREE:
        return 0;
    default:
        return -1;
    }
}

static emb_status open_zip(emb__npz *npz) {
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *source = zip_source_function_create(serve, npz, &error);
    npz->zip = source ? zip_open_from_source(source, ZIP_RDONLY, &error) : NULL;
    emb_status status = EMB_OK;
    if (!npz->zip && source) zip_source_free(source);
    if (!npz->zip && npz->failed) status = emb__last_status();
    if (!npz->zip && !npz->failed) status = fail(npz->path, N_("is not an NPZ file"), &error);
    zip_error_fini(&error);
    return status;
}

/* Opens the file itself instead of leaving it to libzip, so that only a regular file is accepted,
 * as everywhere. */
emb__npz *emb__npz_open(const char *path) {
    emb__npz *npz = emb__calloc(1, sizeof *npz);
    if (!npz) return NULL;
    npz->file.fd = -1;
    npz->path = emb__strndup(path, strlen(path));
    if (npz->path && emb__file_open(&npz->file, npz->path) == EMB_OK &&
        check_ends(&npz->file) == EMB_OK && open_zip(npz) == EMB_OK) {
        return npz;
    }
    emb__npz_close(npz);
    return NULL;
}

emb_status emb__npz_check(const emb__npz *npz) { return emb__file_check(&npz->file); }

void emb__npz_close(emb__npz *npz) {
    if (!npz) return;
    if (npz->zip) zip_discard(npz->zip);
    emb__file_close(&npz->file);
    emb__free(npz->path);
    emb__free(npz);
}

/* ---- its arrays ------------------------------------------------------------------------------ */

typedef struct entry {
    zip_file_t *file;
    const char *name;
} entry;

static emb_status read_entry(void *data, void *bytes, size_t want, size_t *got) {
    const entry *e = data;
    *got = 0;
    while (*got < want) {
        const zip_int64_t here = zip_fread(e->file, (char *)bytes + *got, want - *got);
        if (here < 0) return fail(e->name, N_("cannot be read"), zip_file_get_error(e->file));
        if (here == 0) break;
        *got += (size_t)here;
    }
    return EMB_OK;
}

/* Checks that all of a deflated member can be unpacked and has the right CRC. */
static emb_status look_through(zip_t *archive, zip_uint64_t index, const char *name) {
    enum { WINDOW = 1 << 16 };
    entry e = {zip_fopen_index(archive, index, 0), name};
    if (!e.file) return fail(name, N_("cannot be read"), zip_get_error(archive));
    uint8_t *window = emb__alloc(WINDOW);
    emb_status status = window ? EMB_OK : emb__fail_prefix(EMB_ERR_MEMORY, "%s: ", name);
    size_t got = WINDOW;
    while (status == EMB_OK && got == WINDOW) status = read_entry(&e, window, WINDOW, &got);
    emb__free(window);
    if (zip_fclose(e.file) != 0 && status == EMB_OK) status = fail(name, N_("is damaged"), NULL);
    return status;
}

static emb_status load_entry(zip_t *archive, zip_uint64_t index, const char *name,
                             const emb__npy_wish *wish, emb__npy *npy, void **numbers) {
    zip_stat_t stat;
    zip_stat_init(&stat);
    if (zip_stat_index(archive, index, 0, &stat) != 0 || !(stat.valid & ZIP_STAT_SIZE) ||
        !(stat.valid & ZIP_STAT_COMP_SIZE)) {
        return fail(name, N_("cannot be read"), zip_get_error(archive));
    }
    const bool method = stat.valid & ZIP_STAT_COMP_METHOD;
    const bool known =
        method && (stat.comp_method == ZIP_CM_STORE || stat.comp_method == ZIP_CM_DEFLATE);
    if (!known) return emb__fail(EMB_ERR_FORMAT, "%s: is neither stored nor deflated", name);
    if (stat.size / MOST_RATIO > stat.comp_size + RATIO_SPARE || stat.size > SIZE_MAX / 2) {
        return emb__fail(EMB_ERR_FORMAT, "%s: announces more than its bytes can hold", name);
    }
    const bool believed = stat.comp_method == ZIP_CM_STORE ||
                          emb__unpacks_at_once((size_t)stat.comp_size, (size_t)stat.size);
    if (numbers && !believed && look_through(archive, index, name) != EMB_OK) {
        return emb__last_status();
    }
    entry e = {zip_fopen_index(archive, index, 0), name};
    if (!e.file) return fail(name, N_("cannot be read"), zip_get_error(archive));
    const emb__npy_source source = {name, (size_t)stat.size, &e, read_entry};
    emb_status status = emb__npy_read(&source, wish, npy, numbers);
    uint8_t more;
    size_t got = 0;
    if (status == EMB_OK && numbers) status = read_entry(&e, &more, 1, &got); /* checks the CRC */
    if (status == EMB_OK && got > 0) {
        status = emb__fail(EMB_ERR_FORMAT, "%s: holds more than it announces", name);
    }
    if (zip_fclose(e.file) != 0 && status == EMB_OK) status = fail(name, N_("is damaged"), NULL);
    if (status == EMB_OK || !numbers) return status;
    emb__free(*numbers);
    *numbers = NULL;
    return status;
}

emb_status emb__npz_load(emb__npz *npz, const char *const *names, const emb__npy_wish *wish,
                         emb__npy *npy, void **numbers, const char **found) {
    emb_status status = EMB_OK;
    if (numbers) *numbers = NULL;
    *found = NULL;
    for (; *names && !*found && status == EMB_OK; names++) {
        emb__text file = {0}, shown = {0};
        emb__text_add(&file, "%s.npy", *names);
        emb__text_add(&shown, "%s (%s)", npz->path, *names);
        const zip_int64_t index =
            file.failed || shown.failed ? -1 : zip_name_locate(npz->zip, file.bytes, 0);
        if (index >= 0) {
            *found = *names;
            status = load_entry(npz->zip, (zip_uint64_t)index, shown.bytes, wish, npy, numbers);
        }
        if (file.failed || shown.failed) status = EMB_ERR_MEMORY;
        emb__free(file.bytes);
        emb__free(shown.bytes);
    }
    return status;
}

#else

emb__npz *emb__npz_open(const char *path) {
    emb__fail(EMB_ERR_MISSING,
              "%s: this build is without libzip (Debian: libzip-dev), which NPZ needs", path);
    return NULL;
}

emb_status emb__npz_check(const emb__npz *npz) {
    (void)npz;
    return EMB_OK;
}

void emb__npz_close(emb__npz *npz) { (void)npz; }

emb_status emb__npz_load(emb__npz *npz, const char *const *names, const emb__npy_wish *wish,
                         emb__npy *npy, void **numbers, const char **found) {
    (void)npz, (void)names, (void)wish, (void)npy;
    if (numbers) *numbers = NULL;
    *found = NULL;
    return EMB_ERR_MISSING;
}

#endif
