/* A data set written as files of pictures: emb_images_export in embudo/data.h.
 *
 * Owns: names of files and classes, and that a failure leaves nothing behind. Does not own: the
 * formats of pictures. */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "base/cancel.h"
#include "base/entry.h"
#include "base/memory.h"
#include "base/system.h"
#include "base/threads.h"
#include "base/translate.h"
#include "codec/file.h"
#include "codec/file_list.h"
#include "codec/picture_file.h"
#include "data/images.h"

enum {
    QUALITY = 95,    /* of a JPEG, if nobody says */
    DIGITS = 5,      /* of an image's number, at least */
    CLASS_ROOM = 200 /* bytes of a class's name; file systems take 255 */
};

/* One part while it is being written. */
typedef struct writing {
    const emb_images *images;
    const emb_export_options *options;
    char *folder;
    char *classes[EMB_MAX_CLASSES]; /* the folder of each class that has images */
    size_t count, before, all;      /* images of this part, of those before it, of all parts */
    int digits;
    bool *made; /* [count]: whether the file is ours */
    atomic_size_t next, done;
    atomic_int status; /* of the first failure, whose text is below */
    char text[4 * 1024];
} writing;

/* ---- formats --------------------------------------------------------------------------------- */

/* What a picture is made of: bytes, and for PNG numbers. */
typedef struct scratch {
    uint8_t *bytes;
    float *numbers;
} scratch;

typedef struct format {
    const char *ending;
    emb_status (*print)(const writing *w, const char *path, const scratch *from, emb__text *out);
} format;

static emb_status print_png(const writing *w, const char *path, const scratch *from,
                            emb__text *out) {
    return emb__png_print(path, from->numbers, w->images->shape, out);
}

static emb_status print_jpeg(const writing *w, const char *path, const scratch *from,
                             emb__text *out) {
    const int quality = w->options->quality;
    return emb__jpeg_print(path, from->bytes, w->images->shape, quality ? quality : QUALITY, out);
}

static emb_status print_pnm(const writing *w, const char *path, const scratch *from,
                            emb__text *out) {
    return emb__pnm_print(path, from->bytes, w->images->shape, out);
}

static const format formats[] = {[EMB_PICTURE_PNG] = {"png", print_png},
                                 [EMB_PICTURE_JPEG] = {"jpg", print_jpeg},
                                 [EMB_PICTURE_PNM] = {NULL, print_pnm}};
enum { FORMATS = sizeof formats / sizeof *formats };

static const char *ending_of(const writing *w) {
    const char *ending = formats[w->options->format].ending;
    return ending ? ending : w->images->shape[0] == 3 ? "ppm" : "pgm";
}

/* ---- names ----------------------------------------------------------------------------------- */

/* A class's word as a folder's name. What cannot be in one, or would hide it, is written as %XX,
 * and so is % itself: different words stay different. */
static char *folder_of_word(const char *word) {
    emb__text name = {0};
    size_t at = 0;
    for (; word[at]; at++) {
        const unsigned char c = (unsigned char)word[at];
        const bool odd = c < ' ' || c == 0x7f || c == '/' || c == '%';
        if (odd || (at == 0 && c == '.')) {
            emb__text_add(&name, "%%%02X", c);
        } else {
            emb__text_bytes(&name, &word[at], 1);
        }
    }
    if (at == 0) emb__text_add(&name, "%%");
    return name.failed ? NULL : name.bytes;
}

/* Numbers are as long as the longest one, so that bytewise order is their order. */
static char *folder_of_class(const emb_images *images, int label) {
    const char *word = emb_images_class_name(images, label);
    const int classes = emb_images_classes(images);
    char number[16];
    if (word) return folder_of_word(word);
    snprintf(number, sizeof number, "%0*d", classes > 100 ? 3 : classes > 10 ? 2 : 1, label);
    return emb__strndup(number, strlen(number));
}

static char *path_of(const writing *w, size_t i) {
    char name[40];
    const int label = emb_images_label(w->images, i);
    snprintf(name, sizeof name, "%0*zu.%s", w->digits, i, ending_of(w));
    return emb__path_join(label < 0 ? w->folder : w->classes[label], name);
}

/* ---- one image ------------------------------------------------------------------------------- */

/* Numbers as bytes. They are pixels if it is known which are black and white, or if they lie in
 * 0..1. */
static emb_status make_bytes(const emb_images *images, size_t i, const scratch *at) {
    const size_t size = emb__images_size(images);
    const double black = images->has_pixels ? images->black : 0;
    const double white = images->has_pixels ? images->white : 1;
    emb__images_row(images, i, 0, 1, at->numbers);
    for (size_t k = 0; k < size; k++) {
        const double x = ((double)at->numbers[k] - black) / (white - black);
        if (!images->has_pixels && !(x >= 0 && x <= 1)) {
            return emb__fail(EMB_ERR_ARGUMENT,
                             "image %zu has the number %g: pixels of pictures are 0 to 1", i, x);
        }
        const double clipped = x < 0 ? 0 : x > 1 ? 1 : x;
        at->bytes[k] = (uint8_t)(clipped * 255 + 0.5);
    }
    return EMB_OK;
}

