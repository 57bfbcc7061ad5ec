/* See slow.h. */
#include "serve/slow.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

struct cli_slow_place {
    bool taken, answers;
    int socket;
    time_t since;
};

struct cli_slow {
    pthread_mutex_t lock;
    pthread_t watcher;
    bool watched;
    atomic_bool over; /* the watcher is to end */
    int request_seconds, answer_seconds, next;
    cli_slow_place places[CLI_MOST_CONNECTIONS];
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
    atomic_store(&slow->over, true);
    if (slow->watched) pthread_join(slow->watcher, NULL);
    pthread_mutex_destroy(&slow->lock);
    free(slow);
}

cli_slow_place *cli_slow_add(cli_slow *slow, int socket) {
    cli_slow_place *found = NULL;
    pthread_mutex_lock(&slow->lock);
    for (int i = 0; i < CLI_MOST_CONNECTIONS && !found; i++) {
        cli_slow_place *place = &slow->places[(slow->next + i) % CLI_MOST_CONNECTIONS];
        if (!place->taken) found = place;
    }
    if (found) {
        *found = (cli_slow_place){.taken = true, .socket = socket, .since = now()};
        slow->next = (int)(found - slow->places) + 1;
    }
    pthread_mutex_unlock(&slow->lock);
    return found;
}

void cli_slow_mark(cli_slow *slow, cli_slow_place *place, bool answers) {
    if (!place) return;
    pthread_mutex_lock(&slow->lock);
    place->answers = answers;
    place->since = now();
    pthread_mutex_unlock(&slow->lock);
}

void cli_slow_remove(cli_slow *slow, cli_slow_place *place) {
    if (!place) return;
    pthread_mutex_lock(&slow->lock);
    *place = (cli_slow_place){0};
    pthread_mutex_unlock(&slow->lock);
}

void cli_slow_drop(cli_slow *slow) {
    const time_t time = now();
    pthread_mutex_lock(&slow->lock);
    for (int i = 0; i < CLI_MOST_CONNECTIONS; i++) {
        const cli_slow_place *p = &slow->places[i];
        if (!p->taken) continue;
        if (time - p->since > (p->answers ? slow->answer_seconds : slow->request_seconds)) {
            shutdown(p->socket, SHUT_RDWR);
        }
    }
    pthread_mutex_unlock(&slow->lock);
}

static void *watch(void *data) {
    cli_slow *slow = data;
    const struct timespec pause = {.tv_nsec = 200 * 1000000L};
    while (!atomic_load(&slow->over)) {
        cli_slow_drop(slow);
        nanosleep(&pause, NULL);
    }
    return NULL;
}

bool cli_slow_watch(cli_slow *slow) {
    slow->watched = pthread_create(&slow->watcher, NULL, watch, slow) == 0;
    return slow->watched;
}
