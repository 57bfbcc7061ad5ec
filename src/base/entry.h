/* What a call finds in its thread, and what it must not depend on: how floating-point numbers are
 * rounded, whether subnormal ones are taken for zero, which exceptions trap, and the locale, which
 * decides how numbers are written and read.
 *
 * Owns: all of that while the library works. Every public function that computes, reads or writes
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

/* Sets round to nearest, subnormal numbers as they are, no traps, and the C locale, for this thread
 * alone; gives what was there. Cheap where all is so already. */
emb__entry emb__enter(void);
/* Puts it back. */
void emb__leave(const emb__entry *caller);

/* The first line of a function: until it returns, on whatever way. clang does not take the cleanup
 * for a use. */
#define EMB__ENTER                                                                                 \
    __attribute__((cleanup(emb__leave), unused)) const emb__entry emb__caller = emb__enter()

#endif
