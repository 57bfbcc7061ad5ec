/* Whether what takes long is to come back early: emb_cancel's flag. */
#ifndef EMB_BASE_CANCEL_H
#define EMB_BASE_CANCEL_H

#include <stdbool.h>

#include "base/status.h"

/* Members of a team that wait for each other must not each look for themselves: one does, and the
 * others read what it saw behind a barrier. */
bool emb__cancelled(void);

/* EMB_ERR_CANCELLED with its text, where that is so; else EMB_OK. */
emb_status emb__cancel_check(void);

#endif
