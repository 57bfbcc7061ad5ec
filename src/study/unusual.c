/* How unusual images are. See unusual.h.
 *
 * An image's numbers come from it alone, in sums of a fixed order: threads share out images. */
#include "study/unusual.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cancel.h"
#include "base/entry.h"
#include "base/memory.h"
#include "base/threads.h"
#include "data/images.h"
#include "device/cpu/walk.h"
#include "device/preprocessing.h"

enum { CHAINS = 8, CHUNK = 512 /* images that are worked on together, at most */ };

/* ---- images ---------------------------------------------------------------------------------- */

size_t emb__unusual_chunk(size_t size) {
    enum { NUMBERS = 1 << 22 };
    const size_t fit = NUMBERS / size;
    return fit < 1 ? 1 : fit > CHUNK ? CHUNK : fit;
}

/* Each image's own label, where the network reads it; images without labels have the ones that rows
 * have. */
static emb_status set_labels(emb_net *net, const emb__selection *selection, size_t first,
                             size_t here) {
    int labels[CHUNK];
    if (net->conditions == 0 || emb_images_classes(selection->images) == 0) return EMB_OK;
    emb_status status = emb__net_knows_labels(net, selection->images, 0, net->layer_count);
    for (size_t i = 0; status == EMB_OK && i < here; i++) {
        const size_t at = selection->indices ? selection->indices[first + i] : first + i;
        labels[i] = emb_images_label(selection->images, at);
    }
    return status == EMB_OK ? emb_net_set_labels(net, labels, here) : status;
}

/* codes and made = what the network makes of rows[here]. Afterwards rows have the labels that they
 * had. */
static emb_status run_network(emb_net *net, const emb__selection *selection, size_t first,
                              size_t here, int threads, const float *rows, float *codes,
                              float *made) {
    int *kept = net->row_labels;
    const size_t count = net->row_label_count;
    net->row_labels = NULL;
    emb_status status = set_labels(net, selection, first, here);
    if (!net->row_labels) net->row_labels = kept;
    if (status == EMB_OK) status = emb_net_encode(net, rows, here, codes, threads);
    if (status == EMB_OK) status = emb_net_decode(net, codes, here, made, threads);
    if (net->row_labels != kept) emb__free(net->row_labels);
    net->row_labels = kept;
    net->row_label_count = count;
    return status;
}

emb_status emb__unusual_run(emb_net *net, bool uses_net, const emb__selection *selection,
                            size_t first, size_t here, int threads, float *rows, float *codes,
                            float *made) {
    const size_t size = emb__images_size(selection->images);
    for (size_t i = 0; i < here; i++) {
        const size_t at = selection->indices ? selection->indices[first + i] : first + i;
        emb__net_row(net, selection->images, at, rows + i * size);
    }
    emb_status status = emb__images_check_read(selection->images);
    if (status != EMB_OK || !uses_net) return status;
    return run_network(net, selection, first, here, threads, rows, codes, made);
}

double emb__unusual_variation(const float *image, const int shape[3]) {
    const size_t h = (size_t)shape[1], w = (size_t)shape[2];
    double sum = 0;
    for (int c = 0; c < shape[0]; c++, image += h * w) {
        for (size_t y = 0; y < h; y++) {
            const float *row = image + y * w;
            double line = 0;
            for (size_t x = 0; x + 1 < w; x++) line += fabs((double)row[x + 1] - (double)row[x]);
            for (size_t x = 0; y + 1 < h && x < w; x++) {
                line += fabs((double)row[w + x] - (double)row[x]);
            }
            sum += line;
        }
    }
    return sum;
}

static double chained(const double sums[CHAINS]) {
    return ((sums[0] + sums[4]) + (sums[2] + sums[6])) +
           ((sums[1] + sums[5]) + (sums[3] + sums[7]));
}

static double dot(const float *a, const float *b, size_t n) {
    double sums[CHAINS] = {0};
    size_t i = 0;
    for (; i + CHAINS <= n; i += CHAINS) {
        for (size_t j = 0; j < CHAINS; j++) sums[j] += (double)a[i + j] * (double)b[i + j];
    }
    for (size_t j = 0; i < n; i++, j++) sums[j] += (double)a[i] * (double)b[i];
    return chained(sums);
}

/* The largest mean over a window of errors[h][w], by sums over all that is above and left of a
 * place: above[h + 1][w + 1]. */
