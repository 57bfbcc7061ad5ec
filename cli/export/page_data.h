/* What the explorer's page knows when no server answers it: JSON with packed arrays, which
 * web/local/store.js reads. */
#ifndef CLI_PAGE_DATA_H
#define CLI_PAGE_DATA_H

#include "serve/explorer.h"

/* Which images are packed besides their codes. */
typedef enum cli_packed { CLI_PACK_NONE, CLI_PACK_TEST, CLI_PACK_ALL } cli_packed;

/* Appends the JSON. False with the error printed. */
bool cli_page_data_add(cli_explorer *explorer, cli_packed images, cli_text *out);

#endif
