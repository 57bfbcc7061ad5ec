/* What was decided about the pictures of a folder, in a small file beside the decoded ones, so that
 * a set has one file of them whether its treatment was decided or typed.
 *
 * The file: numbers, u64, as the processor has them: magic, channels, height, width, fit,
 * background, bytes of notes, CRC-32 of all other bytes; then the notes. Its name is as a cache's
 * is, but made of the wishes, zeros included. One that is not as it should be is decided anew.
 *
 * Owns: that file. Does not own: deciding (picture_choice.h). */
#ifndef EMB_DATA_CHOICE_FILE_H
#define EMB_DATA_CHOICE_FILE_H

#include "embudo/data.h"

/* Whether it is there and whole: *notes, to be freed, are what emb__picture_choose said. */
bool emb__choice_load(const char *path, emb_pictures *pictures, char **notes);

/* Keeps it, and removes those of earlier states of the same folder. */
emb_status emb__choice_keep(const char *path, const emb_pictures *pictures, const char *notes);

#endif
