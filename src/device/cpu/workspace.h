/* The memory in which a processor runs a network, and which part of it each member of a team has.
 *
 * All of it belongs to the net (net->device): it is made when it is first needed and freed with the
 * net. Owns: workspaces, and the buffers for one image alone, which one_image.c fills. Does not
 * own: what is done in them (pass.h, one_image.h). */
#ifndef EMB_CPU_WORKSPACE_H
#define EMB_CPU_WORKSPACE_H

#include "device/draws.h"
#include "net/fold.h"

/* One thread's memory for one block: every layer's activations, gradients, scratch. */
typedef struct emb__workspace {
    float *arena;
    float *grad[2];     /* the first two of net->gradient_count buffers, one after another */
    int gradient_count; /* how many of these are the thread's, not the block's; or 0 */
    float *scratch;
    uint64_t *uses; /* of a codebook's entries, by images that ran in it; NULL: there is none */
    bool training;  /* a training step runs; else an evaluation */
    size_t images;  /* that the block holds; said in a training step alone */
    float *stats;   /* of all layers, see emb__pass; NULL outside of a training step */
    const uint16_t *mask; /* the block's, likewise */
    int mask_shift;
    bool drawn;              /* what is drawn for a bottleneck is in its place */
    double epochs;           /* how often a training has seen its images; INFINITY: it is over */
    size_t of;               /* in a training step: the images of the whole batch */
    float *rows;             /* of these, see emb__pass; NULL outside of a training step */
    const emb__kernels *k;   /* of 16 lanes, or of 8 for half a block */
    const emb__member *me;   /* the member whose part of the work is done; see emb__net_together */
    const emb__member *pair; /* of half a block: which of the two members; else NULL */
} emb__workspace;

/* The processor's part of a net. */
typedef struct emb__cpu {
    int workspace_count;
    emb__workspace *workspaces;
    size_t scratch_vectors; /* that each workspace has at least; see emb__net_need_scratch */
    float *stats;           /* [net->stats_count], of a training step's batch */
    double *sums;           /* [2 * blocks][net->batch_sums], likewise */
    float *rows;            /* [16 * blocks][net->row_count], likewise */
    size_t sum_blocks;
    bool halves; /* two threads share a block by halves, not rows; see emb__net_halves */
    bool asked_halves;
    emb__ziggurat *ziggurat; /* if a bottleneck draws normal numbers; else NULL */
    /* What inference runs, see inference.h; if `folds`, it was made of the version. */
    emb__folded folded;
    bool folds;
    unsigned folded_version;
    /* For one image alone, see one_image.h; NULL until one comes. */
    float *single, *packed;
    size_t single_stride;
    unsigned packed_version; /* of the net's parameters */
    unsigned asked_version;  /* the last of these with which one image alone was run */
} emb__cpu;

/* The net's, which is made if there is none yet; NULL, with the text set, without memory. */
emb__cpu *emb__cpu_of(emb_net *net);

/* Each workspace's scratch has at least so many vectors from now on: a loss may need more than the
 * layers do. */
emb_status emb__net_need_scratch(emb_net *net, size_t vectors);

/* Makes sure that there are workspaces for `blocks` blocks at once and for a team of `members`;
 * those past the blocks have only scratch. */
emb_status emb__net_workspaces(emb_net *net, int blocks, int members);
/* The same for a training step on so many blocks: if a layer needs the whole batch, each has a
 * block of its own, and there is room for the statistics. */
emb_status emb__net_batch_workspaces(emb_net *net, size_t blocks, int members);
/* The sizes of both in bytes, if each has at least so many vectors of scratch. */
size_t emb__net_workspaces_size(const emb_net *net, size_t blocks, size_t members, size_t vectors);
size_t emb__net_batch_workspaces_size(const emb_net *net, size_t blocks, size_t members,
                                      size_t vectors);

/* Sets what the workspaces have counted of a codebook's entries to 0; and adds it up. */
void emb__net_uses_clear(const emb_net *net);
void emb__net_uses(const emb_net *net, uint64_t *uses);

/* Workspace `number`, which must exist. */
const emb__workspace *emb__net_workspace(const emb_net *net, int number);

/* The first workspace's block, for the whole team to work on, each member with its own scratch.
 * Every member calls emb__net_forward and emb__net_backward with it, and they do the work together;
 * at the end they have not waited for each other. */
emb__workspace emb__net_together(const emb_net *net, const emb__member *me);

/* Whether this member's team shares one block by halves: if it has two members, and vectors of half
 * the length are about as fast here. Then no member waits for the other. */
bool emb__net_halves(const emb_net *net, const emb__member *me);
/* The member's own workspace, for its half of a block. The two meet only at Linear layers: there
 * they share out the features of both halves, so that the weights, most of a network's, stay in one
 * processor's cache; these weights' gradients go to the first half's buffer. */
emb__workspace emb__net_half(const emb_net *net, const emb__member *me);

#endif
