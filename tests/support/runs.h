/* Runs on small networks and images that look like nothing. */
#ifndef EMB_TESTS_RUNS_H
#define EMB_TESTS_RUNS_H

#include "support/support.h"
#include "train/run.h"

/* 27 weights in PyTorch's Linear(4, 3) and Linear(3, 4, bias=False): what the golden orders below
 * were drawn behind. */
#define SMALL                                                                                      \
    "input = 1, 2, 2\nencoder = Sequential(Flatten(), Linear(4, 3))\n"                             \
    "decoder = Sequential(Linear(3, 4, bias=False), Unflatten(1, (1, 2, 2)))"
#define DEEP                                                                                       \
    "input = 1, 2, 2\nencoder = Sequential(Flatten(), Linear(4, 8), Tanh(), Linear(8, 3))\n"       \
    "decoder = Sequential(Linear(3, 8), Tanh(), Linear(8, 4), Unflatten(1, (1, 2, 2)))"

typedef struct run_setting {
    emb_net *net;
    emb_images *images;
    emb_run *run;
} run_setting;

/* The run is NULL where the options are refused. */
run_setting prepare_run(const char *notation, size_t images, const emb_train_options *options);
/* Where they must not be. */
run_setting open_run(const char *notation, size_t images, const emb_train_options *options);
void close_run(run_setting *s);

/* The step's loss. */
float run_step(emb_run *run);

/* SHA-256 of the weights. */
const char *weights_of(const emb_net *net, char text[TEST_SHA_TEXT]);

#endif
