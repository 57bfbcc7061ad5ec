/* Points of classes over a plane, each class named at the middle of its points. */
#include <math.h>
#include <stdlib.h>

#include "base/entry.h"
#include "base/memory.h"
#include "draw/axes.h"

enum { CROWD = 20000, MANY = 5000, FEW = 1500, NAME = 20 };

static emb_status check(const emb_scatter *scatter, int *width, int *height) {
    emb_status status = emb__side(scatter->width, 900, width, true);
    if (status == EMB_OK) status = emb__side(scatter->height, 760, height, false);
    if (status != EMB_OK) return status;
    if (scatter->count == 0) {
        return emb__fail(EMB_ERR_ARGUMENT, "no points to draw; expected at least one");
    }
    if (scatter->labels && (scatter->classes < 1 || scatter->classes > EMB_MAX_CLASSES)) {
        return emb__fail(EMB_ERR_ARGUMENT, "points of %d classes: expected 1 to %d",
                         scatter->classes, EMB_MAX_CLASSES);
    }
    return EMB_OK;
}

/* A little room at each side, so that no point lies on the frame. */
static void add_air(emb__range *range) {
    const double air = 0.03 * (range->most - range->least);
    emb__range_add(range, range->least - air);
    emb__range_add(range, range->most + air);
}

static emb_status set_rulers(const emb_scatter *scatter, emb__axes *axes) {
    emb__range x = {0}, y = {0};
    for (size_t i = 0; i < scatter->count; i++) {
        emb__range_add(&x, (double)scatter->points[2 * i]);
        emb__range_add(&y, (double)scatter->points[2 * i + 1]);
    }
    if (scatter->x.scale != EMB_SCALE_LOG) add_air(&x);
    if (scatter->y.scale != EMB_SCALE_LOG) add_air(&y);
    emb_status status = emb__ruler_set(&axes->x, &scatter->x, &x, 9, false, "x");
    if (status == EMB_OK) status = emb__ruler_set(&axes->y, &scatter->y, &y, 9, false, "y");
    return status;
}

static int class_of(const emb_scatter *scatter, size_t i) {
    if (!scatter->labels) return 0;
    const int label = scatter->labels[i];
    return label >= 0 && label < scatter->classes ? label : -1;
}

static uint32_t colour_of(const emb_scatter *scatter, int class) {
    if (class < 0) return EMB__FRAME;
    return emb__colour((size_t) class, scatter->labels ? (size_t)scatter->classes : 1);
}

/* Draws them in the order in which they come, so that no class lies on top of all others. The more
 * points, the smaller they are. */
static void draw_points(const emb_scatter *scatter, const emb__axes *axes, emb__canvas *canvas) {
    const bool many = scatter->count > MANY, few = scatter->count <= FEW;
    const double radius = few ? 3.2 : scatter->count > CROWD ? 1.6 : 2.2;
    if (many) emb__canvas_begin_pixels(canvas, axes->left, axes->top, axes->width, axes->height);
    for (size_t i = 0; i < scatter->count; i++) {
        const double x = emb__ruler_place(&axes->x, (double)scatter->points[2 * i]);
        const double y = emb__ruler_place(&axes->y, (double)scatter->points[2 * i + 1]);
        if (!(x >= axes->left && x <= axes->left + axes->width && y >= axes->top &&
              y <= axes->top + axes->height)) {
            continue;
        }
        emb__ink ink = emb__fill(colour_of(scatter, class_of(scatter, i)));
        ink.alpha = few ? 1 : 0.7;
        emb__canvas_disc(canvas, x, y, radius, ink);
    }
    if (many) emb__canvas_end_pixels(canvas);
}

