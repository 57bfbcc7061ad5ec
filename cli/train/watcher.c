/* See watcher.h. */
#include "train/watcher.h"

#include <stddef.h>

#include "core/message.h"

static const cli_watcher *known;

void cli_watcher_set(const cli_watcher *watcher) { known = watcher; }

const cli_watcher *cli_watcher_get(void) { return known; }

int cli_watcher_check(const cli_args *args) {
    static const char *const names[] = {"port", "host", "stay"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (cli_arg(args, names[i])->given && !cli_arg(args, "serve")->given) {
            return cli_usage(args->command->name, "--%s belongs to --serve: give both", names[i]);
        }
    }
    return CLI_DONE;
}
