/* Heat maps. See heat_map.h. */
#include "use/heat_map.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/network.h"
#include "core/strings.h"
#include "data/range.h"

/* A share of the smaller side is how far an error spreads: on 28 pixels by one. */
enum { SPREAD = 20 };

void cli_heat_begin(cli_heat *heat, const emb_net *net, double full) {
    *heat = (cli_heat){.net = net, .full = full > 0 ? full : 1};
    emb_net_input_shape(net, heat->shape);
    emb_view_shape(heat->shape, heat->view);
    heat->view[0] = 3;
    emb_preprocessing numbers;
    emb_net_preprocessing(net, &numbers);
    heat->range[0] = (float)numbers.low;
    heat->range[1] = (float)numbers.high;
}

static bool is_row(const cli_heat *heat) { return heat->shape[1] == 1 || heat->shape[2] == 1; }

static bool is_picture(const cli_heat *heat) {
    return !is_row(heat) && (heat->shape[0] == 1 || heat->shape[0] == 3);
}

static size_t plane_of(const cli_heat *heat) {
    return (size_t)heat->view[1] * (size_t)heat->view[2];
}

/* rgb = what emb_view makes of pixels[C][H][W] in 0..1, grey three times. */
static emb_status view(const cli_heat *heat, const float *pixels, const int shape[3],
                       const float range[2], float *rgb) {
    int own[3];
    const size_t plane = plane_of(heat);
    emb_view_shape(shape, own);
    const emb_status status = emb_view(pixels, shape, range, rgb);
    if (status != EMB_OK || own[0] == 3) return status;
    memcpy(rgb + plane, rgb, plane * sizeof *rgb);
    memcpy(rgb + 2 * plane, rgb, plane * sizeof *rgb);
    return status;
}

static size_t numbers_of(const cli_heat *heat) {
    return (size_t)heat->shape[0] * (size_t)heat->shape[1] * (size_t)heat->shape[2];
}

emb_status cli_heat_plain(const cli_heat *heat, const float *image, float *rgb) {
    const size_t size = numbers_of(heat);
    float *shaded = cli_alloc(size * sizeof *shaded);
    memcpy(shaded, image, size * sizeof *shaded);
    if (!is_row(heat)) cli_range_shade(heat->net, shaded, size);
    const emb_status status = view(heat, shaded, heat->shape, heat->range, rgb);
    free(shaded);
    return status;
}

/* ---- errors ---------------------------------------------------------------------------------- */

/* errors[planes][H][W], of a picture the mean over its channels. */
static float *measure(const cli_heat *heat, const float *image, const float *made, int *planes) {
    const size_t plane = (size_t)heat->shape[1] * (size_t)heat->shape[2];
    const size_t together = is_picture(heat) ? (size_t)heat->shape[0] : 1;
    float *errors = cli_alloc(numbers_of(heat) * sizeof *errors);
    *planes = is_picture(heat) ? 1 : heat->shape[0];
    for (size_t i = 0; i < (size_t)*planes * plane; i++) {
        float sum = 0;
        for (size_t c = 0; c < together; c++) {
            const float d = image[c * plane + i] - made[c * plane + i];
            sum += d * d;
        }
        errors[i] = sum / (float)together;
    }
    return errors;
}

/* to[n] = means of from[n], `step` apart, over `reach` on either side. */
static void blur_line(const float *from, float *to, size_t n, size_t step, size_t reach) {
    for (size_t i = 0; i < n; i++) {
        const size_t first = i < reach ? 0 : i - reach, end = i + reach < n ? i + reach + 1 : n;
        float sum = 0;
        for (size_t k = first; k < end; k++) sum += from[k * step];
        to[i * step] = sum / (float)(end - first);
    }
}

static void blur(float *plane, size_t height, size_t width) {
    const size_t reach = (height < width ? height : width) / SPREAD;
    float *across = cli_alloc(height * width * sizeof *across);
    for (size_t y = 0; y < height; y++) {
        blur_line(plane + y * width, across + y * width, width, 1, reach);
    }
    for (size_t x = 0; x < width; x++) blur_line(across + x, plane + x, height, width, reach);
    free(across);
}

/* ---- colours --------------------------------------------------------------------------------- */

/* From yellow to red, the more the less is seen through it. */
static void colour(float heat, float rgb[3]) {
    static const float cold[3] = {1, 0.85F, 0.1F}, hot[3] = {0.85F, 0, 0.1F};
    const float share = heat < 1 ? heat : 1, cover = 0.8F * powf(share, 0.7F);
    for (size_t c = 0; c < 3; c++) {
        const float paint = cold[c] + (hot[c] - cold[c]) * share;
        rgb[c] += cover * (paint - rgb[c]);
    }
}

/* Colours over a picture, in grey that is neither black nor white. */
static void paint(const cli_heat *heat, const float *errors, float *rgb) {
    const size_t plane = plane_of(heat);
    for (size_t i = 0; i < plane; i++) {
        const float grey = 0.299F * rgb[i] + 0.587F * rgb[plane + i] + 0.114F * rgb[2 * plane + i];
        const float clipped = grey < 0 ? 0 : grey > 1 ? 1 : grey;
        float pixel[3];
        for (size_t c = 0; c < 3; c++) pixel[c] = 0.1F + 0.75F * clipped;
        colour(errors[i], pixel);
        for (size_t c = 0; c < 3; c++) rgb[c * plane + i] = pixel[c];
    }
}

/* Channels that stand side by side have lines between them, which are no errors. */
static emb_status clear_gaps(const cli_heat *heat, float *errors, const int shape[3], float *seen) {
    static const float unit[2] = {0, 1};
    const size_t plane = plane_of(heat);
    if (shape[0] == 1) return EMB_OK;
    float *gaps = cli_alloc(3 * plane * sizeof *gaps);
    memset(errors, 0, numbers_of(heat) * sizeof *errors);
    const emb_status status = view(heat, errors, shape, unit, gaps);
    for (size_t i = 0; i < plane; i++) seen[i] = gaps[i] > 0 ? 0 : seen[i];
    free(gaps);
    return status;
}

emb_status cli_heat_over(const cli_heat *heat, const float *image, const float *made, float *rgb) {
    static const float unit[2] = {0, 1};
    int planes;
    const size_t height = (size_t)heat->shape[1], width = (size_t)heat->shape[2];
    float *errors = measure(heat, image, made, &planes);
    for (size_t p = 0; p < (size_t)planes && !is_row(heat); p++) {
        blur(errors + p * height * width, height, width);
    }
    for (size_t i = 0; i < (size_t)planes * height * width; i++) {
        errors[i] = fminf(errors[i] / (float)heat->full, is_row(heat) ? 100 : 1);
    }
    const int shape[3] = {planes, heat->shape[1], heat->shape[2]};
    emb_status status;
    if (is_row(heat)) {
        float range[2];
        emb_view_range(errors, 1, shape, range);
        range[0] = 0;
        range[1] = fmaxf(range[1], 1);
        status = view(heat, errors, shape, range, rgb);
    } else {
        float *seen = cli_alloc(3 * plane_of(heat) * sizeof *seen);
        status = view(heat, errors, shape, unit, seen);
        if (status == EMB_OK) status = clear_gaps(heat, errors, shape, seen);
        if (status == EMB_OK) status = cli_heat_plain(heat, image, rgb);
        if (status == EMB_OK) paint(heat, seen, rgb);
        free(seen);
    }
    free(errors);
    return status;
}
