/* Writing checkpoints. See checkpoint_folder.h; resume.c reads them, and retry.c goes back to them.
 */
#include "train/checkpoint_folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/folders.h"
#include "core/message.h"
#include "data/known_data.h"
#include "train/job.h"

/* ---- options --------------------------------------------------------------------------------- */

int cli_checkpoint_options(cli_training *t, const cli_args *args) {
    cli_checkpoints *c = &t->checkpoints;
    const char *every = cli_arg(args, "checkpoint-every")->text;
    char *end = NULL;
    c->wanted = true;
    c->keep = (int)cli_arg(args, "keep")->whole;
    c->retry = strcmp(cli_arg(args, "on-nan")->text, "retry") == 0;
    c->best = INFINITY;
    if (strcmp(every, "epoch") == 0) return CLI_DONE;
    const double number = strtod(every, &end);
    const bool minutes = end > every && strcmp(end, "m") == 0;
    if (end == every || !(number > 0) || number > 1e12 || (!minutes && *end) ||
        (!minutes && number != floor(number))) {
        return cli_usage(
            args->command->name,
            "--checkpoint-every: expected steps (500), minutes (10m) or epoch, got '%s'", every);
    }
    c->every_steps = minutes ? 0 : (size_t)number;
    c->every_seconds = minutes ? 60 * number : 0;
    return CLI_DONE;
}

/* What of these the training is told by, as they stand in a checkpoint. */
static char *print_options(const cli_checkpoints *c) {
    return cli_format("every_steps=%zu every_seconds=%a keep=%d retry=%d retries=%d astray=%d "
                      "diverged=%zu back=%zu due=%zu before=%zu",
                      c->every_steps, c->every_seconds, c->keep, c->retry, c->retries, c->astray,
                      c->diverged, c->back, c->due, c->before);
}

/* A number in its range; false where an older version wrote none. */
static bool recorded(const emb_net *net, const char *name, double most, double *value) {
    return cli_recorded_number(net, "embudo.run", name, value) && *value >= 0 && *value <= most;
}

/* Checkpoints of the run, at least one: to keep as many takes none away. */
static int count_kept(const char *run) {
    int count = 0;
    for (long long at = LLONG_MAX; count < CLI_MOST_KEPT; count++) {
        at = cli_checkpoint_before(run, at);
        if (at < 0) break;
    }
    return count > 0 ? count : 1;
}

void cli_checkpoint_recorded(cli_training *t, const emb_net *net, const cli_args *args) {
    cli_checkpoints *c = &t->checkpoints;
    double every, seconds, keep, retry, retries, astray, diverged, back, due, before;
    if (!cli_arg(args, "checkpoint-every")->given && recorded(net, "every_steps", 1e12, &every) &&
        recorded(net, "every_seconds", 60e12, &seconds)) {
        c->every_steps = (size_t)every;
        c->every_seconds = seconds;
    }
    if (!cli_arg(args, "keep")->given) {
        const bool known = recorded(net, "keep", CLI_MOST_KEPT, &keep) && keep >= 1;
        c->keep = known ? (int)keep : count_kept(t->folder.path);
    }
    if (!cli_arg(args, "on-nan")->given && recorded(net, "retry", 1, &retry)) c->retry = retry > 0;
    if (recorded(net, "retries", INT_MAX, &retries) && recorded(net, "astray", retries, &astray) &&
        recorded(net, "diverged", 1e12, &diverged) && recorded(net, "back", 1e12, &back)) {
        c->retries = (int)retries;
        c->astray = (int)astray;
        c->diverged = (size_t)diverged;
        c->back = (size_t)back;
    }
    c->due = recorded(net, "due", (double)c->steps, &due) ? (size_t)due : c->steps;
    /* A record of before it was in it takes no checkpoint away. */
    c->before = recorded(net, "before", (double)c->steps, &before) ? (size_t)before : c->steps;
}

/* ---- those of a folder ----------------------------------------------------------------------- */

/* The steps in the name of a checkpoint, -1 for any other name. */
static long long steps_of(const char *name) {
    const size_t digits = strspn(name, "0123456789");
    if (digits < CLI_CHECKPOINT_DIGITS || digits > 18 || strcmp(name + digits, ".safetensors") != 0)
        return -1;
    return strtoll(name, NULL, 10);
}

