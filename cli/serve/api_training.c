/* A training that is watched: where it stands, its losses, its shots, and what it is asked to do.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "serve/api.h"

static json_t *real_or_null(double number) {
    json_t *value = json_real(number);
    return value ? value : json_null();
}

/* [{"step", "epoch"}, ...], from the first on. */
static json_t *list_shots(const cli_scene *scene) {
    json_t *list = json_array();
    for (size_t i = 0; i < scene->shot_count && list; i++) {
        const size_t step = scene->shots[i].step;
        const double epoch = (double)step / (double)scene->place.epoch_steps;
        json_array_append_new(list,
                              json_pack("{s:I, s:f}", "step", (json_int_t)step, "epoch", epoch));
    }
    return list;
}

static json_t *list_lines(const cli_scene *scene) {
    json_t *list = json_array();
    for (int i = 0; i < CLI_SCENE_DOCTOR && scene->doctor[i] && list; i++) {
        json_array_append_new(list, json_string(scene->doctor[i]));
    }
    return list;
}

static const char *const wishes[] = {
    [CLI_WISH_GO] = "go", [CLI_WISH_PAUSE] = "pause", [CLI_WISH_STOP] = "stop"};

static cli_reply tell(cli_scene *scene) {
    enum { NAME_ROOM = 4096 };
    char name[NAME_ROOM];
    emb_text_for(EMB_NAME, scene->run, strlen(scene->run), name, sizeof name);
    cli_scene_lock(scene);
    const cli_scene_place p = scene->place;
    json_t *shots = list_shots(scene), *doctor = list_lines(scene);
    cli_scene_unlock(scene);
    return cli_reply_json(
        json_pack("{s:s, s:s, s:s, s:I, s:I, s:I, s:i, s:o, s:i, s:b, s:o, s:o}", "state", p.state,
                  "run", name, "wish", wishes[p.wish], "step", (json_int_t)p.step, "steps",
                  (json_int_t)p.steps, "epoch_steps", (json_int_t)p.epoch_steps, "epochs", p.epochs,
                  "loss", real_or_null((double)p.loss), "pictures", scene->pictures, "models",
                  scene->model_size > 0, "shots", shots, "doctor", doctor));
}

cli_reply cli_api_training(cli_explorer *e, const cli_request *request, long number) {
    (void)request, (void)number;
    return tell(e->scene);
}

/* ---- losses ---------------------------------------------------------------------------------- */

cli_reply cli_api_losses(cli_explorer *e, const cli_request *request, long number) {
    enum { COLUMNS = 2 };
    (void)request, (void)number;
    cli_scene *scene = e->scene;
    double *rows = malloc(CLI_CURVE_MOST * COLUMNS * sizeof *rows);
    if (!rows) return cli_reply_problem(503, "there is no memory for the losses");
    cli_scene_lock(scene);
    const size_t shape[] = {scene->losses.count, COLUMNS};
    for (size_t i = 0; i < shape[0]; i++) {
        memcpy(rows + COLUMNS * i, scene->losses.points[i], COLUMNS * sizeof *rows);
    }
    cli_scene_unlock(scene);
    const cli_reply reply = cli_reply_npy("<f8", 2, shape, rows);
    free(rows);
    return reply;
}

/* In the form of a run's history. */
cli_reply cli_api_epochs(cli_explorer *e, const cli_request *request, long number) {
    static const char *const names[CLI_CURVE_COLUMNS] = {"epoch", "train_loss", "validation_loss"};
    (void)request, (void)number;
    cli_scene *scene = e->scene;
    json_t *columns[CLI_CURVE_COLUMNS], *history = json_object();
    cli_scene_lock(scene);
    for (int k = 0; k < CLI_CURVE_COLUMNS; k++) {
        columns[k] = json_array();
        for (size_t i = 0; i < scene->epochs.count && columns[k]; i++) {
            json_array_append_new(columns[k], real_or_null(scene->epochs.points[i][k]));
        }
    }
    cli_scene_unlock(scene);
    for (int k = 0; k < CLI_CURVE_COLUMNS; k++) json_object_set_new(history, names[k], columns[k]);
    return cli_reply_json(json_pack("{s:o}", "history", history));
}

/* ---- shots ----------------------------------------------------------------------------------- */

static cli_reply no_shot(long step) {
    return cli_reply_problem(404,
                             "there is nothing of step %ld: shots in /api/1/training has the "
                             "steps that there are",
                             step);
}

cli_reply cli_api_shot_codes(cli_explorer *e, const cli_request *request, long number) {
    (void)request;
    cli_scene *scene = e->scene;
    const size_t shape[] = {scene->count, (size_t)scene->latent};
    cli_scene_lock(scene);
    const cli_shot *shot = cli_scene_shot(scene, (size_t)number);
    const cli_reply reply = shot ? cli_reply_npy("<f4", 2, shape, shot->codes) : no_shot(number);
    cli_scene_unlock(scene);
    return reply;
}

cli_reply cli_api_shot_pictures(cli_explorer *e, const cli_request *request, long number) {
    (void)request;
    cli_scene *scene = e->scene;
    const size_t shape[] = {(size_t)scene->pictures, (size_t)scene->shape[0],
                            (size_t)scene->shape[1], (size_t)scene->shape[2]};
    cli_scene_lock(scene);
    const cli_shot *shot = cli_scene_shot(scene, (size_t)number);
    const cli_reply reply = shot ? cli_reply_npy("|u1", 4, shape, shot->pictures) : no_shot(number);
    cli_scene_unlock(scene);
    return reply;
}

/* The network of a shot in the place of the newest one. */
static cli_reply by_shot(cli_explorer *e, const cli_request *request, long number,
                         cli_reply (*answer)(cli_explorer *, const cli_request *, long)) {
    emb_net *newest = e->net, *past;
    if (cli_explorer_past(e, (size_t)number, &past) != EMB_OK) return cli_reply_failure();
    if (!past) return no_shot(number);
    e->net = past;
    const cli_reply reply = answer(e, request, 0);
    e->net = newest;
    return reply;
}

cli_reply cli_api_shot_decode(cli_explorer *e, const cli_request *request, long number) {
    return by_shot(e, request, number, cli_api_decode);
}

cli_reply cli_api_shot_return(cli_explorer *e, const cli_request *request, long number) {
    return by_shot(e, request, number, cli_api_return);
}

/* ---- what it is asked ------------------------------------------------------------------------ */

static cli_reply ask(cli_explorer *e, cli_wish wish) {
    if (cli_scene_wish(e->scene, wish)) return tell(e->scene);
    return cli_reply_problem(409, "the training is over");
}

cli_reply cli_api_pause(cli_explorer *e, const cli_request *request, long number) {
    (void)request, (void)number;
    return ask(e, CLI_WISH_PAUSE);
}

cli_reply cli_api_continue(cli_explorer *e, const cli_request *request, long number) {
    (void)request, (void)number;
    return ask(e, CLI_WISH_GO);
}

cli_reply cli_api_stop(cli_explorer *e, const cli_request *request, long number) {
    (void)request, (void)number;
    return ask(e, CLI_WISH_STOP);
}
