/* What a training tells the explorer, and how it is held and stopped by it. On the training's own
 * thread: see scene.h for what the server's does. */
#include "serve/watch.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/message.h"
#include "core/network.h"
#include "core/open_file.h"
#include "core/progress.h"
#include "core/stop.h"
#include "core/terminal.h"
#include "data/history.h"
#include "serve/server.h"
#include "serve/shot.h"
#include "use/doctor_say.h"

static const double TEND = 0.25, SHARE = 0.01, SPARE = 0.5; /* seconds; of the time; seconds */

/* The one training of this process that is watched. */
static struct {
    const cli_args *args;
    cli_server *server;
    cli_explorer explorer;
    cli_scene scene;
    bool made, begun; /* the scene; the server */
    bool stopped;     /* by the page */
    int stride;       /* epochs from one shot to the next */
    double since, spent, tended;
} watch;

/* ---- before ---------------------------------------------------------------------------------- */

static bool listen_there(const cli_args *args) {
    watch.args = args;
    if (!cli_server_ready()) return false;
    watch.server =
        cli_server_listen(cli_arg(args, "host")->text, (int)cli_arg(args, "port")->whole, true);
    return watch.server;
}

/* The losses of the epochs before this. */
static void take_history(const cli_training *t) {
    const cli_text *text = &t->folder.history;
    cli_history history;
    cli_text why = {0}, *before = cli_fail_into(&why);
    if (t->epochs_done > 0 && text->length > 0 &&
        cli_history_take(&history, cli_format("%s", text->bytes), text->length, "history.csv")) {
        const double *train = cli_history_column(&history, "train_loss"),
                     *validation = cli_history_column(&history, "validation_loss");
        for (size_t i = 0; i < history.rows; i++) {
            cli_curve_add(&watch.scene.epochs, (double)(i + 1), train ? train[i] : NAN,
                          validation ? validation[i] : NAN);
        }
        cli_history_free(&history);
    }
    cli_fail_into(before);
    cli_text_free(&why);
}

static void take_shot(const cli_training *t) {
    const double began = cli_clock();
    if (cli_shot_take(&watch.scene, t)) watch.stride *= 2;
    watch.spent += cli_clock() - began;
}

static bool begin(const cli_training *t) {
    cli_scene *scene = &watch.scene;
    const emb_train_options *options = &t->terms.options;
    watch.made = cli_scene_make(scene);
    if (!watch.made) return cli_fail("the system gives no lock"), false;
    scene->threads = t->asked.threads;
    scene->data = cli_format("%s", t->asked.dataset);
    scene->run = cli_format("%s", t->folder.path);
    scene->place.epoch_steps = emb_run_steps_per_epoch(t->subject.run);
    scene->place.epochs = options->epochs;
    scene->place.step = emb_run_steps(t->subject.run);
    scene->place.steps = scene->place.epoch_steps * (size_t)options->epochs;
    if (t->terms.max_steps > 0 && t->terms.max_steps < scene->place.steps)
        scene->place.steps = t->terms.max_steps;
    scene->place.loss = NAN;
    watch.explorer = (cli_explorer){
        .name = scene->run, .threads = 1, .scene = scene, .split.dataset = scene->data};
    watch.stride = 1;
    watch.since = cli_clock();
    if (!cli_shot_begin(scene, &watch.explorer, t)) {
        cli_fail("%s", emb_error());
        return false;
    }
    cli_explorer_watch(&watch.explorer);
    take_history(t);
    take_shot(t);
    watch.spent = 0;
    watch.begun = cli_server_start(watch.server, &watch.explorer);
    if (!watch.begun) return false;
    cli_line_result(_("watch it at %s"), cli_server_address(watch.server));
    cli_open_address(watch.args, cli_server_address(watch.server));
    return true;
}

/* ---- while it runs --------------------------------------------------------------------------- */

