/* Decoded pictures in a file, so that a folder is decoded once.
 *
 * The file: rows of pixels [count][row], then a table, then a trailer. It is of this machine:
 * numbers are as the processor has them, and another's are refused. Its name says of which folder,
 * treatment and state of the folder it is, so that it is valid if it is there.
 *
 *     trailer   u64 [6]: magic, count, row, bytes of the table, CRC-32 of the table, magic
 *     table     numbers, u64; the folder's path; notes; names of classes; labels u8 [count], if
 *               there are classes; sums of rows u32 [count] (row_sum.h); names of files, then of
 * bad files, each with its reason
 *
 * Texts end with a NUL. Nothing in a file is trusted: it is made anew if it is not as it should be.
 *
 * Owns: that file and its folder. Does not own: which pictures it has. */
#ifndef EMB_DATA_PICTURE_CACHE_H
#define EMB_DATA_PICTURE_CACHE_H

#include "base/memory.h"
#include "codec/file.h"
#include "data/images.h"
#include "data/picture_list.h"

/* All parts of a folder of pictures. */
typedef struct emb__picture_set {
    emb__store *store;
    emb_pictures pictures; /* nothing is 0 */
    size_t counts[3];      /* rows of each part, one after another */
    uint8_t *labels;       /* [rows]; NULL without classes */
    char *folder;          /* whose pictures they are, its whole path; NULL: in memory */
    char *notes, *classes; /* lines; class_count texts */
    size_t classes_size;
    int class_count;
    bool renewed; /* the cache's file was not as it should be, and is another */
} emb__picture_set;

void emb__picture_set_free(emb__picture_set *set);

/* "<cache>/pictures", whether or not it is there; NULL if there is no place for a cache. */
char *emb__picture_cache_folder(void);

/* A file's name: two numbers of so many hexadecimal digits, "-" between them, and an ending. */
#define EMB__CACHE_ENDING  ".pictures"
#define EMB__CHOICE_ENDING ".choice" /* choice_file.h */
enum { EMB__CACHE_PART = 16 };

/* The path of the file for pictures that are treated so; NULL with the error text set if there is
 * no place for it. */
char *emb__picture_cache_path(const char *folder, const emb__picture_list *list,
                              const emb_pictures *pictures, const char *ending);

/* For a failure to write there: adds to its text what helps and, if that is not 0, how many bytes
 * the cache of this set takes. Returns `status`; only EMB_ERR_IO is such a failure. */
emb_status emb__picture_cache_failed(emb_status status, uint64_t bytes);

/* Removes files of the same folder and treatment and with the same ending, but of another state of
 * the folder. What cannot be removed stays: nobody will read it. */
void emb__picture_cache_remove_older(const char *path);

/* Opens a file; EMB_ERR_IO if there is none, EMB_ERR_FORMAT if it is to be made anew. Rows are
 * mapped if they are no more than `memory` bytes. If they are few enough to be summed up at once,
 * damaged ones are found here, else when they are asked for. */
emb_status emb__picture_cache_open(const char *path, uint64_t memory, emb__picture_set *set);

/* The same to see what a file has: it does not count as used. */
emb_status emb__picture_cache_look(const char *path, emb__picture_set *set);

/* A file that is being written: rows first. The folder is made. */
typedef struct emb__picture_cache_writer {
    emb__writer file;
    const char *path, *folder;
    size_t rows, row;
    emb__text sums;
} emb__picture_cache_writer;

emb_status emb__picture_cache_begin(emb__picture_cache_writer *writer, const char *path,
                                    const char *folder, size_t row);
emb_status emb__picture_cache_put(void *data, const uint8_t *rows, size_t count);
/* Adds what `set` has without a store, and texts as in emb__store_content, gives the file its name
 * and removes those of earlier states of the same folder. Closes the writer in any case. */
emb_status emb__picture_cache_finish(emb__picture_cache_writer *writer, const emb__picture_set *set,
                                     const char *texts, size_t texts_size, size_t bad);
/* Removes an unfinished file. A finished one is accepted, and a writer {.file = {.fd = -1}}. */
void emb__picture_cache_end(emb__picture_cache_writer *writer);

#endif
