/* embudo/data.h: data sets. Opens MNIST and its like, folders, NumPy arrays and single pictures;
 * holds a test part out; tells what a set is and copies from it.
 *
 *     emb_images *images = emb_images_open("mnist", EMB_TRAIN);
 *     printf("%zu images\n", emb_images_count(images));
 *     emb_images_free(images);
 *
 * What a network does with images is in embudo/use.h. */
#ifndef EMBUDO_DATA_H
#define EMBUDO_DATA_H

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- opening and making ---------------------------------------------------------------------- */

/* A data set in memory: N images of one shape as uint8 or float32, and perhaps a label for each. */
typedef struct emb_images emb_images;

/* Scores are of test images: nothing learns from them, and nothing is chosen by them. Validation
 * images show how a training does. */
typedef enum emb_part { EMB_TRAIN, EMB_TEST, EMB_VAL } emb_part;

/* What becomes of a picture whose sides have another ratio than the images'. */
typedef enum emb_picture_fit {
    EMB_FIT_DEFAULT, /* EMB_FIT_CROP */
    EMB_FIT_CROP,    /* its middle is taken, as much of it as has the images' ratio */
    EMB_FIT_PAD,     /* all of it is shown, between bars of the background's colour */
    EMB_FIT_STRETCH, /* each side is scaled by itself */
    EMB_FIT_MNIST    /* its ink alone, as MNIST's makers laid digits out: found on paper or board of
                        any colour, scaled with its ratio kept into 20 of 28 rows and columns, its
                        centre of mass in the middle, light on dark. A picture that is so already
                        stays as it is; one without ink is bad */
} emb_picture_fit;

/* A background's colour, each channel 0..255. */
#define EMB_BACKGROUND(red, green, blue) (1 << 24 | (red) << 16 | (green) << 8 | (blue))

/* How pictures become images of one size, all turned upright as their cameras noted. What is 0 is
 * decided by looking at some of a folder's pictures, and a note says how. */
typedef struct emb_pictures {
    int channels;        /* 1: grey, 3: colour; decided: colour if one picture in 20 is coloured */
    int height, width;   /* decided: the pictures' own size, if they share one of at most 64 x 64;
                            else the greatest power of two, at most 64, that half of them fill */
    emb_picture_fit fit; /* decided: EMB_FIT_CROP */
    int background;      /* EMB_BACKGROUND, under transparent pixels, and of bars; decided: white
                            under what is dark, otherwise black */
} emb_pictures;

/* What becomes of files that are called pictures and cannot be read as such. */
typedef enum emb_bad_files {
    EMB_BAD_FEW,  /* they are left out; more than one in a hundred are an error */
    EMB_BAD_SKIP, /* they are left out, however many; that all are is an error */
    EMB_BAD_STOP  /* any is an error */
} emb_bad_files;

/* Options for opening a data set. Those on pictures hold for folders of them. */
typedef struct emb_open_options {
    double test_split; /* share of the images held out as the test part, < 1, at least one image and
                          never all; 0: EMB_TEST_SPLIT; negative: none, and EMB_TRAIN is all */
    uint64_t seed;     /* for drawing them, as in emb_train_options; 0: 42 */
    emb_pictures pictures; /* its size is also for rows [N, L], which become images of it */
    emb_bad_files bad;
    bool no_cache;   /* decode into memory, and keep nothing in the cache */
    uint64_t memory; /* bytes: images that need more are read from the cache as they are asked for;
                        0: half of what is free */
    int threads;     /* that decode, as in emb_train_options */
    /* Called now and then by one of them, while `done` of `count` pictures have been decoded. */
    void (*progress)(void *data, size_t done, size_t count);
    void *progress_data;
} emb_open_options;

/* The size of MNIST's test part divided by that of its training part. */
#define EMB_TEST_SPLIT (1.0 / 6)

