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

/* The libraries that this build reads and writes some formats with, a space between two, as
 * "cairo libpng libjpeg"; empty if there is none. What lacks its library returns EMB_ERR_MISSING.
 */
EMB_API const char *emb_libraries(void);

/* ---- files ----------------------------------------------------------------------------------- */

/* How embudo treats files, here and in every function that takes a path. It reads only regular
 * files: a folder, a device, a FIFO or a socket is refused without waiting, and so is a file that
 * is changed while it is read. A file that it writes appears complete or not at all: it is written
 * under a temporary name beside its own, synced and renamed. A link at the path stays, and the file
 * that it leads to is replaced; a replaced file's mode stays, too. */

/* A folder that is held open. From then on, for all threads, every path that begins with its path,
 * letter by letter, and a slash leads into the folder as it was opened, whatever is renamed or
 * linked in the meantime. Below it neither links nor `..` are followed, a file with a second name
 * (a hard link) is not read, and a link at a name that is to be written is refused. */
typedef struct emb_folder emb_folder;

/* NULL if the path leads to no folder, or if its last part is a link and `follow` is false. */
EMB_API emb_folder *emb_folder_open(const char *path, bool follow);
/* Must not be called while a function works on a path below it. */
EMB_API void emb_folder_free(emb_folder *folder);
/* For openat and the like. Borrowed from the folder. */
EMB_API int emb_folder_descriptor(const emb_folder *folder);
/* Makes a folder in an existing one. It is fine if the folder exists already. */
EMB_API emb_status emb_folder_make(const char *path);

/* Reads a whole file of 1..most bytes. *bytes, with a NUL after its *count bytes, is to be freed
 * with free(); NULL on failure. */
EMB_API emb_status emb_file_read(const char *path, size_t most, char **bytes, size_t *count);

EMB_API emb_status emb_file_write(const char *path, const void *bytes, size_t count);

/* Removes a file, or a link itself. It is fine if there is none. */
EMB_API emb_status emb_file_remove(const char *path);

typedef struct emb_file_bytes {
    const char *path;
    const void *bytes;
    size_t count;
} emb_file_bytes;

/* Writes files that belong together: all are on the disk before the first takes its name, and if
 * one cannot take its name, those before it become what they were. */
EMB_API emb_status emb_files_write(const emb_file_bytes *files, size_t count);

/* A file that is written piece by piece. It appears when it is finished; free the writer in any
 * case. */
typedef struct emb_file_writer emb_file_writer;
EMB_API emb_file_writer *emb_file_writer_new(const char *path);
EMB_API emb_status emb_file_writer_add(emb_file_writer *writer, const void *bytes, size_t count);
EMB_API emb_status emb_file_writer_finish(emb_file_writer *writer);
EMB_API void emb_file_writer_free(emb_file_writer *writer);

/* Bytes in zlib's format (RFC 1950), made as few as it makes them: what a browser's
 * DecompressionStream('deflate') reads. *packed is to be freed with free(); NULL on failure. */
EMB_UNSETTLED emb_status emb_deflate(const void *bytes, size_t count, uint8_t **packed,
                                     size_t *packed_count);

/* ---- arrays and codes as files --------------------------------------------------------------- */

enum { EMB_ARRAY_RANK = 4 };

/* Numbers with a shape. Zeroed, it is empty. */
typedef struct emb_array {
    int rank; /* 0..EMB_ARRAY_RANK */
    size_t shape[EMB_ARRAY_RANK];
    size_t count;  /* of numbers: the product of the shape, 1 for rank 0 */
    float *values; /* C order; emb_array_free frees them after emb_array_read */
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
 * or neither does; labels NULL removes that file, so that another array's labels do not stay there.
 * Call it once, before the array is finished. */
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
    const int *labels;        /* [count], -1 if there is none; NULL: no label column */
    const char *const *files; /* [count] names of the images' files; NULL: no file column */
    const char *column;       /* "pixel": columns are pixel_0, ...; NULL: "code" */
} emb_codes;

/* The table as CSV: a line of names, file,code_0,...,code_{L-1},label (file and label only if there
 * are any), then a line for each row, with numbers of nine digits, which read back bit for bit.
 * *length = its bytes without the NUL after them. To be freed with free(); NULL on failure. */
EMB_API char *emb_codes_text(const emb_codes *codes, size_t *length);

/* Writes the table, complete or not at all: as NPY of shape [count, L] if the path ends in .npy,
 * with the labels, if every code has one, in NAME-labels.npy; as NPZ with codes and labels if it
 * ends in .npz; else as CSV. Only CSV has files. */
EMB_API emb_status emb_codes_write(const emb_codes *codes, const char *path);

/* Reads codes of `latent` numbers, all finite, into an array of shape [N, latent], N at least 1. A
 * name that ends in .npz is an archive with an array called codes; a file that begins like NPY is
 * NPY, of shape [N, latent] or, for one code, [latent]. Any other file is CSV, with or without a
 * line of names; if there is one, columns called file and label are passed over. On failure *codes
 * is empty and the text names file, line and column. */
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
