/* `embudo data`: lists the known data sets, and downloads one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <embudo.h>

#include "core/message.h"
#include "core/options.h"
#include "data/data_get.h"
#include "data/data_list.h"
#include "data/data_sets.h"

/* The folder of a set, to be freed; NULL if it is not here. A known set is looked for where every
 * command would find it. */
static char *place_of(const cli_set *set) {
    if (cli_set_find(cli_sets, set->name) == set) return emb_images_folder(set->name, EMB_TRAIN);
    char *cache = emb_images_cache();
    char *folder = cache ? cli_format("%s/%s", cache, set->name) : NULL;
    free(cache);
    if (folder && cli_data_is_there(set, folder)) return folder;
    free(folder);
    return NULL;
}

static int widest(const cli_set *sets, bool licence) {
    int most = 0;
    for (; sets->name; sets++) {
        const int length = (int)strlen(licence ? sets->licence : sets->name);
        if (length > most) most = length;
    }
    return most;
}

static int list(const cli_set *sets) {
    const int names = widest(sets, false), licences = widest(sets, true);
    for (const cli_set *set = sets; set->name; set++) {
        char size[CLI_NUMBER_SIZE];
        char *place = place_of(set);
        printf("%-*s  %8s  %-*s  %s\n", names, cli_shown(set->name),
               cli_size((size_t)cli_set_size(set), size), licences, cli_shown(set->licence),
               place ? cli_shown(place) : "not here");
        free(place);
    }
    return CLI_DONE;
}

static int get(const cli_args *args, const cli_set *sets) {
    const char *name = cli_arg(args, "NAME")->text, *mirror = cli_arg(args, "mirror")->text;
    const cli_get_options options = {.mirror = mirror,
                                     .mirror_alone = cli_arg(args, "only-mirror")->given,
                                     .timeout = (int)cli_arg(args, "timeout")->whole};
    const cli_set *set = cli_set_find(sets, name);
    if (set) return cli_data_get(set, &options);
    const char *nearest = cli_set_nearest(sets, name);
    return cli_usage("data", "there is no data set '%s'%s%s%s", name,
                     nearest ? "; did you mean '" : "; embudo data lists them",
                     nearest ? nearest : "", nearest ? "'?" : "");
}

static int check(const cli_args *args) {
    const char *action = cli_arg(args, "ACTION")->text, *mirror = cli_arg(args, "mirror")->text;
    const bool named = cli_arg(args, "NAME")->given, gets = strcmp(action, "get") == 0;
    if (!gets && strcmp(action, "list") != 0) {
        const char *const actions[] = {"get", "list", NULL};
        const char *nearest = cli_nearest(action, actions);
        return cli_usage("data", "expected get or list, got '%s'%s%s%s", action,
                         nearest ? "; did you mean '" : "", nearest ? nearest : "",
                         nearest ? "'?" : "");
    }
    if (gets && !named) {
        return cli_usage("data", "NAME is missing: embudo data get NAME; embudo data lists them");
    }
    if (!gets && named) {
        return cli_usage("data", "unexpected argument '%s'", cli_arg(args, "NAME")->text);
    }
    if (mirror && !cli_set_url_is_safe(mirror)) {
        return cli_usage("data",
                         "--mirror: expected a URL that begins with http:// or https://, "
                         "got '%s'",
                         mirror);
    }
    if (!mirror && cli_arg(args, "only-mirror")->given) {
        return cli_usage("data", "--only-mirror needs --mirror URL");
    }
    return CLI_DONE;
}

static int run_data(const cli_args *args) {
    const char *path = cli_arg(args, "list")->text;
    int code = check(args);
    if (code != CLI_DONE) return code;
    cli_set_list own = {0};
    if (path && !cli_set_list_read(&own, path)) {
        cli_set_list_free(&own);
        return CLI_FAILED;
    }
    const cli_set *sets = path ? own.sets : cli_sets;
    code = strcmp(cli_arg(args, "ACTION")->text, "get") == 0 ? get(args, sets) : list(sets);
    cli_set_list_free(&own);
    return code;
}

const cli_command cli_command_data = {
    .name = "data",
    .summary = "list the known data sets, or download one",
    .run = run_data,
    .about = "Without arguments prints each set's name, size, licence and folder. `get` downloads "
             "one into $XDG_CACHE_HOME/embudo/NAME (without that variable ~/.cache/embudo/NAME), "
             "where every command finds it by its name, and prints that folder's path. Each file "
             "gets its name only after its SHA-256 has been compared with the publisher's. An "
             "interrupted download continues where it stopped. The variables http_proxy, "
             "https_proxy and no_proxy are used; CURL_CA_BUNDLE names certificates to trust. A "
             "list of other sets has these lines: set NAME, licence TEXT, mirror URL, file NAME "
             "SIZE SHA256; a file is at its mirror's URL with /NAME; # begins a comment.",
    .examples = {{"embudo data get fashion-mnist", "31 MB; then: embudo train fashion-mnist"},
                 {"embudo data get kmnist --mirror http://files.school.example/kmnist",
                  "from a copy nearby, and if that fails from the publisher"},
                 {"embudo train \"$(embudo data get digits --list school.txt)\"",
                  "a set from your own list"}},
    .positionals = {{"ACTION", "list", "list, or get"},
                    {"NAME", "", "for get: mnist, fashion-mnist, kmnist, or a set from --list"}},
    .options =
        {
            {"mirror", 0, CLI_TEXT, "URL", NULL, 0, 0, 0,
             "a folder of the set's files, tried before the known ones"},
            {"only-mirror", 0, CLI_FLAG, NULL, NULL, 0, 0, 0, "use only --mirror"},
            {"timeout", 0, CLI_INT, "SECONDS", "30", 1, 3600, 0,
             "time without a connection, or with less than 100 bytes a second, before the next "
             "mirror is tried"},
            {"list", 0, CLI_TEXT, "FILE", NULL, 0, 0, 0,
             "a list of sets to use instead of the known ones"},
        },
};
