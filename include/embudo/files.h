/* embudo/files.h: files that appear complete or not at all, folders that are held open, and arrays,
 * labels and codes as NPY, NPZ and CSV.
 *
 *     emb_status written = emb_file_write("note.txt", "seen", 4);
 */
#ifndef EMBUDO_FILES_H
#define EMBUDO_FILES_H

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- files ----------------------------------------------------------------------------------- */

/* How embudo treats files, here and in every function that takes a path. What is read is a regular
 * file: a folder, a device, a FIFO or a socket is refused without waiting, and so is a file that
 * was written, cut or has grown while it was read. What is written appears complete or not at all,
 * under a temporary name beside its own, synced and renamed; a link at the path stays, and the file
 * that it leads to is replaced; a file that is replaced keeps its mode. */

/* A folder that is held open. From then on every path that begins with its path, letter by letter,
 * and a slash is looked for in the folder as it was opened, whatever is renamed or linked in the
 * meantime; for all threads. Below it no link is followed, nor `..`, and what is read has no second
 * name (a hard link): a link at a name that is to be written is refused. */
typedef struct emb_folder emb_folder;

/* NULL where the path leads to no folder, or its last part is a link and `follow` is false. */
EMB_API emb_folder *emb_folder_open(const char *path, bool follow);
/* Not while a function is at work on a path below it. */
EMB_API void emb_folder_free(emb_folder *folder);
/* For openat and the like. Borrowed from the folder. */
EMB_API int emb_folder_descriptor(const emb_folder *folder);
/* Makes a folder in one that is there. One of its name is fine. */
EMB_API emb_status emb_folder_make(const char *path);

/* Reads a whole file of 1..most bytes. *bytes, with a NUL behind its *count bytes, is to be freed
 * with free(); NULL on failure. */
EMB_API emb_status emb_file_read(const char *path, size_t most, char **bytes, size_t *count);

EMB_API emb_status emb_file_write(const char *path, const void *bytes, size_t count);

/* Removes a file, of a link the link itself. One that is not there is fine. */
EMB_API emb_status emb_file_remove(const char *path);

typedef struct emb_file_bytes {
    const char *path;
    const void *bytes;
    size_t count;
} emb_file_bytes;

/* Writes files that belong together: all are on the disk before the first takes its name, and where
 * one cannot take it, those before it are what they were. */
EMB_API emb_status emb_files_write(const emb_file_bytes *files, size_t count);

/* A file that is written piece by piece. It appears when it is finished; free the writer in any
 * case. */
typedef struct emb_file_writer emb_file_writer;
EMB_API emb_file_writer *emb_file_writer_new(const char *path);
EMB_API emb_status emb_file_writer_add(emb_file_writer *writer, const void *bytes, size_t count);
EMB_API emb_status emb_file_writer_finish(emb_file_writer *writer);
EMB_API void emb_file_writer_free(emb_file_writer *writer);

/* ---- arrays and codes as files --------------------------------------------------------------- */

enum { EMB_ARRAY_RANK = 4 };

/* Numbers with a shape. Zeroed is empty. */
typedef struct emb_array {
    int rank; /* 0..EMB_ARRAY_RANK */
    size_t shape[EMB_ARRAY_RANK];
    size_t count;  /* of numbers: the product of the shape, 1 for rank 0 */
    float *values; /* C order; of an array that was read, freed by emb_array_free */
} emb_array;

/* Reads an NPY file (numpy.save), version 1 to 3: floats and integers of any size and byte order,
 * in C or Fortran order, as float32. The file must hold what its header announces and nothing more.
 * On failure *array is empty. */
EMB_API emb_status emb_array_read(const char *path, emb_array *array);
EMB_API void emb_array_free(emb_array *array);

/* Writes an NPY file of float32. It appears complete or not at all. */
EMB_API emb_status emb_array_write(const char *path, const emb_array *array);

/* The same for an array that is not in memory as a whole: its shape first, then its numbers in C
 * order, piece by piece. The file appears when it is finished, with as many as the shape says; free
 * the writer in any case. */
typedef struct emb_array_writer emb_array_writer;
EMB_API emb_array_writer *emb_array_writer_new(const char *path, int rank, const size_t *shape);
EMB_API emb_status emb_array_writer_add(emb_array_writer *writer, const float *values,
                                        size_t count);
EMB_API emb_status emb_array_writer_finish(emb_array_writer *writer);
EMB_API void emb_array_writer_free(emb_array_writer *writer);

/* Labels, uint8, for the array of path NAME.npy: NAME-labels.npy appears together with the array,
 * or neither does; labels NULL removes that file, so that no other array's labels stay there. Once,
 * before the array is finished. */
EMB_API emb_status emb_array_writer_labels(emb_array_writer *writer, const uint8_t *labels,
                                           size_t count);

/* Writes labels[count] beside the array of path NAME.npy: uint8, in NAME-labels.npy; labels NULL
 * removes that file. */
EMB_API emb_status emb_labels_write(const char *path, const uint8_t *labels, size_t count);

/* One array of an NPZ archive: either floats or bytes. */
typedef struct emb_named_array {
    const char *name;
    int rank;
    size_t shape[EMB_ARRAY_RANK];
    const float *floats;  /* C order; or NULL */
    const uint8_t *bytes; /* C order; or NULL */
} emb_named_array;

/* Writes an NPZ file (numpy.savez), complete or not at all; the same arrays give the same bytes.
 * EMB_ERR_MISSING in a build without libzip. */
EMB_API emb_status emb_npz_write(const char *path, const emb_named_array *arrays, size_t count);

/* Codes as a table with a row for each image. */
typedef struct emb_codes {
    size_t count;             /* of rows */
    int latent;               /* numbers in a row, L */
    const float *values;      /* [count][L] */
    const int *labels;        /* [count], -1 where there is none; NULL: no label column */
    const char *const *files; /* [count] names of the images' files; NULL: no file column */
    const char *column;       /* "pixel": columns are pixel_0, ...; NULL: "code" */
} emb_codes;

/* The table as CSV: a line of names, file,code_0,...,code_{L-1},label (file and label only where
 * there are any), then a line a row, numbers with nine digits, which read back bit for bit. *length
 * = its bytes without the NUL behind them. To be freed with free(); NULL on failure. */
EMB_API char *emb_codes_text(const emb_codes *codes, size_t *length);

/* Writes the table, complete or not at all: as NPY of shape [count, L] where the path ends in .npy,
 * with the labels, if every code has one, in NAME-labels.npy; as NPZ with codes and labels where it
 * ends in .npz; else as CSV. Only CSV has files. */
EMB_API emb_status emb_codes_write(const emb_codes *codes, const char *path);

/* Reads codes of `latent` numbers, finite all of them, into an array of shape [N, latent], N at
 * least 1. A name that ends in .npz is an archive with an array codes; a file that begins like NPY
 * is one, of shape [N, latent] or, for one code, [latent]. Any
 * other is CSV, with or without a line of names; where there is one, columns called file and label
 * are passed over. On failure *codes is empty and the text names file, line and column. */
EMB_API emb_status emb_codes_read(const char *path, int latent, emb_array *codes);
/* The same from CSV in memory; `name` stands for it in error texts. A NUL follows its `length`
 * bytes.
 */
EMB_API emb_status emb_codes_parse(const char *text, size_t length, const char *name, int latent,
                                   emb_array *codes);

#ifdef __cplusplus
}
#endif

#endif