/* Opens the training or the test part of a data set. `where` is "mnist", which comes with embudo,
 * or "fashion-mnist", "kmnist", "cifar-10", "cifar-100" or a split of EMNIST's ("emnist-letters"),
 * which `embudo data get` downloads (a folder of that name, of splits "emnist", in the
 * environment's EMBUDO_DATA, then below emb_images_cache), or a folder that holds
 * train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and
 * t10k-labels-idx1-ubyte, each gzipped (.gz) or not, or a folder with those in MNIST/raw or raw
 * below it, as torchvision leaves them; or NumPy arrays: an NPZ file with x_train, y_train, x_test
 * and y_test (as Keras has it), perhaps x_val and y_val, or train_images, train_labels and so on,
 * or images and labels; a folder with such arrays as NPY files; or one NPY file, with labels in
 * NAME-labels.npy beside it if there is one. Arrays are [N, H, W], [N, C, H, W] or, codes, [N, L],
 * in either byte order and in C or Fortran order. Four dimensions of which the last is 1..4 and the
 * second larger than 4 have their channels last, which are then put first. Floats become float32;
 * uint8 are pixels, and so are whole numbers of other types, which must be 0..255, and bool, 0 and
 * 255. Labels are whole numbers 0..255, of any type, [N] or [N, 1]; or one-hot rows [N, K]; or
 * words, which become 0, 1, ... in the order of numpy.unique of all parts' labels. IDX files may
 * lack their labels. Or a folder of pictures, or a ZIP or a tar of them; CIFAR's binary files; a
 * split of EMNIST, "FOLDER/emnist-letters"; one IDX file (docs/FORMAT.md has all of it).
 * emb_images_notes says how the files were read. Everything in them is checked. NULL on failure;
 * the text names the file.
 *
 * A data set of one array, or of training images alone, has no test part of its own: one is held
 * out, by the defaults of emb_open_options. EMB_TRAIN gives what is left and EMB_TEST what was held
 * out, each in file order. */
EMB_API emb_images *emb_images_open(const char *where, emb_part part);

/* The same with a choice of what is held out (NULL: the defaults). For the same array, share and
 * seed EMB_TRAIN and EMB_TEST are disjoint and together all of it, in whatever order they are
 * opened. The draw has a generator of its own: PyTorch's stream then runs on what is left as on a
 * data set of that size. A data set with test images of its own ignores the options. EMB_TEST of
 * one array with none held out, and EMB_VAL of a data set without a validation part (x_val, y_val),
 * are refused. */
EMB_API emb_images *emb_images_open_part(const char *where, emb_part part,
                                         const emb_open_options *options);

/* If the images are the training or the test part of one array, how many images that array has; 0
 * if they are the data set's own part, or all of it. */
EMB_API size_t emb_images_drawn_from(const emb_images *images);

/* Whether a data set that can be found has a part of its own. */
EMB_API bool emb_images_has_part(const char *where, emb_part part);

/* 2 if a data set has a training and a test part, 1 if it has only one part, 0 if it cannot be
 * found. */
EMB_API int emb_images_parts(const char *where);

/* The folder for downloaded data sets: $XDG_CACHE_HOME/embudo or, if that is not set,
 * $HOME/.cache/embudo. It need not exist. To be freed with free(); NULL if neither is a full
 * path. */
EMB_API char *emb_images_cache(void);

/* A file of an archive: its name, "/" between folders, and its bytes, good until the function
 * returns. Anything but EMB_OK ends the reading. */
typedef emb_status (*emb_archive_file)(void *data, const char *name, const void *bytes,
                                       size_t count);

/* Calls `take` for each file of a ZIP, a tar or a gzipped tar, bytewise by folder and name. Hidden
 * files, empty ones and a folder around all of them are left out; no name leads out of a folder
 * (EMB_ERR_FORMAT if one would). What `take` returned, if that is not EMB_OK. */
EMB_API emb_status emb_archive_read(const char *path, emb_archive_file take, void *data);

/* The folder in which emb_images_open finds a part's IDX files, also for a name such as "mnist". To
 * be freed with free(); NULL if there is none, or if `where` names arrays. */
EMB_API char *emb_images_folder(const char *where, emb_part part);

/* Copies `count` images of shape {channels, height, width} and, unless NULL, their labels. */
EMB_API emb_images *emb_images_new(const uint8_t *pixels, const uint8_t *labels, size_t count,
                                   const int shape[3]);
/* The same for float32 numbers, all finite, which reach the network unchanged: codes, for instance,
 * of shape {L, 1, 1}. */
EMB_API emb_images *emb_images_new_float(const float *values, const uint8_t *labels, size_t count,
                                         const int shape[3]);

/* Copies the images of `a`, then those of `b`, which have the same shape. Labels are kept if both
 * have them, and so are the names of picture files (emb_images_file). NULL on failure. */
EMB_API emb_images *emb_images_join(const emb_images *a, const emb_images *b);
/* Copies `count` images of others, indices[i] for i < count, with their labels. NULL on failure. */
EMB_API emb_images *emb_images_pick(const emb_images *images, const uint32_t *indices,
                                    size_t count);
EMB_API void emb_images_free(emb_images *images);

/* ---- what it holds --------------------------------------------------------------------------- */

/* What a reader should know about how the files were read: that channels were last, that labels are
 * words, and so on. One line each, without a newline after the last; "" if there is nothing to say.
 * Borrowed until the images are freed or fitted. */
