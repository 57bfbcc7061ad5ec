/* What the explorer shows: a trained network, the images of a data set and their codes; or runs. */
#ifndef CLI_EXPLORER_H
#define CLI_EXPLORER_H

#include <embudo.h>

#include "core/options.h"
#include "data/split.h"
#include "serve/labeller.h"
#include "serve/oddity.h"
#include "serve/reply.h"
#include "serve/run_watch.h"
#include "serve/scene.h"

typedef struct cli_explorer {
    const char *name; /* of the run, as it was typed */
    emb_net *net;     /* NULL: it shows runs alone */
    cli_split split;
    size_t count;     /* of its images */
    uint32_t *places; /* of a training: the place of each in its data set; else NULL */
    int latent, threads;
    int shape[3];           /* of an image */
    size_t pixels;          /* C*H*W of it */
    double black, white;    /* numbers of images that are shown as these */
    float *codes;           /* [count][latent] */
    emb_neighbours *near;   /* among the codes; NULL until it is asked for */
    float *components;      /* of the codes (components.h); likewise */
    float *errors;          /* [count]; likewise */
    float *unusual;         /* [count]; likewise, as embudo score's */
    emb_score score;        /* of all images, once `errors` are there */
    cli_reply run, history; /* made at the beginning; without bytes if there is none */
    cli_labeller labeller;  /* of these codes; without a network if there is none */
    cli_oddity *oddity;     /* how unusual each image is; NULL without a run */
    cli_run_watch *watch;   /* the runs; NULL: one run is shown */
    emb_net *past;          /* of a training: the network after `past_step` steps; or NULL */
    size_t past_step;
    cli_scene *scene; /* the training that is watched; NULL; borrowed */
} cli_explorer;

/* A run, by the arguments RUN|MODEL and DATASET; and a folder of runs. False with the error
 * printed; close it in any case. */
bool cli_explorer_open(cli_explorer *explorer, const cli_args *args);
bool cli_explorer_open_runs(cli_explorer *explorer, const char *folder);
/* A training: what is filled in of `explorer` (name, scene, split, threads and, if there is a map,
 * the network and room for its codes) is completed. */
void cli_explorer_watch(cli_explorer *explorer);
void cli_explorer_close(cli_explorer *explorer);
/* What the server cannot do: called a few times a second by the thread that opened it. */
void cli_explorer_tend(cli_explorer *explorer);

/* Takes over a training's newest network and its codes. */
void cli_explorer_refresh(cli_explorer *explorer);

/* What is told of the run, as JSON; `record`: with what its folder says, of which some may change.
 */
cli_reply cli_explorer_tell(const cli_explorer *explorer, bool record);

/* *past = a training's network after so many steps, for one request; NULL if it is not kept. */
emb_status cli_explorer_past(cli_explorer *explorer, size_t step, emb_net **past);

/* The place of image i in the data set. */
size_t cli_explorer_place(const cli_explorer *explorer, size_t i);

/* Each makes what is missing, and says nothing if it fails: emb_error() does. */
emb_status cli_explorer_errors(cli_explorer *explorer);
emb_status cli_explorer_judge(cli_explorer *explorer); /* once its oddity is known */
emb_status cli_explorer_components(cli_explorer *explorer);
emb_status cli_explorer_near(cli_explorer *explorer);

#endif