char *cli_checkpoint_path(const char *run, long long steps) {
    return cli_format("%s/checkpoints/%0*lld.safetensors", run, CLI_CHECKPOINT_DIGITS, steps);
}

/* A folder, or whatever else has a checkpoint's name, is none. */
static bool is_regular(DIR *dir, const char *name) {
    struct stat seen;
    return fstatat(dirfd(dir), name, &seen, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(seen.st_mode);
}

long long cli_checkpoint_before(const char *run, long long steps) {
    long long newest = -1;
    DIR *dir = cli_folder_list(run, "checkpoints");
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        const long long found = steps_of(entry->d_name);
        if (found < steps && found > newest && is_regular(dir, entry->d_name)) newest = found;
    }
    if (dir) closedir(dir);
    return newest;
}

static bool remove_one(const char *run, long long steps) {
    char *path = cli_checkpoint_path(run, steps);
    const bool gone = emb_file_remove(path) == EMB_OK;
    if (!gone) cli_fail("%s", emb_error());
    free(path);
    return gone;
}

/* Those after `from` and before `to`, the newest first: whatever ends the process, what is left is
 * one history. False with the error printed. */
static bool remove_between(const char *run, long long from, long long to) {
    for (long long at = to; (at = cli_checkpoint_before(run, at)) > from;) {
        if (!remove_one(run, at)) return false;
    }
    return true;
}

/* All before the newest `keep` of those up to `newest`. */
static bool remove_old(const char *run, int keep, long long newest) {
    long long at = newest + 1;
    for (int i = 0; i < keep && at >= 0; i++) at = cli_checkpoint_before(run, at);
    while (at >= 0 && (at = cli_checkpoint_before(run, at)) >= 0) {
        if (!remove_one(run, at)) return false;
    }
    return true;
}

bool cli_checkpoint_abandon(const cli_training *t) {
    const cli_checkpoints *c = &t->checkpoints;
    return !c->any || remove_between(t->folder.path, (long long)c->steps, LLONG_MAX);
}

/* Whether a checkpoint may be written after so many steps. */
static bool is_due_at(const cli_training *t, long long steps) {
    const cli_checkpoints *c = &t->checkpoints;
    const long long epoch = (long long)emb_run_steps_per_epoch(t->subject.run),
                    all = epoch * t->terms.options.epochs;
    if (steps <= (long long)emb_run_steps(t->subject.run) || steps > all) return false;
    if (c->every_seconds > 0) return true;
    return steps % (c->every_steps > 0 ? (long long)c->every_steps : epoch) == 0;
}

bool cli_checkpoint_clear(const cli_training *t) {
    bool clear = true;
    DIR *dir = t->checkpoints.wanted ? cli_folder_list(t->folder.path, "checkpoints") : NULL;
    for (struct dirent *entry; clear && dir && (entry = readdir(dir));) {
        const long long steps = steps_of(entry->d_name);
        clear = steps < 0 || is_regular(dir, entry->d_name) || !is_due_at(t, steps);
        if (clear) continue;
        cli_fail("%s/checkpoints/%s: is in the way, a link or no plain file; remove it",
                 t->folder.path, entry->d_name);
    }
    if (dir) closedir(dir);
    return clear;
}

/* ---- writing --------------------------------------------------------------------------------- */

/* What the last one that was written makes superfluous: what another future left between it and
 * `to`; what a stop left between it and the one that was due before; and, where it was due itself,
 * the oldest. What cannot be removed is no failure of the training. */
static void tidy(const cli_training *t, long long to) {
    const cli_checkpoints *c = &t->checkpoints;
    const char *run = t->folder.path;
    const long long steps = (long long)c->steps;
    cli_text why = {0}, *before = cli_fail_into(&why);
    if (remove_between(run, steps, to) && remove_between(run, (long long)c->before, steps) &&
        c->due == c->steps)
        remove_old(run, c->keep, steps);
    cli_fail_into(before);
    cli_text_free(&why);
}