static int by_size(const void *a, const void *b) {
    const float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

/* The median of one coordinate of a class's points; `values` is room for all of them. */
static bool middle(const emb_scatter *scatter, int class, size_t coordinate, float *values,
                   double *at) {
    size_t count = 0;
    for (size_t i = 0; i < scatter->count; i++) {
        const float value = scatter->points[2 * i + coordinate];
        if (class_of(scatter, i) == class && isfinite(value)) values[count++] = value;
    }
    if (count == 0) return false;
    qsort(values, count, sizeof *values, by_size);
    *at = (double)values[count / 2];
    return true;
}

/* Where the classes' names stand. */
typedef struct places {
    int count, class[EMB_MAX_CLASSES];
    double x[EMB_MAX_CLASSES], y[EMB_MAX_CLASSES];
} places;

/* Moves names that overlap apart, a little at a time, always in the same order. */
static void part(places *at) {
    enum { ROUNDS = 40 };
    const double apart = NAME * 0.95;
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < at->count; i++) {
            for (int k = 0; k < i; k++) {
                double dx = at->x[i] - at->x[k], dy = at->y[i] - at->y[k];
                double length = sqrt(dx * dx + dy * dy);
                if (length >= apart) continue;
                if (length < 1e-6) dx = length = 1;
                const double step = (apart - length) / 2 / length;
                at->x[i] += dx * step;
                at->x[k] -= dx * step;
                at->y[i] += dy * step;
                at->y[k] -= dy * step;
            }
        }
    }
}

static emb_status draw_names(const emb_scatter *scatter, const emb__names *names,
                             const emb__axes *axes, emb__canvas *canvas) {
    if (!scatter->labels || scatter->no_names_on_plane) return EMB_OK;
    places at = {0};
    float *values = emb__alloc(scatter->count * sizeof *values);
    if (!values) return EMB_ERR_MEMORY;
    for (int class = 0; class < scatter->classes; class ++) {
        double x, y;
        if (!middle(scatter, class, 0, values, &x) || !middle(scatter, class, 1, values, &y)) {
            continue;
        }
        at.class[at.count] = class;
        at.x[at.count] = emb__ruler_place(&axes->x, x);
        at.y[at.count] = emb__ruler_place(&axes->y, y);
        if (isfinite(at.x[at.count]) && isfinite(at.y[at.count])) at.count++;
    }
    emb__free(values);
    part(&at);
    for (int i = 0; i < at.count; i++) {
        emb__canvas_text(
            canvas, at.x[i], at.y[i] + NAME * 0.36,
            (emb__letters){.size = NAME, .rgb = EMB__DARK, .align = EMB__CENTRE, .halo = true},
            names->at[at.class[i]]);
    }
    return EMB_OK;
}

static void set_keys(const emb_scatter *scatter, const emb__names *names, emb__key *keys) {
    for (int i = 0; i < scatter->classes; i++) {
        keys[i] = (emb__key){
            .label = names->at[i], .rgb = colour_of(scatter, i), .mark = 0, .marked = true};
    }
}

static emb_status draw(const emb_scatter *scatter, emb__canvas *canvas, int width, int height) {
    emb__key keys[EMB_MAX_CLASSES];
    emb__names names;
    emb__axes axes = {.title = scatter->title, .legend_title = scatter->legend_title, .keys = keys};
    emb_status status = set_rulers(scatter, &axes);
    if (status == EMB_OK) status = emb__canvas_open(canvas, width, height);
    if (status != EMB_OK) return status;
    if (scatter->labels) {
        emb__names_set(&names, scatter->names, scatter->classes);
        set_keys(scatter, &names, keys);
        axes.key_count = (size_t)scatter->classes;
    }
    emb__axes_lay_out(&axes, canvas, 0, width, height);
    emb__axes_draw(&axes, canvas);
    draw_points(scatter, &axes, canvas);
    return draw_names(scatter, &names, &axes, canvas);
}

emb_picture *emb_scatter_draw(const emb_scatter *scatter, emb_format format) {
    EMB__ENTER;
    int width = 0, height = 0;
    if (check(scatter, &width, &height) != EMB_OK) return NULL;
    emb__canvas *canvas = emb__canvas_new(format);
    return canvas ? emb__canvas_finish(canvas, draw(scatter, canvas, width, height)) : NULL;
}
