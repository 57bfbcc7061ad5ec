/* See prediction_text.h. */
#include "use/prediction_text.h"

#include <stdlib.h>

#include "core/json.h"
#include "core/told.h"
#include "data/open_data.h"
#include "use/score_table.h"

/* ---- for people ------------------------------------------------------------------------------ */

/* "3 (94 %)", to be freed; a share that is not nothing is not called 0 %. */
static char *class_text(const cli_predictions *p, size_t i, int label) {
    char text[CLI_NUMBER_SIZE];
    const char *name = cli_shown(cli_class_name(p->named, label, text));
    const double share = cli_predictions_share(p, i, label);
    return share > 0 && share < 0.005 ? cli_told("%s (under 1 %%)", name)
                                      : cli_told("%s (%.0f %%)", name, 100 * share);
}

static void add_classes(const cli_predictions *p, size_t i, cli_text *out) {
    char *first = class_text(p, i, p->first[i]);
    if (p->second[i] < 0) {
        cli_text_add(out, "%s", first);
    } else {
        char *second = class_text(p, i, p->second[i]);
        cli_text_tell(out, "%s, then %s", first, second);
        free(second);
    }
    free(first);
}

/* All numbers of a short code, the first of a long one; to be freed. */
static char *code_text(const cli_predictions *p, size_t i) {
    enum { SOME = 8, FEW = 10 };
    const float *code = p->codes + i * (size_t)p->length;
    const int count = p->length > FEW ? SOME : p->length;
    cli_text out = {0};
    for (int k = 0; k < count; k++) {
        cli_text_tell(&out, k == 0 ? N_("%.4g") : N_(" %.4g"), (double)code[k]);
    }
    if (count < p->length) cli_text_tell(&out, " and %d more", p->length - count);
    return out.bytes;
}

static void add_error(const cli_predictions *p, size_t i, cli_text *out) {
    char text[CLI_NUMBER_SIZE];
    const char *error = cli_error_text(p->errors[i], 4, text);
    if (!p->judged) {
        cli_text_tell(out, "error %s", error);
    } else if (cli_predictions_odd(p, i)) {
        cli_text_tell(out, "error %s, unusual", error);
    } else {
        cli_text_tell(out, "error %s, usual", error);
    }
}

void cli_prediction_caption(const cli_predictions *p, size_t i, cli_text *out) {
    if (p->classes > 0) {
        add_classes(p, i, out);
    } else if (p->errors) {
        add_error(p, i, out);
    } else {
        char *code = code_text(p, i);
        cli_text_tell(out, "code %s", code);
        free(code);
    }
}

void cli_prediction_line(const cli_predictions *p, size_t i, cli_text *out) {
    cli_text_add(out, "%s: ", cli_shown(p->files[i]));
    cli_prediction_caption(p, i, out);
    if (p->classes > 0 || !p->errors) return;
    char *code = code_text(p, i);
    if (p->judged) {
        cli_text_tell(out, " (%s %.4g, the threshold is %.4g); code %s",
                      _(cli_scores_word((int)p->by)), p->judgements[i], p->threshold, code);
    } else {
        cli_text_tell(out, "; code %s", code);
    }
    free(code);
}

/* ---- CSV ------------------------------------------------------------------------------------- */

static void csv_head(const cli_predictions *p, cli_text *out) {
    cli_text_add(out, "file");
    if (p->classes > 0)
        cli_text_add(out, ",label,class,probability,second,second_class,"
                          "second_probability");
    for (int k = 0; k < p->classes; k++) cli_text_add(out, ",probability_%d", k);
    if (p->classes > 0) return;
    cli_text_add(out, ",error,unusual,judged_by,judgement,threshold");
    for (int k = 0; k < p->length; k++) {
        cli_text_add(out, p->indices ? ",index_%d" : ",code_%d", k);
    }
}