static emb_status fetch(const emb_images *images, size_t i, const scratch *at) {
    const uint32_t index = (uint32_t)i;
    emb_status status = images->values ? make_bytes(images, i, at)
                                       : emb_images_fetch_bytes(images, &index, 1, at->bytes);
    for (size_t k = 0; k < emb__images_size(images); k++) {
        at->numbers[k] = (float)at->bytes[k] / 255;
    }
    return status;
}

/* No file is synced: that would take most of the time. */
static emb_status write_one(writing *w, size_t i, const scratch *at) {
    emb__text bytes = {0};
    char *path = path_of(w, i);
    emb_status status = path ? fetch(w->images, i, at) : EMB_ERR_MEMORY;
    if (status == EMB_OK) status = formats[w->options->format].print(w, path, at, &bytes);
    const int fd = status == EMB_OK ? emb__file_begin(path) : -1;
    if (status == EMB_OK && fd < 0) status = emb__last_status();
    if (fd >= 0) {
        w->made[i] = true;
        status = emb__file_put(fd, path, bytes.bytes, bytes.length);
        if (emb__sys.close(fd) != 0 && status == EMB_OK) {
            status = emb__path_fail(path, E_("%s: cannot write: %s"), errno);
        }
    }
    emb__free(bytes.bytes);
    emb__free(path);
    return status;
}

/* Each member takes the next image. */
static void write_some(void *data, const emb__member *me) {
    writing *w = data;
    EMB__ENTER;
    const size_t size = emb__images_size(w->images);
    const scratch at = {emb__alloc(size), emb__calloc(size, sizeof(float))};
    emb_status status = at.bytes && at.numbers ? EMB_OK : EMB_ERR_MEMORY;
    while (status == EMB_OK && !emb__cancelled() && atomic_load(&w->status) == EMB_OK) {
        const size_t i = atomic_fetch_add(&w->next, 1);
        if (i >= w->count) break;
        status = write_one(w, i, &at);
        const size_t done = atomic_fetch_add(&w->done, 1) + 1;
        if (me->number == 0 && w->options->progress) {
            w->options->progress(w->options->progress_data, w->before + done, w->all);
        }
    }
    int none = EMB_OK;
    if (status != EMB_OK && atomic_compare_exchange_strong(&w->status, &none, (int)status)) {
        snprintf(w->text, sizeof w->text, "%s", emb_error());
    }
    emb__free(at.bytes);
    emb__free(at.numbers);
}

/* ---- a part ---------------------------------------------------------------------------------- */

static emb_status make_classes(writing *w) {
    bool used[EMB_MAX_CLASSES] = {false};
    for (size_t i = 0; i < w->count && w->images->labels; i++) {
        const int label = emb_images_label(w->images, i);
        if (label >= 0) used[label] = true;
    }
    for (int k = 0; k < EMB_MAX_CLASSES; k++) {
        if (!used[k]) continue;
        char *name = folder_of_class(w->images, k);
        char *path = name ? emb__path_join(w->folder, name) : NULL;
        const bool long_name = name && strlen(name) > CLASS_ROOM;
        emb__free(name);
        if (!path) return EMB_ERR_MEMORY;
        if (long_name) {
            emb__free(path);
            return emb__fail(EMB_ERR_ARGUMENT, "%s: the name of class %d is too long for a folder",
                             w->folder, k);
        }
        if (emb__sys.mkdirat(AT_FDCWD, path, 0777) != 0) {
            const emb_status status =
                emb__path_fail(path, E_("%s: cannot make the folder: %s"), errno);
            emb__free(path);
            return status;
        }
        w->classes[k] = path;
    }
    return EMB_OK;
}

/* Removes what was written of a part. */
static void take_back(writing *w) {
    for (size_t i = 0; w->made && i < w->count; i++) {
        char *path = w->made[i] ? path_of(w, i) : NULL;
        if (path) (void)emb__file_remove(path);
        emb__free(path);
    }
    for (int k = 0; k < EMB_MAX_CLASSES; k++) {
        if (w->classes[k]) (void)emb__sys.unlinkat(AT_FDCWD, w->classes[k], AT_REMOVEDIR);
    }
}

static emb_status write_part(writing *w) {
    w->digits = DIGITS;
    for (size_t most = 100000; most < w->count; most *= 10) w->digits++;
    w->made = emb__calloc(w->count, sizeof *w->made);
    emb_status status = w->made ? make_classes(w) : EMB_ERR_MEMORY;
    if (status != EMB_OK) return status;
    emb__team_run(emb__threads_for(w->options->threads, w->count), write_some, w);
    status = (emb_status)atomic_load(&w->status);
    if (status != EMB_OK) return emb__fail(status, "%s", w->text);
    return emb__cancel_check();
}

/* ---- all ------------------------------------------------------------------------------------- */

