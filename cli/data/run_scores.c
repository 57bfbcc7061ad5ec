/* How good a run's model is. See run_scores.h. */
#include "data/run_scores.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/folders.h"
#include "core/message.h"
#include "core/run_json.h"
#include "core/run_lock.h"
#include "data/held.h"
#include "data/history.h"

static const cli_best_epoch none = {.loss = NAN, .accuracy = NAN};

/* ---- validation ------------------------------------------------------------------------------ */

/* The first of the lowest, as best.safetensors has it. */
static cli_best_epoch best_of(const cli_history *history) {
    const double *epochs = cli_history_column(history, "epoch");
    const double *losses = cli_history_column(history, "validation_loss");
    const double *shares = cli_history_column(history, "validation_accuracy");
    cli_best_epoch best = none;
    for (size_t i = 0; epochs && losses && i < history->rows; i++) {
        const bool is_epoch = epochs[i] >= 1 && epochs[i] <= EMB_MAX_EPOCHS;
        if (!is_epoch || !isfinite(losses[i]) || !(isnan(best.loss) || losses[i] < best.loss)) {
            continue;
        }
        best = (cli_best_epoch){(int)epochs[i], losses[i], shares ? shares[i] : NAN};
    }
    return best;
}

cli_best_epoch cli_best_epoch_of(const cli_text *text) {
    cli_history history;
    if (text->length == 0) return none;
    cli_text why = {0}, *before = cli_fail_into(&why);
    cli_best_epoch best = none;
    if (cli_history_take(&history, cli_format("%s", text->bytes), text->length, "history.csv")) {
        best = best_of(&history);
        cli_history_free(&history);
    }
    cli_fail_into(before);
    cli_text_free(&why);
    return best;
}

static double number_of(const json_t *group, const char *name) {
    const json_t *found = json_object_get(group, name);
    return json_is_number(found) ? json_number_value(found) : NAN;
}

cli_best_epoch cli_best_epoch_recorded(const json_t *record, const char *run) {
    const json_t *scores = cli_run_json_group(record, "scores");
    const json_t *kept = json_object_get(scores, "validation");
    const double epoch = number_of(kept, "epoch");
    if (epoch >= 1 && epoch <= EMB_MAX_EPOCHS) {
        return (cli_best_epoch){(int)epoch, number_of(kept, "loss"), number_of(kept, "accuracy")};
    }
    if (scores) return none;
    char *path = cli_format("%s/history.csv", run);
    cli_history history;
    cli_text why = {0}, *before = cli_fail_into(&why);
    cli_best_epoch best = none;
    if (cli_is_file(path) && cli_history_read(&history, path)) {
        best = best_of(&history);
        cli_history_free(&history);
    }
    cli_fail_into(before);
    cli_text_free(&why);
    free(path);
    return best;
}

void cli_run_scores_add(cli_json *json, const cli_text *history) {
    const cli_best_epoch best = cli_best_epoch_of(history);
    cli_json_open(json, "scores", '{');
    if (best.epoch > 0) {
        cli_json_open(json, "validation", '{');
        cli_json_whole(json, "epoch", best.epoch);
        cli_json_real(json, "loss", best.loss);
        if (!isnan(best.accuracy)) cli_json_real(json, "accuracy", best.accuracy);
        cli_json_close(json, '}');
    }
    cli_json_close(json, '}');
}

/* ---- test ------------------------------------------------------------------------------------ */

/* The part of that name in a record. */
static bool part_of(const char *name, cli_part *part) {
    for (int i = CLI_PART_TEST; name && i <= CLI_PART_ALL; i++) {
        if (strcmp(name, cli_part_name((cli_part)i)) != 0) continue;
        *part = (cli_part)i;
        return true;
    }
    return false;
}

bool cli_test_score_recorded(const json_t *record, cli_test_score *score) {
    const json_t *kept = json_object_get(cli_run_json_group(record, "scores"), "test");
    const double images = number_of(kept, "images"), steps = number_of(kept, "steps");
    double done;
    *score = (cli_test_score){.mse = number_of(kept, "mse"),
                              .psnr = number_of(kept, "psnr"),
                              .accuracy = number_of(kept, "accuracy"),
                              .loss = number_of(kept, "loss"),
                              .steps = steps};
    if (!(images >= 1 && images <= INT32_MAX) ||
        !part_of(json_string_value(json_object_get(kept, "part")), &score->part)) {
        return false;
    }
    score->images = (size_t)images;
    return cli_run_json_number(record, NULL, "steps_done", &done) && done == steps;
}

static void set_number(json_t *group, const char *name, double value) {
    if (isfinite(value)) json_object_set_new(group, name, json_real(value));
}

/* The score as a member of "scores". */
static json_t *score_json(const cli_test_score *score) {
    json_t *test = json_object();
    json_object_set_new(test, "part", json_string(cli_part_name(score->part)));
    json_object_set_new(test, "images", json_integer((json_int_t)score->images));
    json_object_set_new(test, "steps", json_integer((json_int_t)score->steps));
    set_number(test, "mse", score->mse);
    set_number(test, "psnr", score->psnr);
    set_number(test, "accuracy", score->accuracy);
    set_number(test, "loss", score->loss);
    return test;
}

bool cli_test_score_put(const char *run, const cli_test_score *score) {
    json_t *record = NULL;
    char *path = cli_format("%s/run.json", run);
    cli_text why = {0}, *before = cli_fail_into(&why);
    bool good = cli_run_json_read(&record, path) && record;
    if (good) {
        json_t *scores = cli_run_json_group(record, "scores");
        if (!scores) json_object_set_new(record, "scores", json_object());
        scores = cli_run_json_group(record, "scores");
        good = json_object_set_new(scores, "test", score_json(score)) == 0 &&
               cli_run_json_write(record, path);
    }
    cli_fail_into(before);
    cli_text_free(&why);
    json_decref(record);
    free(path);
    return good;
}

/* The run's folder that a model's name says, to be freed; NULL if it says none. */
static char *run_of(const char *model_name) {
    static const char file[] = "/model.safetensors";
    if (cli_is_folder(model_name)) return cli_format("%s", model_name);
    if (!cli_ends_with(model_name, file)) return NULL;
    return cli_format("%.*s", (int)(strlen(model_name) - strlen(file)), model_name);
}

void cli_test_score_keep(const char *model_name, const char *dataset, const cli_test_score *score) {
    char *run = cli_held_is_set_of(model_name, dataset) ? run_of(model_name) : NULL;
    int lock = -1;
    if (!run) return;
    cli_text why = {0}, *before = cli_fail_into(&why);
    if (!cli_run_locked(run) && cli_folder_hold(run) && cli_run_lock(run, &lock)) {
        cli_test_score_put(run, score);
        cli_run_unlock(run, &lock);
    }
    cli_fail_into(before);
    cli_text_free(&why);
    free(run);
}