EMB_API const char *emb_images_notes(const emb_images *images);

EMB_API size_t emb_images_count(const emb_images *images);
/* shape = {channels, height, width}. */
EMB_API void emb_images_shape(const emb_images *images, int shape[3]);
/* Whether the images are uint8; else they are float32. */
EMB_API bool emb_images_has_bytes(const emb_images *images);
/* The label of image i; -1 if there are no labels. */
EMB_API int emb_images_label(const emb_images *images, size_t i);
/* The largest label plus 1 or, if labels are words, the number of words; 0 if there are no
 * labels. */
EMB_API int emb_images_classes(const emb_images *images);
/* The word that a label stands for; NULL if labels are numbers. Borrowed from the images. */
EMB_API const char *emb_images_class_name(const emb_images *images, int label);
/* Gives the classes the labels that they have among `names`[count], as a network's are: the label
 * of a class becomes the place of its name. 07 and 7 are one name. Images whose labels are numbers
 * stay as they are. Fails, and changes nothing, if a class has another name. 1 <= count <=
 * EMB_MAX_CLASSES; the names are copied. */
EMB_UNSETTLED emb_status emb_images_rename(emb_images *images, const char *const *names, int count);

/* How the pictures of a folder became these images: nothing of *pictures is 0. False for other data
 * sets; *pictures is then zeroed. */
EMB_API bool emb_images_pictures(const emb_images *images, emb_pictures *pictures);
/* The file of image i, below the folder that was opened; NULL for other data sets. Borrowed from
 * the images. */
EMB_API const char *emb_images_file(const emb_images *images, size_t i);
/* How many files of the folder, of all parts, are called pictures and could not be read. */
EMB_API size_t emb_images_bad_count(const emb_images *images);
/* Of bad file i, its name below the folder, and what is wrong with it. Borrowed likewise. */
EMB_API const char *emb_images_bad_file(const emb_images *images, size_t i, const char **reason);

/* Whether 19 in 20 of uint8 images of one channel (1,000 at even distances are looked at) are laid
 * out as EMB_FIT_MNIST lays pictures out: so are MNIST's, and neither Fashion-MNIST's nor KMNIST's.
 */
EMB_UNSETTLED bool emb_images_like_mnist(const emb_images *images);

/* Says which numbers of float32 images are black and white: a network that is trained on them can
 * then read pictures too, whose byte b is black + b (white - black) / 255. Both must be finite and
 * different; `white` may be the lower one. EMB_ERR_ARGUMENT for uint8 images, whose black is 0 and
 * whose white is 255. */
EMB_API emb_status emb_images_set_pixels(emb_images *images, double black, double white);

/* *low = the least, *high = the largest number of all images as a network reads them; for uint8 the
 * numbers that 0 and 255 stand for, whether or not they occur. */
EMB_API void emb_images_range(const emb_images *images, double *low, double *high);

/* A line that identifies a data set: "60000 images of 1x28x28, uint8, 1a2b3c4d; labels 5e6f7a8b":
 * count, shape, type, and the CRC-32 of the numbers and of the labels ("none"). Reads all of them.
 * Returns `text`. */
enum { EMB_FINGERPRINT = 128 };
EMB_API const char *emb_images_fingerprint(const emb_images *images, char text[EMB_FINGERPRINT]);

/* ---- copying from it ------------------------------------------------------------------------- */

/* pixels[count][C][H][W], or NULL, = images as float32: each uint8 divided by 255 (torchvision's
 * ToTensor) unless emb_images_follow says otherwise, float32 as it is. labels[count], or NULL, =
 * their labels. `indices` picks `count` of them; NULL: the first `count`. EMB_ERR_ARGUMENT if there
 * is no such image, or no labels; then nothing is written. */
EMB_API emb_status emb_images_fetch(const emb_images *images, const uint32_t *indices, size_t count,
                                    float *pixels, uint8_t *labels);
/* pixels[count][C][H][W] = uint8 images as they are; `indices` as above. EMB_ERR_ARGUMENT for
 * float32 images, too. */
EMB_API emb_status emb_images_fetch_bytes(const emb_images *images, const uint32_t *indices,
                                          size_t count, uint8_t *pixels);

/* pixels[C][H][W] = image i, as emb_images_fetch gives it. i < count. Use emb_images_fetch instead:
 * this call cannot report a failure. */
EMB_DEPRECATED void emb_images_float(const emb_images *images, size_t i, float *pixels);
/* Image i, [C, H, W]; NULL if the images are float32. Borrowed until the images are freed. i <
 * count. Use emb_images_fetch_bytes instead: a set that is read piece by piece has no images to
 * lend. */
