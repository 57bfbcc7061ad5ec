/* Shots of a training: what its network makes of some images, after an epoch. Taken by the
 * training's thread, from copies of the network. */
#ifndef CLI_SHOT_H
#define CLI_SHOT_H

#include "serve/explorer.h"
#include "train/training_state.h"

/* Chooses the images and makes the copies. A network without codes or without a decoder has
 * neither. False with emb_error(). */
bool cli_shot_begin(cli_scene *scene, cli_explorer *explorer, const cli_training *training);

/* Takes one unless that of this step is there, and says nothing if it fails. Whether every second
 * one had to go for it. */
bool cli_shot_take(cli_scene *scene, const cli_training *training);

#endif
