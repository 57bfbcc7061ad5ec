/* ZIP's directory, and a file of it. By ourselves: files are read by several threads at once, each
 * from its place, which libzip is not made for. */
#ifndef EMB_CODEC_ARCHIVE_ZIP_H
#define EMB_CODEC_ARCHIVE_ZIP_H

#include "codec/archive_entries.h"
#include "codec/file.h"

/* Lists the files; encrypted ones, and those that are neither stored nor deflated, are an error. */
emb_status emb__zip_list(const emb__file *file, emb__entries *entries);

/* bytes[size] = a file's content, unpacked and checked; `name` is for error texts. */
emb_status emb__zip_load(const emb__file *file, const emb__archived *entry, const char *name,
                         uint8_t *bytes);

#endif
