/* Which instruction set's kernels run: the best that the processor has, or the one that EMBUDO_ISA
 * names. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/translate.h"
#include "kernels/kernels.h"

extern const emb__kernels emb__kernels_plain_16, emb__kernels_reference_16;

static bool always(void) { return true; }

#if defined(EMB_HAVE_AVX2)
extern const emb__kernels emb__kernels_avx2_16;
static bool has_avx2(void) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}
#endif
#if defined(EMB_HAVE_AVX512)
extern const emb__kernels emb__kernels_avx512_16;
static bool has_avx512(void) {
    return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}
#endif
#if defined(EMB_HAVE_NEON)
extern const emb__kernels emb__kernels_neon_16;
#endif

/* Best first. */
static const struct {
    const emb__kernels *kernels;
    bool (*present)(void);
} sets[] = {
#if defined(EMB_HAVE_AVX512)
    {&emb__kernels_avx512_16, has_avx512},
#endif
#if defined(EMB_HAVE_AVX2)
    {&emb__kernels_avx2_16, has_avx2},
#endif
#if defined(EMB_HAVE_NEON)
    {&emb__kernels_neon_16, always},
#endif
    {&emb__kernels_plain_16, always},
    /* The reference, for tests; used only if asked for by name. */
    {&emb__kernels_reference_16, always},
};

enum { SET_COUNT = sizeof sets / sizeof *sets };

const emb__kernels *emb__kernels_find(const char *name) {
    for (int i = 0; i < SET_COUNT; i++) {
        if (strcmp(sets[i].kernels->name, name) == 0) {
            return sets[i].present() ? sets[i].kernels : NULL;
        }
    }
    return NULL;
}

const emb__kernels *emb__kernels_choose(void) {
    const char *asked = getenv("EMBUDO_ISA");
    if (asked && *asked) {
        const emb__kernels *found = emb__kernels_find(asked);
        if (found) return found;
        emb__text names = {0};
        for (int i = 0; i < SET_COUNT - 1; i++) {
            if (!sets[i].present()) continue;
            emb__text_add(&names, "%s%s", names.length ? ", " : "", sets[i].kernels->name);
        }
        emb__fail(EMB_ERR_ARGUMENT, "EMBUDO_ISA=%s: this processor and build have %s", asked,
                  names.failed ? _("others") : names.bytes);
        emb__free(names.bytes);
        return NULL;
    }
    for (int i = 0; i < SET_COUNT; i++) {
        if (sets[i].present()) return sets[i].kernels;
    }
    return NULL;
}

const char *emb_isa(void) {
    const emb__kernels *kernels = emb__kernels_choose();
    return kernels ? kernels->name : NULL;
}
