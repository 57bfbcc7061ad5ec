/* See set_places.h; emb_images_cache is declared in embudo/data.h. */
#include "data/set_places.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/entry.h"
#include "base/memory.h"
#include "codec/file.h"
#include "data/images.h"

/* <the program's folder>/../share/embudo, so that an installed tree may be moved; NULL if the
 * system does not tell. */
static char *place_beside_program(void) {
#ifdef __linux__
    char program[4096];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length > 0 && (size_t)length < sizeof program - 1) {
        program[length] = '\0';
        char *slash = strrchr(program, '/');
        if (slash) *slash = '\0';
        return emb__path_join(program, "../share/embudo");
    }
#endif
    return NULL;
}

char *emb_images_cache(void) {
    EMB__ENTER;
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    if (cache && *cache == '/') return emb__path_join(cache, "embudo"); /* ignored if relative */
    if (home && *home == '/') return emb__path_join(home, ".cache/embudo");
    emb__fail(EMB_ERR_IO, "there is no cache folder: set XDG_CACHE_HOME or HOME to a folder's full "
                          "path");
    return NULL;
}

static void add(emb__set_places *places, const char *folder) {
    if (folder && *folder) places->folder[places->count++] = folder;
}

void emb__set_places_find(emb__set_places *places) {
    *places = (emb__set_places){.cache = emb_images_cache(), .beside = place_beside_program()};
    add(places, getenv("EMBUDO_DATA"));
    add(places, places->cache);
    add(places, places->beside);
#ifdef EMB_INSTALL_DATA_DIR
    add(places, EMB_INSTALL_DATA_DIR);
#endif
#ifdef EMB_DATA_DIR
    add(places, EMB_DATA_DIR);
#endif
}

void emb__set_places_free(emb__set_places *places) {
    emb__free(places->cache);
    emb__free(places->beside);
}
