/* One training. See training_state.h. */
#include "train/training_state.h"

#include "core/told.h"

bool cli_training_sound(const cli_training *t, char **why) {
    if (emb_net_check(t->subject.net) == EMB_OK) return true;
    *why = cli_told("the loss is not a finite number after step %zu: %s",
                    emb_run_steps(t->subject.run), emb_error());
    return false;
}

void cli_training_free(cli_training *t) {
    cli_asked_free(&t->asked);
    cli_run_folder_free(&t->folder);
    cli_subject_release(&t->subject);
}
