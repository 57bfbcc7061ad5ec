/* See slow.h. */
#include "serve/slow.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

typedef struct place {
    bool taken, answers;
    int socket;
    time_t since;
} place;

struct cli_slow {
    pthread_mutex_t lock;
    int request_seconds, answer_seconds, next;
    place places[CLI_MOST_CONNECTIONS];
};

static time_t now(void) {
    struct timespec time = {0};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec;
}

cli_slow *cli_slow_new(int request_seconds, int answer_seconds) {
    cli_slow *slow = calloc(1, sizeof *slow);
    if (!slow) return NULL;
    slow->request_seconds = request_seconds;
    slow->answer_seconds = answer_seconds;
    if (pthread_mutex_init(&slow->lock, NULL) == 0) return slow;
    free(slow);
    return NULL;
}

void cli_slow_free(cli_slow *slow) {
    if (!slow) return;
    pthread_mutex_destroy(&slow->lock);
    free(slow);
}

int cli_slow_add(cli_slow *slow, int socket) {
    int found = -1;
    pthread_mutex_lock(&slow->lock);
    for (int i = 0; i < CLI_MOST_CONNECTIONS && found < 0; i++) {
        const int at = (slow->next + i) % CLI_MOST_CONNECTIONS;
        if (!slow->places[at].taken) found = at;
    }
    if (found >= 0) {
        slow->places[found] = (place){.taken = true, .socket = socket, .since = now()};
        slow->next = found + 1;
    }
    pthread_mutex_unlock(&slow->lock);
    return found;
}

void cli_slow_mark(cli_slow *slow, int at, bool answers) {
    if (at < 0) return;
    pthread_mutex_lock(&slow->lock);
    slow->places[at].answers = answers;
    slow->places[at].since = now();
    pthread_mutex_unlock(&slow->lock);
}

void cli_slow_remove(cli_slow *slow, int at) {
    if (at < 0) return;
    pthread_mutex_lock(&slow->lock);
    slow->places[at] = (place){0};
    pthread_mutex_unlock(&slow->lock);
}

void cli_slow_drop(cli_slow *slow) {
    const time_t time = now();
    pthread_mutex_lock(&slow->lock);
    for (int i = 0; i < CLI_MOST_CONNECTIONS; i++) {
        const place *p = &slow->places[i];
        if (!p->taken) continue;
        if (time - p->since > (p->answers ? slow->answer_seconds : slow->request_seconds)) {
            shutdown(p->socket, SHUT_RDWR);
        }
    }
    pthread_mutex_unlock(&slow->lock);
}
