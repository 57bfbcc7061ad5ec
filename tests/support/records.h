/* Records of the real PyTorch in tests/parity/, and what they are of: tests/makers/records.py says
 * what a case and its record hold, and has the same formulas in Python. */
#ifndef EMB_TESTS_RECORDS_H
#define EMB_TESTS_RECORDS_H

#include <jansson.h>
#include <stdbool.h>

#include "embudo.h"

/* The cases of a file there; json_decref frees them. Fails the test if it cannot. */
json_t *records_open(const char *path);

/* One case, opened. */
typedef struct record_case {
    json_t *row;
    const char *name;
    emb_net *net;
    emb_images *images;
    char why[600]; /* what differs or was refused; "" as long as nothing */
} record_case;

/* False, with why, if the network is refused. */
bool record_case_open(record_case *c, json_t *row);
/* The same of a network that the row has no notation of; it is taken over. */
void record_case_of(record_case *c, json_t *row, emb_net *net);
void record_case_close(record_case *c);

double record_number(const record_case *c, const char *key);

/* Number i of a seed: uniform in [0, 1), 24 bits. */
float record_uniform(uint64_t seed, uint64_t i);

/* Adds the formula's numbers to all weights and buffers. */
void record_move(record_case *c);

/* The case's training, on one thread. */
bool record_options(record_case *c, emb_train_options *options);

/* Each of these is false, with why, if something differs by more than 1e-5 of its size. */

/* values[count] against the sample `name` in the record's `key`. */
bool record_same(record_case *c, const char *key, const char *name, const float *values,
                 size_t count);
/* All tensors and buffers (`gradients` is NULL), or the gradients of all tensors that are trained,
 * one after another. */
bool record_same_tensors(record_case *c, const char *key, const float *gradients);
/* What the network makes in evaluation mode of the first batch; and that an image alone gives the
 * same bits. */
bool record_same_outputs(record_case *c, const char *key);
bool record_same_loss(record_case *c, const char *what, double got, double wanted);

#endif
