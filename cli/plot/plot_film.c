/* `embudo plot RUN film`: one validation image, and what the network made of it after each epoch.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/folders.h"
#include "core/message.h"
#include "core/shown.h"
#include "plot/plot_shared.h"

enum { COLUMNS = 11, MOST_FRAMES = 220, DELAY = 400 /* milliseconds */, REST = 4 };

/* The film as it is on disk, and which of its frames are shown: all, or some at even distances. */
typedef struct reel {
    emb_array film;
    int shape[3];
    size_t pixels, count, *frames;
} reel;

static bool open_reel(const cli_plot *plot, reel *r) {
    char *path = cli_format("%s/film.npy", plot->run);
    const bool there = cli_folder_has(plot->run, "film.npy");
    bool good = there && emb_array_read(path, &r->film) == EMB_OK;
    if (!there) {
        cli_fail("%s: has no film.npy, which autoencoders leave that were trained with validation "
                 "images",
                 plot->run);
    } else if (!good) {
        cli_fail("%s", emb_error());
    } else if (r->film.rank != 4 || r->film.shape[0] < 2 || r->film.count == 0) {
        cli_fail("%s: expected an array of the shape [N, C, H, W] with at least two images", path);
        good = false;
    }
    free(path);
    return good;
}

static void choose(reel *r) {
    const size_t all = r->film.shape[0];
    for (int i = 0; i < 3; i++) r->shape[i] = (int)r->film.shape[i + 1];
    r->pixels = r->film.count / all;
    r->count = all < MOST_FRAMES ? all : MOST_FRAMES;
    r->frames = cli_alloc(r->count * sizeof *r->frames);
    for (size_t i = 0; i < r->count; i++) r->frames[i] = i * (all - 1) / (r->count - 1);
}

static const float *frame_at(const reel *r, size_t i) {
    return r->film.values + r->frames[i] * r->pixels;
}

static emb_picture *draw_strip(const cli_plot *plot, const reel *r, bool animated) {
    const size_t columns = r->count < COLUMNS ? r->count : COLUMNS;
    const size_t rows = (r->count + columns - 1) / columns, cells = rows * columns;
    float *pixels = cli_alloc(cells * r->pixels * sizeof *pixels);
    char **captions = cli_alloc(cells * sizeof *captions);
    for (size_t i = 0; i < cells; i++) {
        captions[i] = NULL;
        pixels[i * r->pixels] = NAN; /* stays blank */
        if (i >= r->count) continue;
        memcpy(pixels + i * r->pixels, frame_at(r, i), r->pixels * sizeof *pixels);
        captions[i] = i == 0 ? cli_format("%s", cli_word_text(CLI_WORD_PRACTICE_ORIGINAL))
                             : cli_told(cli_word_text(CLI_WORD_EPOCH_NUMBER), r->frames[i]);
    }
    const emb_figure figure = {.rows = (int)rows,
                               .columns = (int)columns,
                               .shape = {r->shape[0], r->shape[1], r->shape[2]},
                               .pixels = pixels,
                               .captions = (const char *const *)captions,
                               .scale = plot->scale,
                               .title = cli_plot_title(plot, cli_word_text(CLI_WORD_FILM_TITLE))};
    if (animated) cli_show_figure(&figure);
    emb_picture *picture =
        animated ? NULL : cli_plot_drawn(cli_shown_figure(&figure, plot->format));
    for (size_t i = 0; i < cells; i++) free(captions[i]);
    free(captions);
    free(pixels);
    return picture;
}

/* The image beside what became of it: channels of both rows, one row after the other. */
static void pair(const reel *r, size_t i, float *out) {
    const size_t width = (size_t)r->shape[2], rows = r->pixels / width;
    for (size_t row = 0; row < rows; row++) {
        memcpy(out + 2 * row * width, frame_at(r, 0) + row * width, width * sizeof *out);
        memcpy(out + (2 * row + 1) * width, frame_at(r, i) + row * width, width * sizeof *out);
    }
}

/* It rests at the end, and begins again. */
static emb_picture *draw_reel(const cli_plot *plot, const reel *r) {
    const size_t frames = r->count - 1 + REST, size = 2 * r->pixels;
    float *pixels = cli_alloc(frames * size * sizeof *pixels);
    for (size_t i = 0; i < frames; i++) {
        pair(r, i + 1 < r->count ? i + 1 : r->count - 1, pixels + i * size);
    }
    const emb_animation animation = {.count = frames,
                                     .shape = {r->shape[0], r->shape[1], 2 * r->shape[2]},
                                     .pixels = pixels,
                                     .delay = DELAY};
    emb_picture *picture = cli_plot_drawn(emb_animation_draw(&animation, plot->format));
    free(pixels);
    return picture;
}

emb_picture *cli_plot_film(cli_plot *plot) {
    const bool moves = plot->format == EMB_GIF || plot->format == EMB_APNG;
    emb_picture *picture = NULL;
    reel r = {0};
    if (!cli_is_folder(plot->run)) {
        cli_fail("%s is not a run's folder; the film of the epochs is in a run's film.npy",
                 plot->run);
        return NULL;
    }
    if (!cli_folder_hold(plot->run)) return NULL;
    if (open_reel(plot, &r)) {
        choose(&r);
        picture = moves ? draw_reel(plot, &r) : draw_strip(plot, &r, false);
        if (picture && moves && cli_shown_on()) draw_strip(plot, &r, true);
    }
    emb_array_free(&r.film);
    free(r.frames);
    return picture;
}
