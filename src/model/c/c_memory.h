/* Where an exported part's tensors lie in its buffer. */
#ifndef EMB_MODEL_C_MEMORY_H
#define EMB_MODEL_C_MEMORY_H

#include "model/c/c_source.h"

/* Fills parts[count].places, to be freed, and *buffer: the numbers that all tensors take, which
 * the parts, who never run at once, share. Two tensors lie over each other only if one is no longer
 * read when the other is made; or if they are an input and the output of a sum, place by place. */
emb_status emb__c_places(emb__c_part *parts, int count, size_t *buffer);

#endif
