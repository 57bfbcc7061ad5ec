/* See schedule.h. */
#include "train/schedule.h"

#include "base/entry.h"

/* cos(pi x) for x in 0..1, to below 2^-53, by Taylor's series around 1/2, as -sin(pi (x - 1/2)):
 * the C library's cosine differs between processors. */
static double half_cosine(double x) {
    const double a = 3.14159265358979323846 * (x - 0.5), square = a * a;
    double sum = 0;
    for (int k = 21; k >= 3; k -= 2) sum = (sum + 1) * -square / (k * (k - 1));
    return -a * (1 + sum);
}

double emb_run_learning_rate(const emb_run *run) {
    EMB__ENTER;
    return emb__run_rate(run, run->steps);
}

double emb__run_rate(const emb_run *run, size_t steps) {
    const emb_train_options *o = &run->options;
    const size_t span = emb_run_steps_per_epoch(run) * (size_t)o->epochs;
    const double warm = steps < (size_t)o->warmup ? (double)(steps + 1) / o->warmup : 1;
    if (o->schedule == EMB_SCHEDULE_CONSTANT) return o->learning_rate * warm;
    const double done = (double)(steps < span ? steps : span - 1) / (double)span;
    const double share =
        o->schedule == EMB_SCHEDULE_LINEAR ? 1 - done : 0.5 + 0.5 * half_cosine(done);
    return o->learning_rate * share * warm;
}
