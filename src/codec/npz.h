/* NPZ, numpy's format for several arrays: a ZIP archive of NPY files. By libzip.
 *
 * Owns: which entry is which array. Does not own: ZIP (libzip's), an array's bytes (npy.h).
 * Writing (npz_write.c), emb_npz_write, is declared in embudo/files.h. */
#ifndef EMB_CODEC_NPZ_H
#define EMB_CODEC_NPZ_H

#include "codec/npy.h"

/* Arrays in an archive, and bytes of their names and of the notes beside them: libzip keeps in
 * memory some 300 bytes for each array, and twelve times the notes. */
enum { EMB__NPZ_MEMBERS = 2048, EMB__NPZ_NOTES = 1 << 17 };

bool emb__npz_is(const char *path); /* decided by the name's ending */

/* An open archive: its bytes come from one descriptor, however often it is read. */
typedef struct emb__npz emb__npz;

/* NULL with the error text set. */
emb__npz *emb__npz_open(const char *path);
/* Fails if the file was changed since it was opened. Call it when all has been read. */
emb_status emb__npz_check(const emb__npz *npz);
void emb__npz_close(emb__npz *npz);

/* Reads the first array of the archive that has one of these names (NULL-ended, without ".npy"), as
 * emb__npy_read does. *found is its name; NULL, with EMB_OK, if there is none. */
emb_status emb__npz_load(emb__npz *npz, const char *const *names, const emb__npy_wish *wish,
                         emb__npy *npy, void **numbers, const char **found);

#endif
