/* A line of numbers that grows without end and stays of bounded size: when it is full, each two of
 * its points become one, their mean. */
#ifndef CLI_BOUNDED_CURVE_H
#define CLI_BOUNDED_CURVE_H

#include <stddef.h>

enum { CLI_CURVE_MOST = 2048, CLI_CURVE_COLUMNS = 3 };

/* Zeroed is empty. */
typedef struct cli_curve {
    size_t count;   /* of points */
    size_t each;    /* entries that a point is the mean of; 0: 1 */
    size_t in_last; /* those of the last point so far */
    double points[CLI_CURVE_MOST]
                 [CLI_CURVE_COLUMNS]; /* where its last entry stands, and the means of y and z */
} cli_curve;

/* Entries come in the order of x; one that is not behind the last takes back what was from there
 * on. A mean of what is not a number is none. */
void cli_curve_add(cli_curve *curve, double x, double y, double z);

#endif
