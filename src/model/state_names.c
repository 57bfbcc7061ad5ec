/* See state_names.h. */
#include "model/state_names.h"

#include <string.h>

#include "model/checkpoint_names.h"

enum {
    MOST_PREFIXES = 32, /* that are tried, each with ... */
    MOST_TRIES = 8      /* ... so many of the network's names, unless all are there */
};

void emb__names_full(const emb__names *names, const char *name, emb__text *full) {
    full->length = 0;
    emb__text_bytes(full, names->prefix, names->length);
    emb__text_add(full, "%s", name + names->part);
}

/* ---- names with wrappers in them ------------------------------------------------------------- */

/* What comes after the wrappers at the beginning of a component. */
static const char *unwrap(const char *name) {
    static const char *const wrappers[] = {"module.", "_orig_mod."};
    for (size_t i = 0; i < sizeof wrappers / sizeof *wrappers; i++) {
        const size_t length = strlen(wrappers[i]);
        if (strncmp(name, wrappers[i], length) != 0) continue;
        name += length;
        i = (size_t)-1; /* once more from the first */
    }
    return name;
}

/* Whether a file's name without its wrappers is `prefix` and then `name`. */
static bool is_wrapped(const char *stored, const char *prefix, size_t length, const char *name) {
    stored = unwrap(stored);
    for (size_t i = 0; i < length || name[i - length]; i++) {
        const char expected = i < length ? prefix[i] : name[i - length];
        if (*stored++ != expected) return false;
        if (expected == '.') stored = unwrap(stored);
    }
    return !*stored;
}

static bool is_same(const emb__names *names, const char *stored, const char *name) {
    if (names->wrapped) return is_wrapped(stored, names->prefix, names->length, name + names->part);
    return strncmp(stored, names->prefix, names->length) == 0 &&
           strcmp(stored + names->length, name + names->part) == 0;
}

bool emb__names_counts(const emb__stored *tensor) {
    static const char *const counters[] = {"n_averaged", "num_batches_tracked"};
    const char *dot = strrchr(tensor->name, '.'), *last = dot ? dot + 1 : tensor->name;
    if (tensor->count != 1 || (tensor->dtype != EMB__I64 && tensor->dtype != EMB__I32))
        return false;
    for (size_t i = 0; i < sizeof counters / sizeof *counters; i++) {
        if (strcmp(last, counters[i]) == 0) return true;
    }
    return false;
}

/* ---- finding --------------------------------------------------------------------------------- */

static const emb__stored *find_wrapped(const emb__safetensors *file, const emb__names *names,
                                       const char *name, const char **kept) {
    for (size_t i = 0; i < file->tensor_count; i++) {
        if (is_same(names, file->tensors[i].name, name)) return &file->tensors[i];
    }
    for (size_t i = 0; i < file->pair_count; i++) {
        if (!is_same(names, file->pairs[i].key, name)) continue;
        *kept = file->pairs[i].value;
        return emb__safetensors_find(file, *kept);
    }
    return NULL;
}

const emb__stored *emb__names_find(const emb__safetensors *file, const emb__names *names,
                                   const char *name, const char **kept) {
    const char *own = NULL, **out = kept ? kept : &own;
    emb__text full = {0};
    *out = NULL;
    if (names->wrapped) return find_wrapped(file, names, name, out);
    emb__names_full(names, name, &full);
    const emb__stored *stored = full.failed ? NULL : emb__safetensors_find(file, full.bytes);
    if (!stored && !full.failed) *out = emb__safetensors_value(file, full.bytes);
    emb__free(full.bytes);
    return *out ? emb__safetensors_find(file, *out) : stored;
}

/* Whether the file keeps this tensor for another of the network's names. */
static bool is_kept_for(const emb__safetensors *file, const emb__names *names, const emb_net *net,
                        const char *name) {
    for (size_t i = 0; i < file->pair_count; i++) {
        if (strcmp(file->pairs[i].value, name) != 0) continue;
        for (int k = 0; k < net->tensor_count + net->alias_count; k++) {
            if (is_same(names, file->pairs[i].key, net->tensors[k].name)) return true;
        }
    }
    return false;
}

bool emb__names_of_net(const emb__safetensors *file, const emb__names *names, const emb_net *net,
                       const char *name) {
    if (names->length == 0 && names->part == 0 && !names->wrapped) {
        if (emb__net_tensor_find(net, name)) return true;
    } else {
        for (int k = 0; k < net->tensor_count + net->alias_count; k++) {
            if (is_same(names, name, net->tensors[k].name)) {
                /* Of two that differ only in wrappers, one is too many. */
                const emb__stored *first = emb__names_find(file, names, net->tensors[k].name, NULL);
                return first && strcmp(first->name, name) == 0;
            }
        }
    }
    return is_kept_for(file, names, net, name);
}

/* ---- choosing -------------------------------------------------------------------------------- */

