/* See spec.h. */
#include "net/spec.h"

#include <string.h>

#include "base/memory.h"

void emb__spec_clear(emb__spec *spec) {
    emb__free(spec->layers);
    memset(spec, 0, sizeof *spec);
}
