/* A folder in which several data sets lie, as torchvision's root does after some downloads: none of
 * them is meant more than another. */
#ifndef EMB_DATA_SEVERAL_SETS_H
#define EMB_DATA_SEVERAL_SETS_H

#include "data/images.h"

/* Fails if the folder has more than one, naming them and how one is chosen. A folder with files of
 * a set in itself is that set. */
emb_status emb__several_sets_refuse(const char *folder);

#endif
