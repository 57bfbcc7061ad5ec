/* What is wrong with images, before a network is trained on them or while one reads them. See
 * data_checkup.h and embudo/checkup.h.
 *
 * Owns: the measurements and the bars. Does not own: the words about them, which are the
 * program's. */
#include "study/data_checkup.h"

#include <math.h>
#include <string.h>

#include "base/entry.h"
#include "base/memory.h"
#include "device/preprocessing.h"
#include "study/budget.h"
#include "study/selection.h"

/* ---- numbers --------------------------------------------------------------------------------- */

/* How far the images' numbers may lie beyond the last layer's limits, as a share of the range. */
static const double beyond = 0.01;
/* Numbers smaller than the first hardly change a weight; numbers larger than the second throw it
 * far off. */
static const double small = 1e-4, large = 1e5;

void emb__data_range(const emb_net *net, const emb_images *images, const uint32_t *indices,
                     size_t count, double *low, double *high) {
    emb_preprocessing p;
    emb_net_preprocessing(net, &p);
    *low = fmin(p.black, p.white);
    *high = fmax(p.black, p.white);
    if (images->values) emb__images_span(images, indices, count, low, high);
}

bool emb__data_is_beyond(const emb_net *net, double low, double high) {
    double least, most;
    const double slack = beyond * (high - low);
    const double size = fmax(fabs(low), fabs(high));
    if (size > 0 && (size < small || size > large)) return true;
    emb_net_output_range(net, &least, &most);
    return low < least - slack || high > most + slack;
}

/* ---- what the images show -------------------------------------------------------------------- */

/* How many images are looked at, at even distances, and how many of their numbers at most. */
enum { LOOKED = 2000, LEAST_LOOKED = 16, NUMBERS = 1 << 24 };

/* Two images are nearly the same picture if they differ by less than this share of the range of all
 * numbers (root mean square), which is two or three of 255 levels; and a set shows nothing but one
 * if this share of its images are nearly the first. */
static const double same_picture = 0.01, same_share = 0.99;

typedef struct looking {
    emb__selection all;
    size_t count;  /* looked at */
    float *row;    /* an image */
    float *first;  /* the first of them */
    float *limits; /* the least and the largest number of each channel */
    float low, high;
} looking;

static void look_row(const emb_net *net, looking *l, size_t i) {
    const emb_images *images = l->all.images;
    const size_t at = i * l->all.count / l->count;
    emb__net_row(net, images, l->all.indices ? l->all.indices[at] : at, l->row);
}

/* The least and the largest of these and of the numbers; without calls, so that vectors do it. */
static void widen(float *low, float *high, const float *numbers, size_t count) {
    float least = *low, most = *high;
    for (size_t i = 0; i < count; i++) {
        least = numbers[i] < least ? numbers[i] : least;
        most = numbers[i] > most ? numbers[i] : most;
    }
    *low = least;
    *high = most;
}

/* The limits of each channel, over all that is looked at. */
static void look_limits(const emb_net *net, looking *l) {
    const int *s = l->all.images->shape;
    const size_t plane = (size_t)s[1] * (size_t)s[2];
    l->low = INFINITY;
    l->high = -INFINITY;
    for (int c = 0; c < s[0]; c++) {
        l->limits[2 * c] = INFINITY;
        l->limits[2 * c + 1] = -INFINITY;
    }
    for (size_t i = 0; i < l->count; i++) {
        look_row(net, l, i);
        for (size_t c = 0; c < (size_t)s[0]; c++) {
            widen(&l->limits[2 * c], &l->limits[2 * c + 1], l->row + c * plane, plane);
        }
    }
    for (int c = 0; c < s[0]; c++) {
        l->low = fminf(l->low, l->limits[2 * c]);
        l->high = fmaxf(l->high, l->limits[2 * c + 1]);
    }
}

