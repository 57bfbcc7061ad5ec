/* Adam's constants for one step. The update itself is a kernel. */
#include <math.h>

#include "base/entry.h"
#include "train/run.h"

/* By squaring: the same bits whatever the C library's pow does. */
static double power(double base, size_t exponent) {
    double result = 1;
    for (; exponent > 0; exponent >>= 1, base *= base) {
        if (exponent & 1) result *= base;
    }
    return result;
}

/* cos(pi x) for x in 0..1, by Taylor's series around 1/2, where it is -sin(pi (x - 1/2)), to below
 * 2^-53: the C library's differs between processors. */
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

emb__adam_step emb__adam_constants(const emb_train_options *o, double learning_rate, size_t t) {
    return (emb__adam_step){
        .beta1 = (float)o->beta1,
        .one_minus_beta1 = (float)(1 - o->beta1),
        .beta2 = (float)o->beta2,
        .one_minus_beta2 = (float)(1 - o->beta2),
        .step_size = (float)(learning_rate / (1 - power(o->beta1, t))),
        .root_scale = (float)(1 / sqrt(1 - power(o->beta2, t))),
        .epsilon = (float)o->epsilon,
    };
}
