/* Images that lie near a plane. */
#ifndef EMB_TESTS_PLANE_IMAGES_H
#define EMB_TESTS_PLANE_IMAGES_H

#include "embudo.h"

/* Near `rank` directions, each with less spread than the one before. */
emb_images *near_plane(size_t count, int size, int rank, uint64_t seed);

#endif