static double worst_window(const double *errors, size_t h, size_t w, double *above) {
    const size_t high = (size_t)emb__unusual_side((int)h), wide = (size_t)emb__unusual_side((int)w);
    const size_t row = w + 1;
    memset(above, 0, row * sizeof *above);
    for (size_t y = 0; y < h; y++) {
        double line = 0;
        above[(y + 1) * row] = 0;
        for (size_t x = 0; x < w; x++) {
            line += errors[y * w + x];
            above[(y + 1) * row + x + 1] = above[y * row + x + 1] + line;
        }
    }
    double most = 0;
    for (size_t y = high; y <= h; y++) {
        for (size_t x = wide; x <= w; x++) {
            const double *low = above + y * row + x, *top = low - high * row;
            const double sum = (low[0] - low[-(ptrdiff_t)wide]) - (top[0] - top[-(ptrdiff_t)wide]);
            most = sum > most ? sum : most;
        }
    }
    return most / (double)(high * wide);
}

/* ---- judging --------------------------------------------------------------------------------- */

typedef struct judging {
    const emb_unusual *u;
    int shape[3];
    size_t here;
    const float *rows, *made; /* [here][D] */
    const float *distances;   /* [here][EMB__UNUSUAL_NEIGHBOURS], or fewer: */
    size_t neighbours;
    double *numbers; /* [here][EMB_UNUSUAL_KINDS] */
    size_t room;
    double *rooms; /* each member's: errors [H][W], sums [H + 1][W + 1], then floats [D] */
} judging;

/* The errors' weighted sum before it is divided by anything. */
static double weigh(const emb_unusual *u, const float *d) {
    double sum = (double)u->base * dot(d, d, u->size);
    for (size_t c = 0; c < u->count; c++) {
        const double along = dot(d, u->vectors + c * u->size, u->size);
        sum -= (double)u->lessened[c] * (along * along);
    }
    return sum > 0 ? sum : 0;
}

/* errors[h][w] = the squared errors of an image, the sum over its channels; returns their sum. */
static double add_errors(const float *row, const float *made, const int shape[3], double *errors) {
    const size_t plane = (size_t)shape[1] * (size_t)shape[2];
    double sum = 0;
    memset(errors, 0, plane * sizeof *errors);
    for (int c = 0; c < shape[0]; c++) {
        for (size_t i = 0; i < plane; i++) {
            const double d =
                (double)row[(size_t)c * plane + i] - (double)made[(size_t)c * plane + i];
            errors[i] += d * d;
        }
    }
    for (size_t i = 0; i < plane; i++) sum += errors[i];
    return sum;
}

static void judge_one(const judging *j, size_t i, double *room) {
    const emb_unusual *u = j->u;
    const size_t h = (size_t)j->shape[1], w = (size_t)j->shape[2];
    const float *row = j->rows + i * u->size, *made = u->uses_net ? j->made + i * u->size : NULL;
    double *errors = room, *above = errors + h * w, *numbers = j->numbers + i * EMB_UNUSUAL_KINDS;
    float *d = (float *)(void *)(above + (h + 1) * (w + 1));
    double variation = emb__unusual_variation(row, j->shape);
    variation = fmin(fmax(variation, (double)u->least), (double)u->most);
    for (size_t x = 0; x < u->size; x++) d[x] = row[x] - (made ? made[x] : 0) - u->mean[x];
    numbers[EMB_UNUSUAL_SCORE] = weigh(u, d) / variation / (double)u->unit;
    for (int k = EMB_UNUSUAL_RECONSTRUCTION; k < EMB_UNUSUAL_KINDS; k++) numbers[k] = NAN;
    if (!made) return;
    const double sum = add_errors(row, made, j->shape, errors);
    numbers[EMB_UNUSUAL_RECONSTRUCTION] = sum / (double)u->size;
    numbers[EMB_UNUSUAL_REGION] = worst_window(errors, h, w, above) / j->shape[0];
    numbers[EMB_UNUSUAL_CORRECTED] = sum / variation;
    double far = 0;
    for (size_t n = 0; n < j->neighbours; n++) far += (double)j->distances[i * j->neighbours + n];
    numbers[EMB_UNUSUAL_NEIGHBOURS] = far / (double)j->neighbours;
}

static void judge_part(void *data, const emb__member *me) {
    const judging *j = data;
    size_t i;
    const size_t to = emb__member_part(me, j->here, &i);
    for (; i < to && !emb__cancelled(); i++) {
        judge_one(j, i, j->rooms + (size_t)me->number * j->room);
    }
}

/* What a walk over images holds. */
typedef struct rooms {
    float *rows, *made, *codes, *distances;
    uint32_t *nearest;
    emb_neighbours *learned; /* the training images' codes; NULL without a network */
    double *members;
    size_t member, neighbours;
    int threads;
} rooms;

