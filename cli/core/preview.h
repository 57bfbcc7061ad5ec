/* An image, or two side by side, drawn with characters in the terminal. */
#ifndef CLI_PREVIEW_H
#define CLI_PREVIEW_H

#include <stdbool.h>

/* Standard error and standard output are terminals, and the characters are UTF-8. */
bool cli_preview_possible(void);

/* Draws pixels[count][C][H][W], one or two, as emb_view shows them, on standard error, as wide as
 * fits, below their titles. Nothing is drawn if the terminal is too narrow for a readable
 * picture. */
void cli_preview_draw(const float *pixels, int count, const int shape[3],
                      const char *const titles[]);

#endif
