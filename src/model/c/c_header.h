/* The exported header, and what it shares with the exported source: which functions there are,
 * their types and prototypes. */
#ifndef EMB_MODEL_C_HEADER_H
#define EMB_MODEL_C_HEADER_H

#include "model/c/c_pixels.h"
#include "model/c/c_score.h"
#include "model/c/c_source.h"

enum { EMB__C_NAME_LENGTH = 64 };

/* The functions that a network can offer, in the order in which they are written. */
typedef struct emb__c_use {
    const char *part, *function;
    const char *in, *out; /* what goes in and comes out, as the header calls it */
} emb__c_use;
extern const emb__c_use emb__c_uses[EMB__QUANT_PARTS];

/* Both files, while they are printed. */
typedef struct emb__c_export {
    emb_net *net;
    const emb_c_options *options;
    const char *name;
    char upper[EMB__C_NAME_LENGTH + 1];
    bool bytes; /* images are uint8_t */
    int count;
    emb__c_part parts[EMB__QUANT_PARTS];
    int kind[EMB__QUANT_PARTS]; /* index into emb__c_uses */
    emb__stages stages[EMB__QUANT_PARTS];
    size_t buffer; /* numbers of all parts' tensors, as they lie over each other */
    emb__c_score score;
    emb__text c, h;
} emb__c_export;

/* The part of this kind; NULL if it is not exported. */
const emb__c_part *emb__c_part_of(const emb__c_export *s, int kind);

/* Numbers of a part's input and output. */
static inline size_t emb__c_ins(const emb__c_part *part) { return part->stages->tensors[0].count; }
static inline size_t emb__c_outs(const emb__c_part *part) {
    return part->stages->tensors[part->stages->count].count;
}

/* The static memory of all functions. */
size_t emb__c_buffer_bytes(const emb__c_export *s);

/* "NAME_pixel" for an image, else "float". */
void emb__c_add_type(const emb__c_export *s, const char *what, emb__text *out);

/* The prototype of part i, without its semicolon. */
void emb__c_add_prototype(const emb__c_export *s, int i, emb__text *out);

/* What of this decides how pictures become images. False if no image is read, or not from bytes. */
bool emb__c_takes_pictures(const emb__c_export *s, emb__c_pixels *pixels);

/* Prints the header into s->h. */
void emb__c_header(emb__c_export *s);

#endif
