/* Where an ONNX graph parts and meets again: a tensor that several nodes read is where branches
 * begin, and an Add or a Concat of branches that began at one tensor is their end. What is left
 * when all branches have met is one again, so that branches may lie within branches. See onnx.h. */
#include "base/status.h"
#include "base/text.h"
#include "base/translate.h"

#ifdef EMB_HAVE_PROTOBUF

#include <stdlib.h>
#include <string.h>

#include "model/onnx/onnx.h"
#include "net/layers/kinds.h"

/* ---- states ---------------------------------------------------------------------------------- */

static void move_out(emb__onnx_chain *chain, emb__onnx_state *state) {
    *state = (emb__onnx_state){.head = chain->head,
                               .lie = chain->lie,
                               .affine = chain->affine,
                               .lines = chain->lines,
                               .padded = chain->padded,
                               .bytes = chain->bytes,
                               .branch = chain->branch,
                               .open = 0};
    memcpy(state->pad, chain->pad, sizeof state->pad);
    chain->affine = (emb__onnx_affine){.dim = EMB__ONNX_NOTHING};
    chain->lines = (emb__onnx_lines){.any = false};
}

static void move_in(emb__onnx_chain *chain, emb__onnx_state *state) {
    chain->head = state->head;
    chain->lie = state->lie;
    chain->affine = state->affine;
    chain->lines = state->lines;
    chain->padded = state->padded;
    chain->bytes = state->bytes;
    chain->branch = state->branch;
    memcpy(chain->pad, state->pad, sizeof chain->pad);
    state->affine = (emb__onnx_affine){.dim = EMB__ONNX_NOTHING};
    state->lines = (emb__onnx_lines){.any = false};
}

static emb__onnx_state *add_state(emb__onnx_chain *chain) {
    emb__onnx_state *states =
        emb__realloc(chain->states, (chain->state_count + 1) * sizeof *chain->states);
    if (!states) return NULL;
    chain->states = states;
    return &states[chain->state_count++];
}

static int find_state(const emb__onnx_chain *chain, const char *name) {
    for (size_t i = chain->state_count; i > 0; i--) {
        if (strcmp(emb__onnx_text(chain->states[i - 1].head.name), name) == 0) return (int)i - 1;
    }
    return -1;
}

/* A new branch that begins at the tensor of a state. */
static emb_status begin_branch(emb__onnx_chain *chain, int from) {
    int *froms = emb__realloc(chain->branch_from, ((size_t)chain->branches + 2) * sizeof *froms);
    if (!froms) return EMB_ERR_MEMORY;
    chain->branch_from = froms;
    froms[++chain->branches] = from;
    chain->branch = chain->branches;
    chain->lie.base = -1; /* the layer before it has other readers */
    chain->lie.clean = false;
    chain->lie.origin = EMB__ONNX_DECIDED;
    return EMB_OK;
}

/* A vector whose numbers lie in the graph's order is no longer the image that it was. */
static void forget_image(emb__onnx_chain *chain) {
    const int64_t sides[3] = {(int64_t)emb__onnx_count(3, chain->lie.grid), 1, 1};
    const emb__onnx_lie old = chain->lie;
    if (old.rank != 1 || chain->head.rank != 1 || !emb__onnx_ordered(chain)) return;
    emb__onnx_lay(&chain->lie, 1, sides);
    chain->lie.base = old.base;
    chain->lie.clean = old.clean;
}

/* What several nodes read must stand as it is. */
static emb_status settle_head(emb__onnx_chain *chain) {
    const emb__onnx_value *head = &chain->head;
    if (chain->bytes)
        return emb__onnx_fail(chain, "put one Cast to float before them",
                              "is read as uint8 more than once");
    emb_status status = emb__onnx_flush(chain);
    if (status == EMB_OK) status = emb__onnx_affine_flush(chain);
    if (status != EMB_OK) return status;
    status = head->rank == 3 ? emb__onnx_need_image(chain, head->d) : emb__onnx_decide(chain);
    forget_image(chain);
    return status;
}

emb_status emb__onnx_leave_node(emb__onnx_chain *chain) {
    const int readers = emb__onnx_readers(chain, emb__onnx_text(chain->head.name));
    if (readers < 2) return EMB_OK;
    emb_status status = settle_head(chain);
    emb__onnx_state *state = status == EMB_OK ? add_state(chain) : NULL;
    if (!state) return status == EMB_OK ? EMB_ERR_MEMORY : status;
    move_out(chain, state);
    state->open = readers;
    state->fork = true;
    return EMB_OK;
}

/* Keeps the head for the node that will read it. */
static emb_status park(emb__onnx_chain *chain) {
    const int at = find_state(chain, emb__onnx_text(chain->head.name));
    if (at >= 0) return EMB_OK; /* branches begin at it */
    emb__onnx_state *state = add_state(chain);
    if (!state) return EMB_ERR_MEMORY;
    move_out(chain, state);
    return EMB_OK;
}

