/* What images are judged by, and the verdict. See judge.h. */
#include "model/judge.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/entry.h"
#include "base/memory.h"
#include "base/pairs.h"
#include "base/text.h"
#include "codec/number.h"
#include "codec/safetensors.h"
#include "kernels/math.h"
#include "model/model.h"
#include "net/describe.h"

/* Thresholds from few images: see embudo/unusual.h. */
#define TAIL 0.1
enum { ENOUGH = 50, FEW = 20 };

const char *const emb__unusual_words[EMB_UNUSUAL_KINDS] = {
    [EMB_UNUSUAL_SCORE] = "score",           [EMB_UNUSUAL_RECONSTRUCTION] = "reconstruction",
    [EMB_UNUSUAL_REGION] = "region",         [EMB_UNUSUAL_CORRECTED] = "corrected",
    [EMB_UNUSUAL_NEIGHBOURS] = "neighbours",
};

void emb_unusual_free(emb_unusual *unusual) {
    if (!unusual) return;
    emb__free(unusual->mean);
    emb__free(unusual->vectors);
    emb__free(unusual->lessened);
    emb__free(unusual->codes);
    emb__free(unusual->validation);
    emb__free(unusual->training);
    emb__free(unusual);
}

bool emb_unusual_uses_net(const emb_unusual *unusual) {
    EMB__ENTER;
    return unusual->uses_net;
}

bool emb_unusual_is_validated(const emb_unusual *unusual) {
    EMB__ENTER;
    return unusual->is_validated;
}

size_t emb_unusual_count(const emb_unusual *unusual) {
    EMB__ENTER;
    return unusual->validated;
}

/* ---- thresholds ------------------------------------------------------------------------------ */

/* The number of rank ceil((n + 1) (1 - share)) of sorted[n], at most n. */
static double ranked(const float *sorted, size_t n, double share) {
    const double rank = ceil(((double)n + 1) * (1 - share));
    return (double)sorted[rank < 1 ? 0 : rank > (double)n ? n - 1 : (size_t)rank - 1];
}

/* The largest tenth as an exponential tail. */
static double tailed(const float *sorted, size_t n, double share) {
    const size_t k = (size_t)ceil((double)n * TAIL), from = n - k;
    const double begins = (double)sorted[from - 1];
    double excess = 0;
    for (size_t i = from; i < n; i++) excess += (double)sorted[i] - begins;
    const double length = emb__log((double)k / (double)n / share);
    return begins + excess / (double)k * (length > 0 ? length : 0);
}

double emb_unusual_threshold(const emb_unusual *unusual, emb_unusual_by by, double false_alarms) {
    EMB__ENTER;
    const emb_unusual *u = unusual;
    const size_t n = u->validated, m = u->trained;
    if (!(false_alarms > 0 && false_alarms < 1) || (unsigned)by >= EMB_UNUSUAL_KINDS) return NAN;
    const float *validation = u->validation + (size_t)by * n;
    const double rank = ranked(validation, n, false_alarms);
    if ((double)n * false_alarms >= ENOUGH || false_alarms >= TAIL || n < FEW || m < FEW ||
        isnan(rank)) {
        return rank;
    }
    const float *training = u->training + (size_t)by * m;
    const double tail = ranked(training, m, TAIL);
    const double ratio = tail > 0 ? ranked(validation, n, TAIL) / tail : 1;
    const double alike = ranked(training, m, false_alarms) * ratio;
    /* A float, as all that files and exports carry. */
    return (double)(float)((tailed(validation, n, false_alarms) + alike) / 2);
}

/* FNV-1a over the weights' bits. */
uint64_t emb__unusual_weights(const emb_net *net) {
    uint64_t hash = 0xcbf29ce484222325u;
    emb_tensor_info info;
    for (size_t t = 0; t < emb_net_tensor_count(net); t++) {
        emb_net_tensor(net, t, &info);
        for (size_t i = 0; i < info.count; i++) {
            uint32_t bits;
            memcpy(&bits, info.values + i, sizeof bits);
            for (int b = 0; b < 32; b += 8) hash = (hash ^ (bits >> b & 255)) * 0x100000001b3u;
        }
    }
    return hash;
}

/* ---- the verdict ----------------------------------------------------------------------------- */

emb_status emb_unusual_verdict(const emb_unusual *unusual, emb_unusual_by by, double false_alarms,
                               emb_verdict *verdict) {
    EMB__ENTER;
    *verdict =
        (emb_verdict){unusual, by, false_alarms, emb_unusual_threshold(unusual, by, false_alarms)};
    if (!isnan(verdict->threshold)) return EMB_OK;
    if (!(false_alarms > 0 && false_alarms < 1) || (unsigned)by >= EMB_UNUSUAL_KINDS) {
        return emb__fail(EMB_ERR_ARGUMENT,
                         "false alarms of %g by kind %d: expected above 0 and "
                         "below 1, and a kind from 0 to %d",
                         false_alarms, (int)by, EMB_UNUSUAL_KINDS - 1);
    }
    return emb__fail(EMB_ERR_ARGUMENT, "%s: needs a network that does not stand at the mean image",
                     emb__unusual_words[by]);
}

