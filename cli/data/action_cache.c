/* `embudo data cache`: what is kept of folders of pictures, and removing it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <embudo.h>

#include "core/json.h"
#include "core/message.h"
#include "core/shared_help.h"
#include "core/suggest.h"
#include "data/data_actions.h"

static void print_one(const emb_cached_set *set) {
    char size[CLI_NUMBER_SIZE], day[32] = "", shape[64] = "", count[CLI_NUMBER_SIZE] = "";
    const time_t used = (time_t)set->used;
    struct tm local;
    if (localtime_r(&used, &local)) strftime(day, sizeof day, "%Y-%m-%d %H:%M", &local);
    if (set->folder) {
        cli_thousands(set->count, count);
        snprintf(shape, sizeof shape, _("images of %dx%dx%d"), set->shape[0], set->shape[1],
                 set->shape[2]);
    }
    cli_print("%s  %9s  %11s %-23s  %s\n", day, cli_size((size_t)set->bytes, size), count, shape,
              set->folder ? cli_shown(set->folder) : _("left over"));
}

/* A moment as run.json has it: UTC. */
static void add_time(cli_json *json, const char *key, time_t moment) {
    char text[32];
    struct tm utc;
    const bool known = gmtime_r(&moment, &utc);
    if (known) strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
    cli_json_string(json, key, known ? text : NULL);
}

static void put(const emb_cached_set *sets, size_t count) {
    cli_json json = {0};
    cli_json_open(&json, NULL, '[');
    for (size_t i = 0; i < count; i++) {
        cli_json_open(&json, NULL, '{');
        cli_json_name(&json, "folder", sets[i].folder);
        cli_json_whole(&json, "bytes", (int64_t)sets[i].bytes);
        cli_json_whole(&json, "images", sets[i].folder ? (int64_t)sets[i].count : 0);
        cli_json_open(&json, "shape", '[');
        for (int k = 0; k < 3 && sets[i].folder; k++) {
            cli_json_whole(&json, NULL, sets[i].shape[k]);
        }
        cli_json_close(&json, ']');
        add_time(&json, "used", (time_t)sets[i].used);
        cli_json_close(&json, '}');
    }
    cli_json_close(&json, ']');
    cli_json_put(&json);
}

static int list(bool in_json) {
    emb_cached_set *sets;
    size_t count;
    if (emb_picture_cache_list(&sets, &count) != EMB_OK) return cli_fail("%s", emb_error());
    if (in_json) put(sets, count);
    for (size_t i = 0; i < count && !in_json; i++) print_one(&sets[i]);
    if (count == 0) cli_note("the cache holds no pictures");
    emb_picture_cache_free(sets, count);
    return CLI_DONE;
}

static int clear(void) {
    size_t count;
    uint64_t bytes;
    char size[CLI_NUMBER_SIZE];
    const emb_status status = emb_picture_cache_clear(&count, &bytes);
    if (status != EMB_OK) return cli_fail("%s", emb_error());
    cli_line(cli_plural((unsigned long)count, "removed %zu file, %s", "removed %zu files, %s"),
             count, cli_size((size_t)bytes, size));
    return CLI_DONE;
}

static int run_cache(const cli_args *args) {
    const char *word = cli_arg(args, "clear")->text;
    if (*word == '\0') return list(cli_arg(args, "json")->given);
    if (strcmp(word, "clear") == 0) return clear();
    const char *const words[] = {"clear", NULL};
    const char *nearest = cli_nearest(word, words);
    return cli_usage("data cache", "expected clear, got '%s'%s", word,
                     nearest ? _("; did you mean 'clear'?") : "");
}

const cli_command cli_action_cache = {
    .name = "data cache",
    .summary = "list or remove what is kept of folders of pictures",
    .run = run_cache,
    .about = "A folder of pictures is decoded once, into $XDG_CACHE_HOME/embudo/pictures (without "
             "that variable ~/.cache/embudo/pictures). This lists, oldest first: when it was last "
             "used, its size, how many images of which size, and the folder. With clear all of it "
             "is removed, and what ended processes have left; downloaded data sets and files of "
             "others stay. What is removed is decoded again when it is needed.",
    .examples = {{"embudo data cache", "what is kept, and of which folders"},
                 {"embudo data cache clear", "remove it"}},
    .options = {CLI_JSON_OPTION},
    .positionals = {{"clear", "", "remove all; without it, the cache is listed"}},
};
