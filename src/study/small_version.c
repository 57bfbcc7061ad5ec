/* See small_version.h. */
#include "study/small_version.h"

#include <math.h>
#include <string.h>

enum { COARSE_SIZE = EMB__COARSE * EMB__COARSE };

/* Where side `to` out of `small` begins in `large`, in pixels. */
static double edge(size_t to, size_t small, size_t large) {
    return (double)to * (double)large / (double)small;
}

/* The weight of pixel `at` in from..to. */
static double share(size_t at, double from, double to) {
    const double low = from > (double)at ? from : (double)at;
    const double high = to < (double)(at + 1) ? to : (double)(at + 1);
    return high > low ? high - low : 0;
}

/* out[side][side] = the means of areas of one channel's box. `line` holds [box->width]. */
static void shrink(const float *channel, size_t stride, const emb__box *box, size_t side,
                   double *line, double *out) {
    const size_t height = box->height, width = box->width;
    const float *pixels = channel + box->top * stride + box->left;
    for (size_t r = 0; r < side; r++) {
        const double top = edge(r, side, height), bottom = edge(r + 1, side, height);
        for (size_t x = 0; x < width; x++) line[x] = 0;
        for (size_t y = (size_t)top; y < height && (double)y < bottom; y++) {
            const double weight = share(y, top, bottom) / (bottom - top);
            for (size_t x = 0; x < width; x++) line[x] += weight * (double)pixels[y * stride + x];
        }
        for (size_t c = 0; c < side; c++) {
            const double left = edge(c, side, width), right = edge(c + 1, side, width);
            double sum = 0;
            for (size_t x = (size_t)left; x < width && (double)x < right; x++) {
                sum += share(x, left, right) * line[x];
            }
            out[r * side + c] = sum / (right - left);
        }
    }
}

/* 1 2 1 along rows and columns; the outermost pixels repeat. */
static void blur(double *pixels, size_t side) {
    double line[EMB__FINE];
    for (size_t pass = 0; pass < 2; pass++) {
        const size_t step = pass == 0 ? 1 : side, next = pass == 0 ? side : 1;
        for (size_t i = 0; i < side; i++) {
            double *row = pixels + i * next;
            for (size_t j = 0; j < side; j++) {
                const double before = row[(j > 0 ? j - 1 : 0) * step];
                const double after = row[(j + 1 < side ? j + 1 : j) * step];
                line[j] = (before + 2 * row[j * step] + after) / 4;
            }
            for (size_t j = 0; j < side; j++) row[j * step] = line[j];
        }
    }
}

bool emb__small_normalise(double *numbers, size_t count) {
    double mean = 0, square = 0;
    for (size_t i = 0; i < count; i++) mean += numbers[i];
    mean /= (double)count;
    for (size_t i = 0; i < count; i++) {
        numbers[i] -= mean;
        square += numbers[i] * numbers[i];
    }
    if (!(square > 1e-4 * (double)count)) return false; /* a hundredth of black to white */
    const double scale = 1 / sqrt(square);
    for (size_t i = 0; i < count; i++) numbers[i] *= scale;
    return true;
}

static void add_sums(uint64_t sums[2], const float *pixels, size_t count) {
    sums[0] = UINT64_C(0xcbf29ce484222325);
    sums[1] = UINT64_C(0x84222325cbf29ce4);
    for (size_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, &pixels[i], sizeof bits);
        sums[0] = (sums[0] ^ bits) * UINT64_C(0x9e3779b97f4a7c15);
        sums[0] ^= sums[0] >> 32;
        sums[1] = (sums[1] ^ bits) * UINT64_C(0xc2b2ae3d27d4eb4f);
        sums[1] ^= sums[1] >> 29;
    }
}

static uint8_t as_byte(double level) {
    const double byte = level * 255 + 0.5;
    return byte < 0 ? 0 : byte > 255 ? 255 : (uint8_t)byte;
}

/* tiny[8][8] of coarse[16][16]. */
static void make_tiny(const double *coarse, float *tiny, bool *is_flat) {
    double numbers[EMB__TINY * EMB__TINY];
    for (size_t r = 0; r < EMB__TINY; r++) {
        for (size_t c = 0; c < EMB__TINY; c++) {
            const double *at = coarse + 2 * r * EMB__COARSE + 2 * c;
            numbers[r * EMB__TINY + c] =
                (at[0] + at[1] + at[EMB__COARSE] + at[EMB__COARSE + 1]) / 4;
        }
    }
    *is_flat = !emb__small_normalise(numbers, EMB__TINY * EMB__TINY);
    for (size_t i = 0; i < EMB__TINY * EMB__TINY; i++) tiny[i] = *is_flat ? 0 : (float)numbers[i];
}