void emb__verdict_print(const emb_verdict *verdict, uint64_t weights,
                        char text[EMB__VERDICT_ROOM]) {
    char share[EMB__REPR_ROOM], threshold[EMB__NUMBER_ROOM];
    emb__number_repr(verdict->false_alarms, share);
    emb__number_print((float)verdict->threshold, threshold);
    snprintf(text, EMB__VERDICT_ROOM, "by=%s false_alarms=%s threshold=%s weights=%016" PRIx64,
             emb__unusual_words[verdict->by], share, threshold, weights);
}

/* A text that is what would be printed for its own numbers and these weights. */
static bool read_verdict(const char *text, uint64_t weights, emb_verdict *verdict) {
    size_t length = 0;
    char again[EMB__VERDICT_ROOM];
    const char *word = emb_text_value(text, "by", &length);
    *verdict = (emb_verdict){.by = EMB_UNUSUAL_KINDS};
    for (int by = 0; word && by < EMB_UNUSUAL_KINDS; by++) {
        const char *own = emb__unusual_words[by];
        if (strlen(own) == length && memcmp(own, word, length) == 0) {
            verdict->by = (emb_unusual_by)by;
        }
    }
    if (verdict->by == EMB_UNUSUAL_KINDS ||
        !emb_text_number(text, "false_alarms", &verdict->false_alarms) ||
        !emb_text_number(text, "threshold", &verdict->threshold) ||
        !(verdict->false_alarms > 0 && verdict->false_alarms < 1)) {
        return false;
    }
    verdict->threshold = (double)(float)verdict->threshold;
    if (!isfinite(verdict->threshold)) return false;
    emb__verdict_print(verdict, weights, again);
    return strcmp(text, again) == 0;
}

bool emb_verdict_stored(const emb_net *net, emb_verdict *verdict) {
    EMB__ENTER;
    const char *text = emb_net_metadata(net, EMB__VERDICT_KEY);
    return text && read_verdict(text, emb__unusual_weights(net), verdict);
}

void emb__verdict_carried(const emb_net *net, const emb_verdict *verdict,
                          char text[EMB__VERDICT_ROOM]) {
    emb_verdict own;
    text[0] = '\0';
    if (!verdict && emb_verdict_stored(net, &own)) verdict = &own;
    if (verdict) emb__verdict_print(verdict, emb__unusual_weights(net), text);
}

size_t emb_verdict_numbers(const emb_verdict *verdict) {
    EMB__ENTER;
    const emb_unusual *u = verdict->unusual;
    switch (verdict->by) {
    case EMB_UNUSUAL_SCORE:
        return u->size + u->count * (u->size + 1);
    case EMB_UNUSUAL_NEIGHBOURS:
        return u->code_count * u->latent;
    default:
        return 0;
    }
}

emb_status emb__verdict_check(const emb_net *net, const emb_verdict *verdict, const char *what) {
    const emb_unusual *u = verdict->unusual;
    emb_status status = emb__net_reconstructs(net);
    if (status == EMB_OK && emb__unusual_weights(net) != u->weights) {
        status =
            emb__fail(EMB_ERR_ARGUMENT, "%s has other weights than the network that was measured",
                      net->spec.name);
    }
    if (status == EMB_OK &&
        (!isfinite(verdict->threshold) || (!u->uses_net && verdict->by != EMB_UNUSUAL_SCORE))) {
        status = emb__fail(EMB_ERR_ARGUMENT, "the threshold is not one of emb_unusual_verdict");
    }
    return status == EMB_OK ? EMB_OK : emb__fail_prefix(status, "%s: ", what);
}

/* The pairs of an open model with one more, or with another value of that one. */
static emb_status amend(const char *path, const emb__safetensors *file, const char *text) {
    emb_pair *pairs = emb__calloc(file->pair_count + 1, sizeof *pairs);
    if (!pairs) return EMB_ERR_MEMORY;
    size_t at = 0;
    for (size_t i = 0; i < file->pair_count; i++) pairs[i] = file->pairs[i];
    while (at < file->pair_count && strcmp(pairs[at].key, EMB__VERDICT_KEY) != 0) at++;
    pairs[at] = (emb_pair){EMB__VERDICT_KEY, text};
    const size_t count = at < file->pair_count ? file->pair_count : at + 1;
    const emb_status status = emb__safetensors_amend(path, file, pairs, count);
    emb__free(pairs);
    return status;
}

emb_status emb_verdict_store(const emb_verdict *verdict, emb_net *net, const char *path) {
    EMB__ENTER;
    char text[EMB__VERDICT_ROOM];
    emb__safetensors file;
    emb_status status = emb__verdict_check(net, verdict, path);
    if (status == EMB_OK) status = emb__safetensors_read(path, &file);
    if (status != EMB_OK) return status;
    emb__verdict_print(verdict, verdict->unusual->weights, text);
    /* A training may have written other weights since the network was opened. */
    emb_net *now = emb__model_of(&file, path);
    if (!now) {
        status = emb__last_status();
    } else if (emb__unusual_weights(now) != verdict->unusual->weights) {
        status = emb__fail(EMB_ERR_ARGUMENT, "%s: has other weights now", path);
    }
    emb_net_free(now);
    if (status == EMB_OK) status = amend(path, &file, text);
    emb__safetensors_clear(&file);
    return status == EMB_OK ? emb__net_set_metadata(net, EMB__VERDICT_KEY, text) : status;
}
