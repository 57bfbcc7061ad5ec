/* Runs images through a network's layers, block by block: the one loop that lays a block out, runs
 * it forward and shows the caller what came out.
 *
 * Owns: cutting images into blocks, and sharing blocks out among threads. Does not own: what the
 * caller looks for. */
#ifndef EMB_CPU_WALK_H
#define EMB_CPU_WALK_H

#include "data/images.h"
#include "device/alter.h"
#include "device/cpu/workspace.h"

typedef struct emb__walk emb__walk;
struct emb__walk {
    emb_net *net;
    int from, to; /* layers [from, to) */
    size_t count; /* of images */
    /* Images indices[0 .. count) (NULL: 0 .. count), from layer 0 on; or, if `images` is NULL,
     * rows[count][...] as layer `from` reads them. */
    const emb_images *images;
    const uint32_t *indices;
    emb__altering altering; /* of the images */
    const float *rows;
    /* Looks at a block that has run: images [first, first + here), in w's first lanes. One of the
     * members that worked on it calls this; NULL: nobody looks. */
    void (*look)(const emb__walk *walk, const emb__workspace *w, size_t first, size_t here);
    /* Unless NULL, called after each layer, for emb__walk_alone; false ends the walk. */
    bool (*layer)(const emb__walk *walk, const emb__workspace *w, int i, size_t first, size_t here);
    void *data; /* the caller's */
};

/* Images of a data set, in some order. */
typedef struct emb__rows {
    const emb_images *images;
    const uint32_t *indices; /* NULL: as they are */
    const uint8_t *bytes;    /* of all of them, one after another; NULL: they are asked for */
    emb__altering altering;  /* how they are changed, each by its own index */
} emb__rows;

/* Lays images [first, first + count) of `of`, count <= 16, out as the block that the network
 * reads. */
void emb__net_lay_out(const emb_net *net, const emb__workspace *w, const emb__rows *of,
                      size_t first, size_t count);
/* The same as the network's output is to be: without noise, at `to`. The network's gradients are
 * used as room. */
void emb__net_lay_out_target(const emb_net *net, const emb__workspace *w, const emb__rows *of,
                             size_t first, size_t count, float *to);

/* One block: images [first, ...), as many as fill w's lanes or are left. Every member that works on
 * it calls this. False if `layer` ended the walk. */
bool emb__walk_block(const emb__walk *walk, const emb__workspace *w, size_t first);

/* EMB_OK if the layers [from, to) read no labels, or the images have labels that they know. */
emb_status emb__net_knows_labels(const emb_net *net, const emb_images *images, int from, int to);

/* Walks through all blocks, on the threads that emb__threads_for gives for `asked`. An image's
 * numbers do not depend on their number. Without `layer` this is inference: the callbacks'
 * walk->net may be another than the caller's (inference.h). */
emb_status emb__walk_team(const emb__walk *walk, int asked);

/* Walks through all blocks in their order, on the calling thread. */
emb_status emb__walk_alone(const emb__walk *walk);

#endif
