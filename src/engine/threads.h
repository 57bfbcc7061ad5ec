/* How work is spread over threads: by blocks, each thread with a workspace of its own. */
#ifndef EMB_ENGINE_THREADS_H
#define EMB_ENGINE_THREADS_H

#include <stddef.h>

/* `asked` (0: the default number), but no more than there are pieces of work; at least 1. */
int emb__threads_for(int asked, size_t pieces);

/* This thread's number within a parallel region, 0 outside. */
int emb__thread_number(void);

#endif
