/* One training of `embudo compare`, which may be stopped and go on. See compare_train.h. */
#include "compare/compare_train.h"

#include <stdlib.h>

#include "core/message.h"
#include "core/progress.h"
#include "core/stop.h"

/* A network that learns, and what is known of its training. */
typedef struct work {
    cli_compare *compare;
    const cli_unit *unit;
    emb_run *run;
    cli_progress bar;
    int epochs, done;     /* in all; whole ones */
    double before, clock; /* seconds before this process, and when it began */
} work;

static double spent(const work *w) { return w->before + cli_clock() - w->clock; }

/* Which of the models it is, for the bar; to be freed. */
static char *title_of(const cli_compare *c, const cli_unit *unit) {
    const char *name = unit->contender ? _(unit->contender->title) : _("autoencoder");
    const unsigned long long seed = (unsigned long long)unit->seed;
    if (unit->latent > 0 && c->seed_count > 1) {
        return cli_told("%d of %d: %s, latent %d, seed %llu", c->at, c->models, name, unit->latent,
                        seed);
    }
    if (unit->latent > 0) {
        return cli_told("%d of %d: %s, latent %d", c->at, c->models, name, unit->latent);
    }
    if (c->seed_count > 1) {
        return cli_told("%d of %d: %s, seed %llu", c->at, c->models, name, seed);
    }
    return cli_told("%d of %d: %s", c->at, c->models, name);
}

/* One epoch, from where the run stands. EMB_ERR_CANCELLED: a signal came. */
static emb_status run_epoch(work *w) {
    emb_epoch done;
    float loss;
    emb_status status = EMB_OK;
    cli_progress_epoch(&w->bar, w->done + 1);
    /* An epoch that was stopped in its validation has its last step, but not its end. */
    const size_t steps = emb_run_steps_per_epoch(w->run) * (size_t)(w->done + 1);
    while (status == EMB_OK && emb_run_steps(w->run) < steps) {
        if (cli_stop_signal()) return EMB_ERR_CANCELLED;
        status = emb_run_step(w->run, &loss);
        cli_progress_step(&w->bar, emb_run_steps(w->run));
    }
    if (status == EMB_OK) status = emb_run_finish_epoch(w->run, &done);
    if (status == EMB_OK) w->done++;
    return status;
}

/* After a signal: the training as it is. */
static void keep_stopped(work *w) {
    cli_keep_stopped(w->compare);
    cli_fail_after_stop(true);
    cli_keep_step(w->compare, w->unit, w->run, w->done, spent(w));
    cli_fail_after_stop(false);
}

static bool run_epochs(work *w) {
    emb_status status = EMB_OK;
    while (status == EMB_OK && w->done < w->epochs) {
        status = run_epoch(w);
        if (status == EMB_OK && w->done < w->epochs && !cli_stop_signal() &&
            !cli_keep_step(w->compare, w->unit, w->run, w->done, spent(w))) {
            return false;
        }
    }
    cli_live_clear();
    if (cli_stop_signal()) {
        keep_stopped(w);
        return false;
    }
    if (status == EMB_OK) return true;
    cli_fail("%s", emb_error());
    return false;
}

bool cli_compare_train(cli_compare *c, const cli_unit *unit, emb_net *net, const emb_images *images,
                       const emb_train_options *options, int epochs, double *seconds) {
    work w = {.compare = c, .unit = unit, .epochs = epochs};
    w.run = cli_keep_run(c, unit, net, images, &w.done, &w.before);
    if (!w.run) w.run = emb_run_new(net, images, options);
    if (!w.run) {
        cli_fail("%s", emb_error());
        return false;
    }
    const size_t steps = emb_run_steps_per_epoch(w.run);
    char *title = title_of(c, unit);
    cli_progress_start(&w.bar, epochs, steps, steps * (size_t)epochs, options->batch_size);
    w.bar.what = title;
    w.clock = cli_clock();
    const bool good = run_epochs(&w);
    *seconds = spent(&w);
    free(title);
    emb_run_free(w.run);
    return good;
}
