/* The state of the calling thread that a call must not depend on: how floating-point numbers are
 * rounded, whether subnormal ones are taken for zero, which exceptions trap, and the locale, which
 * decides how numbers are written and read.
 *
 * Owns: that state while the library works. Every public function that computes, reads or writes
 * begins with EMB__ENTER; so does every thread of a team, which a host may have used before. */
#ifndef EMB_BASE_ENTRY_H
#define EMB_BASE_ENTRY_H

#include <fenv.h>
#include <stdint.h>

typedef struct emb__entry {
#if defined(__x86_64__)
    uint32_t vector; /* MXCSR */
    uint16_t stack;  /* the x87's control word, which the C library asks for the rounding */
#elif defined(__aarch64__)
    uint64_t control, status; /* FPCR, FPSR */
#else
    fenv_t environment;
#endif
    void *locale; /* locale_t */
} emb__entry;

/* Sets rounding to nearest, subnormal numbers kept, no traps, and the C locale, for this thread
 * alone; returns what was set before. Cheap if all of it is set already. */
emb__entry emb__enter(void);
/* Puts it back. */
void emb__leave(const emb__entry *caller);

/* The first line of a function; holds until the function returns, by whatever path. clang does not
 * count the cleanup as a use of the variable. */
#define EMB__ENTER                                                                                 \
    __attribute__((cleanup(emb__leave), unused)) const emb__entry emb__caller = emb__enter()

#endif
