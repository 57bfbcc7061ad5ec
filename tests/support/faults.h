/* Faults put into the library's seam (base/system.h): the n-th call of a kind fails, once or from
 * then on. What is allocated and open is counted, so that a leak shows without a sanitizer. */
#ifndef EMB_TESTS_FAULTS_H
#define EMB_TESTS_FAULTS_H

#include <stdbool.h>
#include <stddef.h>

typedef enum fault_call {
    FAULT_ALLOC, /* realloc, too */
    FAULT_STAT,
    FAULT_OPEN,
    FAULT_READ,
    FAULT_WRITE,
    FAULT_FSYNC,
    FAULT_CLOSE,
    FAULT_RENAME,
    FAULT_UNLINK,
    FAULT_LINK,
    FAULT_MKDIR,
    FAULT_MODE, /* fchmod and fchown */
    FAULT_CALLS
} fault_call;

enum { FAULT_SHORT = -1 }; /* in place of an errno: one byte is moved, no more */

typedef struct fault {
    fault_call call;
    int error;        /* errno; FAULT_SHORT for a read or a write */
    size_t at;        /* the call that fails, from 1; 0: none */
    size_t most;      /* failures in all; SIZE_MAX: from then on */
    size_t left_over; /* at fault_end: blocks and descriptors that are still held */
    size_t hits;      /* calls that failed */
} fault;

/* The name of a call, for messages. */
const char *fault_name(fault_call call);

/* From here on the calls of this fault fail. libjansson's allocations are among them. */
void fault_begin(fault *f);
/* The system's own calls again; fills in left_over and hits. */
void fault_end(fault *f);

#endif
