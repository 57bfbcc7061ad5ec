/* See cancel.h. */
#include "base/cancel.h"

#include <stdatomic.h>

static atomic_int wanted; /* lock-free, so a signal handler may set it */

_Static_assert(ATOMIC_INT_LOCK_FREE == 2, "a signal handler sets the flag");

void emb_cancel(bool cancel) { atomic_store_explicit(&wanted, cancel, memory_order_relaxed); }

bool emb__cancelled(void) { return atomic_load_explicit(&wanted, memory_order_relaxed) != 0; }

emb_status emb__cancel_check(void) {
    return emb__cancelled() ? emb__fail(EMB_ERR_CANCELLED, "was interrupted") : EMB_OK;
}
