/* How large things may be that rooms which do not know each other must agree on. */
#ifndef EMB_BASE_LIMITS_H
#define EMB_BASE_LIMITS_H

enum {
    EMB__MAX_SIZE = 1 << 16,    /* a channel count, a side, a feature count, a kernel, a stride */
    EMB__MAX_ELEMENTS = 1 << 24 /* numbers of one image, in a data set and at any layer */
};

#endif
