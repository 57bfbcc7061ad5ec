/* A catalogue of translations, as msgfmt makes it of po/LANGUAGE.po (GNU gettext's MO file).
 *
 * Own code and not libintl: the catalogues are part of the program, which is then one file that can
 * be moved, and their language is one that the system need not have installed. */
#ifndef CLI_CATALOGUE_H
#define CLI_CATALOGUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One that is built in: its language ("es") and the file's bytes. */
typedef struct cli_catalogue {
    const char *language;
    const uint8_t *bytes;
    size_t size;
} cli_catalogue;

/* Those of the build, ended by a row without a language. */
extern const cli_catalogue cli_catalogues[];

/* Whether the bytes are a catalogue: nothing in them points outside, all texts end. */
bool cli_catalogue_check(const cli_catalogue *catalogue);

/* The translation of `one` or, if `many` is not NULL, the form of the two for `n` things. NULL if
 * it has none. The catalogue must have passed the check. */
const char *cli_catalogue_find(const cli_catalogue *catalogue, const char *one, const char *many,
                               unsigned long n);

/* A text that stands before all translations: "Language: es\n...". */
const char *cli_catalogue_header(const cli_catalogue *catalogue);

#endif