static void csv_class(const cli_predictions *p, size_t i, int label, cli_text *out) {
    char text[CLI_NUMBER_SIZE];
    if (label < 0) {
        cli_text_add(out, ",,,");
        return;
    }
    cli_text_add(out, ",%d,", label);
    cli_text_for(out, EMB_CSV, cli_class_name(p->named, label, text));
    cli_text_add(out, ",%.9g", cli_predictions_share(p, i, label));
}

static void csv_row(const cli_predictions *p, size_t i, cli_text *out) {
    cli_text_for(out, EMB_CSV, p->files[i]);
    if (p->classes > 0) {
        csv_class(p, i, p->first[i], out);
        csv_class(p, i, p->second[i], out);
        for (int k = 0; k < p->classes; k++) {
            cli_text_add(out, ",%.9g", cli_predictions_share(p, i, k));
        }
        return;
    }
    cli_text_add(out, ",");
    if (p->errors) cli_text_add(out, "%.9g", p->errors[i]);
    if (p->judged) {
        cli_text_add(out, ",%d,%s,%.9g,%.9g", cli_predictions_odd(p, i),
                     cli_scores_word((int)p->by), p->judgements[i], p->threshold);
    } else {
        cli_text_add(out, ",,,,");
    }
    for (int k = 0; k < p->length; k++) {
        cli_text_add(out, ",%.9g", (double)p->codes[i * (size_t)p->length + (size_t)k]);
    }
}

void cli_predictions_csv(const cli_predictions *p, cli_text *out) {
    csv_head(p, out);
    cli_text_add(out, "\n");
    for (size_t i = 0; i < p->count; i++) {
        csv_row(p, i, out);
        cli_text_add(out, "\n");
    }
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static void json_class(const cli_predictions *p, size_t i, int label, const char *const keys[3],
                       cli_json *json) {
    char text[CLI_NUMBER_SIZE];
    if (label < 0) {
        for (int k = 0; k < 3; k++) cli_json_string(json, keys[k], NULL);
        return;
    }
    cli_json_whole(json, keys[0], label);
    cli_json_string(json, keys[1], cli_class_name(p->named, label, text));
    cli_json_real(json, keys[2], cli_predictions_share(p, i, label));
}

static void json_classes(const cli_predictions *p, size_t i, cli_json *json) {
    static const char *const first[] = {"label", "class", "probability"};
    static const char *const second[] = {"second", "second_class", "second_probability"};
    json_class(p, i, p->first[i], first, json);
    json_class(p, i, p->second[i], second, json);
    cli_json_open(json, "probabilities", '[');
    for (int k = 0; k < p->classes; k++) {
        cli_json_real(json, NULL, cli_predictions_share(p, i, k));
    }
    cli_json_close(json, ']');
}

static void json_code(const cli_predictions *p, size_t i, cli_json *json) {
    cli_json_open(json, "code", '[');
    for (int k = 0; k < p->length; k++) {
        const double number = (double)p->codes[i * (size_t)p->length + (size_t)k];
        if (p->indices) {
            cli_json_whole(json, NULL, (int64_t)number);
        } else {
            cli_json_real(json, NULL, number);
        }
    }
    cli_json_close(json, ']');
    if (p->errors) cli_json_real(json, "error", p->errors[i]);
    if (p->judged) {
        cli_json_bool(json, "unusual", cli_predictions_odd(p, i));
        cli_json_string(json, "judged_by", cli_scores_word((int)p->by));
        cli_json_real(json, "judgement", p->judgements[i]);
        cli_json_real(json, "threshold", p->threshold);
    } else {
        cli_json_string(json, "unusual", NULL);
    }
}

void cli_predictions_json(const cli_predictions *p, cli_text *out) {
    cli_json json = {0};
    cli_json_open(&json, NULL, '[');
    for (size_t i = 0; i < p->count; i++) {
        cli_json_open(&json, NULL, '{');
        cli_json_name(&json, "file", p->files[i]);
        if (p->classes > 0) {
            json_classes(p, i, &json);
        } else {
            json_code(p, i, &json);
        }
        cli_json_close(&json, '}');
    }
    cli_json_close(&json, ']');
    *out = json.text;
}
