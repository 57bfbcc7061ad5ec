/* Pictures drawn with characters in the terminal: an image, or two side by side, or a page. */
#ifndef CLI_PREVIEW_H
#define CLI_PREVIEW_H

#include <embudo.h>
#include <stdbool.h>

/* Standard error and standard output are terminals, and the characters are UTF-8. */
bool cli_preview_possible(void);

/* Draws pixels[count][C][H][W], one or two, as emb_view shows them, on standard error, as wide as
 * fits, below their titles. Nothing is drawn if the terminal is too narrow for a readable
 * picture. */
void cli_preview_draw(const float *pixels, int count, const int shape[3],
                      const char *const titles[]);

/* Pixels of a page in a cell of its natural size; a cell is twice as high. */
enum { CLI_PREVIEW_CELL = 7 };

/* The same of a page: in its natural size, or smaller if the terminal is narrower. */
void cli_preview_page(const emb_page *page);

#endif
