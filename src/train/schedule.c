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

/* The steps that the schedule spans. */
static size_t span_of(const emb_run *run) {
    return emb_run_steps_per_epoch(run) * (size_t)run->options.epochs;
}

/* From `low` along half a cosine to `high` in the first pct_start of all steps, and then along one
 * to `end`, as OneCycleLR with its two phases. */
static double one_cycle(const emb_run *run, size_t steps, double low, double high, double end) {
    const size_t span = span_of(run);
    const double top = run->options.pct_start * (double)span - 1, last = (double)span - 1;
    const double at = (double)(steps < span ? steps : span - 1);
    const double from = at <= top ? 0 : top, to = at <= top ? top : last;
    const double done = to > from ? (at - from) / (to - from) : 1;
    const double start = at <= top ? low : high, goal = at <= top ? high : end;
    return goal + (start - goal) / 2 * (half_cosine(done) + 1);
}

/* ---- what the learning rate is multiplied by ---- */

static double constant(const emb_run *run, size_t steps) {
    (void)run;
    (void)steps;
    return 1;
}

static double done_of(const emb_run *run, size_t steps) {
    const size_t span = span_of(run);
    return (double)(steps < span ? steps : span - 1) / (double)span;
}

static double linear(const emb_run *run, size_t steps) { return 1 - done_of(run, steps); }

static double cosine(const emb_run *run, size_t steps) {
    const double end = run->options.eta_min / run->options.learning_rate;
    return end + (1 - end) * (0.5 + 0.5 * half_cosine(done_of(run, steps)));
}

static double step(const emb_run *run, size_t steps) {
    const size_t epoch = steps / emb_run_steps_per_epoch(run);
    return emb__power(run->options.gamma, epoch / (size_t)run->options.step_size);
}

static double cycle(const emb_run *run, size_t steps) {
    const double first = 1 / run->options.div_factor;
    return one_cycle(run, steps, first, 1, first / run->options.final_div_factor);
}

static double plateau(const emb_run *run, size_t steps) {
    (void)steps;
    const double scale = run->progress.plateau_scale;
    return scale == 0 ? 1 : emb__from_0(scale);
}

static double (*const shares[])(const emb_run *run, size_t steps) = {
    [EMB_SCHEDULE_CONSTANT] = constant, [EMB_SCHEDULE_LINEAR] = linear,
    [EMB_SCHEDULE_COSINE] = cosine,     [EMB_SCHEDULE_STEP] = step,
    [EMB_SCHEDULE_ONE_CYCLE] = cycle,   [EMB_SCHEDULE_PLATEAU] = plateau,
};

double emb__run_rate(const emb_run *run, size_t steps) {
    const emb_train_options *o = &run->options;
    const double warm = steps < (size_t)o->warmup ? (double)(steps + 1) / o->warmup : 1;
    return o->learning_rate * shares[o->schedule](run, steps) * warm;
}

emb__step_terms emb__run_terms(const emb_run *run, size_t steps) {
    const emb_train_options *o = &run->options;
    emb__step_terms terms = {.rate = emb__run_rate(run, steps),
                             .momentum =
                                 run->optimiser->has_beta1 ? emb__from_0(o->beta1) : o->momentum,
                             .number = steps + 1};
    if (emb__cycles_momentum(o)) {
        const double most = emb__from_0(o->max_momentum), least = emb__from_0(o->base_momentum);
        terms.momentum = one_cycle(run, steps, most, least, most);
    }
    return terms;
}

/* ---- what an epoch says ---------------------------------------------------------------------- */

/* Whether a loss or, of EMB_PLATEAU_MAX, an accuracy is better than the best so far. */
static bool is_better(const emb_train_options *o, double value, double best) {
    const double threshold = emb__from_0(o->threshold);
    const bool rises = o->mode == EMB_PLATEAU_MAX;
    if (o->threshold_mode == EMB_THRESHOLD_ABS) {
        return rises ? value > best + threshold : value < best - threshold;
    }
    return rises ? value > best * (threshold + 1) : value < best * (1 - threshold);
}

/* As ReduceLROnPlateau, whose rate does not change by 1e-8 or less. */
static void judge_rate(emb_run *run, double value) {
    static const double least_change = 1e-8;
    const emb_train_options *o = &run->options;
    emb__progress *p = &run->progress;
    if (p->judged == 0 || is_better(o, value, p->plateau_best)) {
        p->plateau_best = value;
        p->plateau_bad = 0;
    } else {
        p->plateau_bad++;
    }
    if (p->plateau_rest > 0) {
        p->plateau_rest--;
        p->plateau_bad = 0;
    }
    if (p->plateau_bad <= (o->patience > 0 ? o->patience : 0)) return;
    const double scale = plateau(run, 0), rate = o->learning_rate * scale;
    const double less = scale * emb__from_0(o->factor), least = o->min_lr / o->learning_rate;
    const double next = less > least ? less : least;
    p->plateau_bad = 0;
    p->plateau_rest = o->cooldown;
    if (rate - o->learning_rate * next > least_change) p->plateau_scale = next > 0 ? next : -1;
}

void emb__run_judge(emb_run *run, double loss, double accuracy) {
    const emb_train_options *o = &run->options;
    emb__progress *p = &run->progress;
    if (o->schedule == EMB_SCHEDULE_PLATEAU) {
        judge_rate(run, o->mode == EMB_PLATEAU_MAX ? accuracy : loss);
    }
    if (o->stop_patience > 0 && (p->judged == 0 || loss < p->stop_best - o->stop_min_delta)) {
        p->stop_best = loss;
        p->stop_bad = 0;
    } else if (o->stop_patience > 0) {
        p->stop_bad++;
    }
    p->judged++;
}