EMB_DEPRECATED const uint8_t *emb_images_pixels(const emb_images *images, size_t i);

/* ---- picture files --------------------------------------------------------------------------- */

typedef struct emb_read_options {
    bool invert; /* 255 - x: dark on light becomes light on dark */
    /* How a folder's pictures are treated, as emb_net_pictures says; its sizes are not looked at.
     * Without a fit, each side is scaled by itself, transparent pixels lie over black, and a
     * camera's note is not followed. */
    emb_pictures pictures;
} emb_read_options;

/* What a picture file held before it was made to fit. */
typedef struct emb_image_source {
    int channels; /* 1 or 3 */
    size_t height, width;
    bool coloured; /* RGB with more than one pixel in a hundred that is clearly not grey */
} emb_image_source;

/* Reads `count` picture files as images of shape {1 or 3, height, width}. A file is PNG, JPEG,
 * WebP, TIFF, BMP, GIF, PGM or PPM by its content, of any size up to 2^27 pixels. Alpha is laid
 * over black; colour becomes grey by Rec. 601's luma, grey becomes three equal channels; 16 bits
 * are rounded to 8; a camera's orientation note is not followed. The whole picture is scaled to
 * fit, each side by itself: a side that shrinks is averaged by area, one that grows is
 * interpolated. sources[count], unless NULL, says what each file held. There are no labels. NULL on
 * failure; the text names the file. EMB_ERR_MISSING in a build without the format's library. */
EMB_API emb_images *emb_images_read(const char *const *paths, size_t count, const int shape[3],
                                    const emb_read_options *options, emb_image_source *sources);

/* The same of one picture file that is in memory; `name` stands for it in error texts. */
EMB_UNSETTLED emb_images *emb_images_read_bytes(const void *bytes, size_t count, const char *name,
                                                const int shape[3],
                                                const emb_read_options *options);

/* A format in which pictures are written. */
typedef enum emb_picture_format {
    EMB_PICTURE_PNG,
    EMB_PICTURE_JPEG, /* loses some of each picture */
    EMB_PICTURE_PNM   /* PGM for one channel, PPM for three */
} emb_picture_format;

typedef struct emb_export_options {
    emb_picture_format format;
    int quality;  /* of a JPEG, 1..100; 0: 95 */
    size_t limit; /* the first so many images of each part; 0: all */
    int threads;  /* as in emb_train_options */
    /* Called now and then by one of them, while `done` of `count` pictures have been written. */
    void (*progress)(void *data, size_t done, size_t count);
    void *progress_data;
} emb_export_options;

typedef struct emb_export_part {
    const char *name; /* of its folder, "train"; NULL: the whole folder is it */
    const emb_images *images;
} emb_export_part;

/* Writes images of 1 or 3 channels as picture files, FOLDER/PART/CLASS/00000.png, numbered as in
 * their part; without labels they are not in folders of classes. emb_images_open reads such a
 * folder as a data set, class by class, and PNG, PGM and PPM give the same pixels. A class is
 * called by its word or, with zeros in front, its number; in a word / and % and what cannot be seen
 * are written as %2F. Float32 images must lie in 0..1, or have emb_images_set_pixels. The folder is
 * made; one that is there must be empty. On failure, and after emb_cancel, all that was written is
 * removed. The files are not synced to the disk one by one. */
EMB_UNSETTLED emb_status emb_images_export(const emb_export_part *parts, size_t count,
                                           const char *folder, const emb_export_options *options);

/* What the cache has of a folder of pictures, in one size. */
typedef struct emb_cached_set {
    char *file;   /* in the cache */
    char *folder; /* whose pictures it has; NULL: a file of a build that was ended, or of an older
                     embudo */
    size_t count; /* of images; 0 if it is none */
    int shape[3];
    uint64_t bytes;
    int64_t used; /* when it was last opened or made, in seconds since 1970 */
} emb_cached_set;

/* *sets = what the cache of decoded pictures holds, oldest use first, to be freed with
 * emb_picture_cache_free. No cache is no failure. */
EMB_UNSETTLED emb_status emb_picture_cache_list(emb_cached_set **sets, size_t *count);
EMB_UNSETTLED void emb_picture_cache_free(emb_cached_set *sets, size_t count);
/* Removes all of it, and what builds that were ended have left; only files that embudo writes there
 * are touched. *count and *bytes = what was removed. A process that has such a file open keeps its
 * images. */
EMB_UNSETTLED emb_status emb_picture_cache_clear(size_t *count, uint64_t *bytes);

#ifdef __cplusplus
}
#endif

#endif
