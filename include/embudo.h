/* embudo: train an autoencoder on images, and use what it learned.
 *
 * The smallest program that trains the notebook's network on MNIST:
 *
 *     #include <embudo.h>
 *     #include <stdio.h>
 *
 *     int main(void) {
 *         emb_images *images = emb_images_open("mnist", EMB_TRAIN);
 *         emb_net *net = emb_net_open("notebook", NULL);
 *         emb_run *run = emb_run_new(net, images, NULL);
 *         for (int epoch = 1; run && epoch <= 10; epoch++) {
 *             emb_epoch done;
 *             if (emb_run_epoch(run, &done) != EMB_OK) break;
 *             printf("%d %.4f %.4f\n", epoch, done.loss, done.validation_loss);
 *         }
 *         if (!run || emb_net_save(net, "model.safetensors", NULL, 0) != EMB_OK)
 *             fprintf(stderr, "%s\n", emb_error());
 *         emb_run_free(run);
 *         emb_net_free(net);
 *         emb_images_free(images);
 *     }
 *
 * Conventions that hold for every function here
 *   - A constructor returns a pointer, or NULL. Other functions that can fail return an emb_status,
 *     0 for success. After a failure emb_error() says in one line what was wrong and what would be
 *     right. The library never prints and never exits.
 *   - Each type has one _free; it accepts NULL. A `const` pointer that is returned is borrowed.
 *   - An options struct whose fields are all zero asks for the defaults; NULL does the same.
 *   - Images are [N, C, H, W], C order, float32 in 0..1 or uint8 in 0..255. Codes are [N, L],
 *     float32.
 *   - One object is used by one thread at a time; different objects need no lock. Inside a call the
 *     library uses threads of its own.
 *   - The same seed gives the same bits, for any number of threads, on every instruction set. An
 *     image's code does not depend on what else is in the call.
 *   - Neither do they depend on what the caller has set in its threads: the rounding mode,
 * subnormal numbers taken for zero (FTZ, DAZ, -ffast-math), floating-point traps, the locale. A
 * call sets what it needs and puts the caller's back, floating-point flags included.
 *   - A child of fork() may go on with its copies of all objects, with several threads as well: the
 *     library gives the forking thread's OpenMP threads up before, and they start again when they
 *     are next needed. A child that was forked from within an OpenMP region computes with one.
 *   - Pointers must not be NULL except where this page says so. */
#ifndef EMBUDO_H
#define EMBUDO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define EMB_API __attribute__((visibility("default")))
#else
#define EMB_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- errors, version, machine ---------------------------------------------------------------- */

typedef enum emb_status {
    EMB_OK = 0,
    EMB_ERR_ARGUMENT, /* a value out of its range, or a call out of order */
    EMB_ERR_MEMORY,   /* the system gave no memory */
    EMB_ERR_IO,       /* a file could not be opened, read or written */
    EMB_ERR_FORMAT,   /* a file is not what it should be */
    EMB_ERR_SHAPE,    /* layers, weights or images do not fit each other */
    EMB_ERR_DIVERGED, /* the loss is no longer a number */
    EMB_ERR_MISSING,  /* needs a library that this build is without */
    EMB_ERR_CANCELLED /* emb_cancel was called */
} emb_status;

/* The last failure on this thread, one line without a newline; "" before the first. Borrowed until
 * the next failing call on the same thread. */
EMB_API const char *emb_error(void);

/* With true, what works through many images or codes comes back soon, in a tenth of a second or so,
 * with EMB_ERR_CANCELLED: a training's validation (which can then be asked for again), scores,
 * errors, codes, principal components, neighbours, the checkup. A training step is not cut short.
 * So it stays, for all threads of the process, until it is called with false: once those calls
 * are back. May be called in a
 * signal handler and from any thread. */
EMB_API void emb_cancel(bool cancel);

/* "0.1.0". Borrowed for ever. */
EMB_API const char *emb_version(void);

/* The instruction set the kernels use here: "avx512", "avx2", "neon" or "plain"; the environment's
 * EMBUDO_ISA chooses. NULL where that names one this processor or build lacks. Borrowed for ever.
 */
EMB_API const char *emb_isa(void);

/* The most threads that 0 stands for in options: the cores that this process may run on (two
 * hardware threads of one core share its arithmetic and count once), no more than a container's
 * quota. Training times its steps now and then and takes fewer where fewer are faster. */
EMB_API int emb_default_threads(void);

/* ---- foreign text ---------------------------------------------------------------------------- */

/* Where a text goes that came from elsewhere: a file's name or its contents, an option, a class. */
typedef enum emb_target {
    EMB_SHOWN,     /* a reader: a terminal, a log, a label on a picture */
    EMB_XML,       /* SVG and HTML: an element's text or a quoted attribute */
    EMB_JSON,      /* a string, without its quotes; read back it is the same text */
    EMB_CSV,       /* a cell, with the quotes that it needs */
    EMB_C_COMMENT, /* of either kind */
    EMB_C_STRING,  /* without its quotes; compiled it is the same bytes */
    EMB_C_NAME,    /* an identifier */
    EMB_NAME       /* UTF-8 from which emb_text_back makes the same bytes again */
} emb_target;

/* Writes `text` so that it does no harm in the target and stays legible: bytes that are no UTF-8 as
 * \xe9, characters that act or are not seen (controls, marks of direction, separators of lines,
 * what is no character) as \n, \x1b, \u202e; and what the target itself reads otherwise as it wants
 * it written. A CSV cell that a spreadsheet would take for a formula begins with '. EMB_C_NAME puts
 * _ for what no identifier has. EMB_NAME only writes a backslash as two, and bytes that are no
 * UTF-8 as \xE9.
 *
 * Returns the bytes of the whole, without the NUL. out[room] gets them, or, where room is not
 * larger than that, the first of them, nothing cut in two; and a NUL. `out` may be NULL where room
 * is 0. */
EMB_API size_t emb_text_for(emb_target target, const char *text, size_t length, char *out,
                            size_t room);

/* The bytes of a text that emb_text_for wrote for EMB_NAME, and a NUL; returns their number, which
 * is never larger than `length`. `out` may be `text`. Other backslashes stay as they are. */
EMB_API size_t emb_text_back(const char *text, size_t length, char *out);

/* ---- images ---------------------------------------------------------------------------------- */

/* A data set in memory: N images of one shape as uint8 or float32, and perhaps a label for each. */
typedef struct emb_images emb_images;

/* Test images are those that a score is told of: nothing learns from them, nor is chosen by them.
 * Validation images are those that a training is watched on. */
typedef enum emb_part { EMB_TRAIN, EMB_TEST, EMB_VAL } emb_part;

/* Of a data set that is one array, without test images of its own. */
typedef struct emb_open_options {
    double test_split; /* share of the images held out as the test part, < 1, at least one image and
                          never all; 0: EMB_TEST_SPLIT; negative: none, and EMB_TRAIN is all */
    uint64_t seed;     /* of drawing them, as in emb_train_options; 0: 42 */
} emb_open_options;

