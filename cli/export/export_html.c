/* See export_html.h. */
#include "export/export_html.h"

#include <stdlib.h>
#include <string.h>

#include "core/folders.h"
#include "core/message.h"
#include "export/page_data.h"
#include "serve/page.h"

static cli_packed packed_of(const char *word) {
    return strcmp(word, "all") == 0    ? CLI_PACK_ALL
           : strcmp(word, "test") == 0 ? CLI_PACK_TEST
                                       : CLI_PACK_NONE;
}

static bool write_page(cli_explorer *explorer, const cli_args *args) {
    const char *path = cli_arg(args, "html")->text;
    cli_text page = {0};
    cli_text_bytes(&page, cli_page_single[0].bytes, cli_page_single[0].count);
    bool good = cli_page_data_add(explorer, packed_of(cli_arg(args, "images")->text), &page);
    cli_text_bytes(&page, cli_page_single[1].bytes, cli_page_single[1].count);
    if (good && emb_file_write(path, page.bytes, page.length) != EMB_OK) {
        cli_fail("%s", emb_error());
        good = false;
    }
    cli_text_free(&page);
    return good;
}

bool cli_export_html(const cli_args *args) {
    cli_explorer explorer;
    if (!cli_output_ready(cli_arg(args, "html")->text)) return false;
    const bool good = cli_explorer_open(&explorer, args) && write_page(&explorer, args);
    cli_explorer_close(&explorer);
    return good;
}
