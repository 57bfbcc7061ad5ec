/* Threads that work together as a team: their numbers, and how they wait for each other.
 *
 * Shapes and a member's number decide which part of the work is whose; whatever the cut, every
 * number is computed by the same operations in the same order. */
#ifndef EMB_BASE_THREADS_H
#define EMB_BASE_THREADS_H

#include <stddef.h>

typedef struct emb__team emb__team;

/* One thread of a team: number 0 is the caller's own. */
typedef struct emb__member {
    emb__team *team; /* NULL for one that works alone */
    int number, count;
} emb__member;

extern const emb__member emb__alone;

/* `asked` (0: the default number), but no more than there are pieces of work, and at least 1. */
int emb__threads_for(int asked, size_t pieces);

/* Runs work(data, member) on `threads` threads, or on as many as the system gives; returns when all
 * are done. With one thread it is a plain call. */
void emb__team_run(int threads, void (*work)(void *data, const emb__member *me), void *data);

/* Returns when every member of the team has called it: what they wrote before it can then be
 * read. */
void emb__team_wait(const emb__member *me);

/* This thread's number within a team's work, 0 outside. */
int emb__thread_number(void);

/* The part of `count` pieces that is this member's: [*from, result). */
size_t emb__member_part(const emb__member *me, size_t count, size_t *from);

#endif
