/* See film.h. */
#include "train/film.h"

#include <stdlib.h>
#include <string.h>

#include "core/folders.h"
#include "core/message.h"
#include "core/network.h"
#include "data/range.h"

static bool failed(void) {
    cli_fail("%s", emb_error());
    return false;
}

static emb_status read_image(const cli_training *t, int epoch, size_t image, float *input) {
    emb_train_options noise = t->terms.options;
    const uint32_t index = (uint32_t)image;
    *noise.augment = '\0';
    return emb_train_images(t->subject.images, &noise, (size_t)epoch, &index, 1, input, NULL);
}

/* Asked for one image twice without a step between, the library packs the weights for one image,
 * which takes as much memory as they do. So it is given two, the same. */
bool cli_film_pair(const cli_training *t, int epoch, size_t image, float *pair) {
    const size_t pixels = cli_network_pixels(t->subject.net), bytes = pixels * sizeof *pair;
    const int label = emb_images_label(t->subject.images, image), labels[2] = {label, label};
    const bool conditional = emb_net_conditions(t->subject.net) > 0;
    if (conditional && emb_net_set_labels(t->subject.net, labels, 2) != EMB_OK) return failed();
    if (read_image(t, epoch, image, pair) != EMB_OK) return failed();
    float *twice = cli_alloc(2 * bytes), *made = cli_alloc(2 * bytes);
    memcpy(twice, pair, bytes);
    memcpy(twice + pixels, pair, bytes);
    const bool good = emb_net_reconstruct(t->subject.net, twice, 2, made, 1) == EMB_OK || failed();
    if (good) memcpy(pair + pixels, made, bytes);
    free(twice);
    free(made);
    if (good) cli_range_shade(t->subject.net, pair, 2 * pixels);
    return good;
}

/* The frames of the epochs that are done, from the file. False: it does not have them. */
static bool take_up(cli_film *film, const cli_training *t, const char *path) {
    emb_array kept;
    const size_t wanted = (size_t)t->epochs_done + 1;
    if (emb_array_read(path, &kept) != EMB_OK) return false;
    const bool whole =
        kept.rank == 4 && kept.shape[0] >= wanted && kept.count / kept.shape[0] == film->pixels;
    if (whole) {
        film->frames = cli_alloc(wanted * film->pixels * sizeof *film->frames);
        memcpy(film->frames, kept.values, wanted * film->pixels * sizeof *film->frames);
        film->count = wanted;
    }
    emb_array_free(&kept);
    return whole;
}

/* A film of other epochs, or of another run in this folder, must not stay. */
static bool none(cli_film *film, const char *path) {
    film->count = 0;
    return emb_file_remove(path) == EMB_OK || failed();
}

bool cli_film_begin(cli_film *film, const cli_training *t) {
    size_t watched = 0;
    *film = (cli_film){.pixels = cli_network_pixels(t->subject.net)};
    char *path = cli_run_folder_file(&t->folder, "film.npy");
    const uint32_t *indices = emb_run_val_indices(t->subject.run, &watched);
    const bool shown = watched > 0 && emb_net_has_part(t->subject.net, "decoder");
    bool good = true;
    if (shown) film->image = indices[0];
    if (!shown || (t->epochs_done > 0 && !take_up(film, t, path))) {
        good = none(film, path);
    } else if (t->epochs_done == 0) {
        film->frames = cli_alloc(film->pixels * sizeof *film->frames);
        film->count = 1;
        good = read_image(t, 0, film->image, film->frames) == EMB_OK || failed();
        if (good) cli_range_shade(t->subject.net, film->frames, film->pixels);
    }
    free(path);
    return good;
}

static bool write(const cli_film *film, const cli_training *t) {
    int shape[3];
    emb_images_shape(t->subject.images, shape);
    emb_array array = {.rank = 4,
                       .shape = {film->count, (size_t)shape[0], (size_t)shape[1], (size_t)shape[2]},
                       .count = film->count * film->pixels,
                       .values = film->frames};
    char *path = cli_run_folder_file(&t->folder, "film.npy");
    const bool good = emb_array_write(path, &array) == EMB_OK || failed();
    free(path);
    return good;
}

bool cli_film_add(cli_film *film, const cli_training *t, int epoch) {
    const size_t at = (size_t)epoch;
    /* After a retry an epoch comes again. */
    if (film->count < at || film->count == 0 || (at + 1) * film->pixels > CLI_FILM_MOST)
        return true;
    float *grown = cli_alloc((at + 1) * film->pixels * sizeof *grown);
    float *pair = cli_alloc(2 * film->pixels * sizeof *pair);
    memcpy(grown, film->frames, at * film->pixels * sizeof *grown);
    free(film->frames);
    film->frames = grown;
    film->count = at + 1;
    bool good = cli_film_pair(t, 0, film->image, pair);
    memcpy(grown + at * film->pixels, pair + film->pixels, film->pixels * sizeof *grown);
    good = good && write(film, t);
    free(pair);
    return good;
}

void cli_film_free(cli_film *film) {
    free(film->frames);
    *film = (cli_film){0};
}
