/* What an errno means, in the reader's language. See system_error.h. */
#include "core/system_error.h"

#include <string.h>

#include "core/language.h"

/* What the C library says of the errors that a user meets. Its own translations need a locale that
 * the system may not have. */
static const char *const texts[] = {
    N_("No such file or directory"),
    N_("Permission denied"),
    N_("Operation not permitted"),
    N_("File exists"),
    N_("Not a directory"),
    N_("Is a directory"),
    N_("No space left on device"),
    N_("Disk quota exceeded"),
    N_("Read-only file system"),
    N_("File too large"),
    N_("File name too long"),
    N_("Too many levels of symbolic links"),
    N_("Too many open files"),
    N_("Input/output error"),
    N_("Broken pipe"),
    N_("Bad file descriptor"),
    N_("Directory not empty"),
    N_("No such device or address"),
    N_("Invalid argument"),
    N_("Cannot allocate memory"),
    N_("Resource temporarily unavailable"),
    N_("No child processes"),
    N_("Text file busy"),
    N_("Device or resource busy"),
};

const char *cli_system_error(int error) {
    const char *text = strerror(error);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (strcmp(text, texts[i]) == 0) return _(texts[i]);
    }
    return text;
}
