/* A bar on the live line: how far something is, how fast it goes, how much time is left. Decides
 * how that fits the terminal; message.c owns the line, and the caller knows what is counted. */
#ifndef CLI_BAR_H
#define CLI_BAR_H

#include <stdbool.h>

typedef struct cli_bar {
    bool on; /* standard error is a terminal that can show it */
    bool utf8, colours;
    double drawn; /* when it was last drawn, by cli_clock */
} cli_bar;

/* What the line says, each part in a long form and, if it has one, a short form. */
typedef struct cli_bar_text {
    char label[96], short_label[48];
    double share; /* 0..1 */
    char speed[48], left[32];
} cli_bar_text;

void cli_bar_start(cli_bar *bar);

/* Whether it is time to draw again; if so, this call counts as a drawing. */
bool cli_bar_due(cli_bar *bar, double now);

/* Draws the widest form that leaves the terminal's last column free. */
void cli_bar_draw(const cli_bar *bar, const cli_bar_text *text);

#endif
