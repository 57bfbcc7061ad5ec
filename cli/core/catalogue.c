/* Catalogues of translations. See catalogue.h; the format is that of GNU gettext's manual, "The
 * Format of GNU MO Files". */
#include "core/catalogue.h"

#include <string.h>

#include "core/plural_form.h"

enum { MAGIC_SIZE = 28, ROW = 8 };

/* A number of the file, which has the byte order of the machine that made it: msgfmt writes the
 * small end first unless it is told otherwise, and so does the build. */
static uint32_t number(const cli_catalogue *catalogue, size_t at) {
    const uint8_t *b = catalogue->bytes + at;
    return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

/* Text `i` of the table that begins at the number at `table`. */
static const char *text_of(const cli_catalogue *catalogue, size_t table, uint32_t i) {
    const size_t row = number(catalogue, table) + (size_t)i * ROW;
    return (const char *)catalogue->bytes + number(catalogue, row + 4);
}

enum { COUNT = 8, ENGLISH = 12, TRANSLATED = 16 }; /* where the file's head has these */

static bool table_fits(const cli_catalogue *catalogue, size_t table) {
    const uint64_t count = number(catalogue, COUNT), first = number(catalogue, table);
    if (first + count * ROW > catalogue->size) return false;
    for (uint64_t i = 0; i < count; i++) {
        const size_t row = (size_t)(first + i * ROW);
        const uint64_t length = number(catalogue, row), at = number(catalogue, row + 4);
        if (at + length >= catalogue->size || catalogue->bytes[at + length] != 0) return false;
    }
    return true;
}

bool cli_catalogue_check(const cli_catalogue *catalogue) {
    return catalogue->size >= MAGIC_SIZE && number(catalogue, 0) == 0x950412de &&
           number(catalogue, 4) <= 1 && table_fits(catalogue, ENGLISH) &&
           table_fits(catalogue, TRANSLATED);
}

/* The English texts are sorted. One with two forms has the other behind its end. */
static const char *find(const cli_catalogue *catalogue, const char *english, size_t *length) {
    uint32_t low = 0, high = number(catalogue, COUNT);
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        const int order = strcmp(english, text_of(catalogue, ENGLISH, middle));
        if (order == 0) {
            *length = number(catalogue, number(catalogue, TRANSLATED) + (size_t)middle * ROW);
            const char *found = text_of(catalogue, TRANSLATED, middle);
            return *found ? found : NULL;
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return NULL;
}

const char *cli_catalogue_header(const cli_catalogue *catalogue) {
    size_t length;
    const char *header = find(catalogue, "", &length);
    return header ? header : "";
}

const char *cli_catalogue_find(const cli_catalogue *catalogue, const char *one, const char *many,
                               unsigned long n) {
    size_t length;
    const char *form = *one ? find(catalogue, one, &length) : NULL;
    if (!form || !many) return form;
    const char *end = form + length;
    const char *formula = strstr(cli_catalogue_header(catalogue), "plural=");
    size_t wanted = formula ? cli_plural_form(formula + strlen("plural="), n) : n != 1;
    while (wanted > 0 && form + strlen(form) < end) {
        form += strlen(form) + 1;
        wanted--;
    }
    return form;
}
