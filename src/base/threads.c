/* See threads.h. OpenMP keeps the threads; the barrier is our own: a training step of 0.2 ms passes
 * some thirty barriers, so one must not cost a system call. */
#include "base/threads.h"

#include <omp.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "base/entry.h"
#include "base/processors.h"
#include "embudo.h"

enum {
    /* How often a thread looks at the counter before it offers the processor to others: some 20 us,
     * longer than the pieces of a layer differ, shorter than falling asleep and waking up take. */
    PATIENCE = 2000
};

struct emb__team {
    _Alignas(64) atomic_int arrived;
    _Alignas(64) atomic_uint round;
};

const emb__member emb__alone = {NULL, 0, 1};

int emb_default_threads(void) {
    const int processors = emb__processors();
    return processors > EMB_MAX_THREADS ? EMB_MAX_THREADS : processors;
}

int emb__threads_for(int asked, size_t pieces) {
    int threads = asked > 0 ? asked : emb_default_threads();
    if (threads > EMB_MAX_THREADS) threads = EMB_MAX_THREADS;
    if ((size_t)threads > pieces) threads = (int)pieces;
    return threads < 1 ? 1 : threads;
}

/* ---- fork ----
 *
 * A child has only the thread that forked, but still OpenMP's record of its pool: it would wait for
 * the pool's threads for ever. So the pool is given up before the fork, while its threads can still
 * be told to end; parent and child start a new one when they next need it. A pool that only the
 * host has used is given up, too: the thread that forks cannot tell which threads OpenMP has. */

static _Thread_local bool kept; /* the pool was not given up: a team's member forked */
static bool alone;              /* in the child of such a fork every thread works alone */

static void before_fork(void) {
    kept = omp_pause_resource(omp_pause_soft, omp_get_initial_device()) != 0;
}

static void after_fork(void) { alone = kept; }

__attribute__((constructor)) static void watch_forks(void) {
    pthread_atfork(before_fork, NULL, after_fork);
}

void emb__team_run(int threads, void (*work)(void *data, const emb__member *me), void *data) {
    if (threads <= 1 || alone) {
        work(data, &emb__alone);
        return;
    }
    emb__team team;
    atomic_init(&team.arrived, 0);
    atomic_init(&team.round, 0);
#pragma omp parallel num_threads(threads)
    {
        EMB__ENTER;
        const emb__member me = {&team, omp_get_thread_num(), omp_get_num_threads()};
        work(data, &me);
    }
}

/* Tells the processor that this is a waiting loop. */
static void pause_briefly(void) {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

void emb__team_wait(const emb__member *me) {
    if (me->count == 1) return;
    emb__team *team = me->team;
    const unsigned round = atomic_load_explicit(&team->round, memory_order_relaxed);
    if (atomic_fetch_add_explicit(&team->arrived, 1, memory_order_acq_rel) == me->count - 1) {
        atomic_store_explicit(&team->arrived, 0, memory_order_relaxed);
        atomic_store_explicit(&team->round, round + 1, memory_order_release);
        return;
    }
    int looks = 0;
    while (atomic_load_explicit(&team->round, memory_order_acquire) == round) {
        if (++looks < PATIENCE) {
            pause_briefly();
        } else {
            sched_yield(); /* the thread that is waited for may need this processor */
        }
    }
}

int emb__thread_number(void) { return omp_get_thread_num(); }

size_t emb__member_part(const emb__member *me, size_t count, size_t *from) {
    const size_t number = (size_t)me->number, members = (size_t)me->count;
    *from = count * number / members;
    return count * (number + 1) / members;
}
