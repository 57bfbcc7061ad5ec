/* See routes.h. */
#include "serve/routes.h"

#include <stdlib.h>
#include <string.h>

#include "serve/api.h"
#include "serve/components.h"
#include "serve/page.h"

/* ---- what is there already ------------------------------------------------------------------- */

static cli_reply lent(const cli_reply *made, const char *what) {
    if (!made->bytes) return cli_reply_problem(404, "%s", what);
    cli_reply reply = *made;
    reply.borrowed = true;
    return reply;
}

static cli_reply tell_what(cli_explorer *e, const cli_request *request, long number) {
    (void)request, (void)number;
    return cli_reply_json(json_pack("{s:i, s:s, s:s, s:b}", "api", 1, "embudo", emb_version(),
                                    "shows",
                                    e->net     ? "run"
                                    : e->scene ? "training"
                                               : "runs",
                                    "training", e->scene != NULL));
}

static cli_reply tell_run(cli_explorer *e, const cli_request *request, long number) {
    (void)request, (void)number;
    return lent(&e->run, "runs are shown here: name one to embudo serve");
}

static cli_reply tell_history(cli_explorer *e, const cli_request *request, long number) {
    if (e->scene) return cli_api_epochs(e, request, number);
    return lent(&e->history, "runs are shown here: name one to embudo serve");
}

static cli_reply tell_runs(cli_explorer *e, const cli_request *request, long number) {
    (void)request, (void)number;
    if (e->watch) return cli_run_watch_tell(e->watch);
    return cli_reply_problem(404, "one run is shown here: embudo serve without a name shows all");
}

static cli_reply give_codes(cli_explorer *e, const cli_request *request, long number) {
    (void)request, (void)number;
    return cli_reply_npy("<f4", 2, (const size_t[]){e->count, (size_t)e->latent}, e->codes);
}

static cli_reply give_components(cli_explorer *e, const cli_request *request, long number) {
    (void)request, (void)number;
    if (cli_explorer_components(e) != EMB_OK) {
        return cli_reply_problem(503, "there is no memory for the components");
    }
    const size_t rows = 1 + (size_t)cli_components_of(e->latent);
    return cli_reply_npy("<f4", 2, (const size_t[]){rows, (size_t)e->latent}, e->components);
}

static cli_reply give_places(cli_explorer *e, const cli_request *request, long number) {
    (void)request, (void)number;
    const size_t components = (size_t)cli_components_of(e->latent);
    float *places = malloc(e->count * components * sizeof *places);
    if (!places || cli_explorer_components(e) != EMB_OK) {
        free(places);
        return cli_reply_problem(503, "there is no memory for the places");
    }
    cli_components_place(e->codes, e->count, e->latent, e->components, places);
    const cli_reply reply = cli_reply_npy("<f4", 2, (const size_t[]){e->count, components}, places);
    free(places);
    return reply;
}

static cli_reply give_labels(cli_explorer *e, const cli_request *request, long number) {
    (void)request, (void)number;
    if (emb_images_label(e->split.images, 0) < 0) {
        return cli_reply_problem(404, "these images have no labels");
    }
    uint8_t *labels = malloc(e->count);
    if (!labels) return cli_reply_problem(503, "there is no memory for the labels");
    for (size_t i = 0; i < e->count; i++) {
        labels[i] = (uint8_t)emb_images_label(e->split.images, cli_split_index(&e->split, i));
    }
    const cli_reply reply = cli_reply_npy("|u1", 1, &e->count, labels);
    free(labels);
    return reply;
}

static cli_reply give_indices(cli_explorer *e, const cli_request *request, long number) {
    (void)request, (void)number;
    uint32_t *indices = malloc(e->count * sizeof *indices);
    if (!indices) return cli_reply_problem(503, "there is no memory for the indices");
    for (size_t i = 0; i < e->count; i++) indices[i] = (uint32_t)cli_explorer_place(e, i);
    const cli_reply reply = cli_reply_npy("<u4", 1, &e->count, indices);
    free(indices);
    return reply;
}

