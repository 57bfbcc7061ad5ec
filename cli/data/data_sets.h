/* Data sets that can be downloaded: what one is, and the known ones. */
#ifndef CLI_DATA_SETS_H
#define CLI_DATA_SETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CLI_SET_FILES = 8, CLI_SET_MIRRORS = 8, CLI_SET_NAME = 64, CLI_SHA256_SIZE = 65 };

typedef struct cli_set_file {
    const char *name;   /* safe as a file's name, see cli_set_name_is_safe */
    uint64_t size;      /* at least 1 */
    const char *sha256; /* 64 hexadecimal digits, small letters */
    bool archive;       /* is unpacked, and then removed */
} cli_set_file;

/* Files are taken in this order. Labels come before their images, so that whoever finds the images
 * finds both. */
typedef struct cli_set {
    const char *name;                         /* also its folder's name in the cache */
    const char *licence;                      /* and whose it is */
    const char *mirrors[CLI_SET_MIRRORS + 1]; /* a file is at mirror/name; NULL ends */
    cli_set_file files[CLI_SET_FILES + 1];    /* a NULL name ends */
} cli_set;

/* The known ones; a NULL name ends. emb_images_open finds them by their names. */
extern const cli_set cli_sets[];

/* NULL if none of `sets` has the name. */
const cli_set *cli_set_find(const cli_set *sets, const char *name);

/* The one that is meant by a mistyped name, or NULL. */
const char *cli_set_nearest(const cli_set *sets, const char *name);

/* Bytes of all its files. */
uint64_t cli_set_size(const cli_set *set);

/* Letters, digits, '.', '_' and '-', at most CLI_SET_NAME of them, the first a letter or a digit,
 * and no ".part" at the end: such a name cannot lead out of its folder, and cannot be the name of
 * another file's part. */
bool cli_set_name_is_safe(const char *name);

/* Begins with http:// or https:// and has no blanks or control characters. */
bool cli_set_url_is_safe(const char *url);

#endif
