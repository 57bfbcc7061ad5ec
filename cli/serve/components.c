/* See components.h. A few directions are turned towards the components again and again, by some of
 * the codes: no matrix of latent x latent is made. */
#include "serve/components.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SAMPLE = 1000, ROUNDS = 12 };

int cli_components_of(int latent) { return latent < CLI_COMPONENTS ? latent : CLI_COMPONENTS; }

/* What follows is of `latent` numbers. */
static double dot(const float *a, const float *b, size_t latent) {
    double sum = 0;
    for (size_t k = 0; k < latent; k++) sum += (double)a[k] * (double)b[k];
    return sum;
}

static void add(float *to, double times, const float *what, size_t latent) {
    const float factor = (float)times;
    for (size_t k = 0; k < latent; k++) to[k] += factor * what[k];
}

/* Of length 1 and at right angles, the first as it is (Gram and Schmidt). */
static void make_upright(float *directions, int count, size_t latent) {
    for (int i = 0; i < count; i++) {
        float *d = directions + (size_t)i * latent;
        for (int before = 0; before < i; before++) {
            const float *other = directions + (size_t)before * latent;
            add(d, -dot(other, d, latent), other, latent);
        }
        const double length = sqrt(dot(d, d, latent));
        for (size_t k = 0; k < latent && length > 0; k++) d[k] = (float)((double)d[k] / length);
    }
}

static void sign(float *direction, size_t latent) {
    float largest = 0;
    for (size_t k = 0; k < latent; k++) {
        if (fabsf(direction[k]) > fabsf(largest)) largest = direction[k];
    }
    for (size_t k = 0; k < latent && largest < 0; k++) direction[k] = -direction[k];
}

/* sample[taken][latent], less their mean; as many as are taken. */
static size_t take_sample(const float *codes, size_t count, size_t latent, float *sample,
                          float *mean) {
    const size_t step = count > SAMPLE ? count / SAMPLE : 1;
    size_t taken = 0;
    memset(mean, 0, latent * sizeof *mean);
    for (size_t i = 0; i < count && taken < SAMPLE; i += step, taken++) {
        memcpy(sample + taken * latent, codes + i * latent, latent * sizeof *sample);
    }
    for (size_t i = 0; i < taken; i++) add(mean, 1 / (double)taken, sample + i * latent, latent);
    for (size_t i = 0; i < taken; i++) add(sample + i * latent, -1, mean, latent);
    return taken;
}

/* directions = their products with the sample's covariance, by way of `next`. */
static void turn(float *directions, float *next, int count, const float *sample, size_t taken,
                 size_t latent) {
    memset(next, 0, (size_t)count * latent * sizeof *next);
    for (size_t i = 0; i < taken; i++) {
        const float *code = sample + i * latent;
        for (int d = 0; d < count; d++) {
            const size_t at = (size_t)d * latent;
            add(next + at, dot(directions + at, code, latent) / (double)taken, code, latent);
        }
    }
    memcpy(directions, next, (size_t)count * latent * sizeof *next);
}

emb_status cli_components_find(const float *codes, size_t count, int numbers, float *rows) {
    const size_t latent = (size_t)numbers;
    const int components = cli_components_of(numbers);
    float *sample = malloc((SAMPLE + (size_t)components) * latent * sizeof *sample);
    float *directions = rows + latent;
    uint32_t state = 1;
    if (!sample) return EMB_ERR_MEMORY;
    const size_t taken = take_sample(codes, count, latent, sample, rows);
    for (size_t i = 0; i < (size_t)components * latent; i++) {
        state = state * 1664525u + 1013904223u;
        directions[i] = (float)state / 4294967296.0f - 0.5f;
    }
    make_upright(directions, components, latent);
    for (int round = 0; round < ROUNDS; round++) {
        turn(directions, sample + SAMPLE * latent, components, sample, taken, latent);
        make_upright(directions, components, latent);
    }
    for (int d = 0; d < components; d++) sign(directions + (size_t)d * latent, latent);
    free(sample);
    return EMB_OK;
}

void cli_components_place(const float *codes, size_t count, int numbers, const float *rows,
                          float *places) {
    const size_t latent = (size_t)numbers;
    const int components = cli_components_of(numbers);
    for (int d = 0; d < components; d++) {
        const float *direction = rows + (1 + (size_t)d) * latent;
        const double centre = dot(direction, rows, latent);
        for (size_t i = 0; i < count; i++) {
            places[i * (size_t)components + (size_t)d] =
                (float)(dot(direction, codes + i * latent, latent) - centre);
        }
    }
}
