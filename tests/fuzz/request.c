/* Requests to the explorer, under libFuzzer: what stands behind libmicrohttpd, which has its own.
 *
 * The bytes are a request: a line "METHOD TARGET VERSION", lines "NAME: VALUE", an empty line, and
 * a body. The gate judges the head; the routes find the path and answer. Whatever comes, there is
 * one answer of a known status, and a failure is JSON that says so. */
#include "cli/serve/asked.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
    static cli_explorer explorer;
    if (!explorer.net) asked_open(&explorer);
    (void)asked(&explorer, bytes, count);
    return 0;
}
