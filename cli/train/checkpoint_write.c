/* Writing checkpoints. See checkpoint_write.h; checkpoint_open.c opens them, and retry.c goes back
 * to them. */
#include "train/checkpoint_write.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/folders.h"
#include "core/message.h"
#include "core/progress.h"
#include "data/known_data.h"
#include "train/checkpoint_folder.h"
#include "train/model_file.h"

/* ---- options --------------------------------------------------------------------------------- */

int cli_checkpoint_options(cli_checkpoints *c, const cli_args *args) {
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

/* The options and the state of these that a checkpoint records. */
static char *print_options(const cli_checkpoints *c) {
    return cli_format("every_steps=%zu every_seconds=%a keep=%d retry=%d retries=%d astray=%d "
                      "diverged=%zu back=%zu due=%zu before=%zu",
                      c->every_steps, c->every_seconds, c->keep, c->retry, c->retries, c->astray,
                      c->diverged, c->back, c->due, c->before);
}

/* A number in its range; false if an older version wrote none. */
static bool recorded(const emb_net *net, const char *name, double most, double *value) {
    return cli_recorded_number(net, CLI_RUN_KEY, name, value) && *value >= 0 && *value <= most;
}

/* As many as there are, at least one, so that none is removed. */
static int count_kept(const char *run) {
    const int count = cli_checkpoint_count(run, CLI_MOST_KEPT);
    return count > 0 ? count : 1;
}

void cli_checkpoint_recorded(cli_checkpoints *c, const emb_net *net, const char *run,
                             const cli_args *args) {
    double every, seconds, keep, retry, retries, astray, diverged, back, due, before;
    if (!cli_arg(args, "checkpoint-every")->given && recorded(net, "every_steps", 1e12, &every) &&
        recorded(net, "every_seconds", 60e12, &seconds)) {
        c->every_steps = (size_t)every;
        c->every_seconds = seconds;
    }
    if (!cli_arg(args, "keep")->given) {
        const bool known = recorded(net, "keep", CLI_MOST_KEPT, &keep) && keep >= 1;
        c->keep = known ? (int)keep : count_kept(run);
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
    /* If the record is older than this value, no checkpoint is removed. */
    c->before = recorded(net, "before", (double)c->steps, &before) ? (size_t)before : c->steps;
}

/* ---- those of the folder --------------------------------------------------------------------- */

bool cli_checkpoint_abandon(const cli_checkpoints *c, const char *run) {
    return !c->any || cli_checkpoint_remove_between(run, (long long)c->steps, LLONG_MAX);
}

/* What may be written, and until when. */
typedef struct plan {
    const cli_checkpoints *checkpoints;
    long long steps, epoch, all; /* taken; of an epoch; of the whole training */
} plan;

/* Whether a checkpoint may be written after so many steps. */
static bool is_due_at(const void *data, long long steps) {
    const plan *p = data;
    const cli_checkpoints *c = p->checkpoints;
    if (steps <= p->steps || steps > p->all) return false;
    if (c->every_seconds > 0) return true;
    return steps % (c->every_steps > 0 ? (long long)c->every_steps : p->epoch) == 0;
}

bool cli_checkpoint_clear(const cli_checkpoints *c, const cli_training *t) {
    if (!c->wanted) return true;
    const long long epoch = (long long)emb_run_steps_per_epoch(t->subject.run);
    const plan p = {c, (long long)emb_run_steps(t->subject.run), epoch,
                    epoch * t->terms.options.epochs};
    char *name = cli_checkpoint_in_the_way(t->folder.path, is_due_at, &p);
    if (!name) return true;
    cli_fail("%s/checkpoints/%s: is a link or not a regular file; remove it", t->folder.path, name);
    free(name);
    return false;
}

/* ---- writing --------------------------------------------------------------------------------- */

/* Removes what the checkpoint just written makes superfluous: what another future left between it
 * and `to`; what a stop left between it and the one that was due before; and, if it was due itself,
 * the oldest. If something cannot be removed, the training does not fail. */
static void tidy(const cli_checkpoints *c, const char *run, long long to) {
    const long long steps = (long long)c->steps;
    cli_text why = {0}, *before = cli_fail_into(&why);
    if (cli_checkpoint_remove_between(run, steps, to) &&
        cli_checkpoint_remove_between(run, (long long)c->before, steps) && c->due == c->steps)
        cli_checkpoint_remove_old(run, c->keep, steps);
    cli_fail_into(before);
    cli_text_free(&why);
}

static emb_status save(const cli_checkpoints *c, const cli_training *t, size_t steps, char **why) {
    char *folder = cli_run_folder_file(&t->folder, "checkpoints");
    char *path = cli_checkpoint_path(t->folder.path, (long long)steps);
    char *options = cli_terms_print(&t->terms, t->subject.net), *taken = cli_format("%zu", steps);
    char *own = print_options(c), *full = cli_known_data_name(t->asked.dataset);
    char *set = cli_name_kept(full), *model = cli_name_kept(t->asked.model);
    char *run = cli_format("epochs=%d max_steps=%zu epochs_done=%d history=%zu best=%a %s",
                           t->terms.options.epochs, t->terms.max_steps, t->epochs_done,
                           t->folder.history.length, c->best, own);
    const emb_pair extra[] = {{CLI_OPTIONS_KEY, options}, {CLI_STEPS_KEY, taken},
                              {CLI_RUN_KEY, run},         {"embudo.set", set},
                              {"embudo.model", model},    {"embudo.recipe", t->asked.recipe}};
    emb_status status = EMB_ERR_IO; /* printed */
    if (cli_folder_make(folder)) {
        status = emb_run_save(t->subject.run, path, extra,
                              sizeof extra / sizeof *extra - (t->asked.recipe ? 0 : 1));
        if (status == EMB_ERR_DIVERGED) {
            *why = cli_told("a number is not finite after step %zu: %s", steps, emb_error());
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

emb_status cli_checkpoint_write(cli_checkpoints *c, const cli_training *t, bool due, char **why) {
    const size_t steps = emb_run_steps(t->subject.run), last_due = c->any ? c->due : steps;
    const size_t last_before = c->before;
    /* The last update may have spoilt the weights, and no loss shows it yet. */
    if (!cli_training_sound(t, why)) return EMB_ERR_DIVERGED;
    if (due || !c->retry || !c->any) c->due = steps;
    c->before = last_due;
    const emb_status status = save(c, t, steps, why);
    if (status != EMB_OK) {
        c->due = last_due;
        c->before = last_before;
        return status;
    }
    c->any = true;
    c->steps = steps;
    c->clock = cli_clock();
    tidy(c, t->folder.path, LLONG_MAX);
    return EMB_OK;
}

bool cli_checkpoint_rewrite(const cli_checkpoints *c, const cli_training *t) {
    char *why = NULL;
    const emb_status status = save(c, t, c->steps, &why);
    if (status == EMB_ERR_DIVERGED) cli_fail("%s", why);
    free(why);
    return status == EMB_OK;
}

/* Writes one unless there is one. */
static emb_status write_once(cli_checkpoints *c, const cli_training *t, bool due, char **why) {
    if (!c->wanted || (c->any && c->steps == emb_run_steps(t->subject.run))) return EMB_OK;
    return cli_checkpoint_write(c, t, due, why);
}

emb_status cli_checkpoint_stop(cli_checkpoints *c, const cli_training *t, char **why) {
    return write_once(c, t, false, why);
}

emb_status cli_checkpoint_start(cli_checkpoints *c, const cli_training *t, bool resumed,
                                char **why) {
    /* The checkpoints of another future stay: the training may still be resumed from one of
     * them. */
    if (resumed) tidy(c, t->folder.path, (long long)c->steps);
    /* Nor is there anything else then that the epochs belong to which a dead process had not kept.
     */
    const bool lost = resumed && t->folder.history_beyond &&
                      cli_checkpoint_before(t->folder.path, LLONG_MAX) == (long long)c->steps;
    if (lost && !cli_run_folder_history_back(&t->folder)) return EMB_ERR_IO;
    return c->retry ? write_once(c, t, true, why) : EMB_OK;
}

emb_status cli_checkpoint_step(cli_checkpoints *c, const cli_training *t, char **why) {
    const size_t steps = emb_run_steps(t->subject.run);
    if (!c->wanted || (c->every_steps == 0 && c->every_seconds == 0)) return EMB_OK;
    /* After an epoch's last step its end follows, which belongs to it. */
    if (emb_run_epoch_done(t->subject.run)) return EMB_OK;
    if (c->every_seconds > 0 && cli_clock() - c->clock < c->every_seconds) return EMB_OK;
    if (c->every_steps > 0 && steps % c->every_steps != 0) return EMB_OK;
    return write_once(c, t, true, why);
}

emb_status cli_checkpoint_epoch(cli_checkpoints *c, const cli_training *t, const emb_epoch *done,
                                char **why) {
    if (!c->wanted) return EMB_OK;
    if (done->validation_loss < c->best) {
        c->best = done->validation_loss;
        if (!cli_model_file_best(t)) return EMB_ERR_IO;
    }
    const bool by_epoch = c->every_steps == 0 && c->every_seconds == 0;
    const bool by_steps = c->every_steps > 0 && done->steps % c->every_steps == 0;
    const bool by_time = c->every_seconds > 0 && cli_clock() - c->clock >= c->every_seconds;
    return by_epoch || by_steps || by_time ? write_once(c, t, true, why) : EMB_OK;
}
