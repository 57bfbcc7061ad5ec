/* See late.h. */
#include "core/late.h"

#include <dlfcn.h>
#include <string.h>

#include "core/message.h"

bool cli_late_load(const char *library, const char *const *names, void *pointers, size_t count) {
    char *to = pointers;
    void *last;
    memcpy(&last, to + (count - 1) * sizeof last, sizeof last);
    if (last) return true;
    void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    for (size_t i = 0; handle && i < count; i++) {
        void *found = dlsym(handle, names[i]);
        if (!found) break;
        memcpy(to + i * sizeof found, &found, sizeof found);
        if (i + 1 == count) return true;
    }
    const char *why = dlerror();
    cli_fail("this needs the library %s, which cannot be loaded: %s", library, why ? why : "?");
    return false;
}
