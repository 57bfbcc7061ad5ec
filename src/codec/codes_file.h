/* Codes as files, CSV or NPY. The functions are embudo/files.h's emb_codes_...; here are their
 * limits.
 *
 * CSV is RFC 4180's: commas, lines that end in LF or CRLF, fields that may be quoted. Empty lines
 * and a byte order mark are passed over. The first line holds names if one of its fields is a
 * name, beginning with a letter, and the others are names, too, or empty; where one is called file
 * or label, they may be plain numbers.
 *
 * Owns: the columns of a table of codes. Does not own: NPY (array_file.c). */
#ifndef EMB_CODEC_CODES_FILE_H
#define EMB_CODEC_CODES_FILE_H

/* Bytes of a CSV file: 4 GiB. */
#define EMB__MAX_CSV_BYTES ((size_t)0xffffffff)

#endif
