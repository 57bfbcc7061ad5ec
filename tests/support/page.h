/* A picture's pixels, read back from its PNG by cairo. */
#ifndef EMB_TESTS_PAGE_H
#define EMB_TESTS_PAGE_H

#include "embudo.h"

#ifdef EMB_HAVE_CAIRO
#include <cairo.h>

/* The caller destroys it. */
cairo_surface_t *page_read(const emb_picture *picture);

uint32_t page_pixel(cairo_surface_t *page, int x, int y); /* 0xRRGGBB */

/* The middle of all pixels of a colour within columns [from, to); how many there are. */
int page_find(cairo_surface_t *page, uint32_t rgb, int from, int to, double *x, double *y);
#endif

/* Two pictures are the same bytes. */
void page_same(const emb_picture *a, const emb_picture *b);

#endif
