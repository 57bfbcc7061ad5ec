/* See whole_line.h. */
#include "model/int8/whole_line.h"

#include <math.h>

enum { MOST_STEPS = 1024, LEAST_STEPS = 16 };

static bool all_same(const emb__line *line) {
    bool same = true;
    for (int t = 1; same && t < line->starts[line->out_size]; t++) {
        same = line->weight[t] == line->weight[0];
    }
    return same && line->starts[line->out_size] > 0;
}

/* The largest sum of weights' magnitudes, or of ones. */
static double gain_of(const emb__line *line, bool ones) {
    double most = 0;
    for (int o = 0; o < line->out_size; o++) {
        double sum = 0;
        for (int t = line->starts[o]; t < line->starts[o + 1]; t++) {
            sum += ones ? 1 : fabs((double)line->weight[t]);
        }
        most = sum > most ? sum : most;
    }
    return most;
}

bool emb__whole_lines(const emb__resample *r, int most, emb__whole_line whole[2]) {
    const emb__line *const lines[2] = {&r->rows, &r->columns};
    const double room = 1 << 30;
    double gain = most;
    int steps = MOST_STEPS, lines_of_steps = 0;
    for (int i = 0; i < 2; i++) {
        const bool same = all_same(lines[i]);
        gain *= gain_of(lines[i], same);
        whole[i] = (emb__whole_line){!same, same ? (double)lines[i]->weight[0] : 1};
        lines_of_steps += !same;
    }
    while (steps > LEAST_STEPS && gain * pow(steps, lines_of_steps) > room) steps /= 2;
    for (int i = 0; i < 2; i++) {
        if (!whole[i].steps) continue;
        whole[i] = (emb__whole_line){steps, 1.0 / steps};
    }
    return gain * pow(steps, lines_of_steps) <= room;
}

int emb__whole_weight(const emb__line *line, const emb__whole_line *whole, int t) {
    if (!whole->steps) return 1;
    return (int)floor((double)line->weight[t] * whole->steps + 0.5);
}
