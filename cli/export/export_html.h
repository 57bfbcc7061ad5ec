/* The explorer as one page. */
#ifndef CLI_EXPORT_HTML_H
#define CLI_EXPORT_HTML_H

#include <stdbool.h>

#include "core/options.h"

/* Writes what --html, --split and --images ask for. False with the error printed. */
bool cli_export_html(const cli_args *args);

#endif
