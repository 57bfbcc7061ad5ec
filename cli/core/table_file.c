/* See table_file.h. */
#include "core/table_file.h"

#include <stdlib.h>

#include "core/message.h"

/* There may be no picture. */
static bool save(const char *folder, const char *name, cli_text *csv, const emb_picture *picture) {
    char *table = cli_format("%s/%s.csv", folder, name);
    char *drawn = cli_format("%s/%s.png", folder, name);
    emb_file_bytes files[] = {{table, csv->bytes, csv->length}, {.path = drawn}};
    if (picture) files[1].bytes = emb_picture_bytes(picture, &files[1].count);
    const bool good = emb_files_write(files, picture ? 2 : 1) == EMB_OK;
    if (!good) cli_fail("%s", emb_error());
    free(table);
    free(drawn);
    cli_text_free(csv);
    return good;
}

bool cli_table_save(const char *folder, const char *name, cli_text *csv, emb_picture *picture) {
    const emb_status status =
        picture ? EMB_OK : emb_picture_save(NULL, name); /* why there is none */
    if (status == EMB_ERR_MISSING) cli_note("no %s.png: %s", name, emb_error());
    if (status == EMB_OK || status == EMB_ERR_MISSING) {
        const bool good = save(folder, name, csv, picture);
        emb_picture_free(picture);
        return good;
    }
    cli_fail("%s", emb_error());
    cli_text_free(csv);
    return false;
}

bool cli_table_save_alone(const char *folder, const char *name, cli_text *csv) {
    return save(folder, name, csv, NULL);
}
