/* Where a path leads: the folder of its last name, held open, so that what follows happens in that
 * folder, whatever becomes of the path; and the held folders (emb_folder in embudo/files.h), below
 * which no link is followed.
 *
 * Owns: following links, and which of them are followed. Does not own: what is done at the
 * place. */
#ifndef EMB_CODEC_PLACE_H
#define EMB_CODEC_PLACE_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/status.h"

typedef struct emb__place {
    int folder; /* its descriptor; -1: closed */
    bool owned; /* the descriptor is closed with the place */
    bool held;  /* below a held folder */
    char *name; /* without a slash */
} emb__place;

/* 0, or an errno with nothing to close. `follow`: if the last name is a link, the place is where it
 * leads; never below a held folder. The place may be empty. */
int emb__place_find(emb__place *place, const char *path, bool follow);
/* A place below a folder that the caller has open, as if that were held: through no link, and never
 * up. 0, or an errno with nothing to close. */
int emb__place_below(emb__place *place, int folder, const char *rest);
/* A closed one is accepted. */
void emb__place_close(emb__place *place);

/* Whether the path leads below a held folder. */
bool emb__place_is_held(const char *path);

/* Fails with the format, of E_("%s: cannot open: %s"): the path, and what the errno `error` means.
 */
emb_status emb__path_fail(const char *path, const char *format, int error);
/* The same for an error at a place. */
emb_status emb__place_fail(const emb__place *place, const char *path, const char *format,
                           int error);

/* openat, repeated after a signal. */
int emb__open_again(int folder, const char *path, int flags, mode_t mode);

#endif
