/* Files within an archive: their names, and where their bytes are.
 *
 * Nothing is ever written under such a name, but one that would lead elsewhere says that the
 * archive was made to do harm: it is refused. */
#ifndef EMB_CODEC_ARCHIVE_ENTRIES_H
#define EMB_CODEC_ARCHIVE_ENTRIES_H

#include "codec/file_list.h"

enum { EMB__ARCHIVE_FILES = 1 << 24, EMB__ARCHIVE_NAME = 4096 };

typedef struct emb__archived {
    uint64_t at;     /* of its first byte, in the file or in what was unpacked of it */
    uint64_t packed; /* bytes there; `size`, if it is not deflated */
    uint64_t size;
    bool deflated;
    uint32_t crc; /* of a deflated one */
} emb__archived;

/* Zeroed, it is empty. */
typedef struct emb__entries {
    emb__archived *all;
    size_t count, room;
    emb__listing listing; /* of those that count; `index` leads to them */
} emb__entries;

void emb__entries_free(emb__entries *entries);

/* Adds a file; "./" in front of its name goes, and a hidden one is left out. EMB_ERR_FORMAT if the
 * name leads out of the archive; `path` is the archive's. */
emb_status emb__entries_add(emb__entries *entries, const char *path, const char *name,
                            size_t length, const emb__archived *entry, int64_t seconds);

/* Sorts the listing; of files with one name the last one is it; a folder around all goes. */
void emb__entries_finish(emb__entries *entries);

#endif
