/* See loss.h. */
#include "train/losses/loss.h"

#include <string.h>

#include "base/entry.h"
#include "device/cpu/pass.h"
#include "train/losses/loss_table.h"

emb_status emb__loss_make(emb__loss *loss, const emb_net *net, const char *text) {
    const emb__loss_kind *own = emb__loss_of(net);
    emb_status status = emb__loss_parse(loss, text && *text ? text : own->name);
    for (int i = 0; i < loss->count && status == EMB_OK; i++) {
        const emb__loss_kind *kind = loss->terms[i].kind;
        loss->predicts = loss->predicts || kind->predicts;
        if (strcmp(kind->part, own->part) == 0) continue;
        status = emb__fail(EMB_ERR_ARGUMENT, "%s is a loss of a network with a %s; %s has a %s",
                           kind->name, kind->part, net->spec.name, own->part);
    }
    return status;
}

emb_status emb__loss_prepare(emb__loss *loss, emb_net *net, const emb_images *images) {
    emb_status status = EMB_OK;
    for (int i = 0; i < loss->count && status == EMB_OK; i++) {
        emb__loss_term *term = &loss->terms[i];
        if (term->kind->needs) status = term->kind->needs(net, images, term->args);
    }
    return status == EMB_OK ? emb__net_need_scratch(net, emb__loss_scratch(loss, net)) : status;
}

emb_status emb__loss_prepare_noisy(emb__loss *loss, emb_net *net, const emb_images *images) {
    const emb_status status = emb__loss_prepare(loss, net, images);
    if (status != EMB_OK) return status;
    return emb__net_need_scratch(net, emb__loss_scratch(loss, net) + emb__shape_count(&net->input));
}

const float *emb__loss_target(const emb__loss *loss, const emb_net *net, const emb__workspace *w,
                              const emb__rows *rows, size_t first, size_t count) {
    if (!emb__altering_corrupts(&rows->altering)) return NULL;
    float *to = w->scratch + emb__loss_scratch(loss, net) * (size_t)w->k->lanes;
    emb__net_lay_out_target(net, w, rows, first, count, to);
    return to;
}

/* One kind alone: its errors are sums over its terms, and its gradient is written as it is. */
static bool is_plain(const emb__loss *loss) {
    return loss->count == 1 && loss->terms[0].weight == 1;
}

/* The vectors of the network's output: of a sum, each further gradient needs so many. */
static size_t output_vectors(const emb_net *net) {
    return emb__shape_count(&net->layers[net->layer_count - 1].out);
}

size_t emb__loss_scratch(const emb__loss *loss, const emb_net *net) {
    size_t most = 0;
    for (int i = 0; i < loss->count; i++) {
        const emb__loss_term *term = &loss->terms[i];
        const size_t own = term->kind->scratch ? term->kind->scratch(net, term->args) : 0;
        if (own > most) most = own;
    }
    return most + (loss->count > 1 ? output_vectors(net) : 0);
}

size_t emb__loss_terms(const emb__loss *loss, const emb_net *net) {
    return is_plain(loss) ? loss->terms[0].kind->terms(net) : 1;
}

/* Runs one term; its gradient goes to `grad`, its errors to `errors`. */
static void run_term(const emb__loss_term *term, const emb__loss_block *block, float *grad,
                     double *errors, float *scratch) {
    const double all = (double)block->of * (double)term->kind->terms(block->net);
    emb__loss_block own = *block;
    own.grad = grad;
    own.errors = errors;
    own.args = term->args;
    own.scale = (float)(term->weight * term->kind->slope / all);
    own.scratch = scratch;
    term->kind->block(&own);
}

void emb__loss_run(const emb__loss *loss, const emb__loss_block *block) {
    const emb__workspace *w = block->w;
    if (is_plain(loss)) {
        run_term(&loss->terms[0], block, block->grad, block->errors, w->scratch);
        return;
    }
    const size_t lanes = (size_t)w->k->lanes, numbers = output_vectors(block->net) * lanes;
    double sums[EMB__LANES] = {0}, errors[EMB__LANES];
    float *more = w->scratch;
    for (int i = 0; i < loss->count; i++) {
        const emb__loss_term *term = &loss->terms[i];
        float *grad = block->grad && i > 0 ? more : block->grad;
        run_term(term, block, grad, errors, more + (loss->count > 1 ? numbers : 0));
        if (grad != block->grad) w->k->add_scaled(block->grad, 1, more, 0, numbers);
        const double terms = (double)term->kind->terms(block->net);
        for (size_t n = 0; n < lanes; n++) sums[n] += term->weight * (errors[n] / terms);
    }
    memcpy(block->errors, sums, lanes * sizeof *sums);
}

double emb__loss_mean(const emb__loss *loss, const emb_net *net, const double *errors,
                      size_t count) {
    double sum = 0;
    for (size_t i = 0; i < count; i++) sum += errors[i];
    return sum / ((double)count * (double)emb__loss_terms(loss, net));
}
