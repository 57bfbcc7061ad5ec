/* The memory that a processor runs a network in, and who of a team has which part of it.
 *
 * All of it hangs on the net (net->device), is made when it is first needed and freed with the net.
 * Owns: workspaces, and the buffers for one image alone, which one_image.c fills. Does not own:
 * what is done in them (pass.h, one_image.h). */
#ifndef EMB_CPU_WORKSPACE_H
#define EMB_CPU_WORKSPACE_H

#include "net/net.h"

/* One thread's memory for one block: every layer's activations, two gradients, scratch. */
typedef struct emb__workspace {
    float *arena;
    float *grad[2];
    float *scratch;
    const emb__kernels *k;   /* of 16 lanes, or of 8: then half a block */
    const emb__member *me;   /* whose part of the block's work is done; see emb__net_together */
    const emb__member *pair; /* of a half block: the one of two who work on the halves; else NULL */
} emb__workspace;

/* What hangs on the net. */
typedef struct emb__cpu {
    int workspace_count;
    emb__workspace *workspaces;
    bool halves; /* two threads share a block by halves rather than by rows; see emb__net_halves */
    /* For one image alone, see one_image.h; NULL until one comes. */
    float *single, *packed;
    size_t single_stride;
    unsigned packed_version; /* of the net's parameters */
    unsigned asked_version;  /* the last of these that one image alone went through */
} emb__cpu;

/* The net's, made where there is none yet; NULL, with the text set, where there is no memory. */
emb__cpu *emb__cpu_of(emb_net *net);

/* Makes sure that there are workspaces for `blocks` blocks at once and for a team of `members`;
 * those past the blocks have only scratch. */
emb_status emb__net_workspaces(emb_net *net, int blocks, int members);
/* The bytes of these. */
size_t emb__net_workspaces_size(const emb_net *net, size_t blocks, size_t members);

/* Workspace `number`, which there must be. */
const emb__workspace *emb__net_workspace(const emb_net *net, int number);

/* The first workspace's block as one that the whole team works on, each member with its own
 * scratch. emb__net_forward and emb__net_backward, called by each member with this, do the work
 * together; none has waited for the others at the end. */
emb__workspace emb__net_together(const emb_net *net, const emb__member *me);

/* Whether this member's team shares one block by halves: it has two members, and vectors of half
 * the length are about as fast here. Then nobody waits for anybody. */
bool emb__net_halves(const emb_net *net, const emb__member *me);
/* The member's own workspace, for its half of a block. The two meet at Linear layers alone: these
 * share out the features of both halves, so that their weights, most of a network's, stay in one
 * processor's cache; the gradients of these go to the first half's buffer. */
emb__workspace emb__net_half(const emb_net *net, const emb__member *me);

#endif
