/* `embudo data get`: downloads a data set. */
#include <embudo.h>

#include "core/message.h"
#include "data/data_actions.h"
#include "data/data_get.h"
#include "data/data_list.h"

static int get(const cli_args *args, const cli_set *sets) {
    const char *name = cli_arg(args, "NAME")->text, *mirror = cli_arg(args, "mirror")->text;
    const cli_get_options options = {.mirror = mirror,
                                     .mirror_alone = cli_arg(args, "only-mirror")->given,
                                     .timeout = (int)cli_arg(args, "timeout")->whole};
    const cli_set *set = cli_set_find(sets, name);
    if (set) return cli_data_get(set, &options);
    const char *nearest = cli_set_nearest(sets, name);
    return cli_usage("data get", "there is no data set '%s'%s%s%s", name,
                     nearest ? _("; did you mean '") : _("; embudo data lists them"),
                     nearest ? nearest : "", nearest ? "'?" : "");
}

static int run_get(const cli_args *args) {
    const char *path = cli_arg(args, "list")->text, *mirror = cli_arg(args, "mirror")->text;
    if (mirror && !cli_set_url_is_safe(mirror)) {
        return cli_usage("data get",
                         "--mirror: expected a URL that begins with http:// or https://, got '%s'",
                         mirror);
    }
    if (!mirror && cli_arg(args, "only-mirror")->given) {
        return cli_usage("data get", "--only-mirror needs --mirror URL");
    }
    cli_set_list own = {0};
    const bool read = !path || cli_set_list_read(&own, path);
    const int code = read ? get(args, path ? own.sets : cli_sets) : CLI_FAILED;
    cli_set_list_free(&own);
    return code;
}

const cli_command cli_action_get = {
    .name = "data get",
    .summary = "download a data set",
    .run = run_get,
    .about = "Downloads a set into $XDG_CACHE_HOME/embudo/NAME (without that variable "
             "~/.cache/embudo/NAME), where every command finds it by its name, and prints that "
             "folder's path. Each file gets its name only after its SHA-256 has been compared with "
             "the publisher's. An interrupted download continues where it stopped. The variables "
             "http_proxy, https_proxy and no_proxy are used; CURL_CA_BUNDLE names certificates to "
             "trust. A list of other sets has these lines: set NAME, licence TEXT, mirror URL, "
             "file NAME SIZE SHA256, archive NAME SIZE SHA256 (a ZIP or a tar, which is "
             "unpacked); a file is at its mirror's URL with /NAME; # begins a comment.",
    .examples = {{"embudo data get fashion-mnist", "31 MB; then: embudo train fashion-mnist"},
                 {"embudo data get kmnist --mirror http://files.school.example/kmnist",
                  "from a copy nearby, and if that fails from the publisher"},
                 {"embudo train \"$(embudo data get digits --list school.txt)\"",
                  "a set from your own list"}},
    .positionals = {{"NAME", NULL, "a set that embudo data lists, or one from --list"}},
    .options =
        {
            {"mirror", 0, CLI_TEXT, "URL", NULL, 0, 0, 0,
             "a folder of the set's files, tried before the known ones"},
            {"only-mirror", 0, CLI_FLAG, NULL, NULL, 0, 0, 0, "use only --mirror"},
            {"timeout", 0, CLI_INT, "SECONDS", "30", 1, 3600, 0,
             "time without a connection, or with less than 100 bytes a second, before the next "
             "mirror is tried"},
            {"list", 0, CLI_TEXT, "FILE", NULL, 0, 0, 0, CLI_LIST_HELP},
        },
};
