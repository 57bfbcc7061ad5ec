/* Two images side by side, drawn with characters in the terminal. */
#ifndef CLI_EPOCH_PREVIEW_H
#define CLI_EPOCH_PREVIEW_H

#include <stdbool.h>

/* Standard error and standard output are terminals, and the characters are UTF-8. */
bool cli_preview_possible(void);

/* Draws pixels[2][C][H][W], as emb_view shows them, on standard error, as wide as fits. Nothing is
 * drawn if the terminal is too narrow for a readable picture. */
void cli_preview_draw(const float *pixels, const int shape[3], const char *const titles[2]);

#endif