emb_status emb__onnx_turn_to(emb__onnx_chain *chain, const char *name) {
    int at = find_state(chain, name);
    if (at < 0 && strcmp(emb__onnx_text(chain->head.name), name) == 0) return EMB_OK;
    if (at < 0) {
        return emb__onnx_fail(chain, "export the model with each tensor under a name of its own",
                              "reads '%.*s' again, which became another tensor",
                              EMB__CUT(name, 80));
    }
    emb_status status = park(chain);
    if (status != EMB_OK) return status;
    move_in(chain, &chain->states[at]); /* parking may have moved the states */
    if (chain->states[at].fork) return begin_branch(chain, at);
    chain->states[at] = chain->states[--chain->state_count];
    for (int b = 1; b <= chain->branches; b++) {
        if (chain->branch_from[b] == (int)chain->state_count) chain->branch_from[b] = at;
    }
    return EMB_OK;
}

/* ---- where branches meet --------------------------------------------------------------------- */

/* An input of the node in which branches meet: the state at its end. */
typedef struct arm {
    emb__onnx_state end;
    int from;   /* the state at which its branch begins */
    int branch; /* 0: it is that state's tensor itself */
} arm;

static emb_status find_arm(emb__onnx_chain *chain, const char *name, arm *a) {
    const int at = find_state(chain, name);
    if (at < 0) {
        return emb__onnx_fail(chain, "export the part without it",
                              "reads '%.*s', which is no tensor of images, along with one that is",
                              EMB__CUT(name, 80));
    }
    if (chain->states[at].fork) {
        *a = (arm){.end = chain->states[at], .from = at};
        return EMB_OK;
    }
    move_in(chain, &chain->states[at]);
    emb_status status = emb__onnx_flush(chain);
    if (status == EMB_OK) status = emb__onnx_affine_flush(chain);
    forget_image(chain);
    move_out(chain, &chain->states[at]);
    *a = (arm){.end = chain->states[at], .branch = chain->states[at].branch};
    a->from = a->branch ? chain->branch_from[a->branch] : -1;
    return status;
}

static emb_status find_arms(emb__onnx_chain *chain, size_t count, arm *arms) {
    const char *where = "";
    for (size_t i = 0; i < count; i++) {
        arms[i] = (arm){.from = -1};
        emb_status status = find_arm(chain, chain->node->input[i], &arms[i]);
        if (status != EMB_OK) return status;
    }
    for (size_t i = 0; i < count; i++) {
        if (arms[i].from >= 0 && arms[i].from == arms[0].from) continue;
        if (arms[0].from >= 0) where = emb__onnx_text(chain->states[arms[0].from].head.name);
        if (!*where) {
            return emb__onnx_fail(chain, "export the part without it",
                                  "puts together what does not come from one tensor by branches of "
                                  "their own");
        }
        return emb__onnx_fail(chain, "export the part without it",
                              "puts together what does not come from one tensor, '%.*s', by "
                              "branches of their own",
                              EMB__CUT(where, 80));
    }
    return EMB_OK;
}

static bool lie_alike(const emb__onnx_lie *a, const emb__onnx_lie *b) {
    return a->rank == b->rank && a->parts == b->parts &&
           memcmp(a->grid, b->grid, sizeof a->grid) == 0 &&
           memcmp(a->view, b->view, (size_t)a->parts * sizeof *a->view) == 0 &&
           memcmp(a->axis, b->axis, sizeof a->axis) == 0;
}

static int layers_of(const emb__onnx_chain *chain, int branch) {
    int count = 0;
    for (int i = 0; i < chain->layer_count && branch > 0; i++) {
        count += chain->layers[i].branch == branch;
    }
    return count;
}

/* Ends the branches in a layer of this kind, which makes `head`, lying so. */
static emb_status meet(emb__onnx_chain *chain, const emb__layer_kind *kind, const arm *arms,
                       size_t count, const emb__onnx_value *head, const emb__onnx_lie *lie) {
    emb__onnx_state *fork = &chain->states[arms[0].from];
    fork->open -= (int)count - 1;
    chain->branch = fork->branch;
    chain->lie = *lie;
    chain->head = *head;
    chain->bytes = chain->padded = false;
    emb_status status = fork->open > 1 ? begin_branch(chain, arms[0].from) : EMB_OK;
    emb__onnx_layer *layer = status == EMB_OK ? emb__onnx_layer_new(chain, kind) : NULL;
    if (!layer) return status == EMB_OK ? emb__last_status() : status;
    for (size_t i = 0; i < count; i++) layer->children[i] = arms[i].branch;
    layer->child_count = (int)count;
    layer->rank = lie->rank;
    layer->count = emb__onnx_count(3, lie->grid);
    chain->lie.base = -1;
    chain->lie.clean = false;
    chain->lie.origin = EMB__ONNX_DECIDED;
    return EMB_OK;
}

