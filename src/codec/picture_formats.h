/* The formats of pictures. A file's first bytes decide its format, never its name. A new format is
 * a row in picture_formats.c and a file with its decoder. */
#ifndef EMB_CODEC_PICTURE_FORMATS_H
#define EMB_CODEC_PICTURE_FORMATS_H

#include "codec/picture_file.h"

/* Reads a file into `fit`. The failure's text begins with the path. */
emb_status emb__picture_read(const char *path, emb__fit *fit);
/* The same from memory. */
emb_status emb__picture_decode(const emb__picture_file *file, emb__fit *fit);

#endif
