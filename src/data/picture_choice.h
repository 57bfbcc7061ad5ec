/* How the pictures of a folder are treated where nobody says: by looking at some of them. */
#ifndef EMB_DATA_PICTURE_CHOICE_H
#define EMB_DATA_PICTURE_CHOICE_H

#include "base/memory.h"
#include "data/picture_list.h"

/* Completes *pictures, whose zeros are to be decided; lines of `notes` say what was. The folder has
 * pictures. */
emb_status emb__picture_choose(const char *folder, const emb__picture_list *list,
                               emb_pictures *pictures, emb__text *notes);

#endif
