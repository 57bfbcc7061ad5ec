/* How many threads a step gets: the number that is fastest on this machine at the moment.
 *
 * Other programs may use the processors, too, or two processors may share a core; counting them
 * does not tell. So now and then a few steps are timed with each number of threads. The number of
 * threads changes no bit of a result, so the choice is free. */
#ifndef EMB_CPU_PACE_H
#define EMB_CPU_PACE_H

#include <stdbool.h>
#include <stddef.h>

enum { EMB__PACE_CHOICES = 10 };

typedef struct emb__pace {
    int count; /* of choices: 1, 2, 4, ... and the most; 1 if there is no choice */
    int threads[EMB__PACE_CHOICES];
    double cost[EMB__PACE_CHOICES]; /* seconds an image, of the last trial */
    int best, on_trial;             /* on_trial: a choice, or `count` between trials */
    size_t steps;                   /* of the choice on trial */
    double seconds, images;         /* of its steps */
    double rest, wait;              /* seconds until the next trial; how long the last rest was */
} emb__pace;

/* asked: a number of threads that stays, or 0 to find out which of 1 .. default is fastest. */
void emb__pace_init(emb__pace *pace, int asked);

/* The threads for the next step. */
int emb__pace_threads(const emb__pace *pace);

/* Says how long that step took. */
void emb__pace_took(emb__pace *pace, double seconds, size_t images);

#endif
