/* The files below a folder: their names, sizes and times.
 *
 * Owns: walking, through links as well, and the order. Does not own: what the files are. */
#ifndef EMB_CODEC_FILE_LIST_H
#define EMB_CODEC_FILE_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

enum { EMB__FOLDER_DEPTH = 32 /* folders within folders that are walked */ };

typedef struct emb__listed {
    char *name;    /* below the folder: "cats/1.png" */
    size_t folder; /* bytes of it before the last slash, "cats"; 0: none */
    uint64_t size;
    int64_t seconds; /* when it was last written */
    int64_t nanoseconds;
    size_t index; /* in an archive: which of its files it is */
} emb__listed;

typedef struct emb__listing {
    emb__listed *files; /* by the folders that they are in, then by name, both bytewise */
    size_t count, room;
    size_t links; /* folders that were left out because a link leads back to one around it */
    size_t deep;  /* folders that lie too deep */
} emb__listing;

/* All regular files below a folder, through links too; without those, and without folders, whose
 * name begins with a dot, and without what systems leave beside pictures (Thumbs.db, desktop.ini,
 * __MACOSX). A folder that cannot be read is an error; a link that leads nowhere is a file of size
 * 0. `listing` is to be zeroed before and freed after, also on failure. At most `most` files. */
emb_status emb__folder_list(const char *folder, size_t most, emb__listing *listing);
/* *found = whether one of those files is wanted; nothing is walked behind the first. */
emb_status emb__folder_find(const char *folder, bool (*wanted)(void *data, const emb__listed *file),
                            void *data, bool *found);
/* Calls `each` with the names of the folders right within a folder, in no order. */
emb_status emb__folder_within(const char *folder, void (*each)(void *data, const char *name),
                              void *data);
/* Whether a folder or a file of that name is left out. */
bool emb__file_left_out(const char *name);

/* Puts files in their order; those of one name stay in theirs, by `index`. */
void emb__listing_sort(emb__listing *listing);
void emb__listing_free(emb__listing *listing);

#endif
