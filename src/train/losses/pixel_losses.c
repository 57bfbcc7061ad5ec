/* Losses that are a mean over the images' numbers: L1Loss, SmoothL1Loss, HuberLoss, BCELoss and
 * BCEWithLogitsLoss. kernels/isa/reference_error.c has their formulas. */
#include "base/entry.h"
#include "device/cpu/pass.h"
#include "device/preprocessing.h"
#include "train/losses/loss_kind.h"

enum { ARG };

static void run(const emb__loss_block *b, emb__error error) {
    b->w->k->error[error](emb__net_output(b->net, b->w, b->net->layer_count - 1), emb__loss_goal(b),
                          emb__loss_numbers(b->net), (int)b->count, (float)b->args[ARG], b->scale,
                          b->grad, b->errors);
}

static void absolute(const emb__loss_block *b) { run(b, EMB__ERROR_absolute); }
/* A beta of 0, as torch has it, is the absolute error. */
static void smooth(const emb__loss_block *b) {
    run(b, b->args[ARG] > 0 ? EMB__ERROR_smooth : EMB__ERROR_absolute);
}
static void huber(const emb__loss_block *b) { run(b, EMB__ERROR_huber); }
static void entropy(const emb__loss_block *b) { run(b, EMB__ERROR_entropy); }
static void logit_entropy(const emb__loss_block *b) { run(b, EMB__ERROR_logit_entropy); }

/* The target of a cross entropy is a probability. */
static emb_status needs_shares(const emb_net *net, const emb_images *images, double *args) {
    double low = 0, high = 1;
    (void)net;
    (void)args;
    if (images->values) {
        emb_images_range(images, &low, &high);
    } else if (images->has_pixels) {
        low = images->black < images->white ? images->black : images->white;
        high = images->black < images->white ? images->white : images->black;
    }
    if (low >= 0 && high <= 1) return EMB_OK;
    return emb__fail(EMB_ERR_ARGUMENT,
                     "binary cross entropy: all elements of target should be between 0 and 1, and "
                     "the images' numbers lie from %g to %g: scale them, or take another loss",
                     low, high);
}

static emb_status needs_probabilities(const emb_net *net, const emb_images *images, double *args) {
    double low, high;
    emb_net_output_range(net, &low, &high);
    if (low >= 0 && high <= 1) return needs_shares(net, images, args);
    return emb__fail(EMB_ERR_ARGUMENT,
                     "BCELoss: all elements of input should be between 0 and 1, and %s may give "
                     "others: end it with Sigmoid(), or take BCEWithLogitsLoss",
                     net->spec.name);
}

#define ROW(member, text, short_text, ...)                                                         \
    extern const emb__loss_kind member;                                                            \
    const emb__loss_kind member = {.name = text,                                                   \
                                   .short_name = short_text,                                       \
                                   .part = "decoder",                                              \
                                   .slope = 1,                                                     \
                                   .terms = emb__loss_numbers,                                     \
                                   __VA_ARGS__}

ROW(emb__l1_loss, "L1Loss", "l1", .block = absolute);
ROW(emb__smooth_l1_loss, "SmoothL1Loss", "smooth_l1", .block = smooth,
    .args = {[ARG] = {"beta", .value = 1, .least = 0, .most = 1e30}});
ROW(emb__huber_loss, "HuberLoss", "huber", .block = huber,
    .args = {[ARG] = {"delta", .value = 1, .least = 1e-30, .most = 1e30}});
ROW(emb__bce_loss, "BCELoss", "bce", .block = entropy, .needs = needs_probabilities);
ROW(emb__bce_with_logits_loss, "BCEWithLogitsLoss", "bce_with_logits", .block = logit_entropy,
    .needs = needs_shares);