static bool make_rooms(rooms *r, const emb_unusual *u, const int shape[3], size_t chunk,
                       int threads) {
    const size_t plane = (size_t)shape[1] * (size_t)shape[2];
    const size_t sums = ((size_t)shape[1] + 1) * ((size_t)shape[2] + 1);
    r->threads = emb__threads_for(threads, chunk);
    r->member = plane + sums + (u->size + 1) / 2;
    r->neighbours = emb__unusual_neighbours(u);
    r->rows = emb__calloc(chunk, u->size * sizeof *r->rows);
    r->made = emb__calloc(chunk, u->size * sizeof *r->made);
    r->codes = emb__calloc(chunk, (u->latent + 1) * sizeof *r->codes);
    r->distances = emb__calloc(chunk, EMB__UNUSUAL_NEIGHBOURS * sizeof *r->distances);
    r->nearest = emb__calloc(chunk, EMB__UNUSUAL_NEIGHBOURS * sizeof *r->nearest);
    r->members = emb__calloc((size_t)r->threads, r->member * sizeof *r->members);
    return r->rows && r->made && r->codes && r->distances && r->nearest && r->members;
}

/* Every code is looked at. */
static emb_status index_codes(rooms *r, const emb_unusual *u) {
    if (!u->uses_net) return EMB_OK;
    r->learned =
        emb_neighbours_new(u->codes, u->code_count, (int)u->latent, u->code_count, r->threads);
    return r->learned ? EMB_OK : emb__last_status();
}

static void free_rooms(rooms *r) {
    emb__free(r->rows);
    emb__free(r->made);
    emb__free(r->codes);
    emb__free(r->distances);
    emb__free(r->nearest);
    emb__free(r->members);
    emb_neighbours_free(r->learned);
}

static emb_status judge_chunk(const emb_unusual *u, emb_net *net, const emb__selection *selection,
                              size_t first, size_t here, int threads, rooms *r, double *numbers) {
    judging j = {.u = u,
                 .here = here,
                 .rows = r->rows,
                 .made = r->made,
                 .distances = r->distances,
                 .neighbours = r->neighbours,
                 .numbers = numbers,
                 .room = r->member,
                 .rooms = r->members};
    emb_images_shape(selection->images, j.shape);
    emb_status status = emb__unusual_run(net, u->uses_net, selection, first, here, threads, r->rows,
                                         r->codes, r->made);
    if (status == EMB_OK && u->uses_net) {
        status = emb_neighbours_find(r->learned, r->codes, here, (int)r->neighbours, r->nearest,
                                     r->distances, threads);
    }
    if (status == EMB_OK) emb__team_run(r->threads, judge_part, &j);
    return status;
}

/* From images that it was not made for, a network may compute numbers too large for float32. */
static emb_status check_finite(const emb_net *net, const double *numbers, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (isfinite(numbers[i * EMB_UNUSUAL_KINDS])) continue;
        return emb__fail(EMB_ERR_DIVERGED,
                         "%s gives numbers for image %zu that are not finite; are the images' "
                         "numbers like those that it was trained on?",
                         net->spec.name, i);
    }
    return EMB_OK;
}

emb_status emb__unusual_judge(const emb_unusual *u, emb_net *net, const emb__selection *selection,
                              int threads, double *numbers) {
    int shape[3];
    rooms r = {0};
    emb_images_shape(selection->images, shape);
    const size_t chunk = emb__unusual_chunk(u->size);
    emb_status status = make_rooms(&r, u, shape, chunk, threads) ? EMB_OK : EMB_ERR_MEMORY;
    if (status == EMB_OK) status = index_codes(&r, u);
    for (size_t first = 0; status == EMB_OK && first < selection->count; first += chunk) {
        const size_t left = selection->count - first, here = left < chunk ? left : chunk;
        status = judge_chunk(u, net, selection, first, here, threads, &r,
                             numbers + first * EMB_UNUSUAL_KINDS);
        if (status == EMB_OK) status = emb__cancel_check();
    }
    free_rooms(&r);
    return status == EMB_OK ? check_finite(net, numbers, selection->count) : status;
}

emb_status emb_unusual_score(const emb_unusual *unusual, emb_net *net, const emb_images *images,
                             const uint32_t *indices, size_t count, int threads, double *numbers) {
    EMB__ENTER;
    emb__selection selection = {0};
    emb_status status = emb__net_reconstructs(net);
    if (status == EMB_OK) status = emb_net_accepts(net, images);
    if (status == EMB_OK) status = emb__select(images, indices, count, &selection);
    if (status == EMB_OK && emb__unusual_weights(net) != unusual->weights) {
        status = emb__fail(EMB_ERR_ARGUMENT,
                           "%s has other weights than the network that was "
                           "measured",
                           net->spec.name);
    }
    return status == EMB_OK ? emb__unusual_judge(unusual, net, &selection, threads, numbers)
                            : status;
}
