/* A struct's numbers as a text of pairs (base/pairs.h), each under its field's name. Numbers with a
 * fraction are hexadecimal, so that nothing is rounded.
 *
 * Owns: how each kind of number is written, and its range. Does not own: which fields there are
 * (checkpoint.c). */
#ifndef EMB_MODEL_FIELDS_H
#define EMB_MODEL_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

#include <embudo/train.h>

#include "base/memory.h"

typedef enum emb__field_kind {
    EMB__FIELD_WHOLE, /* int */
    EMB__FIELD_SIZE,  /* size_t */
    EMB__FIELD_SEED,  /* uint64_t */
    EMB__FIELD_FLAG,  /* bool */
    EMB__FIELD_REAL,  /* double */
    EMB__FIELD_FLOAT,
    EMB__FIELD_LOSS /* char[EMB_LOSS_TEXT], a loss or layers: written without its spaces */
} emb__field_kind;

typedef struct emb__field {
    const char *name;
    size_t at; /* in the struct */
    emb__field_kind kind;
    bool optional; /* not written if it is 0; not changed if it is not in the text */
} emb__field;

/* Appends the fields of the struct at `from`. */
void emb__fields_print(const emb__field *fields, size_t count, const void *from, emb__text *out);
/* Reads the fields into the struct at `to`. EMB_ERR_FORMAT if one is missing or not such a number:
 * "PATH: KEY has no NAME that is a number". `text` may be NULL. */
emb_status emb__fields_read(const emb__field *fields, size_t count, const char *text,
                            const char *path, const char *key, void *to);

#endif
