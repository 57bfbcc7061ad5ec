/* What `embudo compare` says. */
#ifndef CLI_COMPARE_OUTPUT_H
#define CLI_COMPARE_OUTPUT_H

#include "compare/compare.h"
#include "core/json.h"

/* On standard output. */
void cli_compare_print(const cli_compare *compare);

/* The same as members of an object that is open. */
void cli_compare_json(const cli_compare *compare, cli_json *json);

/* compare.csv and, if the build can, compare.png in the folder, which exists. */
bool cli_compare_save(const cli_compare *compare, const char *folder);

#endif
