/* What a thread that decodes pictures keeps from one to the next: memory, and JPEG's tables. */
#ifndef EMB_CODEC_PICTURE_DESK_H
#define EMB_CODEC_PICTURE_DESK_H

#include "codec/jpeg_eighth.h"
#include "codec/picture_file.h"

/* Zeroed, it is empty. */
struct emb__picture_desk {
    emb__room files[EMB__PICTURES_AT_ONCE];
#ifdef EMB_HAVE_JPEG
    emb__jpeg_desk jpeg;
#endif
};

/* Gives back what large pictures took. */
void emb__picture_desk_tidy(emb__picture_desk *desk);
void emb__picture_desk_clear(emb__picture_desk *desk);

#endif
