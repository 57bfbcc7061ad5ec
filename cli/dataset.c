/* The data set of a run. See dataset.h. */
#include "dataset.h"

#include <stdlib.h>
#include <string.h>

#include "data_record.h"
#include "message.h"
#include "network.h"
#include "report_record.h"

/* The place of a positional whose name begins like this; -1. */
static int find(const cli_command *command, const char *name) {
    for (int i = 0; command->positionals[i].name; i++) {
        if (strncmp(command->positionals[i].name, name, strlen(name)) == 0) return i;
    }
    return -1;
}

/* To be freed; NULL where the run does not say. */
static char *recorded(const char *run) {
    char *path = cli_format("%s/run.json", run);
    cli_text why = {0}, *before = cli_fail_into(&why);
    json_t *record = NULL;
    const bool read = cli_record_read(&record, path);
    char *found = read && record ? cli_data_record_take(path, record, NULL) : NULL;
    cli_fail_into(before);
    cli_text_free(&why);
    json_decref(record);
    free(path);
    return found;
}

emb_images *cli_dataset_open(const char *where, emb_part part) {
    emb_images *images = emb_images_open(where, part);
    if (!cli_data_record_agrees(where, part, NULL, images)) {
        emb_images_free(images);
        return NULL;
    }
    cli_notes(emb_images_notes(images));
    if (part == EMB_TEST && emb_images_parts(where) == 1) {
        cli_note("%s has no test images of its own: %zu of its images are held out", where,
                 emb_images_count(images));
    }
    return images;
}

bool cli_dataset_fit(emb_images *images, const emb_net *net, const char *where) {
    if (emb_images_fit(images, net) != EMB_OK) {
        cli_fail("%s: %s", where, emb_error());
        return false;
    }
    cli_notes(emb_images_notes(images));
    return true;
}

bool cli_dataset_is_array(const char *where) {
    return cli_ends_with(where, ".npy") || cli_ends_with(where, ".npz");
}

void cli_dataset_default(cli_args *args) {
    const int run = find(args->command, "RUN"), set = find(args->command, "DATASET");
    if (args->wants_help || run < 0 || set < 0 || !args->positionals[run].given) return;
    if (args->positionals[set].given) return;
    if (!cli_is_folder(args->positionals[run].text)) return;
    args->dataset = recorded(args->positionals[run].text);
    if (!args->dataset) return;
    args->positionals[set].text = args->dataset;
    if (args->command->many) args->words[0] = args->dataset;
}
