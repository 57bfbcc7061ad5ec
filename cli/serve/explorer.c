/* See explorer.h. */
#include "serve/explorer.h"

#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/network.h"
#include "data/open_data.h"
#include "report/layer_table.h"
#include "serve/components.h"
#include "serve/run_told.h"

/* ---- what is told of a run ------------------------------------------------------------------- */

static cli_reply taken(cli_json *json) {
    return (cli_reply){.status = 200,
                       .type = CLI_JSON_TYPE,
                       .bytes = json->text.bytes,
                       .count = json->text.length};
}

static void get_layer(const void *net, size_t i, emb_layer_info *info) {
    emb_net_layer(net, i, info);
}

static void add_classes(cli_json *json, const emb_images *images) {
    char number[CLI_NUMBER_SIZE];
    cli_json_open(json, "classes", '[');
    for (int i = 0; i < emb_images_classes(images); i++) {
        cli_json_name(json, NULL, cli_class_name(images, i, number));
    }
    cli_json_close(json, ']');
}

cli_reply cli_explorer_tell(const cli_explorer *e, bool record) {
    cli_json json = {0};
    cli_json_open(&json, NULL, '{');
    cli_json_string(&json, "embudo", emb_version());
    cli_json_name(&json, "run", e->name);
    cli_json_name(&json, "data", e->split.dataset);
    cli_json_string(&json, "split", cli_split_word(&e->split));
    cli_json_whole(&json, "images", (int64_t)e->count);
    cli_json_whole(&json, "latent", e->latent);
    cli_json_whole(&json, "conditions", emb_net_conditions(e->net));
    cli_json_open(&json, "shape", '[');
    for (int i = 0; i < 3; i++) cli_json_whole(&json, NULL, e->shape[i]);
    cli_json_close(&json, ']');
    cli_json_real(&json, "black", e->black);
    cli_json_real(&json, "white", e->white);
    add_classes(&json, e->split.images);
    cli_json_bool(&json, "files", emb_images_file(e->split.images, cli_split_index(&e->split, 0)));
    if (e->labeller.net) cli_json_name(&json, "classifier", e->labeller.name);
    cli_json_string(&json, "notation", emb_net_notation(e->net));
    const cli_layers layers = {emb_net_layer_count(e->net), e->net, get_layer, true, NULL};
    cli_layers_json(&layers, &json);
    if (record) cli_run_told_record(&json, e->name);
    cli_json_close(&json, '}');
    return taken(&json);
}

static cli_reply tell_history(const char *run) {
    cli_json json = {0};
    cli_json_open(&json, NULL, '{');
    cli_run_told_history(&json, run);
    cli_json_close(&json, '}');
    return taken(&json);
}

/* ---- opening --------------------------------------------------------------------------------- */

static void find_range(cli_explorer *e) {
    emb_preprocessing p;
    emb_net_preprocessing(e->net, &p);
    e->black = p.floats && p.pixels ? p.black : 0;
    e->white = p.floats && p.pixels ? p.white : 1;
}

static void find_sizes(cli_explorer *e) {
    e->count = e->split.count;
    e->latent = emb_net_latent(e->net);
    emb_net_input_shape(e->net, e->shape);
    e->pixels = cli_network_pixels(e->net);
    find_range(e);
}

bool cli_explorer_open(cli_explorer *e, const cli_args *args) {
    const char *name = cli_arg(args, "RUN|MODEL")->text;
    *e = (cli_explorer){.name = name, .threads = (int)cli_arg(args, "threads")->whole};
    e->net = cli_network_open_trained(name);
    if (!e->net || !cli_network_takes_part(e->net, name, "encoder") ||
        !cli_network_takes_part(e->net, name, "decoder") ||
        !cli_split_open(&e->split, e->net, name, cli_arg(args, "DATASET")->text,
                        cli_arg(args, "split")->text)) {
        return false;
    }
    find_sizes(e);
    e->codes = cli_split_encode(&e->split, e->net, e->threads);
    if (!e->codes) return false;
    e->oddity = cli_oddity_new(name, e->threads);
    if (!cli_labeller_open(&e->labeller, cli_arg(args, "classifier")->text, e->net, name,
                           &e->split)) {
        return false;
    }
    e->run = cli_explorer_tell(e, true);
    e->history = tell_history(name);
    return true;
}

void cli_explorer_watch(cli_explorer *e) {
    if (!e->net) return;
    find_sizes(e);
    e->run = cli_explorer_tell(e, true);
}

bool cli_explorer_open_runs(cli_explorer *e, const char *folder) {
    *e = (cli_explorer){.name = folder};
    e->watch = cli_run_watch_new(folder);
    return e->watch;
}

void cli_explorer_close(cli_explorer *e) {
    cli_reply_free(&e->run);
    cli_reply_free(&e->history);
    cli_run_watch_free(e->watch);
    cli_oddity_free(e->oddity);
    cli_labeller_close(&e->labeller);
    emb_neighbours_free(e->near);
    free(e->components);
    free(e->errors);
    free(e->unusual);
    free(e->codes);
    free(e->places);
    cli_split_close(&e->split);
    emb_net_free(e->past);
    emb_net_free(e->net);
}

