/* embudo/base.h: the common ground of all calls: failures and their text, cancelling, the version,
 * the machine, and text that came from elsewhere.
 *
 * embudo.h says what holds for all of these headers. */
#ifndef EMBUDO_BASE_H
#define EMBUDO_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Each declaration begins with what is promised of it; embudo.h has the promise in full. A type is
 * as settled as the calls that take it.
 *   EMB_API         stays
 *   EMB_UNSETTLED   may still change before 1.0
 *   EMB_DEPRECATED  works, and goes away with 1.0: the comment names the successor
 * If a program defines EMBUDO_WARN before it includes a header, gcc and clang warn of each call of
 * the second and the third kind. */
#if defined(__GNUC__)
#define EMB_API __attribute__((visibility("default")))
#else
#define EMB_API
#endif
#if defined(__GNUC__) && defined(EMBUDO_WARN)
#define EMB_UNSETTLED  EMB_API __attribute__((deprecated("may still change before embudo 1.0")))
#define EMB_DEPRECATED EMB_API __attribute__((deprecated("goes away with embudo 1.0")))
#else
#define EMB_UNSETTLED  EMB_API
#define EMB_DEPRECATED EMB_API
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

/* The English printf format that emb_error's text was made of: the same in every language, so that
 * a program can tell failures apart, or number them. "" before the first. Borrowed for ever. */
EMB_UNSETTLED const char *emb_error_id(void);

/* The short code of a failure by that format, "E0354", as the program prints it: the same in every
 * language and version. False, and "", if it has none. */
enum { EMB_CODE_SIZE = 8 };
EMB_UNSETTLED bool emb_error_code(const char *id, char code[EMB_CODE_SIZE]);

/* Gives the text of a message in the reader's language, or the one it is given: of `one` alone if
 * `many` is NULL, else of the form for `n` things. Texts are printf formats; a translation has the
 * same conversions, and may order them ("%2$s"). As dngettext in its arguments: po/ has catalogues.
 * What it returns is used until the process ends. Called from any thread. */
typedef const char *(*emb_translator)(const char *one, const char *many, unsigned long n);

/* From here on messages of the library (emb_error, notes, the checkup's findings) go through this
 * function; with NULL they are English, as they are in the beginning. For all threads. */
EMB_UNSETTLED void emb_set_translator(emb_translator translator);

/* With true, what works through many images or codes returns soon, in a tenth of a second or so,
 * with EMB_ERR_CANCELLED: a training's validation (which can then be asked for again), scores,
 * errors, codes, principal components, neighbours, the checkup, decoding a folder of pictures. A
 * training step is not cut short. It stays so for all threads of the process until it is called
 * with false, once those calls have returned. May be called in a signal handler and from any
 * thread. */
EMB_API void emb_cancel(bool cancel);

/* "0.1.0". Borrowed for ever. */
EMB_API const char *emb_version(void);

/* The instruction set the kernels use here: "avx512", "avx2", "neon" or "plain"; the environment's
 * EMBUDO_ISA chooses. NULL if it names one that this processor or build lacks. Borrowed for
 * ever. */
EMB_API const char *emb_isa(void);

/* The most threads that 0 stands for in options: the cores that this process may run on (two
 * hardware threads of one core share its arithmetic and count once), but no more than a container's
 * quota. Training times its steps now and then and takes fewer threads if fewer are faster. */
EMB_API int emb_default_threads(void);

/* ---- limits ---------------------------------------------------------------------------------- */

/* The largest values that the options of several calls may have. */
enum {
    EMB_MAX_SIZE = 1 << 16, /* of a code, of a layer's channels or features, of an image's side */
    EMB_MAX_ELEMENTS = 1 << 24, /* numbers of an image, and of what a layer makes of it */
    EMB_MAX_CLASSES = 256,      /* labels are bytes */
    EMB_MAX_BATCH = 1 << 16,    /* images of a training step */
    EMB_MAX_EPOCHS = 1000000,   /* that a schedule spans */
    EMB_MAX_WARMUP = 1 << 30,   /* steps */
    EMB_MAX_THREADS = 256,
    EMB_MOST_MEASURES = 4 /* numbers that are told of a kind of autoencoder */
};

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

/* Writes `text` so that it does no harm in the target and stays readable: bytes that are no UTF-8
 * as \xe9, characters that act or are not seen (controls, marks of direction, separators of lines,
 * what is no character) as \n, \x1b, \u202e; and what means something in the target, escaped as the
 * target has it. A CSV cell that a spreadsheet would take for a formula begins with '. EMB_C_NAME
 * puts _ for what no identifier has. EMB_NAME only writes a backslash as two, and bytes that are no
 * UTF-8 as \xE9.
 *
 * Returns the length of the whole in bytes, without the NUL. out[room] gets the text and a NUL or,
 * if room is not larger than that length, as much of the text as fits without cutting anything in
 * two, and a NUL. `out` may be NULL if room is 0. */
EMB_API size_t emb_text_for(emb_target target, const char *text, size_t length, char *out,
                            size_t room);

/* The bytes of a text that emb_text_for wrote for EMB_NAME, and a NUL; returns their number, which
 * is never larger than `length`. `out` may be `text`. Other backslashes stay as they are. */
EMB_API size_t emb_text_back(const char *text, size_t length, char *out);

/* The value of the first "key=value" in a text of such words, separated by spaces, such as
 * "embudo.options" in a model's metadata; *length is its length in bytes. NULL if there is none, or
 * no text. Borrowed from the text. */
EMB_API const char *emb_text_value(const char *text, const char *key, size_t *length);
/* The same as a number, decimal or hexadecimal ("0x1.8p1"); false if it is not one. */
EMB_API bool emb_text_number(const char *text, const char *key, double *number);

#ifdef __cplusplus
}
#endif

#endif
