/* What becomes of pairs of images that may be the same picture: which of them are alike enough
 * where they are, and the groups that they make.
 *
 * Owns: how crowded a set is, how like two images must be, groups. Does not own: where the pairs
 * come from (alike.c), how like two images are (overlay.h). */
#ifndef EMB_STUDY_ALIKE_GROUPS_H
#define EMB_STUDY_ALIKE_GROUPS_H

#include "data/images.h"
#include "study/small_version.h"

/* How like an image's seventh nearest is tells how crowded it is there. */
enum { EMB__CROWD = 7 };

/* Two images that are the same picture. */
typedef struct emb__alike_pair {
    uint32_t other;
    float like;
} emb__alike_pair;

typedef struct emb__alike {
    const emb_images *images;
    const uint32_t *indices;
    size_t count;
    int shape[3], threads;
    double least, low, high;
    bool chosen; /* `least` is the caller's, whatever the crowd */
    bool barred; /* the images have bars of: */
    double bars[3];
    emb__small *small; /* [count] */
    float *tiny;       /* [count][64] */
    uint32_t *copy_of; /* [count]: the first of its copies */
    uint32_t *near;    /* [count][most]: candidates, those of codes and then those of pixels */
    size_t most;
    emb__alike_pair *pairs; /* [count][most]: those that are the same, both ways after mirror() */
    size_t *held;           /* [count]: of them */
    float *crowd;  /* [count][EMB__CROWD]: the likeness of the nearest, the most alike first */
    double weight; /* of the crowd, 0..1 */
    size_t tried;  /* pairs that were compared */
    size_t blank;  /* images of one colour */
} emb__alike;

/* Sets tried, crowd and weight from the pairs. */
emb_status emb__alike_weigh(emb__alike *a);

/* Pairs that are not like enough go. */
void emb__alike_keep(emb__alike *a);

/* first[i] = the first image of the group of i, likeness[i] = how like that it is. */
emb_status emb__alike_group(const emb__alike *a, uint32_t *first, float *likeness);

#endif