/* The size of MNIST's test part by that of its training part. */
#define EMB_TEST_SPLIT (1.0 / 6)

/* Opens the training or the test part of a data set. `where` is "mnist", which comes with
 * embudo, or "fashion-mnist" or "kmnist", which `embudo data get` brings (a folder of that name in
 * the environment's EMBUDO_DATA, then below emb_images_cache), or a folder that holds
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
 * lack their labels. What was taken for what is in emb_images_notes. Everything in the files is
 * checked. NULL on failure; the text names the file.
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

/* How many images the one array has of which these are the training or the test part; 0 where they
 * are the data set's own part, or all. */
EMB_API size_t emb_images_drawn_from(const emb_images *images);

/* Whether a data set that can be found has a part of its own. */
EMB_API bool emb_images_has_part(const char *where, emb_part part);

/* 2 where a data set has a training and a test part, 1 where it has one part alone, 0 where it
 * cannot be found. */
EMB_API int emb_images_parts(const char *where);

/* The folder that downloaded data sets are below: $XDG_CACHE_HOME/embudo, or where that is not set
 * $HOME/.cache/embudo. It need not exist. To be freed with free(); NULL where neither is a full
 * path. */
EMB_API char *emb_images_cache(void);

/* The folder in which emb_images_open finds a part's IDX files: for "mnist", where that is. To be
 * freed with free(); NULL where there is none, or `where` names arrays. */
EMB_API char *emb_images_folder(const char *where, emb_part part);

/* Copies `count` images of shape {channels, height, width} and, unless NULL, their labels. */
EMB_API emb_images *emb_images_new(const uint8_t *pixels, const uint8_t *labels, size_t count,
                                   const int shape[3]);
/* The same of float32 numbers, all finite, which reach the network as they are: codes, for
 * instance, of shape {L, 1, 1}. */
EMB_API emb_images *emb_images_new_float(const float *values, const uint8_t *labels, size_t count,
                                         const int shape[3]);

/* Copies the images of `a`, then those of `b`, which have the same shape. Labels are kept where
 * both have them. NULL on failure. */
EMB_API emb_images *emb_images_join(const emb_images *a, const emb_images *b);
/* Copies `count` images of others, indices[i] for i < count, with their labels. NULL on failure. */
EMB_API emb_images *emb_images_pick(const emb_images *images, const uint32_t *indices,
                                    size_t count);
EMB_API void emb_images_free(emb_images *images);

/* What a reader should know of how the files were read: that channels were last, that labels are
 * words, and so on. A line each, without a newline behind the last; "" where there is nothing to
 * say. Borrowed until the images are freed or fitted. */
EMB_API const char *emb_images_notes(const emb_images *images);

EMB_API size_t emb_images_count(const emb_images *images);
/* shape = {channels, height, width}. */
EMB_API void emb_images_shape(const emb_images *images, int shape[3]);
/* Image i, [C, H, W]; NULL where the images are float32. Borrowed until the images are freed.
 * i < count. */
EMB_API const uint8_t *emb_images_pixels(const emb_images *images, size_t i);
/* Label of image i, -1 where there are none. */
EMB_API int emb_images_label(const emb_images *images, size_t i);
/* The largest label and 1, or of labels that are words, the number of those; 0 where there are no
 * labels. */
EMB_API int emb_images_classes(const emb_images *images);
/* The word that a label stands for; NULL where labels are numbers. Borrowed from the images. */
EMB_API const char *emb_images_class_name(const emb_images *images, int label);
/* pixels[C*H*W] = image i as float32: each uint8 divided by 255 (torchvision's ToTensor) unless
 * emb_images_follow says otherwise, float32 as it is. */
EMB_API void emb_images_float(const emb_images *images, size_t i, float *pixels);

/* Says which numbers of float32 images are black and white: a network that is trained on them can
 * then read pictures too, whose byte b is black + b (white - black) / 255. Both finite, and not the
 * same; `white` may be the lower one. EMB_ERR_ARGUMENT for images of uint8, whose bytes say it. */
EMB_API emb_status emb_images_set_pixels(emb_images *images, double black, double white);

/* *low = the least, *high = the largest number of all images as a network reads them; of uint8
 * what 0 and 255 stand for, whether they occur or not. */
EMB_API void emb_images_range(const emb_images *images, double *low, double *high);

/* What a data set is known by: "60000 images of 1x28x28, uint8, 1a2b3c4d; labels 5e6f7a8b": count,
 * shape, type, and the CRC-32 of the numbers and of the labels ("none"). Reads all of them. Returns
 * `text`. */
enum { EMB_FINGERPRINT = 128 };
EMB_API const char *emb_images_fingerprint(const emb_images *images, char text[EMB_FINGERPRINT]);

typedef struct emb_read_options {
    bool invert; /* 255 - x: dark on light becomes light on dark */
} emb_read_options;

/* What a picture's file held before it was made to fit. */
typedef struct emb_image_source {
    int channels; /* 1 or 3 */
    size_t height, width;
    bool coloured; /* of RGB: more than one pixel in a hundred is clearly no grey */
} emb_image_source;

/* Reads `count` pictures' files as images of shape {1 or 3, height, width}. A file is PNG, JPEG
 * (not CMYK), PGM or PPM by its content, of any size up to 2^27 pixels. Alpha is laid over black;
 * colour becomes grey by Rec. 601's luma, grey becomes three equal channels; 16 bits are rounded to
 * 8; a camera's orientation note is not followed. The whole picture is scaled to fit, each side by
 * itself: averaged by area where it shrinks, interpolated where it grows. sources[count], unless
 * NULL, says what each was. There are no labels. NULL on failure; the text names the file.
 * EMB_ERR_MISSING in a build without libpng or libjpeg. */
EMB_API emb_images *emb_images_read(const char *const *paths, size_t count, const int shape[3],
                                    const emb_read_options *options, emb_image_source *sources);

/* ---- networks -------------------------------------------------------------------------------- */

/* A network whose shapes are all known, with its weights. By its parts it is one of
 *   an autoencoder           encoder, decoder: gives back its input's shape; trained on the mean
 *                            squared error
 *   a classifier             classifier: gives K logits, 2 <= K <= 256, one a class; trained on
 *                            CrossEntropyLoss, for which the images need labels below K
 *   a classifier on codes    encoder, classifier
 *   a part of an autoencoder encoder, or decoder: computes, and cannot be trained. */
typedef struct emb_net emb_net;

typedef struct emb_net_options {
    int latent;  /* overrides the notation's `latent`; 1..65536; 0 leaves it as it is */
    int classes; /* overrides the notation's `classes`, if it has a line of that name; 0: leaves it
                  */
} emb_net_options;

