/* See threshold.h. */
#include "use/threshold.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/folders.h"
#include "core/message.h"
#include "core/strings.h"
#include "use/score_table.h"

/* The default, or what the model has. */
static bool find_own(const emb_net *net, emb_unusual_by *by, double *false_alarms) {
    emb_verdict own = {.by = EMB_UNUSUAL_SCORE, .false_alarms = atof(CLI_FALSE_ALARMS)};
    const bool stored = emb_verdict_stored(net, &own);
    *by = own.by;
    *false_alarms = own.false_alarms;
    return stored;
}

/* Whether the model's file is one of ours, which can have a threshold. */
static bool can_keep(const char *model_name) {
    return cli_is_folder(model_name) || cli_ends_with(model_name, ".safetensors");
}

static bool keep(const emb_verdict *verdict, emb_net *net, const char *model_name) {
    char *model = cli_format("%s/model.safetensors", model_name);
    const bool folder = cli_is_folder(model_name);
    const bool good = emb_verdict_store(verdict, net, folder ? model : model_name) == EMB_OK;
    free(model);
    return good;
}

static bool make(const emb_unusual *usual, emb_unusual_by by, double false_alarms,
                 emb_verdict *verdict) {
    if (emb_unusual_verdict(usual, by, false_alarms, verdict) == EMB_OK) return true;
    cli_fail("--by %s", emb_error());
    return false;
}

bool cli_threshold_own(const emb_unusual *usual, emb_net *net, const char *model_name,
                       emb_verdict *verdict) {
    emb_unusual_by by;
    double false_alarms;
    const bool stored = find_own(net, &by, &false_alarms);
    if (!make(usual, by, false_alarms, verdict)) return false;
    if (!stored && can_keep(model_name) && !keep(verdict, net, model_name)) {
        cli_note("%s: the model does not keep its threshold", emb_error());
    }
    return true;
}

bool cli_threshold_take(const emb_unusual *usual, emb_net *net, const char *model_name,
                        const cli_args *args, emb_verdict *verdict) {
    const cli_value *by = cli_arg(args, "by"), *share = cli_arg(args, "false-alarms");
    const bool kept = cli_arg(args, "keep")->given;
    emb_unusual_by own_by;
    double own_share;
    if (!by->given && !share->given && !kept) {
        return cli_threshold_own(usual, net, model_name, verdict);
    }
    find_own(net, &own_by, &own_share);
    if (!make(usual, by->given ? cli_scores_by(by->text) : own_by,
              share->given ? share->real : own_share, verdict)) {
        return false;
    }
    if (!kept || keep(verdict, net, model_name)) return true;
    cli_fail("--keep: %s", emb_error());
    return false;
}

void cli_threshold_tell(const emb_verdict *verdict) {
    cli_print("unusual   %s above %.4g, as %g %% of usual images have\n",
              cli_scores_phrase((int)verdict->by), verdict->threshold, 100 * verdict->false_alarms);
}
