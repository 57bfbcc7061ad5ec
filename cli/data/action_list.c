/* `embudo data list`: the known data sets, and where they are. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <embudo.h>

#include "core/json.h"
#include "core/message.h"
#include "core/shared_help.h"
#include "data/data_actions.h"
#include "data/data_get.h"
#include "data/data_list.h"

/* The folder of a set, to be freed; NULL if it is not here. A known set is looked for where every
 * command would find it. */
static char *place_of(const cli_set *set) {
    if (cli_set_find(cli_sets, set->name) == set) {
        char *found = emb_images_folder(set->name, EMB_TRAIN);
        if (found) return found;
    }
    char *cache = emb_images_cache();
    char *folder = cache ? cli_format("%s/%s", cache, set->name) : NULL;
    free(cache);
    if (folder && cli_data_is_there(set, folder)) return folder;
    free(folder);
    return NULL;
}

/* In the reader's language; "" if nobody said. */
static const char *licence_of(const cli_set *set) { return *set->licence ? _(set->licence) : ""; }

static int widest(const cli_set *sets, bool licence) {
    int most = 0;
    for (; sets->name; sets++) {
        const int length = cli_columns(cli_shown(licence ? licence_of(sets) : sets->name));
        if (length > most) most = length;
    }
    return most;
}

static int list(const cli_set *sets) {
    const int names = widest(sets, false), licences = widest(sets, true);
    for (const cli_set *set = sets; set->name; set++) {
        char size[CLI_NUMBER_SIZE];
        char *place = place_of(set);
        cli_print("%-*s  %8s  %-*s  %s\n", names, cli_shown(set->name),
                  cli_size((size_t)cli_set_size(set), size), licences, cli_shown(licence_of(set)),
                  place ? cli_shown(place) : _("not here"));
        free(place);
    }
    return CLI_DONE;
}

/* --json. */
static int put(const cli_set *sets) {
    cli_json json = {0};
    cli_json_open(&json, NULL, '[');
    for (const cli_set *set = sets; set->name; set++) {
        char *place = place_of(set);
        cli_json_open(&json, NULL, '{');
        cli_json_string(&json, "name", set->name);
        cli_json_whole(&json, "bytes", (int64_t)cli_set_size(set));
        cli_json_string(&json, "licence", set->licence);
        cli_json_name(&json, "folder", place);
        cli_json_close(&json, '}');
        free(place);
    }
    cli_json_close(&json, ']');
    cli_json_put(&json);
    return CLI_DONE;
}

static int run_list(const cli_args *args) {
    const char *path = cli_arg(args, "list")->text;
    cli_set_list own = {0};
    const bool read = !path || cli_set_list_read(&own, path);
    int (*const answer)(const cli_set *) = cli_arg(args, "json")->given ? put : list;
    const int code = read ? answer(path ? own.sets : cli_sets) : CLI_FAILED;
    cli_set_list_free(&own);
    return code;
}

const cli_command cli_action_list = {
    .name = "data list",
    .summary = "list the known data sets",
    .run = run_list,
    .about = "Prints each set's name, size, licence and folder, as embudo data alone does.",
    .examples = {{"embudo data list --list school.txt", "the sets of your own list"}},
    .options = {CLI_JSON_OPTION, {"list", 0, CLI_TEXT, "FILE", NULL, 0, 0, 0, CLI_LIST_HELP}},
};
