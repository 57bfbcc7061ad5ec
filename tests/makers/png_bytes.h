/* PNG files, as libpng writes them. */
#ifndef EMB_TESTS_PNG_BYTES_H
#define EMB_TESTS_PNG_BYTES_H

#include <stdbool.h>

#include "makers/bytes.h"

enum { PNG_GREY, PNG_GREY_ALPHA, PNG_COLOURS, PNG_COLOURS_ALPHA, PNG_OF_PALETTE };

typedef struct png_case {
    int kind, depth, width, height;
    bool interlaced, see_through; /* palette entry or grey 1 is transparent, entry 2 half */
    const char *rows;             /* as PNG packs them */
    int channels;
    const char *pixels;
} png_case;

/* Empties the file first. Only where the library has PNG. */
void make_png(const png_case *c, buffer *file);

#endif