/* The sum of the squared differences; eight sums, so that none waits for the one before. */
static double squares(const float *a, const float *b, size_t count) {
    enum { SUMS = 8 };
    double sums[SUMS] = {0};
    size_t i = 0;
    for (; i + SUMS <= count; i += SUMS) {
        for (size_t k = 0; k < SUMS; k++) {
            const double d = (double)a[i + k] - (double)b[i + k];
            sums[k] += d * d;
        }
    }
    for (; i < count; i++) sums[0] += ((double)a[i] - (double)b[i]) * ((double)a[i] - (double)b[i]);
    for (size_t k = 1; k < SUMS; k++) sums[0] += sums[k];
    return sums[0];
}

/* The share of the others that are nearly the first. */
static double share_alike(const emb_net *net, looking *l, size_t size) {
    const double bar = same_picture * ((double)l->high - (double)l->low);
    size_t alike = 0;
    look_row(net, l, 0);
    memcpy(l->first, l->row, size * sizeof *l->first);
    for (size_t i = 1; i < l->count; i++) {
        look_row(net, l, i);
        alike += sqrt(squares(l->row, l->first, size) / (double)size) <= bar;
    }
    return l->count > 1 ? (double)alike / (double)(l->count - 1) : 0;
}

static void judge_looks(const emb_net *net, looking *l, emb_data_checkup *c) {
    const int *s = l->all.images->shape;
    look_limits(net, l);
    c->looked = l->count;
    c->channel = -1;
    for (int i = s[0] - 1; i >= 0 && s[0] > 1 && s[1] * s[2] > 1; i--) {
        if (l->limits[2 * i] < l->limits[2 * i + 1]) continue;
        c->channel = i;
        c->constant = (double)l->limits[2 * i];
        c->channels++;
    }
    c->alike = share_alike(net, l, (size_t)s[0] * (size_t)s[1] * (size_t)s[2]);
    if (c->alike >= same_share) c->findings |= EMB_DATA_ALIKE;
    /* If all is one number, that is said first. */
    if (c->channels > 0 && c->channels < s[0]) c->findings |= EMB_DATA_CHANNEL;
}

static emb_status look(const emb_net *net, const emb_images *images, const uint32_t *indices,
                       size_t count, emb_data_checkup *c) {
    looking l = {0};
    const size_t size = emb__images_size(images), most = NUMBERS / size;
    emb_status status = emb__select(images, indices, count, &l.all);
    if (status != EMB_OK) return status;
    l.count = most > LOOKED ? LOOKED : most < LEAST_LOOKED ? LEAST_LOOKED : most;
    if (l.count > l.all.count) l.count = l.all.count;
    float *numbers = emb__calloc(2 * size + 2 * (size_t)images->shape[0], sizeof *numbers);
    if (!numbers) return EMB_ERR_MEMORY;
    l.row = numbers;
    l.first = numbers + size;
    l.limits = numbers + 2 * size;
    judge_looks(net, &l, c);
    emb__free(numbers);
    return EMB_OK;
}

/* ---- how many there are ---------------------------------------------------------------------- */

/* Parameters for each number of the training images from which on a network learns them by heart.
 * The notebook's network with 8 numbers in a code, and one of embudo new's, were trained on 10 to
 * 5,000 digits: with more than one parameter a number their error on other digits was 2 to 190
 * times that on the training images, and hardly below the mean image's; with a tenth it was 1.2 to
 * 1.6 times. */
static const double heart = 1;

static void judge_count(const emb_net *net, const emb_images *images, size_t count,
                        emb_data_checkup *c) {
    c->parameters = net->param_count;
    c->numbers = count * emb__images_size(images);
    if ((double)c->parameters > heart * (double)c->numbers) c->findings |= EMB_DATA_FEW;
}