/* Opens a network by what `name` is: a model file (.safetensors: notation and weights), a notation
 * file (.net: weights are zero until emb_net_init or emb_run_new), or the name of a network that is
 * compiled in ("notebook"); or an ONNX model, as emb_net_import takes it; a file is known by its
 * bytes rather than by its name. Every shape is
 * checked before anything is allocated. NULL on failure.
 */
EMB_API emb_net *emb_net_open(const char *name, const emb_net_options *options);

typedef struct emb_import_options {
    const char *notation; /* of a state dict without one: a notation file or a built-in network */
    const char *code;     /* of ONNX: the tensor between encoder and decoder. NULL: one called
                             "code", else the narrowest where the output has the input's shape, or
                             the numbers of an image in a row, which become an image */
    const char *part; /* of ONNX, what a model that is not cut in two is: "encoder", "decoder" or
                         "classifier". NULL: judged by its ends */
} emb_import_options;

/* Opens what others made, told by its bytes: a state dict (safetensors) with the notation that it
 * belongs to, or an ONNX model that is a chain of operators which layers cover; of these, weights
 * are float of any size, also in files below the model's folder. Images are [C, H, W], whether the
 * model has its channels first or last; their numbers are the model's own, or pixels where it takes
 * uint8 and divides by 255. emb_net_notes says what differs. NULL on failure; the text names the
 * node or the tensor, and says what to do. */
EMB_API emb_net *emb_net_import(const char *path, const emb_import_options *options);

/* The same from a text in memory; `name` stands for it in error texts. */
EMB_API emb_net *emb_net_parse(const char *text, const char *name, const emb_net_options *options);
EMB_API void emb_net_free(emb_net *net);

/* One string pair of a model file's __metadata__. */
typedef struct emb_pair {
    const char *key, *value;
} emb_pair;

/* Writes the model as safetensors: weights under PyTorch's state_dict names; in __metadata__ the
 * notation, the preprocessing and `extra`. The file appears under its name complete or not at all.
 */
EMB_API emb_status emb_net_save(const emb_net *net, const char *path, const emb_pair *extra,
                                size_t extra_count);

/* Puts the weights of a state dict, a safetensors file with exactly the net's tensors, into the
 * net. F16 and BF16 are widened, F64 rounded where float32 holds them. A prefix that all names have
 * ("module.", "_orig_mod.", "model.") is left out, the name of the net's only part put before them;
 * tensors that share their numbers are found by what safetensors' save_model says of them.
 * emb_net_notes then tells of it. On failure the text names the tensor; the net's weights are then
 * without meaning. */
EMB_API emb_status emb_net_load(emb_net *net, const char *path);

typedef struct emb_onnx_options {
    const char *part; /* "encoder", "decoder" or "classifier" alone; NULL: the whole */
    bool uint8_input; /* the graph takes pixels 0..255 as uint8 and divides by 255 itself */
} emb_onnx_options;

/* Writes the network as an ONNX model, opset 17, float32, any batch size: an operator for each
 * layer. The input is "image" or "code", the output "code", "reconstruction" or "logits". The file
 * appears complete or not at all. EMB_ERR_MISSING in a build without protobuf-c. */
EMB_API emb_status emb_net_export_onnx(const emb_net *net, const char *path,
                                       const emb_onnx_options *options);
/* The same in memory, for emb_files_write where several belong together: *bytes is to be freed with
 * free(). `path` stands in the text of a failure alone. */
EMB_API emb_status emb_net_export_onnx_bytes(const emb_net *net, const char *path,
                                             const emb_onnx_options *options, uint8_t **bytes,
                                             size_t *count);

/* The value of a key of the __metadata__ that the net was opened with, or NULL. Borrowed from the
 * net. */
EMB_API const char *emb_net_metadata(const emb_net *net, const char *key);

/* Draws the weights as PyTorch does after torch.manual_seed(seed). */
EMB_API emb_status emb_net_init(emb_net *net, uint64_t seed);

/* What a reader should know of how the file was read: that names of tensors had a prefix, that an
 * input's channels were last, and so on. A line each, without a newline behind the last; "" where
 * there is nothing to say. Borrowed from the net. */
EMB_API const char *emb_net_notes(const emb_net *net);

/* The notation, printed: it parses back to the same network. Borrowed from the net. */
EMB_API const char *emb_net_notation(const emb_net *net);
/* shape = {channels, height, width} of an input image; a flat input of n numbers is {n, 1, 1}. */
EMB_API void emb_net_input_shape(const emb_net *net, int shape[3]);
/* The same of what the last layer gives. */
EMB_API void emb_net_output_shape(const emb_net *net, int shape[3]);
/* EMB_OK where the network reads these images: they have its input's shape, but for sides of 1; or,
 * for a flat input, as many pixels; or they are rows of as many numbers; and where they are bytes,
 * it knows which numbers those are (emb_preprocessing). Else the text says what it expects and what
 * it gets. */
EMB_API emb_status emb_net_accepts(const emb_net *net, const emb_images *images);
/* Gives images that the network reads its input's shape, with a note where theirs was another: rows
 * of 784 numbers become 1x28x28. Channels that were last in the file go back there for a network
 * that has them so. Fails where the shape does not fit, and leaves the images as they are. */
EMB_API emb_status emb_images_fit(emb_images *images, const emb_net *net);

/* How images become a network's numbers. A model file has it in its __metadata__, which training
 * writes; one without it, or a network that was never trained, counts as trained on bytes. */
typedef struct emb_preprocessing {
    bool floats;         /* trained on floats as they were; else on bytes, divided by 255 */
    double low, high;    /* the least and the largest number that it was trained on; 0 and 1 of
                            bytes */
    bool pixels;         /* pictures can be read: byte b is black + b (white - black) / 255 */
    double black, white; /* of floats as emb_images_set_pixels said, or 0 and 1 where they filled
                            most of 0..1; 0 and 1 of bytes */
} emb_preprocessing;
EMB_API void emb_net_preprocessing(const emb_net *net, emb_preprocessing *preprocessing);

/* Has emb_images_float, and what is made from it, read the images as the network does: bytes as
 * the numbers that its preprocessing says. What takes a network and uint8 images does so by itself.
 * EMB_ERR_ARGUMENT where the network cannot read bytes; see emb_net_accepts. */
EMB_API emb_status emb_images_follow(emb_images *images, const emb_net *net);

/* EMB_OK where the images' numbers lie about where those lay that the network was trained on; else
 * EMB_ERR_ARGUMENT, the text saying where both lie. Nothing else asks for it. */
EMB_API emb_status emb_net_same_range(const emb_net *net, const emb_images *images);

/* The limits of what the last layer can give: 0 and 1 of Sigmoid, -1 and 1 of Tanh; infinite where
 * there is none. */
EMB_API void emb_net_output_range(const emb_net *net, double *low, double *high);

/* Numbers in a code, L: those that an encoder gives, or a decoder alone takes; 0 for a classifier
 * of images. */
