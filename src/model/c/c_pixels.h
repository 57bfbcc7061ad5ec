/* How a picture becomes an image in exported C: what was decided for the training's pictures, and
 * the function NAME_prepare, which takes a picture's bytes. */
#ifndef EMB_MODEL_C_PIXELS_H
#define EMB_MODEL_C_PIXELS_H

#include <stdbool.h>

#include "base/memory.h"
#include "net/net.h"

/* What is exported, as far as that depends on it. */
typedef struct emb__c_pixels {
    const emb_net *net;
    const char *name, *upper;
    bool bytes; /* images are uint8_t */
} emb__c_pixels;

/* Whether bytes of pictures can be made into images of the network. */
bool emb__c_pixels_fit(const emb_net *net);

/* The constants, the prototype and the function. */
void emb__c_pixels_define(const emb__c_pixels *s, emb__text *out);
void emb__c_pixels_declare(const emb__c_pixels *s, emb__text *out);
void emb__c_pixels_print(const emb__c_pixels *s, emb__text *out);

#endif
