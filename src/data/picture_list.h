/* Which files below a folder, or within an archive, are pictures, and what their folders say: parts
 * and classes.
 *
 * train/ with test/ or val/ beside it (or training/, validation/, testing/, in any case) are the
 * parts. Folders within a part, or within the whole, are classes, as torchvision's ImageFolder has
 * them: numbered in bytewise order, over all parts together; what lies deeper belongs to the class
 * around it. Pictures that lie beside such folders leave all of them without labels.
 *
 * Owns: that reading of names. Does not own: the pictures. */
#ifndef EMB_DATA_PICTURE_LIST_H
#define EMB_DATA_PICTURE_LIST_H

#include "codec/archive.h"
#include "codec/file_list.h"
#include "embudo/data.h"

typedef struct emb__listed_picture {
    const char *name; /* below the folder; borrowed from the listing */
    const emb__listed *file;
    emb_part part;
    int label; /* -1: none */
} emb__listed_picture;

typedef struct emb__picture_list {
    emb__archive *archive;         /* NULL: a folder */
    emb__listing listing;          /* of an archive: the archive's */
    emb__listed_picture *pictures; /* EMB_TRAIN first, then EMB_TEST, EMB_VAL */
    size_t count, counts[3];
    char **classes; /* [class_count], sorted; NULL: no labels */
    int class_count;
    bool parts;            /* the folders say which part a picture is of */
    size_t others, beside; /* files that are no pictures; pictures outside of the parts */
    char why[192];         /* on what the folders were not taken for; "" */
    uint64_t digest[2];    /* of names, sizes and times of all files */
} emb__picture_list;

/* Reads all of a folder or an archive. Without pictures in it, count is 0. To be freed, also on
 * failure. */
emb_status emb__picture_list_read(const char *folder, emb__picture_list *list);
void emb__picture_list_free(emb__picture_list *list);

/* Whether there are pictures in a folder, and of which parts, without reading all of it: *parts is
 * 0 if there are none, 1 without test pictures, and else 2. */
emb_status emb__picture_list_look(const char *folder, int *parts, bool *val);

/* Whether a file's name ends as those of pictures do. */
bool emb__picture_name(const char *name);

/* FNV-1a (Fowler, Noll, Vo) of 64 bits, going on from `sum`. */
uint64_t emb__fnv(uint64_t sum, const void *bytes, size_t count);
#define EMB__FNV_BEGIN UINT64_C(0xcbf29ce484222325)

#endif
