/* emb_cancel's flag: whether long calls are to return early. */
#ifndef EMB_BASE_CANCEL_H
#define EMB_BASE_CANCEL_H

#include <stdbool.h>

#include "base/status.h"

/* Where members of a team wait for each other, only one may look at the flag; the others read what
 * it saw after a barrier. */
bool emb__cancelled(void);

/* EMB_ERR_CANCELLED with its text if the flag is set; else EMB_OK. */
emb_status emb__cancel_check(void);

#endif