static void tell_state(const char *state) {
    cli_scene_lock(&watch.scene);
    watch.scene.place.state = state;
    cli_scene_unlock(&watch.scene);
}

static void tell_doctor(void) {
    cli_scene *scene = &watch.scene;
    cli_scene_lock(scene);
    for (size_t i = 0; i < CLI_SCENE_DOCTOR && cli_doctor_line(i); i++) {
        if (!scene->doctor[i]) scene->doctor[i] = cli_format("%s", cli_doctor_line(i));
    }
    cli_scene_unlock(scene);
}

static cli_wish wish_now(void) {
    cli_scene_lock(&watch.scene);
    const cli_wish wish = watch.scene.place.wish;
    cli_scene_unlock(&watch.scene);
    return wish;
}

static void tend(void) {
    const double now = cli_clock();
    if (now - watch.tended < TEND) return;
    watch.tended = now;
    cli_server_tend(watch.server);
    tell_doctor();
}

/* Until the page wishes otherwise, or a signal comes. */
static double wait_paused(void) {
    const struct timespec nap = {.tv_nsec = 20 * 1000000L};
    const double began = cli_clock();
    tell_state("paused");
    cli_doing(N_("paused in the browser"));
    while (wish_now() == CLI_WISH_PAUSE && !cli_stop_signal()) {
        nanosleep(&nap, NULL);
        tend();
    }
    tell_state("running");
    const double waited = cli_clock() - began;
    watch.since += waited;
    return waited;
}

static double step(const cli_training *t, float loss) {
    double waited = 0;
    cli_scene *scene = &watch.scene;
    cli_scene_lock(scene);
    scene->place.step = emb_run_steps(t->subject.run);
    scene->place.loss = loss;
    cli_curve_add(&scene->losses, (double)scene->place.step, (double)loss, NAN);
    cli_wish wish = scene->place.wish;
    cli_scene_unlock(scene);
    tend();
    if (wish == CLI_WISH_PAUSE) {
        waited = wait_paused();
        wish = wish_now();
    }
    if (wish == CLI_WISH_STOP && !cli_stop_signal()) {
        watch.stopped = true;
        cli_stop_ask();
    }
    return waited;
}

/* All shots together take a hundredth of the time, and half a second that nobody notices. */
static bool is_due(int epoch) {
    return epoch % watch.stride == 0 && watch.spent < SPARE + SHARE * (cli_clock() - watch.since);
}

static void epoch(const cli_training *t, const emb_epoch *done) {
    cli_scene *scene = &watch.scene;
    cli_scene_lock(scene);
    cli_curve_add(&scene->epochs, t->epochs_done, done->mean_loss, done->validation_loss);
    cli_scene_unlock(scene);
    tell_doctor();
    if (is_due(t->epochs_done)) take_shot(t);
}

/* The last shot is of the network that is kept. */
static void end(const cli_training *t, const char *outcome) {
    const bool kept = strcmp(outcome, "failed") != 0 && strcmp(outcome, "diverged") != 0;
    if (kept) take_shot(t);
    tell_doctor();
    tell_state(outcome);
}

/* ---- afterwards ------------------------------------------------------------------------------ */

static void leave(const cli_args *args) {
    const bool signalled = cli_stop_signal() && !watch.stopped;
    const bool stays = cli_arg(args, "stay")->given || cli_terminal_is(stderr);
    if (watch.begun && !signalled && stays) {
        cli_stop_again();
        cli_note("the page stays until Ctrl-C");
        fflush(stdout);
        cli_server_wait(watch.server);
        cli_stop_again();
    }
    cli_server_stop(watch.server);
    if (!watch.made) return;
    cli_explorer_close(&watch.explorer);
    cli_scene_free(&watch.scene);
}

const cli_watcher cli_serve_watcher = {.listen = listen_there,
                                       .begin = begin,
                                       .step = step,
                                       .epoch = epoch,
                                       .end = end,
                                       .leave = leave};