static emb_status save(cli_training *t, size_t steps) {
    const cli_checkpoints *c = &t->checkpoints;
    char *folder = cli_run_folder_file(&t->folder, "checkpoints");
    char *path = cli_checkpoint_path(t->folder.path, (long long)steps);
    char *options = cli_terms_print(&t->terms, t->subject.net), *taken = cli_format("%zu", steps);
    char *own = print_options(c), *full = cli_data_record_name(t->dataset);
    char *set = cli_name_kept(full), *model = cli_name_kept(t->model);
    char *run = cli_format("epochs=%d max_steps=%zu epochs_done=%d history=%zu best=%a %s",
                           t->terms.options.epochs, t->terms.max_steps, t->epochs_done,
                           t->folder.history.length, c->best, own);
    const emb_pair extra[] = {{CLI_OPTIONS_KEY, options}, {CLI_STEPS_KEY, taken},
                              {"embudo.run", run},        {"embudo.set", set},
                              {"embudo.model", model},    {"embudo.recipe", t->recipe}};
    emb_status status = EMB_ERR_IO; /* printed */
    if (cli_folder_make(folder)) {
        status = emb_run_save(t->subject.run, path, extra, sizeof extra / sizeof *extra);
        if (status == EMB_ERR_DIVERGED) {
            cli_training_because(
                t, cli_format("a number is not finite after step %zu: %s", steps, emb_error()));
        } else if (status != EMB_OK) {
            cli_fail("%s", emb_error());
        }
    }
    free(run);
    free(own);
    free(full);
    free(set);
    free(model);
    free(taken);
    free(options);
    free(path);
    free(folder);
    return status;
}

emb_status cli_checkpoint_write(cli_training *t, bool due) {
    cli_checkpoints *c = &t->checkpoints;
    const size_t steps = emb_run_steps(t->subject.run), last_due = c->any ? c->due : steps;
    const size_t last_before = c->before;
    /* The last update may have spoilt the weights without a loss to show it yet. */
    if (!cli_training_sound(t)) return EMB_ERR_DIVERGED;
    if (due || !c->retry || !c->any) c->due = steps;
    c->before = last_due;
    const emb_status status = save(t, steps);
    if (status != EMB_OK) {
        c->due = last_due;
        c->before = last_before;
        return status;
    }
    c->any = true;
    c->steps = steps;
    c->clock = cli_clock();
    tidy(t, LLONG_MAX);
    return EMB_OK;
}

/* Unless there is one. */
static emb_status write_once(cli_training *t, bool due) {
    const cli_checkpoints *c = &t->checkpoints;
    if (!c->wanted || (c->any && c->steps == emb_run_steps(t->subject.run))) return EMB_OK;
    return cli_checkpoint_write(t, due);
}

emb_status cli_checkpoint_stop(cli_training *t) { return write_once(t, false); }

emb_status cli_checkpoint_start(cli_training *t) {
    /* Another future may still be what the training is asked to go on with. */
    if (t->resumed) tidy(t, (long long)t->checkpoints.steps);
    return t->checkpoints.retry ? write_once(t, true) : EMB_OK;
}

emb_status cli_checkpoint_step(cli_training *t) {
    const cli_checkpoints *c = &t->checkpoints;
    const size_t steps = emb_run_steps(t->subject.run);
    if (!c->wanted || (c->every_steps == 0 && c->every_seconds == 0)) return EMB_OK;
    /* An epoch's last step is followed by its end, which is part of it. */
    if (emb_run_epoch_done(t->subject.run)) return EMB_OK;
    if (c->every_seconds > 0 && cli_clock() - c->clock < c->every_seconds) return EMB_OK;
    if (c->every_steps > 0 && steps % c->every_steps != 0) return EMB_OK;
    return write_once(t, true);
}

emb_status cli_checkpoint_epoch(cli_training *t, const emb_epoch *done) {
    cli_checkpoints *c = &t->checkpoints;
    if (!c->wanted) return EMB_OK;
    if (done->validation_loss < c->best) {
        c->best = done->validation_loss;
        if (!cli_record_best(t)) return EMB_ERR_IO;
    }
    const bool by_epoch = c->every_steps == 0 && c->every_seconds == 0;
    const bool by_steps = c->every_steps > 0 && done->steps % c->every_steps == 0;
    const bool by_time = c->every_seconds > 0 && cli_clock() - c->clock >= c->every_seconds;
    return by_epoch || by_steps || by_time ? write_once(t, true) : EMB_OK;
}

void cli_checkpoint_close(cli_checkpoints *c) {
    free(c->model);
    free(c->dataset);
    free(c->recipe);
    *c = (cli_checkpoints){0};
}
