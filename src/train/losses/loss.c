/* See loss.h. */
#include "train/losses/loss.h"

static double all_terms(const emb__loss *loss, const emb_net *net, size_t count) {
    return (double)count * (double)loss->terms(net);
}

float emb__loss_scale(const emb__loss *loss, const emb_net *net, size_t count) {
    return (float)(loss->slope / all_terms(loss, net, count));
}

double emb__loss_mean(const emb__loss *loss, const emb_net *net, const double *errors,
                      size_t count) {
    double sum = 0;
    for (size_t i = 0; i < count; i++) sum += errors[i];
    return sum / all_terms(loss, net, count);
}
