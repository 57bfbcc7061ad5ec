/* Where data sets with names are looked for, each a folder of that name. */
#ifndef EMB_DATA_SET_PLACES_H
#define EMB_DATA_SET_PLACES_H

#include <stddef.h>

enum { EMB__SET_PLACES = 5 };

typedef struct emb__set_places {
    const char *folder[EMB__SET_PLACES]; /* none is empty */
    size_t count;
    char *cache, *beside; /* those that are our own; NULL: there is none */
} emb__set_places;

/* In order: the user's choice, what was downloaded, what is beside the program, what was installed
 * or built. */
void emb__set_places_find(emb__set_places *places);
void emb__set_places_free(emb__set_places *places);

#endif
