/* See array_names.h. */
#include "data/array_names.h"

#include <stddef.h>

const emb__array_pair emb__array_parts[3][EMB__ARRAY_PAIRS] = {
    [EMB_TRAIN] = {{"x_train", "y_train"},
                   {"X_train", "y_train"},
                   {"train_images", "train_labels"},
                   {"train-images", "train-labels"},
                   {NULL, NULL}},
    [EMB_TEST] = {{"x_test", "y_test"},
                  {"X_test", "y_test"},
                  {"test_images", "test_labels"},
                  {"test-images", "test-labels"},
                  {NULL, NULL}},
    [EMB_VAL] = {{"x_val", "y_val"},
                 {"X_val", "y_val"},
                 {"val_images", "val_labels"},
                 {"val-images", "val-labels"},
                 {NULL, NULL}},
};

const emb__array_pair emb__array_whole[] = {
    {"images", "labels"}, {"x", "y"},          {"X", "y"},  {"data", "labels"},
    {"arr_0", "arr_1"},   {"codes", "labels"}, {NULL, NULL}};

const emb__array_pair *const emb__array_places[3][4] = {
    [EMB_TRAIN] = {emb__array_parts[EMB_TRAIN], emb__array_whole, emb__array_parts[EMB_TEST], NULL},
    [EMB_TEST] = {emb__array_parts[EMB_TEST], NULL},
    [EMB_VAL] = {emb__array_parts[EMB_VAL], NULL},
};

const emb__array_pair *const emb__array_lists[] = {
    emb__array_parts[EMB_TRAIN], emb__array_parts[EMB_TEST], emb__array_parts[EMB_VAL],
    emb__array_whole, NULL};
