/* Being told to stop. See stop.h. */
#include "core/stop.h"

#include <signal.h>
#include <stddef.h>

#include <embudo.h>

static const int stopping[] = {SIGINT, SIGTERM, SIGHUP};
enum { STOPPING = sizeof stopping / sizeof stopping[0] };

static volatile sig_atomic_t received, held;

static void note(int number) {
    received = number;
    if (!held) emb_cancel(true); /* validation, the checkup and the like return at once */
    for (size_t i = 0; i < STOPPING; i++) signal(stopping[i], SIG_DFL);
}

void cli_stop_listen(void) {
    struct sigaction action = {.sa_handler = note, .sa_flags = SA_RESTART}, before;
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < STOPPING; i++) {
        /* nohup ignores SIGHUP, and that must stay so. SIGINT is ignored too if a script starts a
         * job in the background, but whoever sends it there by hand wants the run to stop. */
        if (stopping[i] == SIGHUP && sigaction(SIGHUP, NULL, &before) == 0 &&
            before.sa_handler == SIG_IGN) {
            continue;
        }
        sigaction(stopping[i], &action, NULL);
    }
}

void cli_stop_ask(void) {
    if (!received) note(SIGINT);
}

void cli_stop_again(void) {
    received = 0;
    emb_cancel(false);
    cli_stop_listen();
}

void cli_stop_heard(void) { emb_cancel(false); }

void cli_stop_hold(bool hold) {
    held = hold;
    if (received) emb_cancel(!hold);
}

void cli_stop_default(void) {
    struct sigaction now;
    for (size_t i = 0; i < STOPPING; i++) {
        if (sigaction(stopping[i], NULL, &now) == 0 && now.sa_handler == note) {
            signal(stopping[i], SIG_DFL);
        }
    }
}

bool cli_stop_listens(void) {
    struct sigaction now;
    return received || (sigaction(SIGINT, NULL, &now) == 0 && now.sa_handler == note);
}

int cli_stop_signal(void) { return (int)received; }
