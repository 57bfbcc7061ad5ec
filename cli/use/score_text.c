/* Scores as CSV and JSON. See score_text.h. */
#include "use/score_text.h"

#include <math.h>
#include <stdlib.h>

#include "core/json.h"
#include "use/score_curves.h"

static void add_cell(cli_text *out, char *text) {
    cli_text_for(out, EMB_CSV, text);
    cli_text_add(out, ",");
    free(text);
}

/* Nothing for a number that there is none of. */
static void add_number(cli_text *out, double value) {
    if (isfinite(value)) cli_text_add(out, "%.9g", value);
    cli_text_add(out, ",");
}

void cli_scores_csv(const cli_scores *scores, cli_text *out) {
    cli_text_add(out, "name,label,score,reconstruction,neighbours,unusual\n");
    for (size_t i = 0; i < scores->split->count; i++) {
        add_cell(out, cli_scores_name(scores, i));
        add_cell(out, cli_scores_label(scores, i));
        add_number(out, cli_scores_of(scores, i));
        add_number(out, cli_scores_number(scores, i, EMB_UNUSUAL_RECONSTRUCTION));
        add_number(out, cli_scores_number(scores, i, EMB_UNUSUAL_NEIGHBOURS));
        cli_text_add(out, "%d\n", cli_scores_is_odd(scores, i));
    }
}

static const char *or_null(const char *text) { return text && *text ? text : NULL; }

static void add_image(const cli_scores *scores, size_t i, cli_json *json) {
    char *name = cli_scores_name(scores, i), *label = cli_scores_label(scores, i);
    char *near = cli_scores_near_name(scores, i), *near_label = cli_scores_near_label(scores, i);
    cli_json_open(json, NULL, '{');
    cli_json_name(json, "name", name);
    cli_json_string(json, "label", or_null(label));
    cli_json_real(json, "score", cli_scores_of(scores, i));
    for (int kind = EMB_UNUSUAL_RECONSTRUCTION; kind < CLI_SCORES_KINDS; kind++) {
        cli_json_real(json, cli_scores_word(kind), cli_scores_number(scores, i, kind));
    }
    cli_json_name(json, "nearest", near);
    cli_json_string(json, "nearest_label", or_null(near_label));
    cli_json_bool(json, "unusual", cli_scores_is_odd(scores, i));
    cli_json_close(json, '}');
    free(name);
    free(label);
    free(near);
    free(near_label);
}

static void add_areas(const cli_scores *scores, cli_json *json) {
    double roc, precision;
    cli_json_open(json, "areas", '[');
    for (int kind = 0; kind < CLI_SCORES_KINDS; kind++) {
        if (!cli_scores_areas(scores, kind, &roc, &precision)) continue;
        cli_json_open(json, NULL, '{');
        cli_json_string(json, "by", cli_scores_word(kind));
        cli_json_real(json, "roc_auc", roc);
        cli_json_real(json, "average_precision", precision);
        cli_json_close(json, '}');
    }
    cli_json_close(json, ']');
}

void cli_scores_json(const cli_scores *scores, const char *model_name, cli_text *out) {
    cli_json json = {0};
    double roc, precision;
    cli_json_open(&json, NULL, '{');
    cli_json_name(&json, "model", model_name);
    cli_json_bool(&json, "uses_network", scores->uses_net);
    cli_json_string(&json, "by", cli_scores_word((int)scores->by));
    cli_json_real(&json, "threshold", scores->threshold);
    cli_json_real(&json, "false_alarms", scores->false_alarms);
    cli_json_whole(&json, "validation_images", (int64_t)scores->validated);
    cli_json_whole(&json, "unusual", (int64_t)cli_scores_odd(scores));
    if (cli_scores_areas(scores, (int)scores->by, &roc, &precision)) {
        cli_json_real(&json, "roc_auc", roc);
        cli_json_real(&json, "average_precision", precision);
        add_areas(scores, &json);
    }
    cli_json_open(&json, "images", '[');
    for (size_t i = 0; i < scores->split->count; i++) add_image(scores, i, &json);
    cli_json_close(&json, ']');
    cli_json_close(&json, '}');
    *out = json.text;
}
