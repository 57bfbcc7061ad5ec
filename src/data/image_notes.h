/* Notes on how images were read, a line each. */
#ifndef EMB_DATA_IMAGE_NOTES_H
#define EMB_DATA_IMAGE_NOTES_H

#include "data/images.h"

/* Adds a line to the notes. On failure the error text is set. */
emb_status emb__images_note(emb_images *images, const char *format, ...) EMB__PRINTF(2, 3);

#endif
