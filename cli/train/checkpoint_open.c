/* See checkpoint_open.h. */
#include "train/checkpoint_open.h"

#include <limits.h>
#include <stdlib.h>

#include "core/message.h"
#include "train/checkpoint_folder.h"

void cli_checkpoint_close(cli_checkpoint_opened *o) {
    emb_checkpoint_free(o->checkpoint);
    emb_net_free(o->net);
    free(o->path);
    *o = (cli_checkpoint_opened){0};
}

bool cli_checkpoint_open(cli_checkpoint_opened *o, char *path) {
    *o = (cli_checkpoint_opened){.path = path, .checkpoint = emb_checkpoint_open(path)};
    o->net = emb_checkpoint_net(o->checkpoint);
    if (o->net) return true;
    cli_checkpoint_close(o);
    return false;
}

bool cli_checkpoint_open_newest(cli_checkpoint_opened *o, const char *run) {
    long long steps = cli_checkpoint_before(run, LLONG_MAX);
    for (bool first = true; steps >= 0; first = false) {
        if (cli_checkpoint_open(o, cli_checkpoint_path(run, steps))) {
            if (!first) cli_note("resuming from %s", o->path);
            return true;
        }
        steps = cli_checkpoint_before(run, steps);
        if (steps >= 0) {
            cli_note("%s", emb_error());
        } else {
            cli_fail("%s", emb_error());
            return false;
        }
    }
    return true;
}
