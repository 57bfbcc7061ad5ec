/* `--on-nan retry`: going back to a checkpoint with half the learning rate. See retry.h.
 *
 * The first time to the newest one. A checkpoint may be hopeless already: its weights are finite,
 * but no learning rate saves its training. Until one is written that is past where the loss
 * diverged, each further time goes twice as far back, by 1, 2, 4, ... checkpoints, to the oldest
 * there is.
 *
 * The checkpoint that it goes back to is first rewritten in place, with the halved rate and the
 * count of retries; only then are the later ones removed, the newest first. So a process that ends
 * anywhere in between leaves either the old state, which diverges and goes back once more, or the
 * new one. */
#include "train/retry.h"

#include <stdlib.h>

#include "core/message.h"
#include "train/checkpoint_folder.h"

/* In a whole run: by then the rate is a thousandth. */
enum { MOST_RETRIES = 10 };

/* The steps of the one to go back to; -1 if there is none. */
static long long choose(const cli_checkpoints *c, const char *run) {
    const long long newest = cli_checkpoint_before(run, (long long)c->due + 1);
    if (c->astray == 0) return newest;
    long long at = (long long)c->back, before;
    bool found = false;
    for (int left = 1 << (c->astray - 1); left > 0; left--, at = before, found = true) {
        before = cli_checkpoint_before(run, at);
        if (before < 0) break;
    }
    if (found) return at;
    /* There is no older one: takes the oldest. */
    for (at = newest; (before = cli_checkpoint_before(run, at)) >= 0;) at = before;
    return at;
}

/* Whether a network comes from a checkpoint of this run, and what the run had done by then. */
static bool is_known(const cli_training *t, const emb_net *net, double *epochs_done,
                     double *history) {
    return cli_recorded_number(net, CLI_RUN_KEY, "epochs_done", epochs_done) &&
           cli_recorded_number(net, CLI_RUN_KEY, "history", history) && *epochs_done >= 0 &&
           *epochs_done <= t->epochs_done && *history >= 0 &&
           *history <= (double)t->folder.history.length;
}

/* The run as it was in one of its checkpoints, and what it had done by then; or NULL. */
static emb_run *reopen(cli_training *t, const char *path, double *epochs_done, double *history) {
    emb_checkpoint *checkpoint = emb_checkpoint_open(path);
    emb_net *net = emb_checkpoint_net(checkpoint);
    const bool known = net && is_known(t, net, epochs_done, history);
    emb_run *run = known ? emb_checkpoint_run(checkpoint, t->subject.net, t->subject.images,
                                              t->terms.options.threads)
                         : NULL;
    if (!run) cli_note("%s", known || !net ? emb_error() : _("that checkpoint is not of this run"));
    emb_net_free(net);
    emb_checkpoint_free(checkpoint);
    return run;
}

/* Replaces the run by the one at `steps`. If that cannot be read, no other one will do, because the
 * choice decides the result. */
static bool go_back(cli_training *t, long long steps) {
    double epochs_done = 0, history = 0;
    char *path = cli_checkpoint_path(t->folder.path, steps);
    emb_run *again = reopen(t, path, &epochs_done, &history);
    free(path);
    if (!again) return false;
    emb_run_free(t->subject.run);
    t->subject.run = again;
    t->terms.options.learning_rate /= 2;
    emb_run_set_learning_rate(t->subject.run, t->terms.options.learning_rate);
    t->epochs_done = (int)epochs_done;
    t->folder.history.length = (size_t)history;
    return true;
}

emb_status cli_retry(cli_checkpoints *c, cli_training *t, char **why) {
    char lr[CLI_NUMBER_SIZE];
    const size_t diverged = emb_run_steps(t->subject.run);
    if (!c->retry || !c->any || c->retries >= MOST_RETRIES) return EMB_ERR_DIVERGED;
    if (c->due > c->diverged) c->astray = 0; /* the last retry helped, or there was none */
    cli_note("%s", *why);
    const long long steps = choose(c, t->folder.path);
    if (steps < 0 || !go_back(t, steps)) return EMB_ERR_DIVERGED;
    free(*why);
    *why = NULL;
    c->diverged = c->astray > 0 && c->diverged > diverged ? c->diverged : diverged;
    c->retries++;
    c->astray++;
    c->back = c->due = c->steps = emb_run_steps(t->subject.run);
    cli_shortest(t->terms.options.learning_rate, lr);
    cli_note("going back to step %zu, with learning rate %s", c->steps, cli_decimals(lr));
    const emb_status status = cli_checkpoint_write(c, t, true, why);
    if (status != EMB_OK) return status;
    const bool good =
        cli_checkpoint_abandon(c, t->folder.path) && cli_run_folder_history_back(&t->folder);
    return good ? EMB_OK : EMB_ERR_IO;
}
