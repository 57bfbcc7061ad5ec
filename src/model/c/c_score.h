/* How unusual an image is, as C: what a verdict adds to the exported source and header. */
#ifndef EMB_MODEL_C_SCORE_H
#define EMB_MODEL_C_SCORE_H

#include "base/memory.h"
#include "base/status.h"

typedef struct emb__c_score {
    const emb_net *net;
    const char *name, *upper;   /* before every identifier */
    const emb_verdict *verdict; /* NULL: nothing is added but a threshold that the net has */
    size_t constants, buffer;   /* bytes of both, counted while printing */
    emb__text *out;             /* where that goes */
} emb__c_score;

/* Whether it can be written with these options. */
emb_status emb__c_score_check(const emb__c_score *s, const emb_c_options *options);

/* The functions, behind NAME_encode and NAME_decode. */
void emb__c_score_print(emb__c_score *s, emb__text *out);

/* For the header: NAME_THRESHOLD, and the prototypes. */
void emb__c_score_define(const emb__c_score *s, emb__text *out);
void emb__c_score_declare(const emb__c_score *s, emb__text *out);

#endif
