/* Pieces of work that the library does for people, and the files that they work on. */
#ifndef EMB_TESTS_PIECES_H
#define EMB_TESTS_PIECES_H

#include <stdbool.h>

#include "support/support.h"

/* Frees what it made, adds its result, and says whether all of it went well. */
typedef bool work(test_sha *result);

typedef struct piece {
    const char *name;
    work *work;
    bool writes;
} piece;

extern const piece pieces[]; /* one without a name ends them */

/* Trains and saves a checkpoint; resumes it. */
work piece_train, piece_resume;

/* In study_pieces.c: of codes, of pictures that are there twice, of a folder's parts, of a
 * codebook. */
work piece_search, piece_cluster, piece_alike, piece_nearest, piece_join, piece_codebook,
    piece_bytes;

/* In class_pieces.c: a class in a file, in a notebook; and their files. */
work piece_class, piece_notebook;
bool class_pieces_set_up(void);

/* How many images the set "data" has. */
enum { PIECE_IMAGES = 40 };

/* cmocka's fixture for a group: a folder of the test's own with the files, in which it works;
 * test_folder_remove ends it. */
int pieces_set_up(void **state);

/* Where a file is half-written in that folder. Event files, whose names hold the time, are removed.
 */
bool pieces_left_temporary(void);

#endif