/* Goes on at the tensor at which `count` branches began that are none. */
static emb_status go_on(emb__onnx_chain *chain, int from, size_t count) {
    emb__onnx_state *fork = &chain->states[from];
    chain->head = fork->head;
    chain->lie = fork->lie;
    chain->branch = fork->branch;
    chain->bytes = chain->padded = false;
    fork->open -= (int)count - 1;
    emb_status status = fork->open > 1 ? begin_branch(chain, from) : EMB_OK;
    chain->lie.base = -1;
    chain->lie.origin = EMB__ONNX_DECIDED;
    return status;
}

/* x + x */
static emb_status twice(emb__onnx_chain *chain, const arm *arms) {
    emb__onnx_affine step = {.dim = EMB__ONNX_ONE, .count = 1};
    emb_status status = go_on(chain, arms[0].from, 2);
    step.scale = status == EMB_OK ? emb__calloc(1, sizeof *step.scale) : NULL;
    if (!step.scale) return status == EMB_OK ? EMB_ERR_MEMORY : status;
    *step.scale = 2;
    return emb__onnx_affine_add(chain, step);
}

static emb_status add(emb__onnx_chain *chain) {
    arm arms[2];
    if (chain->node->n_input != 2) {
        return emb__onnx_fail(chain, "write it as one Add after the other",
                              "adds %zu tensors of images; expected 2", chain->node->n_input);
    }
    emb_status status = find_arms(chain, 2, arms);
    if (status != EMB_OK) return status;
    const emb__onnx_value *a = &arms[0].end.head, *b = &arms[1].end.head;
    if (a->rank != b->rank || memcmp(a->d, b->d, (size_t)a->rank * sizeof *a->d) != 0) {
        return emb__onnx_fail(
            chain, "write what adds them with tensors of one shape",
            "adds tensors of different shapes; expected the same for both branches");
    }
    if (!lie_alike(&arms[0].end.lie, &arms[1].end.lie)) {
        return emb__onnx_fail(chain, EMB__ONNX_NCHW,
                              "adds numbers that its branches have in different orders");
    }
    const int first = layers_of(chain, arms[0].branch), second = layers_of(chain, arms[1].branch);
    if (first == 0 && second == 0) return twice(chain, arms);
    if (second > first) { /* the longer one is the body */
        const arm other = arms[0];
        arms[0] = arms[1];
        arms[1] = other;
    }
    if ((first < second ? first : second) == 0) arms[1].branch = 0;
    return meet(chain, &emb__residual, arms, 2, a, &arms[0].end.lie);
}

/* Whether channels or features come first, as layers have them. */
static bool lies_plainly(const emb__onnx_state *state) {
    emb__onnx_lie plain;
    const emb__onnx_value *head = &state->head;
    const int rank = state->lie.rank;
    emb__onnx_lay(&plain, rank, state->lie.grid);
    const int64_t count = (int64_t)emb__onnx_count(3, state->lie.grid);
    if (rank == 1) return head->rank == 1 && head->d[0] == count;
    return lie_alike(&plain, &state->lie) && head->rank == 3 &&
           memcmp(head->d, state->lie.grid, sizeof state->lie.grid) == 0;
}

static emb_status concat(emb__onnx_chain *chain) {
    arm arms[EMB__MAX_INPUTS] = {{.from = -1}};
    const size_t count = chain->node->n_input;
    if (count > EMB__MAX_INPUTS) {
        return emb__onnx_fail(chain, "write it as several Concat, one after the other",
                              "joins %zu tensors; at most %d are possible", count, EMB__MAX_INPUTS);
    }
    emb_status status = find_arms(chain, count, arms);
    if (status != EMB_OK) return status;
    emb__onnx_value head = arms[0].end.head;
    const int64_t axis = emb__onnx_int(chain, "axis", 1);
    int64_t sides[3] = {0, head.rank == 3 ? head.d[1] : 1, head.rank == 3 ? head.d[2] : 1};
    for (size_t i = 0; i < count; i++) {
        const emb__onnx_value *own = &arms[i].end.head;
        if (!lies_plainly(&arms[i].end) || (axis != 1 && axis != -head.rank)) {
            return emb__onnx_fail(
                chain, "export the model with channels first (NCHW), and join along dimension 1",
                "joins something other than channels or features");
        }
        if (own->rank != head.rank ||
            (head.rank == 3 && memcmp(own->d + 1, head.d + 1, 2 * sizeof *own->d) != 0)) {
            return emb__onnx_fail(chain, EMB__ONNX_CHECK, "joins images of different sizes");
        }
        sides[0] += own->d[0]; /* each of EMB__MAX_ELEMENTS at most */
    }
    head.d[0] = sides[0];
    if (emb__onnx_count(head.rank, head.d) > EMB__MAX_ELEMENTS) {
        return emb__onnx_fail(chain, EMB__ONNX_SMALLER, "makes more than %d numbers of an image",
                              EMB__MAX_ELEMENTS);
    }
    emb__onnx_lie lie = arms[0].end.lie;
    emb__onnx_lay(&lie, head.rank, sides);
    return meet(chain, &emb__parallel, arms, count, &head, &lie);
}