EMB_API int emb_net_latent(const emb_net *net);
/* Logits of a classifier, K; 0 for an autoencoder. */
EMB_API int emb_net_classes(const emb_net *net);
/* Whether it has a part of that name: "encoder", "decoder" or "classifier". */
EMB_API bool emb_net_has_part(const emb_net *net, const char *part);

enum { EMB_LAYER_RANK = 5 };

/* One line of `embudo info`. Strings are borrowed from the net. */
typedef struct emb_layer_info {
    const char *part;                /* "encoder" */
    int index;                       /* within the part, as in "encoder.7" */
    const char *layer;               /* "Conv2d(1, 8, 3, stride=2, padding=1)" */
    int rank, shape[EMB_LAYER_RANK]; /* of the output for one image: rank 1 or 3, others only
                                        between Flatten and Unflatten */
    size_t parameters;               /* numbers that are trained */
    size_t multiply_adds; /* of a forward pass of one image, taps over the padding included */
    const char *kind;     /* "Conv2d" */
    /* Of Conv2d and ConvTranspose2d, rows and columns; 0 of other layers. */
    int kernel[2], stride[2], padding[2], dilation[2]; /* padding: above and to the left */
    int output_padding[2];                             /* of ConvTranspose2d */
} emb_layer_info;

EMB_API size_t emb_net_layer_count(const emb_net *net);
EMB_API void emb_net_layer(const emb_net *net, size_t i, emb_layer_info *info);

/* One trained tensor. `values` is borrowed from the net and changes as it trains. */
typedef struct emb_tensor_info {
    const char *name; /* "encoder.0.weight" */
    int rank, shape[4];
    size_t count;
    const float *values; /* C order, PyTorch's layout */
} emb_tensor_info;

EMB_API size_t emb_net_tensor_count(const emb_net *net);
EMB_API void emb_net_tensor(const emb_net *net, size_t i, emb_tensor_info *info);

/* EMB_OK where every weight is finite; else EMB_ERR_DIVERGED, and the text names the tensor. */
EMB_API emb_status emb_net_check(const emb_net *net);

/* Bytes that training takes at a batch size and number of threads at most, beside the data set: the
 * weights, and both numbers of emb_run_memory. 0 for a net that cannot be trained. */
EMB_API size_t emb_net_memory(const emb_net *net, int batch_size, int threads);

/* codes[n][L] = encoder(images[n][C][H][W]). Any n; threads as in emb_train_options.
 * EMB_ERR_SHAPE, here and below, where the network lacks the part that is asked for. */
EMB_API emb_status emb_net_encode(emb_net *net, const float *images, size_t n, float *codes,
                                  int threads);
/* images[n][C][H][W] = decoder(codes[n][L]). */
EMB_API emb_status emb_net_decode(emb_net *net, const float *codes, size_t n, float *images,
                                  int threads);

/* codes[count][L] of images of a data set, the same bits: `indices` picks `count` of them; NULL:
 * the first `count`. */
EMB_API emb_status emb_net_encode_images(emb_net *net, const emb_images *images,
                                         const uint32_t *indices, size_t count, float *codes,
                                         int threads);

/* out[emb_net_layer's shape] = what layer `layer` makes of one image [C][H][W], the same bits as in
 * any other call. */
EMB_API emb_status emb_net_layer_output(emb_net *net, const float *image, size_t layer, float *out);

/* out[n][C][H][W] = decoder(encoder(images[n][C][H][W])), the same bits as one after the other. */
EMB_API emb_status emb_net_reconstruct(emb_net *net, const float *images, size_t n, float *out,
                                       int threads);

/* logits[n][K] = classifier(images[n][C][H][W]), of the codes where the network has an encoder. */
EMB_API emb_status emb_net_classify(emb_net *net, const float *images, size_t n, float *logits,
                                    int threads);

/* probabilities[n][K] = softmax(logits[n][K]); both may be the same array. */
EMB_API void emb_softmax(const float *logits, size_t n, int classes, float *probabilities);

/* A new network of an autoencoder's encoder and a classifier whose input is as many numbers as its
 * codes have, with both's weights: what it classifies is images. NULL where they do not fit. */
EMB_API emb_net *emb_net_attach(const emb_net *autoencoder, const emb_net *classifier);

/* ---- whole numbers --------------------------------------------------------------------------- */

/* A trained network in whole numbers: weights and activations of 8 bits, each channel with a scale
 * of its own, sums of 32 bits. Codes and logits stay float32. What emb_net_export_c writes with it
 * computes the same, bit for bit. */
typedef struct emb_int8 emb_int8;

/* The scales come from images that are like those to come; `indices` picks `count` of them (NULL:
 * the first `count`), of which at most 1,000 at even distances are taken. For a decoder alone they
 * are codes. Borrows the net, whose weights must stay. NULL on failure. */
EMB_API emb_int8 *emb_int8_new(emb_net *net, const emb_images *images, const uint32_t *indices,
                               size_t count);
EMB_API void emb_int8_free(emb_int8 *int8);

/* As emb_net_encode, emb_net_decode and emb_net_classify. Where the sample was uint8, pixels are
 * rounded to bytes on their way in and out. */
EMB_API emb_status emb_int8_encode(const emb_int8 *int8, const float *images, size_t n,
                                   float *codes, int threads);
EMB_API emb_status emb_int8_decode(const emb_int8 *int8, const float *codes, size_t n,
                                   float *images, int threads);
EMB_API emb_status emb_int8_classify(const emb_int8 *int8, const float *images, size_t n,
                                     float *logits, int threads);

/* ---- a network as C -------------------------------------------------------------------------- */

typedef struct emb_c_options {
    const char *name;     /* of the two files and before every identifier; NULL: "embudo_model" */
    const char *part;     /* "encoder" or "decoder" alone; NULL: the whole */
    const emb_int8 *int8; /* whole numbers in place of float; NULL: float */
    /* A self-test's input, an image or, for a decoder alone, a code, [numbers of it]; NULL: no
     * self-test. */
    const float *sample;
} emb_c_options;

/* What the two files need, their code aside. */
typedef struct emb_c_size {
    size_t constants;    /* bytes of weights and tables */
    size_t buffer;       /* bytes of the static buffer */
    char paths[2][4096]; /* of the .c and the .h: the longest that a system takes */
} emb_c_size;

/* Writes NAME.c and NAME.h into a folder that is there: freestanding C99 without allocation or
 * library calls, that encodes, decodes or classifies one image at a time. Each file appears
 * complete or not at all. `size` may be NULL. */
EMB_API emb_status emb_net_export_c(emb_net *net, const char *folder, const emb_c_options *options,
                                    emb_c_size *size);

/* ---- training -------------------------------------------------------------------------------- */

/* One training of one net on one data set. It consumes PyTorch's random stream in the practice
 * notebook's order: split, initial weights, then per epoch the loaders' draws. */
typedef struct emb_run emb_run;

