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

#include "base/status.h"
#include "codec/place.h"

typedef enum emb__path_kind {
    EMB__PATH_NONE,
    EMB__PATH_FILE,
    EMB__PATH_FOLDER,
    EMB__PATH_OTHER /* a device, a FIFO, a socket; a link where none is followed */
} emb__path_kind;

/* What is at a path, links followed where they are. A path that cannot be looked at counts as a
 * file, so that opening it says why. */
emb__path_kind emb__path_look(const char *path);

/* The same where more depends on it than what is opened next: a path that cannot be looked at is an
 * error. */
emb_status emb__path_find(const char *path, emb__path_kind *kind);

/* "folder/name", to be freed with emb__free; NULL where there is no memory. */
char *emb__path_join(const char *folder, const char *name);

/* A regular file open for reading. */
typedef struct emb__file {
    int fd;                  /* -1: closed */
    size_t size;             /* when it was opened */
    size_t at;               /* where emb__file_read goes on */
    struct timespec changed; /* when it was last written, as it was opened */
    const char *path;        /* borrowed from the caller */
} emb__file;

/* Anything but a regular file is refused, without waiting for a FIFO's writer. */
emb_status emb__file_open(emb__file *file, const char *path);
/* The same of a file below a folder that is open, no link followed on the way; `path` is the whole
 * path, for texts. */
emb_status emb__file_open_below(emb__file *file, int folder, const char *rest, const char *path);
/* Reads on; *got < want only at the end of the file. */
emb_status emb__file_read(emb__file *file, void *bytes, size_t want, size_t *got);
/* The bytes from `at` on; *got < want only at the end of the file. Where reading goes on is left as
 * it was. */
emb_status emb__file_read_at(const emb__file *file, size_t at, void *bytes, size_t want,
                             size_t *got);
/* Fails where the file was written, cut or has grown since it was opened. To be asked when all has
 * been read. */
emb_status emb__file_check(const emb__file *file);
/* EMB_OK where it has 1..limit bytes. */
emb_status emb__file_fits(const emb__file *file, size_t limit);
/* A closed one is accepted. */
void emb__file_close(emb__file *file);

/* Reads a whole file of 1..limit bytes. *bytes is the caller's, to be freed with emb__free, with a
 * NUL behind its *count bytes. */
emb_status emb__file_load(const char *path, size_t limit, uint8_t **bytes, size_t *count);

/* The same of one that is open, from its beginning. */
emb_status emb__file_load_open(emb__file *file, size_t limit, uint8_t **bytes, size_t *count);

/* A file being written piece by piece under a temporary name beside its own. It appears under its
 * own when it is finished, or never. A link at the path stays, and what it leads to is replaced; a
 * file's mode stays, too. */
typedef struct emb__writer {
    int fd;           /* -1: closed */
    const char *path; /* borrowed from the caller */
    emb__place place;
    char *temporary; /* its name until then; NULL: none is there */
    char *kept;      /* a name of the file that it replaced, while others are to follow; or NULL */
    bool exists;     /* there was a file of its name */
    bool removes;    /* is to leave no file of its name */
    bool named;      /* has its own name */
} emb__writer;

emb_status emb__writer_open(emb__writer *writer, const char *path);
/* One that removes the file of that name, a link itself, when it is finished. */
emb_status emb__writer_open_removal(emb__writer *writer, const char *path);
emb_status emb__writer_put(emb__writer *writer, const void *bytes, size_t count);
/* Syncs and renames, and closes in any case. */
emb_status emb__writer_finish(emb__writer *writer);
/* The same of files that belong together: all are synced before the first takes its name. Where one
 * cannot take it, those before it give theirs back to what they replaced. */
emb_status emb__writers_finish(emb__writer *writers, size_t count);
/* Removes what is not finished. A closed one, {.fd = -1}, is accepted. */
void emb__writer_close(emb__writer *writer);

/* A new file that grows while others read it; -1 with the error text set. One that is there is
 * refused. */
int emb__file_begin(const char *path);

/* Removes a file; one that is not there is fine. */
emb_status emb__file_remove(const char *path);

/* Writes all bytes to a descriptor; the path is for the failure's text. */
emb_status emb__file_put(int fd, const char *path, const void *bytes, size_t count);

#endif
