/* `embudo plot RUN walk`: the straight way from one image's code to another's, decoded. */
#include <stdlib.h>
#include <string.h>

#include "core/message.h"
#include "core/network.h"
#include "core/shown.h"
#include "core/strings.h"
#include "data/open_data.h"
#include "data/range.h"
#include "plot/plot_shared.h"

enum { DEFAULT_STOPS = 4, STRIP_STEPS = 8, REEL_STEPS = 24, REST = 8, MOST_LABEL = 256 };

static int label_of(const cli_plot *plot, size_t i) {
    return emb_images_label(plot->split.images, cli_split_index(&plot->split, i));
}

/* For a conditional network, the first images of one label: its decoder draws that one all the way.
 */
static bool choose_alike(cli_plot *plot) {
    char name[CLI_NUMBER_SIZE];
    const int wanted = plot->has_label ? plot->label : label_of(plot, 0);
    for (size_t i = 0; i < plot->split.count && plot->image_count < DEFAULT_STOPS; i++) {
        if (label_of(plot, i) == wanted) plot->images[plot->image_count++] = i;
    }
    if (plot->image_count >= 2) return true;
    cli_fail("%s has no two images of label %s to walk between; name images with --images, as in "
             "--images 0,1",
             plot->dataset ? plot->dataset : "mnist",
             cli_class_name(plot->split.images, wanted, name));
    return false;
}

/* The first image of each of the first classes there are: 0, 1, 2, ... in that order. */
static bool choose_stops(cli_plot *plot) {
    size_t first[MOST_LABEL];
    bool found[MOST_LABEL] = {false};
    if (emb_net_conditions(plot->net) > 0) return choose_alike(plot);
    for (size_t i = 0; i < plot->split.count; i++) {
        const int label = label_of(plot, i);
        if (label < 0 || label >= MOST_LABEL || found[label]) continue;
        found[label] = true;
        first[label] = i;
    }
    for (int label = 0; label < MOST_LABEL && plot->image_count < DEFAULT_STOPS; label++) {
        if (found[label]) plot->images[plot->image_count++] = first[label];
    }
    if (plot->image_count >= 2) return true;
    cli_fail("%s has no labels of two classes to choose images by; name them with --images, as in "
             "--images 0,1",
             plot->dataset ? plot->dataset : "mnist");
    return false;
}

/* The way as codes: `steps` between two stops, ends included; one leg after another. */
typedef struct way {
    size_t legs, steps, size, latent; /* steps: of a leg, its ends included; size: of an image */
    float *stops;                     /* [legs + 1][size]: the original images */
    float *pixels;                    /* [legs][steps][size] */
} way;

/* A conditional network draws the one label of all stops, or else that of the nearer end. */
static bool set_labels(cli_plot *plot, const way *w) {
    const size_t count = w->legs * w->steps;
    bool alike = true;
    for (size_t i = 0; i <= w->legs; i++) {
        alike = alike && label_of(plot, plot->images[i]) == label_of(plot, plot->images[0]);
    }
    if (emb_net_conditions(plot->net) == 0 || plot->has_label) return true;
    if (label_of(plot, 0) < 0) return true; /* the decoder says that it needs one */
    if (alike) return cli_plot_one_label(plot, label_of(plot, plot->images[0]));
    int *labels = cli_alloc(count * sizeof *labels);
    for (size_t i = 0; i < count; i++) {
        const size_t far = 2 * (i % w->steps) >= w->steps ? 1 : 0;
        labels[i] = label_of(plot, plot->images[i / w->steps + far]);
    }
    const bool good = emb_net_set_labels(plot->net, labels, count) == EMB_OK;
    free(labels);
    if (!good) cli_fail("%s", emb_error());
    return good;
}

static emb_status encode(cli_plot *plot, const way *w, float *ends) {
    uint32_t stops[CLI_PLOT_MOST_IMAGES];
    for (size_t i = 0; i <= w->legs; i++) {
        stops[i] = (uint32_t)cli_split_index(&plot->split, plot->images[i]);
    }
    return emb_net_encode_images(plot->net, plot->split.images, stops, w->legs + 1, ends,
                                 plot->threads);
}

static bool decode(cli_plot *plot, way *w) {
    const size_t stops = w->legs + 1, count = w->legs * w->steps;
    float *ends = cli_alloc(stops * w->latent * sizeof *ends);
    float *codes = cli_alloc(count * w->latent * sizeof *codes);
    bool good = true;
    for (size_t i = 0; good && i < stops; i++) {
        good = cli_split_fetch(&plot->split, plot->images[i], 1, w->stops + i * w->size) == EMB_OK;
    }
    good = good && encode(plot, w, ends) == EMB_OK;
    for (size_t i = 0; good && i < count; i++) {
        const float *from = ends + i / w->steps * w->latent, *to = from + w->latent;
        const float share = (float)(i % w->steps) / (float)(w->steps - 1);
        for (size_t k = 0; k < w->latent; k++) {
            codes[i * w->latent + k] = from[k] + share * (to[k] - from[k]);
        }
    }
    good = good && emb_net_decode(plot->net, codes, count, w->pixels, plot->threads) == EMB_OK;
    if (!good) cli_fail("%s", emb_error());
    cli_range_shade(plot->net, w->stops, stops * w->size);
    if (good) cli_range_shade(plot->net, w->pixels, count * w->size);
    free(ends);
    free(codes);
    return good;
}