/* How the learning rate goes over the epochs that a schedule spans. */
typedef enum emb_schedule {
    EMB_SCHEDULE_CONSTANT,
    EMB_SCHEDULE_LINEAR, /* step by step along a line to 0 */
    EMB_SCHEDULE_COSINE  /* along half a cosine to 0 (Loshchilov and Hutter, 2017) */
} emb_schedule;

typedef struct emb_train_options {
    uint64_t seed;         /* of torch.manual_seed, counted modulo 2^32; 0: 42. For PyTorch's seed 0
                              write 4294967296. */
    double learning_rate;  /* of Adam, > 0; 0: 0.001 */
    double beta1, beta2;   /* in (0, 1); 0: 0.9 and 0.999 */
    double epsilon;        /* > 0; 0: 1e-8 */
    double val_split;      /* share kept for validation, < 1; 0: 0.2; negative: none */
    size_t val_count;      /* above 0: the last so many images validate, in place of a share that is
                              drawn: a data set's own EMB_VAL behind its EMB_TRAIN (emb_images_join).
                              Nothing is drawn for a split then, and val_split has no meaning */
    int batch_size;        /* 1..65536; 0: 16. The last batch of an epoch may be smaller. */
    bool shuffle;          /* the training loader's shuffle=True */
    emb_schedule schedule; /* of the learning rate */
    int epochs; /* that the schedule spans, 1..1000000: needed unless it is constant; after
                   them the rate stays what it was last */
    int warmup; /* steps, 0..2^30, over which the rate first rises evenly to what the schedule says;
                   0: none. It keeps Adam's first steps, whose size its moments do not bound yet,
                   from driving a Tanh network into saturation. */
    bool keep_weights; /* go on from the net's weights; the random stream is the same */
    int threads;       /* 1..256; 0: what is fastest here, at most emb_default_threads(). Never
                          changes a bit of any result. */
} emb_train_options;

/* order[count] = the images' indices as a run with these options splits them, of which seed,
 * val_split and val_count matter: the first *train_count are trained on, the others validate.
 * count: 1..2^31 - 1. */
EMB_API emb_status emb_split(size_t count, const emb_train_options *options, uint32_t *order,
                             size_t *train_count);

/* What the notebook prints and shows after an epoch. */
typedef struct emb_epoch {
    float loss;             /* of the last training batch */
    double mean_loss;       /* mean over the epoch's training batches, each before its update */
    double validation_loss; /* mean of the batches' means; NaN without a validation set */
    double accuracy; /* share of the training images classified right, each before its batch's
                        update; NaN for an autoencoder */
    double validation_accuracy; /* NaN for an autoencoder, or without a validation set */
    size_t steps;               /* taken so far in the run */
    size_t images;              /* trained on in this epoch */
    double seconds;             /* of training alone, this epoch */
    bool has_preview;           /* false without a validation set */
    size_t preview;             /* index of the validation image that the notebook shows */
} emb_epoch;

/* Splits the images, draws the weights. Borrows net and images until it is freed. NULL on failure,
 * such as images of another shape than the net's input. A NULL net or images, from a constructor
 * that failed, gives NULL and leaves that one's text. */
EMB_API emb_run *emb_run_new(emb_net *net, const emb_images *images,
                             const emb_train_options *options);
EMB_API void emb_run_free(emb_run *run);

/* What a training takes, in bytes, beside its network and its images. */
typedef struct emb_memory {
    size_t run; /* from the first epoch's end until the run is freed */
    size_t
        checkup; /* emb_net_examine's, beside the run for a while; 0 of a net without a decoder */
} emb_memory;

/* *memory = what a run of so many images with these options will take. Nothing is allocated. */
EMB_API emb_status emb_run_memory(const emb_net *net, size_t images,
                                  const emb_train_options *options, emb_memory *memory);

/* Trains on the next batch; *loss is its mean loss before the update. EMB_ERR_DIVERGED,
 * and no update, where that is not finite; the text names the step and the tensor or layer. */
EMB_API emb_status emb_run_step(emb_run *run, float *loss);
/* True when the batch just taken was its epoch's last (and before the first). */
EMB_API bool emb_run_epoch_done(const emb_run *run);
/* After an epoch's last batch: validates and picks the preview. Draws from the random stream, so
 * call it once an epoch. EMB_ERR_DIVERGED where a weight or the validation loss is not finite; then
 * emb_run_restore goes back to the epoch before. */
EMB_API emb_status emb_run_finish_epoch(emb_run *run, emb_epoch *epoch);
/* emb_run_step until the epoch is done, then emb_run_finish_epoch. */
EMB_API emb_status emb_run_epoch(emb_run *run, emb_epoch *epoch);

/* Writes a checkpoint: the model as emb_net_save writes it, with all that the run needs to go on
 * from here, in the middle of an epoch too. The file appears complete or not at all, and what was
 * there before stays until then. `extra` as in emb_net_save. */
EMB_API emb_status emb_run_save(const emb_run *run, const char *path, const emb_pair *extra,
                                size_t extra_count);

/* Goes on from a checkpoint as if nothing had happened: the same bits as a run that was never
 * interrupted, with any number of threads on either side. `net` is the one that emb_net_open made
 * of the checkpoint, `images` the data set that it was trained on; another one is refused, as is
 * another network. `threads` as in emb_train_options; all other options are the checkpoint's. NULL
 * on failure; a NULL net or images leaves that constructor's text. */
EMB_API emb_run *emb_run_resume(emb_net *net, const emb_images *images, const char *path,
                                int threads);
/* Goes on with another learning rate, above 0 and finite; a schedule and a warm-up start from it.
 */
EMB_API void emb_run_set_learning_rate(emb_run *run, double rate);
/* The options that the run goes by, defaults filled in. */
EMB_API void emb_run_options(const emb_run *run, emb_train_options *options);

/* Puts back the net's weights of the last epoch's end (the initial ones before that). */
EMB_API void emb_run_restore(emb_run *run);

EMB_API size_t emb_run_steps(const emb_run *run); /* taken so far */
/* Adam's learning rate in the step after those. */
EMB_API double emb_run_learning_rate(const emb_run *run);
EMB_API size_t emb_run_steps_per_epoch(const emb_run *run);
/* The split: indices into the images, in the split's order. Borrowed from the run. */
EMB_API const uint32_t *emb_run_train_indices(const emb_run *run, size_t *count);
EMB_API const uint32_t *emb_run_val_indices(const emb_run *run, size_t *count);

/* *loss (or NULL) = the mean loss of the images (`indices` picks `count`; NULL: all), as a training
 * step takes it; gradients = its slope by every weight, tensor after tensor in the order of
 * emb_net_tensor, each in PyTorch's layout. Room: the sum of the tensors' counts. */
EMB_API emb_status emb_net_gradients(emb_net *net, const emb_images *images,
                                     const uint32_t *indices, size_t count, float *gradients,
                                     double *loss);

/* ---- study ----------------------------------------------------------------------------------- */

