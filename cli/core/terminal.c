/* What the terminal is and can do. See terminal.h. */
#include "core/terminal.h"

#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

bool cli_terminal_is(FILE *stream) {
    const char *term = getenv("TERM");
    return isatty(fileno(stream)) && term && *term && strcmp(term, "dumb") != 0;
}

int cli_terminal_columns(FILE *stream) {
    struct winsize size;
    bool known = ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    return known ? size.ws_col : 80;
}

int cli_terminal_rows(FILE *stream) {
    struct winsize size;
    bool known = ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_row > 0;
    return known ? size.ws_row : 24;
}

bool cli_terminal_utf8(void) { return strcmp(nl_langinfo(CODESET), "UTF-8") == 0; }

bool cli_terminal_ours(FILE *stream) {
    /* Fails if this is not the session's terminal; then no other program has it either. */
    pid_t foreground = tcgetpgrp(fileno(stream));
    return foreground < 0 || foreground == getpgrp();
}

cli_colours cli_terminal_colours(void) {
    const char *none = getenv("NO_COLOR"), *term = getenv("TERM"), *more = getenv("COLORTERM");
    if ((none && *none) || !term) return CLI_COLOURS_NONE;
    if (more && (strcmp(more, "truecolor") == 0 || strcmp(more, "24bit") == 0)) {
        return CLI_COLOURS_TRUE;
    }
    return strstr(term, "256") ? CLI_COLOURS_256 : CLI_COLOURS_8;
}
