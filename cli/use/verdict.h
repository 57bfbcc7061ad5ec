/* How well a classifier does on test images: accuracy and confusion, as text, CSV and a picture. */
#ifndef CLI_VERDICT_H
#define CLI_VERDICT_H

#include <stdbool.h>

#include <embudo.h>

#include "core/json.h"
#include "data/held.h"

typedef struct cli_verdict {
    emb_class_score score; /* for kNN the loss is NaN */
    int classes;
    uint32_t *confusion; /* [classes][classes]: true by predicted */
    uint8_t *predicted;  /* [score.count] classes, for kNN; else NULL */
    /* What the images are: set by whoever opened them, before anything is printed, drawn or
     * saved. */
    const char *dataset;
    cli_part part;
    const emb_images *images; /* whose classes may have names; NULL: they have none */
} cli_verdict;

/* All functions below that return a bool print the error if they return false. */

/* For a network with a classifier. */
bool cli_verdict_net(cli_verdict *verdict, emb_net *net, const emb_images *images, int threads);

/* Of the `neighbours` nearest of `reference`, for the queries. */
struct cli_codes;
bool cli_verdict_knn(cli_verdict *verdict, const struct cli_codes *reference, int neighbours,
                     const struct cli_codes *queries, int threads);

/* The number of neighbours that a model on disk says to ask, 0 if it is not a kNN classifier; and
 * the verdict on it: the run's own training images of the data set are encoded as reference. */
int cli_verdict_neighbours(const emb_net *net);
bool cli_verdict_recorded_knn(cli_verdict *verdict, emb_net *net, const char *model_name,
                              const char *dataset, const emb_images *images, int threads);

/* A class as tables call it: "3", or "3 cat" if classes have names; to be freed. */
char *cli_verdict_class(const cli_verdict *verdict, int label);

/* Accuracy, loss, number of images and the confusion matrix, on standard output. If the matrix is
 * wider than the terminal, the most frequent mistakes instead. */
void cli_verdict_print(const cli_verdict *verdict);

/* The same as members of an object that is open. */
void cli_verdict_json(const cli_verdict *verdict, cli_json *json);

/* The confusion matrix, of CLI_VERDICT_DRAWN classes at most, in the verdict's language. NULL as
 * emb_matrix_draw, the text in emb_error(). */
enum { CLI_VERDICT_DRAWN = 64 };
emb_picture *cli_verdict_draw(const cli_verdict *verdict, emb_format format);

/* confusion.csv and, if the build can, confusion.png in a folder. */
bool cli_verdict_save(const cli_verdict *verdict, const char *folder);

/* A zeroed one is accepted. */
void cli_verdict_free(cli_verdict *verdict);

#endif
