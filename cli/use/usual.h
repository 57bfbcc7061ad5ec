/* What a network's usual errors are: learned once from a run's own images, and kept beside the
 * model, so that every later command judges by the same numbers. */
#ifndef CLI_USUAL_H
#define CLI_USUAL_H

#include <embudo.h>

/* Opens what is kept beside the model or, if there is nothing yet or it is of other weights, learns
 * it from `trained_on`, the data set of the training (NULL: the run's record names it), and keeps
 * it. NULL with the error printed. */
emb_unusual *cli_usual_open(emb_net *net, const char *model_name, const char *trained_on,
                            int threads);

/* Where it is kept, to be freed: RUN/unusual.safetensors, or MODEL-unusual.safetensors for another
 * MODEL.safetensors. */
char *cli_usual_place(const char *model_name);

/* The data set of the training: `trained_on` or, if it is NULL, what the run's record names; to be
 * freed. NULL if it is not known. */
char *cli_usual_dataset(const char *model_name, const char *trained_on);

#endif