void cli_explorer_tend(cli_explorer *e) {
    cli_run_watch_tend(e->watch);
    cli_oddity_tend(e->oddity);
}

size_t cli_explorer_place(const cli_explorer *e, size_t i) {
    return e->places ? e->places[i] : cli_split_index(&e->split, i);
}

/* ---- a training moves on --------------------------------------------------------------------- */

/* The server keeps one copy of the network, and gives the one that it had to be filled anew. */
void cli_explorer_refresh(cli_explorer *e) {
    cli_scene *scene = e->scene;
    if (!scene || !e->net) return;
    cli_scene_lock(scene);
    const bool newer = scene->fresh;
    if (newer) {
        scene->spare = e->net;
        e->net = scene->fresh;
        scene->fresh = NULL;
        memcpy(e->codes, scene->shots[scene->shot_count - 1].codes,
               e->count * (size_t)e->latent * sizeof *e->codes);
    }
    if (cli_scene_over(scene)) e->threads = scene->threads;
    cli_scene_unlock(scene);
    if (!newer) return;
    emb_neighbours_free(e->near);
    free(e->errors);
    free(e->components);
    e->near = NULL;
    e->errors = NULL;
    e->components = NULL;
}

/* Loaded from the shot unless it is the one that was asked for last. */
emb_status cli_explorer_past(cli_explorer *e, size_t step, emb_net **past) {
    emb_status status = EMB_OK;
    *past = e->past;
    if (!e->past || e->past_step == step) return EMB_OK;
    cli_scene_lock(e->scene);
    const cli_shot *shot = cli_scene_shot(e->scene, step);
    if (shot) {
        e->past_step = SIZE_MAX; /* half a network is none */
        status = emb_net_load_bytes(e->past, shot->model, shot->model_size, "an earlier network");
    }
    cli_scene_unlock(e->scene);
    if (!shot || status != EMB_OK) {
        *past = NULL;
    } else {
        e->past_step = step;
    }
    return status;
}

/* ---- what is made when it is asked for ------------------------------------------------------- */

/* The scores of all images, by what is usual. */
static emb_status judge(cli_explorer *e, const emb_unusual *usual) {
    double *numbers = malloc(e->count * EMB_UNUSUAL_KINDS * sizeof *numbers);
    float *scores = malloc(e->count * sizeof *scores);
    emb_status status = numbers && scores ? EMB_OK : EMB_ERR_MEMORY;
    if (status == EMB_OK) {
        status = emb_unusual_score(usual, e->net, e->split.images, e->split.indices, e->count,
                                   e->threads, numbers);
    }
    for (size_t i = 0; i < e->count && status == EMB_OK; i++) {
        scores[i] = (float)numbers[i * EMB_UNUSUAL_KINDS + EMB_UNUSUAL_SCORE];
    }
    free(numbers);
    if (status == EMB_OK) {
        e->unusual = scores;
    } else {
        free(scores);
    }
    return status;
}

emb_status cli_explorer_judge(cli_explorer *e) {
    if (e->unusual) return EMB_OK;
    emb_unusual *usual = cli_oddity_open(e->oddity, e->net);
    const emb_status status = usual ? judge(e, usual) : EMB_ERR_MEMORY;
    emb_unusual_free(usual);
    return status;
}

emb_status cli_explorer_errors(cli_explorer *e) {
    if (e->errors) return EMB_OK;
    double *each = malloc(e->count * sizeof *each);
    float *errors = malloc(e->count * sizeof *errors);
    emb_status status = each && errors ? EMB_OK : EMB_ERR_MEMORY;
    if (status == EMB_OK) {
        status =
            emb_net_errors(e->net, e->split.images, e->split.indices, e->count, e->threads, each);
    }
    if (status == EMB_OK) {
        status = emb_net_score(e->net, e->split.images, e->split.indices, e->count, e->threads,
                               &e->score);
    }
    for (size_t i = 0; i < e->count && status == EMB_OK; i++) errors[i] = (float)each[i];
    free(each);
    if (status == EMB_OK) {
        e->errors = errors;
    } else {
        free(errors);
    }
    return status;
}

emb_status cli_explorer_components(cli_explorer *e) {
    if (e->components) return EMB_OK;
    const size_t rows = 1 + (size_t)cli_components_of(e->latent), latent = (size_t)e->latent;
    float *found = malloc(rows * latent * sizeof *found);
    const emb_status status =
        found ? cli_components_find(e->codes, e->count, e->latent, found) : EMB_ERR_MEMORY;
    if (status == EMB_OK) {
        e->components = found;
    } else {
        free(found);
    }
    return status;
}

/* Looking at every code takes less than a millisecond for some ten thousand, and is exact. */
emb_status cli_explorer_near(cli_explorer *e) {
    enum { EXACT = 1 << 20 };
    if (!e->near) e->near = emb_neighbours_new(e->codes, e->count, e->latent, EXACT, e->threads);
    return e->near ? EMB_OK : EMB_ERR_MEMORY;
}
