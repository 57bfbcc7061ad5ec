/* The machine's own limits: multiply-adds a second, and bytes between processor and memory.
 *
 * Every thread works piece by piece until the time is over; the figure is the work of all threads
 * divided by the time from the first one's start to the last one's end. */
#include "study/timing.h"

#include <math.h>
#include <omp.h>
#include <time.h>
#include <unistd.h>

#include "base/entry.h"
#include "base/memory.h"
#include "base/threads.h"
#include "kernels/kernels.h"

double emb__bench_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

emb_status emb__bench_check_seconds(double seconds) {
    if (seconds > 0 && isfinite(seconds)) return EMB_OK;
    return emb__fail(EMB_ERR_ARGUMENT, "seconds: expected a number above 0, got %g", seconds);
}

/* ---- threads at once ---- */

/* One thread's share: how much it did, and when. */
typedef struct share {
    double from, to, work;
} share;

typedef struct job job;
struct job {
    /* Called by each thread before the clock runs; may be NULL. */
    void (*prepare)(job *j, int thread);
    /* One piece of a thread's work, of some 10 to 100 microseconds; returns how much it was. */
    double (*piece)(job *j, int thread, size_t number);
    int threads;
    const emb__kernels *kernels; /* for the peak */
    float *a, *b, *c;            /* for the bandwidth: */
    size_t pieces;               /* each thread's part of them */
};

static void work_share(job *j, int thread, double seconds, share *s) {
    size_t number = 0;
    s->from = s->to = emb__bench_now();
    s->work = 0;
    while (s->to - s->from < seconds) {
        s->work += j->piece(j, thread, number++);
        s->to = emb__bench_now();
    }
}

/* *rate = work per second of all threads together. */
static emb_status run_job(job *j, double seconds, double *rate) {
    share *shares = emb__calloc((size_t)j->threads, sizeof *shares);
    if (!shares) return EMB_ERR_MEMORY;
    int given = 1;
#pragma omp parallel num_threads(j->threads) if (j->threads > 1)
    {
        EMB__ENTER;
        const int thread = emb__thread_number();
        if (thread == 0) given = omp_get_num_threads();
        if (j->prepare) j->prepare(j, thread);
#pragma omp barrier
        work_share(j, thread, seconds, &shares[thread]);
    }
    double from = shares[0].from, to = shares[0].to, work = 0;
    for (int i = 0; i < given; i++) {
        from = fmin(from, shares[i].from);
        to = fmax(to, shares[i].to);
        work += shares[i].work;
    }
    emb__free(shares);
    if (given < j->threads) {
        return emb__fail(EMB_ERR_ARGUMENT, "threads: the system gives %d, expected %d", given,
                         j->threads);
    }
    *rate = work / (to - from);
    return EMB_OK;
}

static emb_status check_threads(int threads) {
    if (threads >= 0 && threads <= EMB_MAX_THREADS) return EMB_OK;
    return emb__fail(EMB_ERR_ARGUMENT, "threads: expected 0 to %d, got %d", EMB_MAX_THREADS,
                     threads);
}

static emb_status check(int threads, double seconds) {
    emb_status status = check_threads(threads);
    return status == EMB_OK ? emb__bench_check_seconds(seconds) : status;
}

/* ---- multiply-adds ---- */

static double peak_piece(job *j, int thread, size_t number) {
    (void)thread;
    (void)number;
    enum { ROUNDS = 32 };
    /* 0.5 x + 0.5 stays near 1: neither infinite nor subnormal. */
    _Alignas(EMB__ALIGNMENT) float kept[EMB__LANES] = {0.5f, 0.5f};
    return j->kernels->peak(ROUNDS, kept);
}

emb_status emb_machine_peak(int threads, double seconds, double *gflops) {
    EMB__ENTER;
    emb_status status = check(threads, seconds);
    if (status != EMB_OK) return status;
    job j = {.piece = peak_piece,
             .threads = emb__threads_for(threads, SIZE_MAX),
             .kernels = emb__kernels_choose()};
    if (!j.kernels) return emb__last_status();
    status = run_job(&j, seconds, gflops);
    *gflops *= 1e-9;
    return status;
}

/* ---- bytes ---- */

enum { PIECE = 1 << 14 }; /* numbers: 192 KiB read and written, some 10 microseconds */

/* Numbers in each of the three arrays: together six times the last cache. */
static size_t array_count(void) {
    const size_t least = (size_t)64 << 20, most = (size_t)256 << 20;
    size_t bytes = least;
#if defined(_SC_LEVEL3_CACHE_SIZE)
    const long cache = sysconf(_SC_LEVEL3_CACHE_SIZE);
    if (cache > 0 && 2 * (size_t)cache > bytes) bytes = 2 * (size_t)cache;
#endif
    return (bytes < most ? bytes : most) / sizeof(float);
}

/* Each thread touches its part first, so that the system places that memory near it. */
static void bandwidth_prepare(job *j, int thread) {
    const size_t from = (size_t)thread * j->pieces * PIECE, to = from + j->pieces * PIECE;
    for (size_t i = from; i < to; i++) {
        j->a[i] = 0;
        j->b[i] = 1;
        j->c[i] = 2;
    }
}

static double bandwidth_piece(job *j, int thread, size_t number) {
    const size_t from = ((size_t)thread * j->pieces + number % j->pieces) * PIECE;
    float *restrict a = j->a + from;
    const float *restrict b = j->b + from, *restrict c = j->c + from;
    for (size_t i = 0; i < PIECE; i++) a[i] = b[i] + 0.5f * c[i];
    return 3.0 * PIECE * sizeof(float);
}

emb_status emb_machine_bandwidth(int threads, double seconds, double *gbytes) {
    EMB__ENTER;
    emb_status status = check(threads, seconds);
    if (status != EMB_OK) return status;
    job j = {.prepare = bandwidth_prepare,
             .piece = bandwidth_piece,
             .threads = emb__threads_for(threads, SIZE_MAX)};
    const size_t count = array_count();
    j.pieces = count / PIECE / (size_t)j.threads;
    j.a = emb__alloc(count * sizeof *j.a);
    j.b = emb__alloc(count * sizeof *j.b);
    j.c = emb__alloc(count * sizeof *j.c);
    status = j.a && j.b && j.c ? run_job(&j, seconds, gbytes) : EMB_ERR_MEMORY;
    *gbytes *= 1e-9;
    emb__free(j.a);
    emb__free(j.b);
    emb__free(j.c);
    return status;
}
