/* More epochs than a run was planned with. See replan.h. */
#include "train/replan.h"

#include <string.h>

#include "core/message.h"
#include "data/learning.h"
#include "train/model_file.h"

/* Where the bits will not be those of a run that was planned so, says what happens instead. */
static void say_replanned(const cli_training *t, int epochs, double before) {
    if (cli_learning_spans(&t->terms.options)) {
        cli_note(
            "--schedule %s spans %d epochs from here on, instead of %d: the learning rate goes "
            "on at %.4g, where it would have been %.4g; a run planned with %d would have had other "
            "rates before",
            cli_schedule_name(t->terms.options.schedule), epochs, t->terms.options.epochs,
            emb_run_learning_rate(t->subject.run), before, epochs);
    }
}

/* Another limit of steps, 0 for none. It changes no bit of what has been trained. */
static bool take_limit(cli_training *t, const cli_args *args, bool *replanned) {
    if (strcmp(args->command->name, "train") != 0) return true; /* no other has a limit */
    const cli_value *limit = cli_arg(args, "max-steps");
    const size_t steps = emb_run_steps(t->subject.run), wanted = (size_t)limit->whole;
    if (!limit->given || wanted == t->terms.max_steps) return true;
    if (wanted > 0 && wanted < steps) {
        cli_fail("--max-steps %zu: this run has taken %zu steps; it can take more, but not fewer",
                 wanted, steps);
        return false;
    }
    t->terms.max_steps = wanted;
    return *replanned = true;
}

/* A run of that plan would have ended where this one did. */
static void say_stopped(const cli_training *t, int epochs) {
    cli_note(
        "it had stopped early, after epoch %d, and so would a run planned with %d epochs have: "
        "--patience %d counts again from here",
        t->epochs_done, epochs, t->terms.options.stop_patience);
}

/* More epochs give the same result as if they had been asked for at first, unless the learning rate
 * depends on their number, or the run has stopped early. */
static bool take_epochs(cli_training *t, const cli_args *args, bool *replanned) {
    const cli_value *epochs = cli_arg(args, "epochs");
    const int wanted = (int)epochs->whole;
    emb_run *run = t->subject.run;
    const bool stopped = emb_run_stopped(run);
    if (!epochs->given || (wanted == t->terms.options.epochs && !stopped)) return true;
    if (t->terms.max_steps > 0 && emb_run_steps(run) >= t->terms.max_steps) {
        cli_fail(
            "--epochs %d: this run ends at --max-steps %zu; give a larger --max-steps with it, "
            "or --max-steps 0 for no limit",
            wanted, t->terms.max_steps);
        return false;
    }
    if (wanted < t->epochs_done || (stopped && wanted == t->epochs_done)) {
        cli_fail("--epochs %d: this run has %d epochs; it can have more, but not fewer", wanted,
                 t->epochs_done);
        return false;
    }
    const double before = emb_run_learning_rate(run);
    if (emb_run_set_epochs(run, wanted) != EMB_OK) {
        cli_fail("%s", emb_error());
        return false;
    }
    if (stopped) say_stopped(t, wanted);
    if (wanted != t->terms.options.epochs) {
        say_replanned(t, wanted, before);
        t->respanned |= cli_learning_spans(&t->terms.options);
    }
    t->terms.options.epochs = wanted;
    return *replanned = true;
}

bool cli_replan_take(cli_training *t, const cli_args *args, bool *replanned) {
    *replanned = false;
    return take_limit(t, args, replanned) && take_epochs(t, args, replanned);
}

/* The checkpoint before all else: what follows it is done by any later resume, too. */
bool cli_replan_keep(const cli_checkpoints *c, const cli_training *t, bool replanned) {
    const bool good =
        !replanned || (cli_checkpoint_rewrite(c, t) && cli_checkpoint_abandon(c, t->folder.path) &&
                       cli_run_folder_history_back(&t->folder));
    if (good) cli_run_folder_renumber(&t->folder, t->terms.options.epochs);
    return good && cli_model_file_replan(t);
}
