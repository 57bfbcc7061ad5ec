/* Tar and ZIP archives as folders: which files they hold, and their bytes.
 *
 * A gzipped tar must be unpacked before its files can be read: into a file without a name, of no
 * more than what such an archive may be believed to hold. Nothing is written under a name that an
 * archive gives.
 *
 * Owns: an open archive. Does not own: what its files are. */
#ifndef EMB_CODEC_ARCHIVE_H
#define EMB_CODEC_ARCHIVE_H

#include "codec/file_list.h"

typedef struct emb__archive emb__archive;

/* Whether a file begins as a ZIP, a tar or a gzipped tar. Not if it cannot be read. */
bool emb__archive_is(const char *path);

/* Opens and lists one; `path` is copied. */
emb_status emb__archive_open(const char *path, emb__archive **archive);
/* NULL is accepted. */
void emb__archive_close(emb__archive *archive);

/* Its files, as emb__folder_list gives those of a folder; a folder around all of them goes. */
const emb__listing *emb__archive_files(const emb__archive *archive);
/* Size and time of the archive itself. */
void emb__archive_state(const emb__archive *archive, int64_t state[3]);

/* Makes its files readable; `beside` is a path beside which what is unpacked may be kept. */
emb_status emb__archive_unpack(emb__archive *archive, const char *beside);

/* A file's bytes, at most `limit`, with a NUL behind them, to be freed with emb__free; `name` is
 * for error texts. Any threads may call it at a time. */
emb_status emb__archive_load(const emb__archive *archive, const emb__listed *file, const char *name,
                             size_t limit, uint8_t **bytes, size_t *count);

#endif