static cli_reply give_errors(cli_explorer *e, const cli_request *request, long number) {
    (void)request, (void)number;
    if (cli_explorer_errors(e) != EMB_OK) return cli_reply_failure();
    return cli_reply_npy("<f4", 1, &e->count, e->errors);
}

static cli_reply not_yet(void) {
    cli_reply reply = cli_reply_json(json_pack("{s:b}", "ready", 0));
    if (reply.bytes) reply.status = 202;
    return reply;
}

static cli_reply give_unusual(cli_explorer *e, const cli_request *request, long number) {
    (void)request, (void)number;
    if (!e->oddity) {
        return cli_reply_problem(404, "what is usual is known of a run that is trained");
    }
    switch (cli_oddity_ask(e->oddity)) {
    case CLI_ODDITY_FAILED:
        return cli_reply_problem(500, "%s", cli_oddity_why(e->oddity));
    case CLI_ODDITY_KNOWN:
        break;
    default:
        return not_yet();
    }
    if (cli_explorer_judge(e) != EMB_OK) return cli_reply_failure();
    return cli_reply_npy("<f4", 1, &e->count, e->unusual);
}

static cli_reply give_clusters(cli_explorer *e, const cli_request *request, long number) {
    (void)number;
    enum { MOST = 256 };
    const long k = cli_query_whole(request, "k", MOST, -1);
    if (!cli_query_knows(request, "k") || k < 1 || (size_t)k > e->count) {
        return cli_reply_problem(400, "expected k=, 1 to %d, and no more than there are images",
                                 MOST);
    }
    uint32_t *cluster = malloc(e->count * sizeof *cluster);
    if (!cluster) return cli_reply_problem(503, "there is no memory for the clusters");
    const emb_clusters_options options = {.starts = 1, .threads = e->threads};
    const cli_reply reply = emb_codes_cluster(e->codes, e->count, e->latent, (int)k, &options,
                                              cluster, NULL, NULL) == EMB_OK
                                ? cli_reply_npy("<u4", 1, &e->count, cluster)
                                : cli_reply_failure();
    free(cluster);
    return reply;
}

/* A number that is not finite is null: JSON has no other. */
static json_t *real_or_null(double number) {
    json_t *value = json_real(number);
    return value ? value : json_null();
}

static cli_reply tell_score(cli_explorer *e, const cli_request *request, long number) {
    (void)request, (void)number;
    if (cli_explorer_errors(e) != EMB_OK) return cli_reply_failure();
    return cli_reply_json(json_pack("{s:I, s:s, s:o, s:o}", "images", (json_int_t)e->count, "split",
                                    cli_split_word(&e->split), "mse", real_or_null(e->score.mse),
                                    "psnr", real_or_null(e->score.psnr)));
}

/* ---- the table ------------------------------------------------------------------------------- */

