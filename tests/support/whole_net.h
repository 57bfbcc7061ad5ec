/* Whole networks against their layers' definitions in double precision (support.h): forward by
 * comparison, the gradient of the mean squared error by central differences of the definition. */
#ifndef EMB_TESTS_WHOLE_NET_H
#define EMB_TESTS_WHOLE_NET_H

#include "base/memory.h"
#include "net/net.h"
#include "support/support.h"

enum {
    LANES = EMB__LANES,
    MOST = 1024, /* numbers of an image at any layer */
    MOST_PARAMS = 1 << 17
};

emb_net *open_net(const char *text, uint64_t seed);

void expect_near(const char *text, const char *what, size_t at, double got, double wanted,
                 double scale);

double *exact_params(const emb_net *net);

/* The mean squared error of `count` images [count][pixels]. */
double model_loss(const emb_net *net, const double *params, const float *images, size_t count);

/* One partial block forward and back, as a training step runs it; returns the loss. */
double engine_gradient(emb_net *net, const float *images, size_t count, float *grads);

float *engine_grads(const emb_net *net);

/* Codes and reconstructions through the public calls, of image n in particular. */
void check_forward(emb_net *net, const char *text, const double *params, const float *images,
                   size_t count, size_t n);

/* The same by each parameter, and the loss. */
void check_gradient(emb_net *net, const char *text, double *params, const float *images,
                    size_t count);

#endif