typedef struct emb_score {
    double mse;  /* mean over every element of every image */
    double psnr; /* dB: 10 log10(peak^2 / mse), the peak being white less black, or 1 for floats in
                    0..1; NaN for others, of which these are not known, and for bytes that all lie
                    below an eighth of 255. Infinite where mse is 0. */
    size_t count;
} emb_score;

/* Reconstructs images and compares. `indices` picks `count` of them; NULL: all. */
EMB_API emb_status emb_net_score(emb_net *net, const emb_images *images, const uint32_t *indices,
                                 size_t count, int threads, emb_score *score);

/* mse[count] = each image's own mean squared error over its numbers. Images as in emb_net_score. */
EMB_API emb_status emb_net_errors(emb_net *net, const emb_images *images, const uint32_t *indices,
                                  size_t count, int threads, double *mse);

typedef struct emb_class_score {
    double loss;     /* mean CrossEntropyLoss of an image */
    double accuracy; /* share that is classified right, 0..1 */
    size_t count;
} emb_class_score;

/* Classifies labelled images. Images as in emb_net_score. confusion[K][K], or NULL: how many of
 * class `row` were taken for class `column`. */
EMB_API emb_status emb_net_score_classes(emb_net *net, const emb_images *images,
                                         const uint32_t *indices, size_t count, int threads,
                                         emb_class_score *score, uint32_t *confusion);

/* Principal components: the straight-line counterpart of an autoencoder. With as many numbers in a
 * code, no linear encoder and decoder reconstruct the images they were fitted to better. */
typedef struct emb_pca emb_pca;

/* Fits `components` of them to the images (`indices` picks `count`; NULL: all), flattened to D =
 * C*H*W numbers. components: 1 to the smaller of D and the images. A component's sign is such that
 * its number of largest magnitude is positive. Threads as in emb_train_options. NULL on failure. */
EMB_API emb_pca *emb_pca_new(const emb_images *images, const uint32_t *indices, size_t count,
                             int components, int threads);
EMB_API void emb_pca_free(emb_pca *pca);

EMB_API int emb_pca_count(const emb_pca *pca);         /* components */
EMB_API const float *emb_pca_mean(const emb_pca *pca); /* [D]: the mean image */
/* [components][D], each of length 1, at right angles, the one of largest variance first. */
EMB_API const float *emb_pca_vectors(const emb_pca *pca);
/* [components]: the variance of the images along each, their mean square (divided by N). */
EMB_API const double *emb_pca_variances(const emb_pca *pca);
/* Of all D directions together: a component explains variances[i] / total of it. */
EMB_API double emb_pca_total_variance(const emb_pca *pca);

/* codes[count][components] = vectors * (image - mean) of each image. EMB_ERR_ARGUMENT where float32
 * does not hold one, of images whose numbers are near its ends. */
EMB_API emb_status emb_pca_encode(const emb_pca *pca, const emb_images *images,
                                  const uint32_t *indices, size_t count, float *codes, int threads);
/* *mse = mean over every element of every image of the squared difference from mean + codes *
 * vectors, by the first `components` alone (0: by the mean image): comparable with emb_score's. */
EMB_API emb_status emb_pca_score(const emb_pca *pca, int components, const emb_images *images,
                                 const uint32_t *indices, size_t count, int threads, double *mse);

/* predicted[query_count] = the class of each of queries[query_count][length] by its nearest
 * neighbours among reference[count][length], whose classes are labels[count]. Nearness is
 * Euclidean; of two as near, the lower index is nearer. The class that most of them have wins; of
 * classes with as many, the one whose nearest member is nearest. neighbours: 1 to count. Every
 * number must be finite. Threads as in emb_train_options. */
EMB_API emb_status emb_knn_classify(const float *reference, const uint8_t *labels, size_t count,
                                    int length, int neighbours, const float *queries,
                                    size_t query_count, uint8_t *predicted, int threads);

/* What can be wrong with a trained network. */
typedef enum emb_finding {
    EMB_FINDING_MEAN_IMAGE = 1, /* reconstructs no better than the mean image does */
    EMB_FINDING_PCA = 2,        /* ... than as many principal components */
    EMB_FINDING_CONSTANT = 4,   /* the code is the same for every image */
    EMB_FINDING_DEAD = 8,       /* some of its numbers are; see emb_checkup.dead */
    EMB_FINDING_SATURATED = 16, /* most of its numbers stand at their limits nearly always */
    EMB_FINDING_RANGE = 32      /* the images' numbers lie beyond what the last layer can give, or
                                   are below 1e-4 or above 1e5 in size: weights begin for 1 */
} emb_finding;

typedef struct emb_checkup {
    unsigned findings;   /* emb_finding, or'ed; 0: nothing is wrong */
    double mse;          /* of the network, as in emb_score */
    double mean_mse;     /* of the mean image of the training images */
    double pca_mse;      /* of `components` principal components of them; NaN where that is 0 */
    int components;      /* as many as the code has numbers, or fewer where so many would take long:
                            these do no better; 0 where the images are too few for a comparison */
    int latent;          /* numbers in a code */
    int dead, saturated; /* of these */
    bool has_layer;      /* a hidden Tanh or Sigmoid lets nothing through: nearly all of its outputs
                            stand at their limits */
    size_t layer;        /* the first such one, as in emb_net_layer */
    double layer_share;  /* of its outputs that do */
    double low, high;    /* between which the training images' numbers lie */
    double freedom; /* what still moves: the mean slope of that layer's freest output, from 0, held,
                       to 1; without such a layer the spread of the code's widest number. In a
                       network that works itself free it grows. */
} emb_checkup;

typedef struct emb_examine_options {
    bool young;  /* the network has seen the training images a few times at most: PCA is no bar */
    bool quick;  /* look at the layers alone: no errors, which are then NaN */
    int threads; /* as in emb_train_options */
} emb_examine_options;

/* Examines a net on `images` (`indices` picks `count`; NULL: all), against what the training images
 * `reference` allow without a network. Takes some thousands of both at even distances, fewer where
 * images or the network are large, so that it is done in a second or so. Images need not be others
 * than the reference. */
EMB_API emb_status emb_net_examine(emb_net *net, const emb_images *reference,
                                   const uint32_t *reference_indices, size_t reference_count,
                                   const emb_images *images, const uint32_t *indices, size_t count,
                                   const emb_examine_options *options, emb_checkup *checkup);

/* ---- pictures -------------------------------------------------------------------------------- */

/* What draws a picture gives it encoded in memory, to be saved or put into something larger. The
 * same numbers give the same bytes. Texts are UTF-8. Each constructor gives NULL on failure:
 * EMB_ERR_MISSING in a build without cairo, EMB_ERR_ARGUMENT for a format that it cannot make. */
typedef struct emb_picture emb_picture;

typedef enum emb_format {
    EMB_PNG,
    EMB_SVG, /* text is text */
    EMB_PDF,
    EMB_GIF, /* of animations, as is the next */
    EMB_APNG
} emb_format;