static emb_status check(const emb_export_part *parts, size_t count, const emb_export_options *o) {
    if (!parts || count < 1) {
        return emb__fail(EMB_ERR_ARGUMENT, "emb_images_export needs images");
    }
    if ((int)o->format < 0 || (int)o->format >= FORMATS) {
        return emb__fail(EMB_ERR_ARGUMENT, "emb_images_export: format %d is none", (int)o->format);
    }
    if (o->quality < 0 || o->quality > 100) {
        return emb__fail(EMB_ERR_ARGUMENT, "JPEG's quality is 1 to 100, got %d", o->quality);
    }
    for (size_t i = 0; i < count; i++) {
        const int *shape = parts[i].images ? parts[i].images->shape : (const int[3]){0};
        if (parts[i].name && (!*parts[i].name || strchr(parts[i].name, '/'))) {
            return emb__fail(EMB_ERR_ARGUMENT, "'%s' cannot be a folder's name", parts[i].name);
        }
        if (shape[0] == 1 || shape[0] == 3) continue;
        return emb__fail(EMB_ERR_SHAPE, "images of %dx%dx%d: pictures have 1 or 3 channels",
                         shape[0], shape[1], shape[2]);
    }
    return EMB_OK;
}

static void see_any(void *data, const char *name) {
    (void)name;
    *(bool *)data = true;
}

static bool any_file(void *data, const emb__listed *file) {
    (void)data, (void)file;
    return true;
}

/* *made = whether the folder is new; one that is there must be empty. */
static emb_status make_folder(const char *folder, bool *made) {
    bool full = false, folders = false;
    *made = emb__sys.mkdirat(AT_FDCWD, folder, 0777) == 0;
    if (*made) return EMB_OK;
    if (errno != EEXIST) return emb__path_fail(folder, E_("%s: cannot make the folder: %s"), errno);
    if (emb__path_look(folder) != EMB__PATH_FOLDER) {
        return emb__fail(EMB_ERR_IO, "%s: is there already, and is no folder", folder);
    }
    emb_status status = emb__folder_within(folder, see_any, &folders);
    if (status == EMB_OK) status = emb__folder_find(folder, any_file, NULL, &full);
    if (status == EMB_OK && (full || folders)) {
        status = emb__fail(EMB_ERR_IO, "%s: is not empty; name a new folder, or remove it", folder);
    }
    return status;
}

/* Images of a part that are written. */
static size_t count_of(const emb_images *images, const emb_export_options *o) {
    return o->limit && o->limit < images->count ? o->limit : images->count;
}

/* Writes part after part; *begun = how many are to be taken back after a failure. */
static emb_status write_parts(writing *all, const emb_export_part *parts, size_t count,
                              const char *folder, size_t *begun) {
    size_t images = 0, before = 0;
    for (size_t i = 0; i < count; i++) images += all[i].count;
    for (size_t i = 0; i < count; i++) {
        writing *w = &all[i];
        const char *name = parts[i].name;
        w->folder = name ? emb__path_join(folder, name) : emb__strndup(folder, strlen(folder));
        if (!w->folder) return EMB_ERR_MEMORY;
        if (name && emb__sys.mkdirat(AT_FDCWD, w->folder, 0777) != 0) {
            return emb__path_fail(w->folder, E_("%s: cannot make the folder: %s"), errno);
        }
        w->before = before;
        w->all = images;
        before += w->count;
        (*begun)++;
        const emb_status status = write_part(w);
        if (status != EMB_OK) return status;
    }
    return EMB_OK;
}

static void free_part(writing *w) {
    for (int k = 0; k < EMB_MAX_CLASSES; k++) emb__free(w->classes[k]);
    emb__free(w->folder);
    emb__free(w->made);
}

emb_status emb_images_export(const emb_export_part *parts, size_t count, const char *folder,
                             const emb_export_options *options) {
    EMB__ENTER;
    static const emb_export_options usual;
    const emb_export_options *o = options ? options : &usual;
    bool made;
    size_t begun = 0;
    if (!folder || !*folder) return emb__fail(EMB_ERR_ARGUMENT, "emb_images_export needs a folder");
    emb_status status = check(parts, count, o);
    if (status != EMB_OK) return status;
    writing *all = emb__calloc(count, sizeof *all);
    if (!all) return EMB_ERR_MEMORY;
    for (size_t i = 0; i < count; i++) {
        all[i].images = parts[i].images;
        all[i].options = o;
        all[i].count = count_of(parts[i].images, o);
    }
    status = make_folder(folder, &made);
    if (status == EMB_OK) {
        status = write_parts(all, parts, count, folder, &begun);
        while (status != EMB_OK && begun > 0) {
            take_back(&all[--begun]);
            if (parts[begun].name) {
                (void)emb__sys.unlinkat(AT_FDCWD, all[begun].folder, AT_REMOVEDIR);
            }
        }
        if (status != EMB_OK && made) (void)emb__sys.unlinkat(AT_FDCWD, folder, AT_REMOVEDIR);
    }
    for (size_t i = 0; i < count; i++) free_part(&all[i]);
    emb__free(all);
    return status;
}
