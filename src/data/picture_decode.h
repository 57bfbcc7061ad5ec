/* Pictures of a list as rows of bytes, decoded by a team. */
#ifndef EMB_DATA_PICTURE_DECODE_H
#define EMB_DATA_PICTURE_DECODE_H

#include "base/memory.h"
#include "codec/picture_formats.h"
#include "data/picture_list.h"

typedef struct emb__decoding {
    const char *folder;
    const emb__picture_list *list;
    const emb_pictures *pictures; /* nothing is 0 */
    const emb_open_options *options;
    /* Takes `count` more rows; a failure ends the decoding. */
    emb_status (*put)(void *data, const uint8_t *rows, size_t count);
    void *data;
} emb__decoding;

/* What became of the list's pictures. */
typedef struct emb__decoded {
    bool *good;        /* [list->count] */
    size_t counts[3];  /* good ones of each part */
    emb__text reasons; /* of the others in their order, each ended by a NUL */
    size_t bad;
    size_t profiles; /* good ones with a colour profile that is not sRGB's */
} emb__decoded;

/* Decodes all; *out is to be freed, also on failure. EMB_ERR_FORMAT if all are bad; whether some
 * may be is up to the caller. */
emb_status emb__pictures_decode(const emb__decoding *d, emb__decoded *out);
void emb__decoded_free(emb__decoded *out);

enum { EMB__BAD_NAMED = 10 /* bad files that an error text names */ };

typedef struct emb__bad_file {
    const char *name, *reason;
} emb__bad_file;

/* EMB_OK if `bad` of `all` pictures may be bad; else the text names those of `first`, which has as
 * many as there are, but at most EMB__BAD_NAMED. */
emb_status emb__pictures_few_bad(const char *folder, emb_bad_files may, size_t bad, size_t all,
                                 const emb__bad_file *first);

/* Reads 1 to EMB__PICTURES_AT_ONCE of a folder's pictures, those at `which` of the list, into
 * tasks[i].pixels. A reason does not name the picture. */
void emb__listed_read(const char *folder, const emb__picture_list *list, const size_t which[],
                      int count, const emb__picture_plan *plan, emb__picture_desk *desk,
                      emb__picture_task tasks[]);

/* The plan for a decoder. */
emb__picture_plan emb__pictures_plan(const emb_pictures *pictures);

#endif
