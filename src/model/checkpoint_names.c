/* See checkpoint_names.h. */
#include "model/checkpoint_names.h"

#include <string.h>

#include "train/optimisers/optimiser_table.h"

static bool begins(const char *name, const char *with) {
    return strncmp(name, with, strlen(with)) == 0;
}

bool emb__checkpoint_tensor(const char *name) {
    for (const emb__optimiser *const *o = emb__optimisers; *o; o++) {
        for (int i = 0; i < (*o)->array_count; i++) {
            if (begins(name, (*o)->arrays[i])) return true;
        }
    }
    return begins(name, EMB__CHECKPOINT_KEPT) || begins(name, EMB__CHECKPOINT_TRAINED);
}
