/* Opening what a command made, for who looks at it: --open. */
#ifndef CLI_OPEN_FILE_H
#define CLI_OPEN_FILE_H

#include "core/options.h"

#define CLI_OPEN_OPTION                                                                            \
    {                                                                                              \
        "open", 0, CLI_FLAG, NULL, NULL, 0, 0, 0,                                                  \
            "open what was made: with $BROWSER, or with the system's own program"                  \
    }

/* If --open was given: hands the file to the first of $BROWSER's programs that there is, else to
 * the system's (xdg-open; open on a Mac). Its name is an argument, which no shell reads. Waits for
 * no viewer: a script goes on. That there is no program, or that it fails, is said and is no
 * failure: the file is there. Standard output (NULL or "-") is not opened, which a note says. */
void cli_open_file(const cli_args *args, const char *path);
/* The same for an address in place of a file. */
void cli_open_address(const cli_args *args, const char *address);

#endif
