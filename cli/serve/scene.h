/* A training as the explorer shows it. The training's thread tells it (watch.c), the server's asks
 * (api_training.c); each call locks for as long as it copies, and none waits for a network.
 *
 * Two copies of the network go round: one that the server answers with, and one that the training
 * fills after an epoch, which they then exchange. So nobody but the training touches the network
 * that is trained. Its size is bounded however long the training is. */
#ifndef CLI_SCENE_H
#define CLI_SCENE_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include <embudo.h>

#include "serve/bounded_curve.h"

enum {
    CLI_SCENE_IMAGES = 2000,         /* of the map, at most */
    CLI_SCENE_PICTURES = 8,          /* of them, whose reconstructions are kept, at most */
    CLI_SCENE_SHOTS = 512,           /* at most */
    CLI_SCENE_DOCTOR = 8,            /* lines of the doctor */
    CLI_SCENE_MOST_IMAGES = 1 << 25, /* numbers of the map's images */
    CLI_SCENE_MOST_CODES = 1 << 20,  /* numbers of the map's codes */
    CLI_SCENE_MOST_MODEL = 1 << 21,  /* bytes of a network that is kept with its shot */
    CLI_SCENE_MOST_BYTES = 1 << 20,  /* of a shot's reconstructions */
    CLI_SCENE_MOST_KEPT = 1 << 26    /* bytes of all shots */
};

/* What the network was after some steps. */
typedef struct cli_shot {
    size_t step;
    float *codes;      /* [count][latent] */
    uint8_t *pictures; /* [pictures][pixels] */
    uint8_t *model;    /* the network, as a file would have it; NULL: it is not kept */
    size_t model_size;
} cli_shot;

typedef enum cli_wish { CLI_WISH_GO, CLI_WISH_PAUSE, CLI_WISH_STOP } cli_wish;

/* Numbers of where it stands. */
typedef struct cli_scene_place {
    const char *state; /* "running", "paused" or the outcome in run.json; lasts for ever */
    size_t step, steps, epoch_steps;
    int epochs;
    float loss; /* of the last step */
    cli_wish wish;
} cli_scene_place;

typedef struct cli_scene {
    pthread_mutex_t lock;

    /* Fixed from the beginning. */
    size_t count, pixels;
    int latent, pictures, shape[3];
    size_t model_size; /* of a network, about; 0: shots have none */
    int threads;       /* to answer with once it is over */
    char *run;         /* its folder */
    char *data;        /* its data set */

    /* Under the lock. */
    cli_scene_place place;
    cli_curve losses, epochs; /* of steps; of epochs: training and validation */
    cli_shot shots[CLI_SCENE_SHOTS];
    size_t shot_count, room; /* shots that there are, and that there may be */
    char *doctor[CLI_SCENE_DOCTOR];
    emb_net *fresh, *spare; /* of the newest shot, for the server; for the training to fill */
} cli_scene;

/* Of a zeroed one. False without a lock. */
bool cli_scene_make(cli_scene *scene);
/* Decides how many shots there may be, once it is known how large one is. */
void cli_scene_settle(cli_scene *scene);
void cli_scene_free(cli_scene *scene);

void cli_scene_lock(cli_scene *scene);
void cli_scene_unlock(cli_scene *scene);

/* Takes a shot over, and the network it is of; those that are not older than it go. If they are as
 * many as may be, every second one goes: then true. */
bool cli_scene_keep(cli_scene *scene, cli_shot *shot, emb_net *net);
/* Whether the training is over. Under the lock. */
bool cli_scene_over(const cli_scene *scene);
/* The shot after so many steps; NULL. Under the lock. */
const cli_shot *cli_scene_shot(const cli_scene *scene, size_t step);

/* What the page wishes: it is done at the next step. A stop stays. False if the training is over.
 */
bool cli_scene_wish(cli_scene *scene, cli_wish wish);

#endif
