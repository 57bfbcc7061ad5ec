/* The explorer's page: the files of web/, which the build embeds (cmake/page.cmake). */
#ifndef CLI_PAGE_H
#define CLI_PAGE_H

#include <stddef.h>
#include <stdint.h>

typedef struct cli_page_file {
    const char *path; /* "/index.html" */
    const char *type; /* of its bytes, as HTTP calls it */
    const char *tag;  /* changes with the bytes; quoted, as an ETag is */
    uint8_t *bytes;   /* which nobody writes; a reply's are not const */
    size_t count;
} cli_page_file;

/* Ends with a row without a path. */
extern const cli_page_file cli_page_files[];

/* The same as one file of HTML without modules: what stands before its data, and behind them
 * (cmake/bundle.cmake). */
extern const cli_page_file cli_page_single[2];

#endif