/* The format that a file's ending says. The text of a failure lists those there are. */
EMB_API emb_status emb_format_of(const char *path, emb_format *format);

/* The file's content. Borrowed from the picture. */
EMB_API const uint8_t *emb_picture_bytes(const emb_picture *picture, size_t *count);
/* emb_file_write. A NULL picture, from a constructor that failed, gives its failure again. */
EMB_API emb_status emb_picture_save(const emb_picture *picture, const char *path);
EMB_API void emb_picture_free(emb_picture *picture);

typedef enum emb_scale {
    EMB_SCALE_AUTO, /* logarithmic where the numbers are positive and the largest is more than 50
                       times the least */
    EMB_SCALE_LINEAR,
    EMB_SCALE_LOG /* every number is above 0; others are left out */
} emb_scale;

/* One axis of a chart. Zeroed: no title, and the range that the numbers need. */
typedef struct emb_axis {
    const char *title; /* with its unit; NULL: none */
    double from, to;   /* both 0: what the numbers need */
    emb_scale scale;
    bool whole;               /* numbers only at whole steps: epochs, counts */
    const char *const *names; /* written at 0, 1, 2, ... in place of numbers; or NULL */
    size_t name_count;
} emb_axis;

/* Points joined by a line. One that is not finite interrupts the line. */
typedef struct emb_series {
    const char *label; /* in the legend; NULL: not in it */
    size_t count;
    const double *x, *y;
    const double *spread; /* each y's error bar, up and down; NULL: none. NaN: none for this one */
    bool no_line;         /* the points alone */
    bool no_marks;        /* the line alone; also where there are more than 60 points */
    bool dashed;
} emb_series;

/* Lines over a plane. */
typedef struct emb_chart {
    const char *title;
    emb_axis x, y;
    const emb_series *series;
    size_t series_count; /* at least 1 */
    int width, height;   /* pixels, 200..8192; 0: 800 x 480 */
} emb_chart;

/* One chart, or several below each other in one picture. */
EMB_API emb_picture *emb_chart_draw(const emb_chart *chart, emb_format format);
EMB_API emb_picture *emb_charts_draw(const emb_chart *charts, size_t count, emb_format format);

/* Points of classes. Up to ten classes have colours of their own; each class's name is also
 * written where the middle of its points is. Of more than 5,000 points SVG and PDF hold pixels. */
typedef struct emb_scatter {
    const char *title;
    emb_axis x, y;
    size_t count;             /* at least 1 */
    const float *points;      /* [count][2]: x, y */
    const int *labels;        /* [count], 0..classes-1; others are grey. NULL: one colour */
    int classes;              /* 1..256 where there are labels */
    const char *const *names; /* [classes], in the legend; NULL: "0", "1", ... */
    const char *legend_title; /* before the names; NULL: none */
    bool no_names_on_plane;   /* leave out the names at the classes' middles */
    int width, height;        /* pixels, 200..8192; 0: 900 x 760 */
} emb_scatter;
EMB_API emb_picture *emb_scatter_draw(const emb_scatter *scatter, emb_format format);

typedef struct emb_bar {
    const char *label;
    double value;
    double spread; /* of the error bar, left and right; 0: none */
    int group;     /* index into the chart's groups: the bar's colour */
} emb_bar;

/* Horizontal bars, the first on top, with their values written. Where the axis does not begin at 0
 * a bar's length would lie: values are then points. */
typedef struct emb_bars {
    const char *title;
    emb_axis x;
    const emb_bar *bars;
    size_t count;              /* 1..200 */
    const char *const *groups; /* in the legend; NULL: one colour, no legend */
    size_t group_count;
    int digits;       /* of the values, behind the point; 0..9 */
    const char *unit; /* written behind each value: " %"; NULL: none */
    int width;        /* pixels, 200..8192; 0: 800. The height follows from the bars */
} emb_bars;
EMB_API emb_picture *emb_bars_draw(const emb_bars *bars, emb_format format);

/* A confusion matrix: a row for each true class, a column for each predicted one, counts in the
 * cells, coloured by their share of the row. */
typedef struct emb_matrix {
    const char *title;
    int classes;                          /* 1..64 */
    const uint32_t *counts;               /* [classes][classes], true by predicted */
    const char *const *names;             /* [classes]; NULL: "0", "1", ... */
    const char *row_title, *column_title; /* "true class", "predicted class"; or NULL */
    const char *share_title; /* of the colours' scale: "share of the row"; NULL: none */
} emb_matrix;
EMB_API emb_picture *emb_matrix_draw(const emb_matrix *matrix, emb_format format);

/* Numbers of any shape as a picture. Of one channel or three they are one as they stand; of others,
 * the channels stand side by side in grey. Rows of numbers, [L, 1, 1] or of height or width 1, are
 * a line for each channel, dark on white; of more than eight channels, the channels are the rows of
 * one picture. So does everything here show them that takes pixels of a shape.
 *
 * view = {1 or 3, height, width} of the picture of such a shape. */
EMB_API void emb_view_shape(const int shape[3], int view[3]);
/* range = what lines of pixels[count][C][H][W] go between, their least and largest number: a common
 * one makes them comparable. For anything else {0, 1}, which nothing depends on. */
EMB_API void emb_view_range(const float *pixels, size_t count, const int shape[3], float range[2]);
/* view[emb_view_shape's] = one image pixels[C][H][W]. */
EMB_API emb_status emb_view(const float *pixels, const int shape[3], const float range[2],
                            float *view);

/* A grid of pictures with titles. */
typedef struct emb_figure {
    int rows, columns;
    int shape[3];                     /* of each cell: {channels, height, width}, see emb_view */
    const float *pixels;              /* [rows][columns][C][H][W], 0..1; clipped. A cell whose first
                                         number is NaN stays blank. */
    const char *const *column_titles; /* [columns], or NULL; of them NULL: none for this one */
    const char *const *row_titles;    /* [rows], or NULL; likewise */
    int scale; /* side of a pixel (of emb_view's) on the page; 0: what makes cells readable */
    const char *title;           /* of the whole; or NULL */
    const char *const *captions; /* [rows][columns], below each cell, or NULL; likewise */
    /* Cells that touch each other, as a plane of pictures: the columns' titles then stand below,
     * and each axis may have a title. */
    bool plane;
    const char *x_title, *y_title;
} emb_figure;

/* Pixels are enlarged without blur. */
EMB_API emb_picture *emb_figure_draw(const emb_figure *figure, emb_format format);
/* The same, saved: PNG, SVG or PDF by the path's ending. The file appears complete or not at all.
 */
EMB_API emb_status emb_figure_write(const emb_figure *figure, const char *path);

/* Writes pixels[C][H][W], 0..1, clipped, as a PNG of exactly H x W pixels; C is 1 or 3. The file
 * appears complete or not at all. EMB_ERR_MISSING in a build without libpng. */
EMB_API emb_status emb_picture_write(const char *path, const float *pixels, const int shape[3]);

