/* Images through a network's layers, block by block: the one loop that lays a block out, runs it
 * forward and has somebody look at what came out.
 *
 * Owns: cutting images in blocks, and sharing blocks out among threads. Does not own: what is
 * looked for, which is the caller's. */
#ifndef EMB_CPU_WALK_H
#define EMB_CPU_WALK_H

#include "data/images.h"
#include "device/cpu/workspace.h"

typedef struct emb__walk emb__walk;
struct emb__walk {
    emb_net *net;
    int from, to; /* layers [from, to) */
    size_t count; /* of images */
    /* Images indices[0 .. count) (NULL: 0 .. count), from layer 0 on; or where `images` is NULL,
     * rows[count][...] as layer `from` reads them. */
    const emb_images *images;
    const uint32_t *indices;
    const float *rows;
    /* Looks at a block of the images [first, first + here), in w's first lanes, that has run. By
     * one of those who worked on it; NULL: nobody looks. */
    void (*look)(const emb__walk *walk, const emb__workspace *w, size_t first, size_t here);
    /* Unless NULL, called after each layer, for emb__walk_alone; false ends the walk. */
    bool (*layer)(const emb__walk *walk, const emb__workspace *w, int i, size_t first, size_t here);
    void *data; /* the caller's */
};

/* Lays images indices[first, first + count) (indices NULL: image i), count <= 16, out as the block
 * that the network reads. */
void emb__net_lay_out(const emb_net *net, const emb__workspace *w, const emb_images *images,
                      const uint32_t *indices, size_t first, size_t count);

/* One block: images [first, ...), as many as fill w's lanes or are there. Called by everyone who
 * works on it. False where `layer` ended the walk. */
bool emb__walk_block(const emb__walk *walk, const emb__workspace *w, size_t first);

/* All blocks, by the threads that emb__threads_for makes of `asked`. An image's numbers do not
 * depend on them. */
emb_status emb__walk_team(const emb__walk *walk, int asked);

/* All blocks in their order, by the calling thread. */
emb_status emb__walk_alone(const emb__walk *walk);

#endif
