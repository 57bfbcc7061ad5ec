/* See pace.h. */
#include "device/cpu/pace.h"

#include "embudo.h"

/* A trial of one choice: so many steps, or fewer if they took this long together. Rests double
 * while the best choice stays the same: trials cost most when other programs make one of the
 * choices slow. */
enum { TRIAL_STEPS = 8 };
static const double trial_seconds = 0.02, shortest_rest = 0.5, longest_rest = 16;

static void begin_trial(emb__pace *pace, int choice) {
    pace->on_trial = choice;
    pace->steps = 0;
    pace->seconds = pace->images = 0;
}

void emb__pace_init(emb__pace *pace, int asked) {
    *pace = (emb__pace){.count = 1, .threads = {asked}, .wait = shortest_rest};
    if (asked > 0) return;
    const int most = emb_default_threads();
    pace->count = 0;
    for (int n = 1; n < most; n *= 2) pace->threads[pace->count++] = n;
    pace->threads[pace->count++] = most;
    begin_trial(pace, 0);
}

int emb__pace_threads(const emb__pace *pace) {
    const bool trying = pace->count > 1 && pace->on_trial < pace->count;
    return pace->threads[trying ? pace->on_trial : pace->best];
}

static void end_trials(emb__pace *pace) {
    const int before = pace->best;
    pace->best = 0;
    for (int i = 1; i < pace->count; i++) {
        if (pace->cost[i] < pace->cost[pace->best]) pace->best = i;
    }
    const double longer = 2 * pace->wait < longest_rest ? 2 * pace->wait : longest_rest;
    pace->wait = pace->best == before ? longer : shortest_rest;
    pace->rest = pace->wait;
    pace->on_trial = pace->count;
}

void emb__pace_took(emb__pace *pace, double seconds, size_t images) {
    if (pace->count == 1) return;
    if (pace->on_trial == pace->count) {
        pace->rest -= seconds;
        if (pace->rest <= 0) begin_trial(pace, 0);
        return;
    }
    /* The first step with another number of threads wakes them: it does not count. */
    if (++pace->steps > 1) {
        pace->seconds += seconds;
        pace->images += (double)images;
    }
    const bool enough = pace->steps > TRIAL_STEPS || pace->seconds > trial_seconds;
    if (!enough || pace->images == 0) return;
    pace->cost[pace->on_trial] = pace->seconds / pace->images;
    if (pace->on_trial + 1 < pace->count) {
        begin_trial(pace, pace->on_trial + 1);
    } else {
        end_trials(pace);
    }
}
