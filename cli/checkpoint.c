/* Writing checkpoints. See checkpoint.h; resume.c reads them. */
#include "checkpoint.h"

#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "message.h"
#include "training.h"

enum { NAME_DIGITS = 9 };

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

/* ---- old ones -------------------------------------------------------------------------------- */

/* The steps in the name of a checkpoint, -1 for any other name. */
static long long steps_of(const char *name) {
    const size_t digits = strspn(name, "0123456789");
    if (digits < NAME_DIGITS || digits > 18 || strcmp(name + digits, ".safetensors") != 0)
        return -1;
    return strtoll(name, NULL, 10);
}

/* Removes the oldest of those before `steps` until `keep` are left with it; those after it belong
 * to a run that was gone back on, and go too. */
static void remove_old(const char *folder, long long steps, int keep) {
    for (;;) {
        long long oldest = -1, later = -1;
        int count = 0;
        DIR *dir = opendir(folder);
        for (struct dirent *entry; dir && (entry = readdir(dir));) {
            const long long found = steps_of(entry->d_name);
            if (found < 0) continue;
            if (found > steps) later = found;
            count += found <= steps;
            if (found <= steps && (oldest < 0 || found < oldest)) oldest = found;
        }
        if (dir) closedir(dir);
        const long long victim = later >= 0 ? later : count > keep && oldest < steps ? oldest : -1;
        if (victim < 0) return;
        char *path = cli_format("%s/%0*lld.safetensors", folder, NAME_DIGITS, victim);
        const bool gone = unlink(path) == 0;
        free(path);
        if (!gone) return;
    }
}

/* ---- writing --------------------------------------------------------------------------------- */

bool cli_checkpoint_now(cli_training *t) {
    cli_checkpoints *c = &t->checkpoints;
    const size_t steps = emb_run_steps(t->run);
    if (!c->wanted || (c->any && c->steps == steps)) return true;
    char *folder = cli_run_folder_file(&t->folder, "checkpoints");
    char *path = cli_format("%s/%0*zu.safetensors", folder, NAME_DIGITS, steps);
    char *options = cli_record_options(t), *taken = cli_format("%zu", steps);
    char *run = cli_format("epochs=%d max_steps=%zu epochs_done=%d history=%zu best=%a", t->epochs,
                           t->max_steps, t->epochs_done, t->folder.history.length, c->best);
    const emb_pair extra[] = {{"embudo.options", options}, {"embudo.steps", taken},
                              {"embudo.run", run},         {"embudo.set", t->dataset},
                              {"embudo.model", t->model},  {"embudo.recipe", t->recipe}};
    bool good = cli_folder_make(folder);
    if (good && emb_run_save(t->run, path, extra, sizeof extra / sizeof *extra) != EMB_OK) {
        cli_fail("%s", emb_error());
        good = false;
    }
    if (good) {
        remove_old(folder, (long long)steps, c->keep);
        c->any = true;
        c->steps = steps;
        c->epochs_done = t->epochs_done;
        c->history_then = t->folder.history.length;
        c->clock = cli_clock();
    }
    free(run);
    free(taken);
    free(options);
    free(path);
    free(folder);
    return good;
}

bool cli_checkpoint_start(cli_training *t) {
    return t->checkpoints.retry ? cli_checkpoint_now(t) : true;
}

bool cli_checkpoint_retry(cli_training *t) {
    enum { MOST_RETRIES = 10 };
    cli_checkpoints *c = &t->checkpoints;
    char lr[CLI_NUMBER_SIZE];
    if (!c->retry || !c->any || c->retries == MOST_RETRIES) return false;
    cli_note("%s", emb_error());
    char *path =
        cli_format("%s/checkpoints/%0*zu.safetensors", t->folder.path, NAME_DIGITS, c->steps);
    emb_run *again = emb_run_resume(t->net, t->images, path, t->options.threads);
    if (again) {
        emb_run_free(t->run);
        t->run = again;
        t->options.learning_rate /= 2;
        emb_run_set_learning_rate(t->run, t->options.learning_rate);
        t->epochs_done = c->epochs_done;
        t->folder.history.length = c->history_then;
        t->saved = false;
        c->retries++;
        cli_note("going back to step %zu, with learning rate %s", c->steps,
                 cli_shortest(t->options.learning_rate, lr));
    }
    free(path);
    return again;
}

bool cli_checkpoint_step(cli_training *t) {
    cli_checkpoints *c = &t->checkpoints;
    const size_t steps = emb_run_steps(t->run);
    if (!c->wanted || (c->every_steps == 0 && c->every_seconds == 0)) return true;
    /* An epoch's last step is followed by its end, which is part of it. */
    if (emb_run_epoch_done(t->run)) return true;
    if (c->every_seconds > 0 && cli_clock() - c->clock < c->every_seconds) return true;
    if (c->every_steps > 0 && steps % c->every_steps != 0) return true;
    return cli_checkpoint_now(t);
}

bool cli_checkpoint_epoch(cli_training *t, const emb_epoch *done) {
    cli_checkpoints *c = &t->checkpoints;
    if (!c->wanted) return true;
    if (done->validation_loss < c->best) {
        c->best = done->validation_loss;
        if (!cli_record_best(t)) return false;
    }
    const bool by_epoch = c->every_steps == 0 && c->every_seconds == 0;
    const bool by_steps = c->every_steps > 0 && done->steps % c->every_steps == 0;
    const bool by_time = c->every_seconds > 0 && cli_clock() - c->clock >= c->every_seconds;
    return by_epoch || by_steps || by_time ? cli_checkpoint_now(t) : true;
}

void cli_checkpoint_close(cli_checkpoints *c) {
    free(c->model);
    free(c->dataset);
    free(c->recipe);
    *c = (cli_checkpoints){0};
}