/* The classes of a classifier that one of the two shares lacks and the other has. */
static void judge_classes(const emb_images *images, const uint32_t *train, size_t train_count,
                          const uint32_t *val, size_t val_count, emb_data_checkup *c) {
    size_t counts[2][EMB_MAX_CLASSES] = {{0}};
    for (size_t i = 0; i < train_count; i++) counts[0][images->labels[train ? train[i] : i]]++;
    for (size_t i = 0; i < val_count; i++) counts[1][images->labels[val[i]]]++;
    for (int k = EMB_MAX_CLASSES - 1; k >= 0 && val_count > 0; k--) {
        const bool in_train = counts[0][k] > 0, in_val = counts[1][k] > 0;
        if (in_train == in_val) continue;
        /* What cannot be learned weighs more than what cannot be measured. */
        if (!in_val && c->untaught > 0) continue;
        if (!in_train && c->untaught++ == 0) c->unmeasured = 0;
        if (!in_val) c->unmeasured++;
        c->label = k;
        c->label_count = counts[!in_train][k];
    }
    if (c->untaught + c->unmeasured > 0) c->findings |= EMB_DATA_CLASSES;
}

emb_status emb_net_examine_data(const emb_net *net, const emb_images *images, const uint32_t *train,
                                size_t train_count, const uint32_t *val, size_t val_count,
                                emb_data_checkup *checkup) {
    EMB__ENTER;
    emb_data_checkup c = {.label = -1};
    if (!train) train_count = emb_images_count(images);
    emb_status status = emb_net_accepts(net, images);
    if (status == EMB_OK) status = emb__images_have(images, val, val ? val_count : 0);
    if (status == EMB_OK) status = look(net, images, train, train_count, &c);
    if (status != EMB_OK) return status;
    judge_count(net, images, train_count, &c);
    if (net->classifies && images->labels)
        judge_classes(images, train, train_count, val, val ? val_count : 0, &c);
    *checkup = c;
    return EMB_OK;
}

/* ---- black and white ------------------------------------------------------------------------- */

/* An image that reconstructs so much better with black and white exchanged is a negative of those
 * that the network learned. Networks of digits, light on dark, are some 20 times as good at them.
 */
static const double negative = 0.25;
static const double operations = 1e9; /* for one way */

/* The mean squared error of the images with black and white exchanged. */
static emb_status score_negative(emb_net *net, const emb_images *images, const uint32_t *indices,
                                 size_t count, double sum, double *mse) {
    const size_t size = emb__images_size(images);
    emb_score score;
    float *pixels = emb__calloc(count * size, sizeof *pixels);
    if (!pixels) return EMB_ERR_MEMORY;
    for (size_t i = 0; i < count; i++) {
        emb__net_row(net, images, indices ? indices[i] : i, pixels + i * size);
    }
    for (size_t k = 0; k < count * size; k++) pixels[k] = (float)(sum - (double)pixels[k]);
    emb_images *exchanged = emb_images_new_float(pixels, NULL, count, images->shape);
    emb_status status =
        exchanged ? emb_net_score(net, exchanged, NULL, 0, 1, &score) : emb__last_status();
    if (status == EMB_OK) *mse = score.mse;
    emb_images_free(exchanged);
    emb__free(pixels);
    return status;
}

emb_status emb_net_examine_shades(emb_net *net, const emb_images *images, emb_shades *shades) {
    EMB__ENTER;
    enum { FEW = 64 };
    emb_shades s = {.mse = NAN, .negative_mse = NAN};
    uint32_t indices[FEW];
    emb_preprocessing p;
    emb_score score;
    const size_t all = emb_images_count(images);
    const size_t most = NUMBERS / emb__images_size(images);
    size_t count = emb__affordable(net, operations, all < FEW ? all : FEW);
    if (count > most) count = most < 1 ? 1 : most;
    emb_status status = emb__net_reconstructs(net);
    if (status == EMB_OK) status = emb_net_accepts(net, images);
    if (status != EMB_OK) return status;
    emb_net_preprocessing(net, &p);
    for (size_t i = 0; i < count; i++) indices[i] = (uint32_t)(i * all / count);
    if (p.pixels) {
        status = emb_net_score(net, images, indices, count, 1, &score);
        if (status == EMB_OK) s.mse = score.mse;
        if (status == EMB_OK)
            status =
                score_negative(net, images, indices, count, p.black + p.white, &s.negative_mse);
    }
    s.is_negative = s.negative_mse < negative * s.mse;
    if (status == EMB_OK) *shades = s;
    return status;
}
