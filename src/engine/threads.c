/* See threads.h. */
#include "engine/threads.h"

#include <omp.h>

#include "embudo.h"

enum { MOST = 256 };

int emb_default_threads(void) {
    const int processors = omp_get_num_procs();
    return processors < 1 ? 1 : processors > MOST ? MOST : processors;
}

int emb__threads_for(int asked, size_t pieces) {
    int threads = asked > 0 ? asked : emb_default_threads();
    if (threads > MOST) threads = MOST;
    if ((size_t)threads > pieces) threads = (int)pieces;
    return threads < 1 ? 1 : threads;
}

int emb__thread_number(void) { return omp_get_thread_num(); }
