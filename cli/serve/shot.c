/* See shot.h. */
#include "serve/shot.h"

#include <stdlib.h>
#include <string.h>

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

/* ---- the images and the copies --------------------------------------------------------------- */

static size_t at_least_one(size_t count) { return count > 0 ? count : 1; }

static void find_sizes(cli_scene *scene, const cli_training *t, size_t watched) {
    const emb_net *net = t->subject.net;
    emb_net_input_shape(net, scene->shape);
    scene->pixels = (size_t)scene->shape[0] * (size_t)scene->shape[1] * (size_t)scene->shape[2];
    scene->latent = emb_net_latent(net);
    scene->count = least(watched, CLI_SCENE_IMAGES);
    scene->count = least(scene->count, at_least_one(CLI_SCENE_MOST_IMAGES / scene->pixels));
    scene->count = least(scene->count, at_least_one(CLI_SCENE_MOST_CODES / (size_t)scene->latent));
    scene->pictures = (int)least(least(scene->count, CLI_SCENE_PICTURES),
                                 at_least_one(CLI_SCENE_MOST_BYTES / scene->pixels));
}

/* With all that a file of it would say; *size = that file's, about. */
static emb_net *copy_of(const emb_net *net, size_t *size) {
    uint8_t *bytes = NULL;
    if (emb_net_save_bytes(net, NULL, 0, &bytes, size) != EMB_OK) return NULL;
    emb_net *copy = emb_net_open_bytes(bytes, *size, "the network in training");
    free(bytes);
    return copy;
}

static bool make_copies(cli_scene *scene, cli_explorer *e, const emb_net *net) {
    size_t size = 0;
    e->net = copy_of(net, &size);
    scene->spare = copy_of(net, &size);
    scene->model_size = size <= CLI_SCENE_MOST_MODEL ? size : 0;
    if (scene->model_size > 0) e->past = copy_of(net, &size);
    return e->net && scene->spare && (e->past || scene->model_size == 0);
}

bool cli_shot_begin(cli_scene *scene, cli_explorer *e, const cli_training *t) {
    const emb_net *net = t->subject.net;
    if (!emb_net_has_part(net, "encoder") || !emb_net_has_part(net, "decoder")) return true;
    size_t watched = 0;
    const uint32_t *indices = cli_subject_watched(&t->subject, &watched);
    if (watched == 0) return true;
    find_sizes(scene, t, watched);
    e->places = calloc(scene->count, sizeof *e->places);
    e->codes = calloc(scene->count * (size_t)scene->latent, sizeof *e->codes);
    e->split.images = emb_images_pick(t->subject.images, indices, scene->count);
    e->split.count = scene->count;
    e->split.part = t->subject.val_count > 0 ? CLI_PART_VAL : CLI_PART_TRAIN;
    if (!e->places || !e->codes || !e->split.images || !make_copies(scene, e, net)) return false;
    memcpy(e->places, indices, scene->count * sizeof *e->places);
    e->past_step = emb_run_steps(t->subject.run);
    cli_scene_settle(scene);
    return true;
}

/* ---- a shot ---------------------------------------------------------------------------------- */

/* The copy that the server does not use. */
static emb_net *borrow(cli_scene *scene) {
    cli_scene_lock(scene);
    emb_net *net = scene->fresh ? scene->fresh : scene->spare;
    scene->fresh = scene->spare = NULL;
    cli_scene_unlock(scene);
    return net;
}

/* Bytes 0..255 of the first images as the network makes them. */
static bool make_pictures(const cli_scene *scene, const cli_training *t, emb_net *net,
                          const uint32_t *indices, uint8_t *bytes) {
    const size_t count = (size_t)scene->pictures, numbers = count * scene->pixels;
    emb_preprocessing p;
    int labels[CLI_SCENE_PICTURES];
    float *values = malloc(2 * numbers * sizeof *values);
    if (!values) return false;
    emb_net_preprocessing(net, &p);
    const double black = p.floats && p.pixels ? p.black : 0,
                 white = p.floats && p.pixels ? p.white : 1;
    for (size_t i = 0; i < count; i++) labels[i] = emb_images_label(t->subject.images, indices[i]);
    if (emb_net_conditions(net) > 0) emb_net_set_labels(net, labels, count);
    float *made = values + numbers;
    const bool good = emb_images_fetch(t->subject.images, indices, count, values, NULL) == EMB_OK &&
                      emb_net_reconstruct(net, values, count, made, t->asked.threads) == EMB_OK;
    for (size_t i = 0; good && i < numbers; i++) {
        const double x = ((double)made[i] - black) / (white - black);
        bytes[i] = (uint8_t)(x >= 0 ? (x > 1 ? 1 : x) * 255 + 0.5 : 0);
    }
    free(values);
    return good;
}

static bool fill(const cli_scene *scene, const cli_training *t, emb_net *net, cli_shot *shot) {
    size_t watched = 0;
    const uint32_t *indices = cli_subject_watched(&t->subject, &watched);
    shot->step = emb_run_steps(t->subject.run);
    shot->codes = malloc(scene->count * (size_t)scene->latent * sizeof *shot->codes);
    shot->pictures = malloc((size_t)scene->pictures * scene->pixels);
    emb_net_take(net, t->subject.net);
    const bool kept = scene->model_size == 0 ||
                      emb_net_save_bytes(net, NULL, 0, &shot->model, &shot->model_size) == EMB_OK;
    return kept && shot->codes && shot->pictures &&
           emb_net_encode_images(net, t->subject.images, indices, scene->count, shot->codes,
                                 t->asked.threads) == EMB_OK &&
           make_pictures(scene, t, net, indices, shot->pictures);
}

bool cli_shot_take(cli_scene *scene, const cli_training *t) {
    if (scene->count == 0) return false;
    const size_t shots = scene->shot_count, step = emb_run_steps(t->subject.run);
    if (shots > 0 && scene->shots[shots - 1].step == step) return false;
    emb_net *net = borrow(scene);
    cli_shot shot = {0};
    if (fill(scene, t, net, &shot)) return cli_scene_keep(scene, &shot, net);
    free(shot.codes);
    free(shot.pictures);
    free(shot.model);
    cli_scene_lock(scene);
    scene->spare = net;
    cli_scene_unlock(scene);
    return false;
}
