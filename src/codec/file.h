/* Files as bytes: looking at a path, reading with a limit, writing complete or not at all.
 *
 * Owns: every system call on files that the library makes (place.c finds where they lie). Does not
 * own: what the bytes mean. Each failure's text begins with the path. emb_file_... is declared in
 * embudo/files.h. */
#ifndef EMB_CODEC_FILE_H
#define EMB_CODEC_FILE_H

#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "base/memory.h"
#include "base/status.h"
#include "codec/place.h"

typedef enum emb__path_kind {
    EMB__PATH_NONE,
    EMB__PATH_FILE,
    EMB__PATH_FOLDER,
    EMB__PATH_OTHER /* a device, a FIFO, a socket; a link if none is followed */
} emb__path_kind;

/* What is at a path; links are followed, except below a held folder. A path that cannot be looked
 * at counts as a file, so that opening it says why. */
emb__path_kind emb__path_look(const char *path);

/* The same, but a path that cannot be looked at is an error: for when more depends on the answer
 * than which file is opened next. */
emb_status emb__path_find(const char *path, emb__path_kind *kind);

/* "folder/name", to be freed with emb__free; NULL without memory. */
char *emb__path_join(const char *folder, const char *name);

/* A regular file open for reading. */
typedef struct emb__file {
    int fd;                  /* -1: closed */
    size_t size;             /* when it was opened */
    size_t at;               /* where emb__file_read continues */
    struct timespec changed; /* when it was last written, seen at opening */
    const char *path;        /* borrowed from the caller */
} emb__file;

/* Anything but a regular file is refused, without waiting for a FIFO's writer. */
emb_status emb__file_open(emb__file *file, const char *path);
/* The same for a file below an open folder, following no link on the way; `path` is the whole path,
 * for error texts. */
emb_status emb__file_open_below(emb__file *file, int folder, const char *rest, const char *path);
/* Reads on; *got < want only at the end of the file. */
emb_status emb__file_read(emb__file *file, void *bytes, size_t want, size_t *got);
/* The bytes from `at` on; *got < want only at the end of the file. The place where reading
 * continues does not change. */
emb_status emb__file_read_at(const emb__file *file, size_t at, void *bytes, size_t want,
                             size_t *got);
/* *bytes = the whole file, mapped to be read. It must have been opened with a size above 0, and
 * must not become shorter while it is mapped. */
emb_status emb__file_map(const emb__file *file, const uint8_t **bytes);
void emb__file_unmap(const emb__file *file, const uint8_t *bytes);
/* Says to whoever looks at its times that it is used, now or, unless NULL, at another time; when it
 * was written stays. A file of somebody else's is left alone. */
void emb__file_used(const emb__file *file, const struct timespec *when);
/* Fails if the file was written or has changed its size since it was opened. Call it when all has
 * been read. */
emb_status emb__file_check(const emb__file *file);
/* EMB_OK if it has 1..limit bytes. */
emb_status emb__file_fits(const emb__file *file, size_t limit);
/* A closed one is accepted. */
void emb__file_close(emb__file *file);

/* Reads a whole file of 1..limit bytes. *bytes is the caller's, to be freed with emb__free, with a
 * NUL after its *count bytes. */
emb_status emb__file_load(const char *path, size_t limit, uint8_t **bytes, size_t *count);

/* The same into a room, which may be larger than the file. */
emb_status emb__file_load_into(const char *path, size_t limit, emb__room *room, size_t *count);

/* The same for an open file, from its beginning. */
emb_status emb__file_load_open(emb__file *file, size_t limit, uint8_t **bytes, size_t *count);

/* A file being written piece by piece under a temporary name beside its own. It appears under its
 * own name when it is finished, or never. A link at the path stays, and the file that it leads to
 * is replaced; a replaced file's mode stays, too. */
typedef struct emb__writer {
    int fd;           /* -1: closed */
    const char *path; /* borrowed from the caller */
    emb__place place;
    char *temporary; /* its name until then; NULL: it does not exist */
    char *kept;      /* another name of the replaced file, while other files follow; or NULL */
    bool exists;     /* there was a file of that name */
    bool removes;    /* its purpose is to remove the file */
    bool named;      /* has its own name */
} emb__writer;

emb_status emb__writer_open(emb__writer *writer, const char *path);
/* A writer that removes the file of that name, or the link itself, when it is finished. */
emb_status emb__writer_open_removal(emb__writer *writer, const char *path);
emb_status emb__writer_put(emb__writer *writer, const void *bytes, size_t count);
/* Syncs and renames, and closes in any case. */
emb_status emb__writer_finish(emb__writer *writer);
/* The same for files that belong together: all are synced before the first takes its name. If one
 * cannot take its name, those before it give theirs back to the files that they replaced. */
emb_status emb__writers_finish(emb__writer *writers, size_t count);
/* Removes an unfinished file. A closed writer, {.fd = -1}, is accepted. */
void emb__writer_close(emb__writer *writer);

/* Creates a file that grows while others read it; -1 with the error text set. An existing file is
 * refused. */
int emb__file_begin(const char *path);

/* Removes a file; it is fine if there is none. */
emb_status emb__file_remove(const char *path);

/* Writes all bytes to a descriptor; the path is for the failure's text. */
emb_status emb__file_put(int fd, const char *path, const void *bytes, size_t count);

#endif