/* Whether `count` pixels, `step` apart, are of the colour in every channel; `plane` lies between
 * channels. */
static bool is_ground(const float *at, size_t count, size_t step, size_t plane, size_t channels,
                      double low, double high, const double colour[3]) {
    static const double near = 8.0 / 255; /* a JPEG's noise is no picture */
    const double most = near * (high - low);
    for (size_t c = 0; c < channels; c++) {
        const double level = low + colour[c] * (high - low);
        for (size_t i = 0; i < count; i++) {
            const double off = (double)at[c * plane + i * step] - level;
            if (!(off <= most && off >= -most)) return false;
        }
    }
    return true;
}

emb__box emb__box_within(const float *pixels, const int shape[3], double low, double high,
                         const double colour[3]) {
    const size_t channels = (size_t)shape[0], height = (size_t)shape[1], width = (size_t)shape[2];
    const size_t plane = height * width;
    size_t top = 0, bottom = height, left = 0, right = width;
#define IS_ROW(r)    is_ground(pixels + (r)*width, width, 1, plane, channels, low, high, colour)
#define IS_COLUMN(c) is_ground(pixels + (c), height, width, plane, channels, low, high, colour)
    while (top < bottom && IS_ROW(top)) top++;
    if (top == bottom) return (emb__box){0, 0, height, width};
    while (IS_ROW(bottom - 1)) bottom--;
    while (IS_COLUMN(left)) left++;
    while (IS_COLUMN(right - 1)) right--;
#undef IS_ROW
#undef IS_COLUMN
    return (emb__box){top, left, bottom - top, right - left};
}

/* Whether each channel is one number, or nearly. */
static bool is_blank(const float *pixels, size_t channels, size_t plane, double range) {
    static const double near = 2.5 / 255; /* what a JPEG makes of it */
    for (size_t c = 0; c < channels; c++) {
        const float *at = pixels + c * plane;
        float least = at[0], most = at[0];
        for (size_t i = 1; i < plane; i++) {
            least = at[i] < least ? at[i] : least;
            most = at[i] > most ? at[i] : most;
        }
        if (!((double)most - (double)least <= near * range)) return false;
    }
    return true;
}

void emb__small_make(emb__small *small, const float *pixels, const int shape[3],
                     const emb__box *box, double low, double high, double *line, float *tiny) {
    const size_t channels = (size_t)shape[0], height = (size_t)shape[1], width = (size_t)shape[2];
    const bool colour = channels == 3;
    const double scale = high > low ? 1 / (high - low) : 0;
    double fine[EMB__FINE * EMB__FINE], coarse[COARSE_SIZE] = {0};
    double mean[EMB__FINE * EMB__FINE] = {0};
    add_sums(small->sums, pixels, channels * height * width);
    memset(small->fine, 0, sizeof small->fine);
    small->is_blank = is_blank(pixels, channels, height * width, high - low);
    small->ratio = (float)box->height / (float)box->width;
    for (size_t c = 0; c < channels; c++) {
        shrink(pixels + c * height * width, width, box, EMB__FINE, line, fine);
        blur(fine, EMB__FINE);
        for (size_t i = 0; i < EMB__FINE * EMB__FINE; i++) {
            const double level = (fine[i] - low) * scale;
            mean[i] += level / (double)channels;
            if (!colour) continue;
            small->fine[c * EMB__FINE * EMB__FINE + i] = as_byte(level);
        }
    }
    for (size_t i = 0; !colour && i < EMB__FINE * EMB__FINE; i++) {
        small->fine[i] = as_byte(mean[i]);
    }
    for (size_t r = 0; r < EMB__COARSE; r++) {
        for (size_t c = 0; c < EMB__COARSE; c++) {
            const double *at = mean + 2 * r * EMB__FINE + 2 * c;
            coarse[r * EMB__COARSE + c] = (at[0] + at[1] + at[EMB__FINE] + at[EMB__FINE + 1]) / 4;
        }
    }
    make_tiny(coarse, tiny, &small->is_flat);
    blur(coarse, EMB__COARSE);
    for (size_t i = 0; i < COARSE_SIZE; i++) small->coarse[i] = (float)coarse[i];
}
