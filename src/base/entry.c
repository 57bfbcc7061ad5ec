/* See entry.h. Registers are read and written directly: <fenv.h> would cost some hundred cycles, a
 * tenth of the time that a small network takes to make a code, and it does not know of subnormal
 * numbers. */
#include "base/entry.h"

#include <locale.h>
#include <pthread.h>

/* ---- the locale ------------------------------------------------------------------------------ */

static locale_t c_locale; /* (locale_t)0 without memory: the caller's locale then stays */
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* Kept for ever: all threads share it, and in common C libraries it is a constant. */
static void make_locale(void) { c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0); }

static void *enter_locale(void) {
    pthread_once(&once, make_locale);
    return c_locale ? uselocale(c_locale) : NULL;
}

static void leave_locale(void *before) {
    if (before) uselocale((locale_t)before);
}

/* ---- floating-point numbers ------------------------------------------------------------------ */

#if defined(__x86_64__)

enum { FLAGS = 0x3f, NEAREST_NO_TRAPS = 0x1f80, STACK_NEAREST_NO_TRAPS = 0x037f };

static uint32_t read_vector(void) {
    uint32_t value;
    __asm__ volatile("stmxcsr %0" : "=m"(value) : : "memory");
    return value;
}

static void write_vector(uint32_t value) {
    __asm__ volatile("ldmxcsr %0" : : "m"(value) : "memory");
}

static uint16_t read_stack(void) {
    uint16_t value;
    __asm__ volatile("fnstcw %0" : "=m"(value) : : "memory");
    return value;
}

static void write_stack(uint16_t value) { __asm__ volatile("fldcw %0" : : "m"(value) : "memory"); }

static void enter_numbers(emb__entry *caller) {
    caller->vector = read_vector();
    caller->stack = read_stack();
    if ((caller->vector & ~(uint32_t)FLAGS) != NEAREST_NO_TRAPS) write_vector(NEAREST_NO_TRAPS);
    if (caller->stack != STACK_NEAREST_NO_TRAPS) write_stack(STACK_NEAREST_NO_TRAPS);
}

static void leave_numbers(const emb__entry *caller) {
    /* The exception flags raised inside the library are not passed on. */
    if (read_vector() != caller->vector) write_vector(caller->vector);
    if (caller->stack != STACK_NEAREST_NO_TRAPS) write_stack(caller->stack);
}

#elif defined(__aarch64__)

static void write_control(uint64_t value) {
    __asm__ volatile("msr fpcr, %0\n\tisb" : : "r"(value) : "memory");
}

static void enter_numbers(emb__entry *caller) {
    __asm__ volatile("mrs %0, fpcr" : "=r"(caller->control) : : "memory");
    __asm__ volatile("mrs %0, fpsr" : "=r"(caller->status) : : "memory");
    if (caller->control != 0) write_control(0);
}

static void leave_numbers(const emb__entry *caller) {
    if (caller->control != 0) write_control(caller->control);
    __asm__ volatile("msr fpsr, %0" : : "r"(caller->status) : "memory");
}

#else

static void enter_numbers(emb__entry *caller) {
    fegetenv(&caller->environment);
    fesetenv(FE_DFL_ENV);
}

static void leave_numbers(const emb__entry *caller) { fesetenv(&caller->environment); }

#endif

emb__entry emb__enter(void) {
    emb__entry caller;
    enter_numbers(&caller);
    caller.locale = enter_locale();
    return caller;
}

void emb__leave(const emb__entry *caller) {
    leave_locale(caller->locale);
    leave_numbers(caller);
}
