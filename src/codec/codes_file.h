/* Codes as files, CSV or NPY. The functions, emb_codes_..., are declared in embudo/files.h; their
 * limits are here.
 *
 * CSV is RFC 4180's: commas, lines that end in LF or CRLF, fields that may be quoted. Empty lines
 * and a byte order mark are passed over. The first line holds names if one of its fields is a name,
 * which begins with a letter, and the others are names, too, or empty; if one is called file or
 * label, the others may be plain numbers.
 *
 * Owns: the columns of a table of codes. Does not own: NPY (array_file.c). */
#ifndef EMB_CODEC_CODES_FILE_H
#define EMB_CODEC_CODES_FILE_H

/* Bytes of a CSV file: 4 GiB. */
#define EMB__MAX_CSV_BYTES ((size_t)0xffffffff)

#endif
