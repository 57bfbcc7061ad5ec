/* What the terminal is and can do. Reads the environment and the terminal's size, writes nothing.
 */
#ifndef CLI_TERMINAL_H
#define CLI_TERMINAL_H

#include <stdbool.h>
#include <stdio.h>

/* A terminal that moves its cursor: TERM is set and not "dumb". */
bool cli_terminal_is(FILE *stream);

/* Columns of the terminal behind `stream`, 80 if there is none; asked again at each call. */
int cli_terminal_columns(FILE *stream);
/* Its rows, 24 if there is none. */
int cli_terminal_rows(FILE *stream);

/* The locale's characters are UTF-8. */
bool cli_terminal_utf8(void);

/* A terminal whose process group is in the background belongs to another program at the moment. */
bool cli_terminal_ours(FILE *stream);

typedef enum cli_colours {
    CLI_COLOURS_NONE, /* or the user wants none: NO_COLOR */
    CLI_COLOURS_8,
    CLI_COLOURS_256,
    CLI_COLOURS_TRUE
} cli_colours;

cli_colours cli_terminal_colours(void);

#endif