static const cli_route table[] = {
    {"/api/1/", CLI_WAY_READ, CLI_SHOWS_ANY, tell_what},
    {"/api/1/run", CLI_WAY_READ, CLI_SHOWS_NET, tell_run},
    {"/api/1/runs", CLI_WAY_READ, CLI_SHOWS_ANY, tell_runs},
    {"/api/1/history", CLI_WAY_READ, CLI_SHOWS_ANY, tell_history},
    {"/api/1/codes", CLI_WAY_READ, CLI_SHOWS_NET, give_codes},
    {"/api/1/components", CLI_WAY_READ, CLI_SHOWS_NET, give_components},
    {"/api/1/places", CLI_WAY_READ, CLI_SHOWS_NET, give_places},
    {"/api/1/labels", CLI_WAY_READ, CLI_SHOWS_NET, give_labels},
    {"/api/1/indices", CLI_WAY_READ, CLI_SHOWS_NET, give_indices},
    {"/api/1/files", CLI_WAY_READ, CLI_SHOWS_NET, cli_api_files},
    {"/api/1/errors", CLI_WAY_READ, CLI_SHOWS_NET, give_errors},
    {"/api/1/unusual", CLI_WAY_READ, CLI_SHOWS_NET, give_unusual},
    {"/api/1/score", CLI_WAY_READ, CLI_SHOWS_NET, tell_score},
    {"/api/1/decode", CLI_WAY_POST, CLI_SHOWS_NET, cli_api_decode},
    {"/api/1/return", CLI_WAY_POST, CLI_SHOWS_NET, cli_api_return},
    {"/api/1/film.gif", CLI_WAY_POST, CLI_SHOWS_NET, cli_api_film},
    {"/api/1/clusters", CLI_WAY_READ, CLI_SHOWS_NET, give_clusters},
    {"/api/1/images", CLI_WAY_POST, CLI_SHOWS_NET, cli_api_pixels},
    {"/api/1/images/*/layer", CLI_WAY_READ, CLI_SHOWS_NET, cli_api_layer},
    {"/api/1/encode", CLI_WAY_POST, CLI_SHOWS_NET, cli_api_encode},
    {"/api/1/neighbours", CLI_WAY_POST, CLI_SHOWS_NET, cli_api_neighbours},
    {"/api/1/images/*", CLI_WAY_READ, CLI_SHOWS_NET, cli_api_image},
    {"/api/1/images/*/original.png", CLI_WAY_READ, CLI_SHOWS_NET, cli_api_original},
    {"/api/1/images/*/reconstruction.png", CLI_WAY_READ, CLI_SHOWS_NET, cli_api_reconstruction},
    {"/api/1/images/*/error.png", CLI_WAY_READ, CLI_SHOWS_NET, cli_api_difference},
    {"/api/1/training", CLI_WAY_READ, CLI_SHOWS_TRAINING, cli_api_training},
    {"/api/1/training/losses", CLI_WAY_READ, CLI_SHOWS_TRAINING, cli_api_losses},
    {"/api/1/training/steps/*/codes", CLI_WAY_READ, CLI_SHOWS_TRAINING, cli_api_shot_codes},
    {"/api/1/training/steps/*/pictures", CLI_WAY_READ, CLI_SHOWS_TRAINING, cli_api_shot_pictures},
    {"/api/1/training/steps/*/decode", CLI_WAY_POST, CLI_SHOWS_TRAINING, cli_api_shot_decode},
    {"/api/1/training/steps/*/return", CLI_WAY_POST, CLI_SHOWS_TRAINING, cli_api_shot_return},
    {"/api/1/training/pause", CLI_WAY_CHANGE, CLI_SHOWS_TRAINING, cli_api_pause},
    {"/api/1/training/continue", CLI_WAY_CHANGE, CLI_SHOWS_TRAINING, cli_api_continue},
    {"/api/1/training/stop", CLI_WAY_CHANGE, CLI_SHOWS_TRAINING, cli_api_stop},
};

static bool matches(const char *pattern, const char *path, long *number) {
    enum { MOST = 1 << 30 };
    *number = 0;
    while (*pattern && *pattern != '*') {
        if (*pattern++ != *path++) return false;
    }
    if (!*pattern) return !*path;
    const char *end = path;
    *number = cli_digits(path, MOST, &end);
    return *number >= 0 && strcmp(end, pattern + 1) == 0;
}

const cli_route *cli_route_find(const char *path, long *number) {
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (matches(table[i].path, path, number)) return &table[i];
    }
    return NULL;
}

cli_reply cli_route_answer(const cli_route *route, cli_explorer *e, const cli_request *request,
                           long number) {
    cli_explorer_refresh(e);
    if (route->needs == CLI_SHOWS_TRAINING && !e->scene) {
        return cli_reply_problem(404, "no training is shown here: embudo train --serve shows one");
    }
    if (route->needs == CLI_SHOWS_NET && !e->net) {
        return cli_reply_problem(404, e->scene ? "this network has no codes"
                                               : "runs are shown here: name one to embudo serve");
    }
    return route->answer(e, request, number);
}

bool cli_route_page(const char *path, cli_reply *reply) {
    const char *wanted = strcmp(path, "/") == 0 ? "/index.html" : path;
    for (const cli_page_file *file = cli_page_files; file->path; file++) {
        if (strcmp(file->path, wanted) != 0) continue;
        *reply = (cli_reply){.status = 200,
                             .type = file->type,
                             .tag = file->tag,
                             .bytes = file->bytes,
                             .count = file->count,
                             .borrowed = true};
        return true;
    }
    return false;
}