/* How many of the network's first names are there; all of them must be, if the first ones are, for
 * the most. */
static int count_names(const emb__safetensors *file, const emb__names *names, const emb_net *net) {
    int found = 0, tried = 0;
    while (tried < net->tensor_count && (tried < MOST_TRIES || found == tried)) {
        found += emb__names_find(file, names, net->tensors[tried++].name, NULL) != NULL;
    }
    return found;
}

/* Writes the beginning that all of the file's names share, up to a dot, into `prefix`; returns its
 * length. */
static size_t common_prefix(const emb__safetensors *file, bool wrapped, char *prefix) {
    size_t length = 0, at = 0;
    while (at < file->tensor_count && emb__names_counts(&file->tensors[at])) at++;
    const char *first = at < file->tensor_count ? file->tensors[at].name : "";
    if (wrapped) first = unwrap(first);
    while (*first && length < EMB__PREFIX_ROOM - 1) {
        const bool dot = *first == '.';
        prefix[length++] = *first++;
        if (wrapped && dot) first = unwrap(first);
    }
    prefix[length] = '\0';
    for (size_t i = at + 1; i < file->tensor_count; i++) {
        if (emb__names_counts(&file->tensors[i])) continue;
        const char *name = wrapped ? unwrap(file->tensors[i].name) : file->tensors[i].name;
        size_t same = 0;
        while (same < length && *name == prefix[same]) {
            name++;
            if (wrapped && prefix[same] == '.') name = unwrap(name);
            same++;
        }
        length = same;
    }
    while (length > 0 && prefix[length - 1] != '.') length--;
    return length;
}

/* The length of the only part's name, with its dot, which the file's names may lack; 0: there are
 * two. */
static size_t only_part(const emb_net *net) {
    const char *part = net->spec.parts[0], *name = net->tensors[0].name;
    const size_t length = strlen(part);
    const bool has = strncmp(name, part, length) == 0 && name[length] == '.';
    return has && net->spec.part_count == 1 ? length + 1 : 0;
}

/* Tries the shortest prefixes; keeps the way that finds more names than *most. */
static void try_prefixes(const emb__safetensors *file, const emb_net *net, bool wrapped,
                         emb__names *best, int *most) {
    emb__names tried = {.wrapped = wrapped};
    const size_t common = common_prefix(file, wrapped, tried.prefix);
    const size_t part = only_part(net);
    for (int i = 0; i < MOST_PREFIXES && *most < net->tensor_count; i++) {
        for (int p = 0; p < 1 + (part > 0); p++) {
            tried.part = p ? part : 0;
            const int found = count_names(file, &tried, net);
            if (found <= *most) continue;
            *most = found;
            *best = tried;
        }
        if (tried.length >= common) return;
        tried.length += strcspn(tried.prefix + tried.length, ".") + 1;
    }
}

/* Writes what comes before `end` in a file's name, up to a dot, into `names`; false if nothing
 * does.
 */
static bool cut_prefix(const char *stored, const char *end, emb__names *names) {
    size_t length = 0;
    if (names->wrapped) stored = unwrap(stored);
    while (*stored && length < EMB__PREFIX_ROOM - 1) {
        const bool dot = *stored == '.';
        names->prefix[length++] = *stored++;
        if (names->wrapped && dot) stored = unwrap(stored);
    }
    const size_t tail = strlen(end);
    if (*stored || length <= tail || memcmp(names->prefix + length - tail, end, tail) != 0) {
        return false;
    }
    names->length = length - tail;
    names->prefix[names->length] = '\0';
    return names->prefix[names->length - 1] == '.';
}

/* Tries the prefixes with which the network's first name is there, whatever other names the file
 * has; keeps one that finds more names than *most. `part` is left out of the network's names. */
static void try_first(const emb__safetensors *file, const emb_net *net, bool wrapped, size_t part,
                      emb__names *best, int *most) {
    int tries = 0;
    for (size_t i = 0; i < file->tensor_count && tries < MOST_PREFIXES; i++) {
        emb__names tried = {.wrapped = wrapped, .part = part};
        if (*most == net->tensor_count) return;
        if (!cut_prefix(file->tensors[i].name, net->tensors[0].name + part, &tried)) continue;
        const int found = count_names(file, &tried, net);
        tries++;
        if (found <= *most) continue;
        *most = found;
        *best = tried;
    }
}

void emb__names_choose(const emb__safetensors *file, const emb_net *net, emb__names *names) {
    *names = (emb__names){.length = 0};
    int most = 0;
    if (net->tensor_count == 0 || emb__safetensors_value(file, EMB__CHECKPOINT_KEY)) return;
    try_prefixes(file, net, false, names, &most);
    try_prefixes(file, net, true, names, &most);
    for (int way = 0; way < 4; way++) {
        const size_t part = way / 2 ? only_part(net) : 0;
        if (way < 2 || part > 0) try_first(file, net, way % 2, part, names, &most);
    }
}