/* Pixels of one image, side by side again: places that wait in branches without layers. Counts them
 * in *count; -1: it is not so. */
static int find_pieces(const emb__onnx_chain *chain, int at, int64_t *count) {
    int from = -1, side = -1;
    *count = 0;
    for (size_t i = 0; i < chain->node->n_input; i++) {
        const int own = find_state(chain, emb__onnx_text(chain->node->input[i]));
        if (own < 0) return -1;
        const emb__onnx_state *state = &chain->states[own];
        const emb__onnx_lines *l = &state->lines;
        const int begun = state->fork || !state->branch ? own : chain->branch_from[state->branch];
        if (!state->fork && (!l->any || layers_of(chain, state->branch) > 0)) return -1;
        if ((from >= 0 && begun != from) || !chain->states[begun].fork) return -1;
        from = begun;
        if (at < 0 || at >= state->head.rank || at >= 3) return -1;
        *count += state->head.d[at];
        if (!l->any) continue;
        const int s = l->side[at];
        if (s < 1 || (side >= 0 && s != side) || l->line[2 - s].starts || !l->line[s - 1].copies) {
            return -1;
        }
        side = s;
    }
    return side < 0 || *count > EMB__MAX_SIZE ? -1 : from;
}

static emb_status join_pieces(emb__onnx_chain *chain, bool *done) {
    const int64_t axis = emb__onnx_int(chain, "axis", 1);
    int64_t count, made = 0;
    const int first = find_state(chain, emb__onnx_text(chain->node->input[0]));
    if (first < 0) return EMB_OK;
    const int rank = chain->states[first].head.rank;
    const int at = (int)(axis < 0 ? axis + rank : axis - 1);
    const int from = find_pieces(chain, at, &count);
    *done = from >= 0;
    int64_t *places = from >= 0 ? emb__calloc((size_t)count, sizeof *places) : NULL;
    if (!places) return from >= 0 ? EMB_ERR_MEMORY : EMB_OK;
    for (size_t i = 0; i < chain->node->n_input; i++) {
        emb__onnx_state *state = &chain->states[find_state(chain, chain->node->input[i])];
        const emb__onnx_lines *l = &state->lines;
        for (int64_t o = 0; o < state->head.d[at]; o++) {
            places[made++] = l->any ? l->line[l->side[at] - 1].at[o] : o;
        }
        emb__onnx_lines_clear(&state->lines);
    }
    emb_status status = go_on(chain, from, chain->node->n_input);
    if (status == EMB_OK) status = emb__onnx_lines_copy(chain, at, count, places);
    emb__free(places);
    return status;
}

emb_status emb__onnx_meet(emb__onnx_chain *chain) {
    const char *op = emb__onnx_text(chain->node->op_type);
    bool done = false;
    emb_status status = park(chain); /* all of them then are states */
    if (status == EMB_OK && strcmp(op, "Concat") == 0) status = join_pieces(chain, &done);
    if (status != EMB_OK || done) return status;
    if (strcmp(op, "Add") == 0 || strcmp(op, "Sum") == 0) return add(chain);
    if (strcmp(op, "Concat") == 0) return concat(chain);
    return emb__onnx_fail(
        chain, "leave it out of what is exported, or put another layer in its place",
        "works on two tensors of images at once; here only an Add or a Concat does");
}

emb_status emb__onnx_check_met(const emb__onnx_chain *chain) {
    for (size_t i = 0; i < chain->state_count; i++) {
        const emb__onnx_state *state = &chain->states[i];
        if (!state->fork || state->open < 2) continue;
        return emb__onnx_fail_of(
            chain,
            "export the part that is one network, without other outputs (of a variational "
            "autoencoder, only the mean)",
            "goes on in branches that do not meet again in an Add or a Concat, from",
            emb__onnx_text(state->head.name));
    }
    return EMB_OK;
}

void emb__onnx_states_free(emb__onnx_chain *chain) {
    for (size_t i = 0; i < chain->state_count; i++) {
        emb__onnx_affine_clear(&chain->states[i].affine);
        emb__onnx_lines_clear(&chain->states[i].lines);
    }
    emb__free(chain->states);
    emb__free(chain->branch_from);
    emb__free(chain->read);
}

#endif
