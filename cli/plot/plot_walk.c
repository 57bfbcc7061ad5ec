/* `embudo plot RUN walk`: the straight way from one image's code to another's, decoded. */
#include <stdlib.h>
#include <string.h>

#include "core/message.h"
#include "core/network.h"
#include "core/strings.h"
#include "data/range.h"
#include "plot/plot_shared.h"

enum { DEFAULT_STOPS = 4, STRIP_STEPS = 8, REEL_STEPS = 24, REST = 8, MOST_LABEL = 256 };

/* The first image of each of the first classes there are: 0, 1, 2, ... in that order. */
static bool choose_stops(cli_plot *plot) {
    size_t first[MOST_LABEL];
    bool found[MOST_LABEL] = {false};
    for (size_t i = 0; i < plot->split.count; i++) {
        const int label = emb_images_label(plot->split.images, cli_split_index(&plot->split, i));
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

static bool decode(cli_plot *plot, way *w) {
    const size_t stops = w->legs + 1, count = w->legs * w->steps;
    float *ends = cli_alloc(stops * w->latent * sizeof *ends);
    float *codes = cli_alloc(count * w->latent * sizeof *codes);
    bool good = true;
    for (size_t i = 0; good && i < stops; i++) {
        good = cli_split_fetch(&plot->split, plot->images[i], 1, w->stops + i * w->size) == EMB_OK;
    }
    good = good && emb_net_encode(plot->net, w->stops, stops, ends, plot->threads) == EMB_OK;
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

/* A row for each leg: the first original, the way, the other original. */
static emb_picture *draw_strip(const cli_plot *plot, const way *w) {
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
        captions[i] = stop ? cli_format(cli_plot_word(plot, CLI_WORD_IMAGE), plot->images[end])
                           : cli_format("%.2f", (double)(column - 1) / (double)(w->steps - 1));
    }
    char *title = cli_plot_about(plot, CLI_WORD_WALK_TITLE);
    emb_figure figure = {.rows = (int)w->legs,
                         .columns = (int)columns,
                         .pixels = pixels,
                         .captions = (const char *const *)captions,
                         .scale = plot->scale,
                         .title = cli_plot_title(plot, title)};
    emb_images_shape(plot->split.images, figure.shape);
    emb_picture *picture = cli_plot_drawn(emb_figure_draw(&figure, plot->format));
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
    if (decode(plot, &w)) picture = moves ? draw_reel(plot, &w) : draw_strip(plot, &w);
    free(w.stops);
    free(w.pixels);
    return picture;
}
