/* Full paths and ways between them. See way.h. */
#include "core/way.h"

#include <stdlib.h>
#include <string.h>

#include "core/folders.h"
#include "core/strings.h"

bool cli_place_exists(const char *place) { return cli_is_folder(place) || cli_is_there(place); }

bool cli_is_here(const char *folder) {
    char *here = realpath(".", NULL);
    const bool same = here && strcmp(here, folder) == 0;
    free(here);
    return same;
}

/* The length of what two full paths have in common, in whole parts: that of "/a" for "/a/b" and
 * "/a/c". */
static size_t common_length(const char *a, const char *b) {
    size_t i = 0, whole = 0;
    while (a[i] && a[i] == b[i]) {
        if (a[i] == '/') whole = i;
        i++;
    }
    const bool ends = (!a[i] || a[i] == '/') && (!b[i] || b[i] == '/');
    return ends ? i : whole;
}

char *cli_way_from(const char *folder, const char *place) {
    char *from = realpath(folder, NULL), *to = from ? realpath(place, NULL) : NULL;
    cli_text way = {0};
    if (from && to) {
        const size_t common = common_length(from, to);
        const char *rest = to + common;
        for (const char *at = from + common; *at; at++) {
            const bool begins = *at == '/' ? at[1] != '\0' : at == from + common;
            if (begins) cli_text_add(&way, "%s..", way.length > 0 ? "/" : "");
        }
        while (*rest == '/') rest++;
        if (*rest) cli_text_add(&way, "%s%s", way.length > 0 ? "/" : "", rest);
        if (way.length == 0) cli_text_add(&way, ".");
    }
    free(from);
    free(to);
    return way.bytes;
}

char *cli_way_end(const char *folder, const char *way) {
    char *from = realpath(folder, NULL);
    if (!from || !way) {
        free(from);
        return NULL;
    }
    while (strncmp(way, "../", 3) == 0) {
        char *slash = strrchr(from, '/');
        if (slash) *slash = '\0';
        way += 3;
    }
    char *end = cli_format("%s/%s", from, way);
    free(from);
    return end;
}

char *cli_way_to(const char *folder, const char *way) {
    if (!way || !*way) return NULL;
    char *path = cli_format("%s/%s", folder, way), *full = realpath(path, NULL);
    free(path);
    return full;
}