/* Rows of pictures, of a size of its own each row: what the layers of a network make. */
typedef struct emb_sheet_row {
    const char *title, *note; /* before the row, one above the other; or NULL */
    size_t count;             /* pictures; more than fit are continued below */
    int shape[3];             /* of each: {channels, height, width}; emb_view's where the channels
                                 are neither 1 nor 3 */
    const float *pixels;      /* [count][C][H][W], 0..1; clipped */
    bool diverging;           /* C = 1, and numbers -1..1 as colours: blue, white at 0, brown */
} emb_sheet_row;

typedef struct emb_sheet {
    const char *title;
    const emb_sheet_row *rows;
    size_t count; /* at least 1 */
} emb_sheet;
EMB_API emb_picture *emb_sheet_draw(const emb_sheet *sheet, emb_format format);

/* Layers below each other as a funnel: the wider, the more numbers. */
typedef struct emb_block {
    const char *title; /* left of it */
    const char *note;  /* right of it */
    double size;       /* numbers that leave it, above 0 */
    int group;         /* index into the groups: its colour */
} emb_block;

typedef struct emb_funnel {
    const char *title;
    double size; /* numbers that enter the first block */
    const emb_block *blocks;
    size_t count;              /* at least 1 */
    const char *const *groups; /* in the legend */
    size_t group_count;        /* 1..8 */
} emb_funnel;
EMB_API emb_picture *emb_funnel_draw(const emb_funnel *funnel, emb_format format);

/* How a transposed convolution makes a larger image: a small input, the same with zeros between and
 * around its numbers and what padding cuts off there, the kernel on it, and the output. Rows and
 * columns; sizes for which a drawing can be read. */
typedef struct emb_transposed {
    const char *title;
    int size[2]; /* of the input, at least 1 */
    int kernel[2], stride[2], padding[2], dilation[2], output_padding[2]; /* as PyTorch has them */
    const char *input, *spread, *output;           /* what stands below the three grids */
    const char *value, *zero, *cut, *extra, *taps; /* the legend's words */
} emb_transposed;
EMB_API emb_picture *emb_transposed_draw(const emb_transposed *transposed, emb_format format);

/* Pictures one after another, for ever. */
typedef struct emb_animation {
    size_t count;        /* frames, 1..10000 */
    int shape[3];        /* {channels, height, width}, see emb_view */
    const float *pixels; /* [count][C][H][W], 0..1; clipped */
    int scale;           /* side of a pixel; 0: what makes a frame readable */
    int delay;           /* milliseconds that a frame is shown, 10..60000; 0: 80 */
} emb_animation;
/* EMB_GIF, whose colours are at most 256 (grey is exact), or EMB_APNG. EMB_ERR_MISSING for GIF in a
 * build without giflib, for APNG in one without cairo. */
EMB_API emb_picture *emb_animation_draw(const emb_animation *animation, emb_format format);

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

/* ---- TensorBoard ----------------------------------------------------------------------------- */

/* An event file that grows while TensorBoard reads it. Tags are names such as "loss/train"; steps
 * count up. All functions here give EMB_ERR_MISSING in a build without protobuf-c. */
typedef struct emb_events emb_events;

/* Begins a file folder/events.out.tfevents.TIME.HOST in a folder that is there. */
EMB_API emb_events *emb_events_new(const char *folder);
EMB_API void emb_events_free(emb_events *events);

EMB_API emb_status emb_events_scalar(emb_events *events, const char *tag, size_t step,
                                     double value);
/* pixels[C][H][W], 0..1, C 1 or 3. */
EMB_API emb_status emb_events_image(emb_events *events, const char *tag, size_t step,
                                    const float *pixels, const int shape[3]);
/* How values[count] are spread. count: at least 1. */
EMB_API emb_status emb_events_histogram(emb_events *events, const char *tag, size_t step,
                                        const float *values, size_t count);

/* Writes what TensorBoard's projector shows: codes[count][L] as NAME.tsv, labels[count] (NULL:
 * none) as NAME-labels.tsv, pixels[count][C][H][W] as NAME-sprite.png (NULL, or more than fit
 * 8192 x 8192: none), and projector_config.pbtxt that names them. */
typedef struct emb_projector {
    const char *name; /* NULL: "codes" */
    size_t count;     /* at least 1 */
    int latent;       /* L */
    const float *codes;
    const int *labels;
    const float *pixels;
    int shape[3]; /* of an image, see emb_view */
} emb_projector;
EMB_API emb_status emb_projector_write(const char *folder, const emb_projector *projector);

/* ---- measuring ------------------------------------------------------------------------------- */

/* How fast this machine is, and where a training step's time goes. Each call computes for about
 * `seconds` (above 0; one round of its work at least) and gives one figure. Other work on the
 * machine disturbs it: repeat, in turn with what is to be compared, and take the median.
 * `threads` is 1..256, or 0 for emb_default_threads(). */

/* *gflops = 10^9 floating-point operations a second, a fused multiply-add counted as two, that the
 * threads reach together with the instruction set of emb_isa(), in multiply-adds that wait neither
 * for one another nor for memory. */
EMB_API emb_status emb_machine_peak(int threads, double seconds, double *gflops);

/* *gbytes = 10^9 bytes a second that the threads read and write together in a[i] = b[i] + s c[i],
 * over arrays of at least 192 MiB together and six times the last cache, if that is up to 128 MiB:
 * EMB_ERR_MEMORY where the system does not give them. */
EMB_API emb_status emb_machine_bandwidth(int threads, double seconds, double *gbytes);

/* What a training step consists of: three passes of a layer, and three that are the network's. */
typedef enum emb_pass {
    EMB_PASS_FORWARD,
    EMB_PASS_INPUT_GRADIENT,
    EMB_PASS_WEIGHT_GRADIENT,
    EMB_PASS_LAY_OUT, /* the images' bytes as numbers, as the first layer reads them */
    EMB_PASS_LOSS,    /* the error, and its gradient by the output */
    EMB_PASS_OPTIMISER
} emb_pass;

typedef struct emb_pass_time {
    emb_pass pass;
    size_t layer;         /* as in emb_net_layer; 0 where the pass is the network's */
    size_t multiply_adds; /* of 16 images, taps over the padding included; 0: none are counted */
    double seconds;       /* of 16 images, the mean of many rounds */
} emb_pass_time;

/* Passes of a training step. One that has nothing to do (Flatten, the gradient by the network's
 * input) is none. */
EMB_API size_t emb_net_pass_count(const emb_net *net);

/* passes[emb_net_pass_count(net)] = every pass in the order of a training step of 16 made-up
 * images on this one thread, the steps taken one after another as in training, so that each pass
 * finds in the caches what it would find there. The weights are afterwards what they were before;
 * draw them first (emb_net_init). */
EMB_API emb_status emb_net_time_passes(emb_net *net, double seconds, emb_pass_time *passes);

#ifdef __cplusplus
}
#endif

#endif
