/* How many processors a computation may use. */
#ifndef EMB_BASE_PROCESSORS_H
#define EMB_BASE_PROCESSORS_H

/* At least 1: the cores that this process may run on (two hardware threads of one core count once:
 * they share its arithmetic), but no more than a container's quota of processor time. */
int emb__processors(void);

#endif
