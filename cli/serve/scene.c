/* See scene.h. */
#include "serve/scene.h"

#include <stdlib.h>
#include <string.h>

bool cli_scene_make(cli_scene *scene) {
    scene->place.state = "running";
    return pthread_mutex_init(&scene->lock, NULL) == 0;
}

void cli_scene_settle(cli_scene *scene) {
    enum { LEAST = 4 };
    const size_t each = scene->count * (size_t)scene->latent * sizeof(float) +
                        (size_t)scene->pictures * scene->pixels + scene->model_size + 1;
    scene->room = CLI_SCENE_MOST_KEPT / each;
    if (scene->room > CLI_SCENE_SHOTS) scene->room = CLI_SCENE_SHOTS;
    if (scene->room < LEAST) scene->room = LEAST;
}

static void free_shot(cli_shot *shot) {
    free(shot->codes);
    free(shot->pictures);
    free(shot->model);
    *shot = (cli_shot){0};
}

void cli_scene_free(cli_scene *scene) {
    for (size_t i = 0; i < scene->shot_count; i++) free_shot(&scene->shots[i]);
    for (int i = 0; i < CLI_SCENE_DOCTOR; i++) free(scene->doctor[i]);
    emb_net_free(scene->fresh);
    emb_net_free(scene->spare);
    free(scene->run);
    free(scene->data);
    pthread_mutex_destroy(&scene->lock);
}

void cli_scene_lock(cli_scene *scene) { pthread_mutex_lock(&scene->lock); }

void cli_scene_unlock(cli_scene *scene) { pthread_mutex_unlock(&scene->lock); }

/* The first one and the newest stay. */
static void thin(cli_scene *scene) {
    size_t kept = 0;
    for (size_t i = 0; i < scene->shot_count; i++) {
        if (i % 2 == 0 || i + 1 == scene->shot_count) {
            scene->shots[kept++] = scene->shots[i];
        } else {
            free_shot(&scene->shots[i]);
        }
    }
    scene->shot_count = kept;
}

bool cli_scene_keep(cli_scene *scene, cli_shot *shot, emb_net *net) {
    cli_scene_lock(scene);
    while (scene->shot_count > 0 && scene->shots[scene->shot_count - 1].step >= shot->step) {
        free_shot(&scene->shots[--scene->shot_count]);
    }
    const bool full = scene->shot_count == scene->room;
    if (full) thin(scene);
    scene->shots[scene->shot_count++] = *shot;
    scene->fresh = net;
    cli_scene_unlock(scene);
    return full;
}

const cli_shot *cli_scene_shot(const cli_scene *scene, size_t step) {
    for (size_t i = 0; i < scene->shot_count; i++) {
        if (scene->shots[i].step == step) return &scene->shots[i];
    }
    return NULL;
}

bool cli_scene_over(const cli_scene *scene) {
    return strcmp(scene->place.state, "running") != 0 && strcmp(scene->place.state, "paused") != 0;
}

bool cli_scene_wish(cli_scene *scene, cli_wish wish) {
    cli_scene_lock(scene);
    const bool going = !cli_scene_over(scene);
    if (going && scene->place.wish != CLI_WISH_STOP) scene->place.wish = wish;
    cli_scene_unlock(scene);
    return going;
}
