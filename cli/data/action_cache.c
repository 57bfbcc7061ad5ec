/* `embudo data cache`: what is kept of folders of pictures, and removing it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <embudo.h>

#include "core/message.h"
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

static int list(void) {
    emb_cached_set *sets;
    size_t count;
    if (emb_picture_cache_list(&sets, &count) != EMB_OK) return cli_fail("%s", emb_error());
    for (size_t i = 0; i < count; i++) print_one(&sets[i]);
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
    if (*word == '\0') return list();
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
    .positionals = {{"clear", "", "remove all; without it, the cache is listed"}},
};
