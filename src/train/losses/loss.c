/* See loss.h. */
#include "train/losses/loss.h"

#include <string.h>

#include "base/entry.h"
#include "device/cpu/pass.h"
#include "kernels/math.h"

size_t emb__net_loss_terms(const emb_net *net) {
    return net->classifies ? 1 : emb__shape_count(&net->input);
}

/* The mean squared error's slope is 2 (y - x) / (number of elements). */
float emb__net_loss_scale(const emb_net *net, size_t count) {
    const double terms = (double)count * (double)emb__net_loss_terms(net);
    return (float)((net->classifies ? 1.0 : 2.0) / terms);
}

double emb__net_mean_loss(const emb_net *net, const double *errors, size_t count) {
    double sum = 0;
    for (size_t i = 0; i < count; i++) sum += errors[i];
    return sum / ((double)count * (double)emb__net_loss_terms(net));
}

emb_status emb__net_can_learn(const emb_net *net, const emb_images *images) {
    if (!net->classifies) return EMB_OK;
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

static void cross_entropy(const emb_net *net, const emb__workspace *w, const emb_images *images,
                          const uint32_t *indices, size_t first, size_t count, float scale,
                          float *grad, double *errors, uint8_t *predicted) {
    uint8_t labels[EMB__LANES], all[EMB__LANES];
    for (size_t n = 0; n < count; n++) {
        labels[n] = (uint8_t)emb_images_label(images, indices ? indices[first + n] : first + n);
    }
    w->k->cross_entropy(emb__net_output(net, w, net->layer_count - 1), emb_net_classes(net), labels,
                        (int)count, scale, grad, errors, all);
    if (predicted) memcpy(predicted, all, count);
}

void emb__net_loss(const emb_net *net, const emb__workspace *w, const emb_images *images,
                   const uint32_t *indices, size_t first, size_t count, float scale, float *grad,
                   double *errors, uint8_t *predicted) {
    if (net->classifies) {
        cross_entropy(net, w, images, indices, first, count, scale, grad, errors, predicted);
    } else {
        w->k->squared_error(emb__net_output(net, w, net->layer_count - 1),
                            emb__net_input(net, w, 0), emb__shape_count(&net->input), (int)count,
                            scale, grad, errors);
    }
}

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