/* "A straight walk ... (images), label 7", to be freed. */
static char *title_of(const cli_plot *plot) {
    char *title = cli_plot_about(plot, CLI_WORD_WALK_TITLE);
    if (emb_net_conditions(plot->net) == 0 || plot->has_label) {
        return cli_plot_labelled(plot, title);
    }
    char *text = cli_format("%s, %s", title, cli_word_text(CLI_WORD_NEARER_LABEL));
    free(title);
    return text;
}

/* A row for each leg: the first original, the way, the other original. `animated`: only for the
 * terminal, which shows an animation so. */
static emb_picture *draw_strip(const cli_plot *plot, const way *w, bool animated) {
    const size_t columns = w->steps + 2, cells = w->legs * columns;
    float *pixels = cli_alloc(cells * w->size * sizeof *pixels);
    char **captions = cli_alloc(cells * sizeof *captions);
    for (size_t i = 0; i < cells; i++) {
        const size_t leg = i / columns, column = i % columns;
        const bool stop = column == 0 || column == columns - 1;
        const size_t end = leg + (column != 0);
        const float *from =
            stop ? w->stops + end * w->size : w->pixels + (leg * w->steps + column - 1) * w->size;
        memcpy(pixels + i * w->size, from, w->size * sizeof *pixels);
        captions[i] = stop ? cli_told(cli_word_text(CLI_WORD_IMAGE), plot->images[end])
                           : cli_told("%.2f", (double)(column - 1) / (double)(w->steps - 1));
    }
    char *title = title_of(plot);
    emb_figure figure = {.rows = (int)w->legs,
                         .columns = (int)columns,
                         .pixels = pixels,
                         .captions = (const char *const *)captions,
                         .scale = plot->scale,
                         .title = cli_plot_title(plot, title)};
    emb_images_shape(plot->split.images, figure.shape);
    if (animated) cli_show_figure(&figure);
    emb_picture *picture =
        animated ? NULL : cli_plot_drawn(cli_shown_figure(&figure, plot->format));
    for (size_t i = 0; i < cells; i++) free(captions[i]);
    free(title);
    free(captions);
    free(pixels);
    return picture;
}

/* There and back again, so that it repeats without a jump; it rests at each stop. */
static emb_picture *draw_reel(const cli_plot *plot, const way *w) {
    const size_t steps = w->legs * (w->steps - 1), period = 2 * steps;
    const size_t frames = period + period / (w->steps - 1) * (REST - 1);
    float *pixels = cli_alloc(frames * w->size * sizeof *pixels), *out = pixels;
    for (size_t i = 0; i < period; i++) {
        const size_t place = i <= steps ? i : period - i;
        const size_t leg = place == steps ? w->legs - 1 : place / (w->steps - 1);
        const float *image = w->pixels + (leg * w->steps + place - leg * (w->steps - 1)) * w->size;
        const int shown = place % (w->steps - 1) == 0 ? REST : 1;
        for (int k = 0; k < shown; k++, out += w->size) {
            memcpy(out, image, w->size * sizeof *out);
        }
    }
    emb_animation animation = {.count = frames, .pixels = pixels};
    emb_images_shape(plot->split.images, animation.shape);
    emb_picture *picture = cli_plot_drawn(emb_animation_draw(&animation, plot->format));
    free(pixels);
    return picture;
}

emb_picture *cli_plot_walk(cli_plot *plot) {
    const bool moves = plot->format == EMB_GIF || plot->format == EMB_APNG;
    if (plot->image_count == 0 && !choose_stops(plot)) return NULL;
    if (plot->image_count < 2) {
        cli_fail("--images names one image; a walk needs at least two, as in --images 3,7");
        return NULL;
    }
    if (!cli_plot_check_images(plot)) return NULL;
    const int between = plot->steps ? plot->steps : moves ? REEL_STEPS : STRIP_STEPS;
    way w = {.legs = plot->image_count - 1,
             .steps = (size_t)between + 2,
             .size = cli_network_pixels(plot->net),
             .latent = (size_t)emb_net_latent(plot->net)};
    /* There and back in an animation, resting at the stops. */
    if (!cli_plot_fits(plot, (moves ? 2 : 1) * w.legs * (w.steps + REST), "--steps")) return NULL;
    w.stops = cli_alloc((w.legs + 1) * w.size * sizeof *w.stops);
    w.pixels = cli_alloc(w.legs * w.steps * w.size * sizeof *w.pixels);
    emb_picture *picture = NULL;
    if (set_labels(plot, &w) && decode(plot, &w))
        picture = moves ? draw_reel(plot, &w) : draw_strip(plot, &w, false);
    if (picture && moves && cli_shown_on()) draw_strip(plot, &w, true);
    free(w.stops);
    free(w.pixels);
    return picture;
}
