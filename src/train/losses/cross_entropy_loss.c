/* CrossEntropyLoss: compares a classifier's logits with labels. */
#include <string.h>

#include "base/entry.h"
#include "device/cpu/pass.h"
#include "kernels/math.h"
#include "train/losses/loss_kind.h"

enum { SMOOTHING };

static emb_status needs(const emb_net *net, const emb_images *images, double *args) {
    (void)args;
    const int classes = emb_images_classes(images), outputs = emb_net_classes(net);
    if (classes == 0) {
        return emb__fail(EMB_ERR_ARGUMENT,
                         "%s: the images have no labels; a classifier needs one for each",
                         net->spec.name);
    }
    if (classes <= outputs) return EMB_OK;
    return emb__fail(EMB_ERR_SHAPE,
                     "%s: the labels reach %d, so %d outputs are expected, and the classifier has "
                     "%d",
                     net->spec.name, classes - 1, classes, outputs);
}

static void block(const emb__loss_block *b) {
    uint8_t labels[EMB__LANES], all[EMB__LANES];
    for (size_t n = 0; n < b->count; n++) {
        const size_t i = b->first + n;
        labels[n] = (uint8_t)emb_images_label(b->images, b->indices ? b->indices[i] : i);
    }
    b->w->k->cross_entropy(emb__net_output(b->net, b->w, b->net->layer_count - 1),
                           emb_net_classes(b->net), labels, (int)b->count,
                           (float)b->args[SMOOTHING], b->scale, b->grad, b->errors, all);
    if (b->predicted) memcpy(b->predicted, all, b->count);
}

extern const emb__loss_kind emb__cross_entropy_loss;
const emb__loss_kind emb__cross_entropy_loss = {
    .name = "CrossEntropyLoss",
    .short_name = "cross_entropy",
    .part = "classifier",
    .predicts = true,
    .args = {[SMOOTHING] = {"label_smoothing", .value = 0, .least = 0, .most = 1}},
    .slope = 1,
    .terms = emb__loss_one,
    .needs = needs,
    .block = block,
};

void emb_softmax(const float *logits, size_t n, int classes, float *probabilities) {
    EMB__ENTER;
    for (size_t i = 0; i < n; i++) {
        const float *x = logits + i * (size_t)classes;
        float *p = probabilities + i * (size_t)classes;
        float largest = x[0];
        double sum = 0;
        for (int c = 1; c < classes; c++) largest = x[c] > largest ? x[c] : largest;
        for (int c = 0; c < classes; c++) sum += emb__exp((double)x[c] - (double)largest);
        for (int c = 0; c < classes; c++) {
            p[c] = (float)(emb__exp((double)x[c] - (double)largest) / sum);
        }
    }
}
