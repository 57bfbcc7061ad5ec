/* Reading history.csv. See history.h. */
#include "data/history.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <embudo.h>

#include "core/message.h"
#include "core/strings.h"

enum { MOST_COLUMNS = 64 };

/* The comma behind the field at `at`, which may be in quotes; NULL: it is the last. */
static char *field_end(char *at) {
    bool quoted = false;
    for (; *at && (quoted || *at != ','); at++) quoted ^= *at == '"';
    return *at ? at : NULL;
}

/* Cuts the line at its commas: returns how many fields; those past MOST_COLUMNS are only
 * counted. */
static size_t cut(char *line, char *fields[MOST_COLUMNS]) {
    size_t count = 0;
    for (char *at = line; at; count++) {
        char *comma = field_end(at);
        if (comma) *comma++ = '\0';
        if (count < MOST_COLUMNS) fields[count] = at;
        at = comma;
    }
    return count;
}

/* The line at *at, ended there; *at moves behind it. NULL at the end. */
static char *next_line(char **at) {
    char *line = *at;
    if (!line || *line == '\0') return NULL;
    char *end = strchr(line, '\n');
    if (end) *end = '\0';
    *at = end ? end + 1 : NULL;
    const size_t length = strlen(line);
    if (length > 0 && line[length - 1] == '\r') line[length - 1] = '\0';
    return line;
}

static bool read_header(cli_history *history, char **at, const char *path) {
    char *fields[MOST_COLUMNS], *line = next_line(at);
    history->columns = line ? cut(line, fields) : 0;
    if (history->columns > MOST_COLUMNS) {
        cli_fail("%s:1: %zu columns; expected at most %d", path, history->columns, MOST_COLUMNS);
        return false;
    }
    history->names = cli_alloc(history->columns * sizeof *history->names);
    for (size_t i = 0; i < history->columns; i++) history->names[i] = fields[i];
    return true;
}

static bool read_number(const char *field, double *value) {
    *value = NAN;
    if (*field == '\0') return true;
    if (field[strspn(field, "+-.0123456789eE")] != '\0') return false;
    char *end;
    *value = strtod(field, &end);
    return *end == '\0';
}

/* `rows`: how many there are room for, in each column. */
static bool read_row(cli_history *history, char *line, size_t rows, const char *path) {
    char *fields[MOST_COLUMNS];
    const size_t count = cut(line, fields);
    if (count != history->columns) {
        cli_fail(count == 1 ? E_("%s:%zu: %zu column; the header has %zu")
                            : E_("%s:%zu: %zu columns; the header has %zu"),
                 path, history->rows + 2, count, history->columns);
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        double *value = &history->values[i * rows + history->rows];
        if (strcmp(history->names[i], "data") == 0) {
            *value = NAN; /* a name */
            continue;
        }
        if (read_number(fields[i], value)) continue;
        cli_fail("%s:%zu: column %s: expected a number, got '%s'", path, history->rows + 2,
                 history->names[i], fields[i]);
        return false;
    }
    history->rows++;
    return true;
}

static bool read_all(cli_history *history, const char *path) {
    char *at = history->text, *line;
    size_t rows = 0;
    for (const char *c = at; *c; c++) rows += *c == '\n' || c[1] == '\0';
    if (!read_header(history, &at, path)) return false;
    history->values = cli_alloc(history->columns * rows * sizeof *history->values);
    while ((line = next_line(&at))) {
        if (!read_row(history, line, rows, path)) return false;
    }
    if (history->rows == 0) {
        cli_fail("%s: no epochs: expected a line for each below the header", path);
        return false;
    }
    /* Columns move together if some of the counted lines hold no row, such as the header. */
    for (size_t i = 1; i < history->columns; i++) {
        memmove(history->values + i * history->rows, history->values + i * rows,
                history->rows * sizeof *history->values);
    }
    return true;
}

bool cli_history_read(cli_history *history, const char *path) {
    char *text;
    size_t length;
    if (emb_file_read(path, CLI_MOST_HISTORY, &text, &length) == EMB_OK) {
        return cli_history_take(history, text, length, path);
    }
    *history = (cli_history){0};
    cli_fail("%s", emb_error());
    return false;
}

bool cli_history_take(cli_history *history, char *text, size_t length, const char *path) {
    *history = (cli_history){.text = text};
    bool good = !memchr(history->text, '\0', length);
    if (!good) cli_fail("%s: expected a header and a line for each epoch", path);
    good = good && read_all(history, path);
    if (!good) cli_history_free(history);
    return good;
}

void cli_history_free(cli_history *history) {
    free(history->text);
    free(history->names);
    free(history->values);
    *history = (cli_history){0};
}

const double *cli_history_column(const cli_history *history, const char *name) {
    for (size_t i = 0; i < history->columns; i++) {
        if (strcmp(history->names[i], name) == 0) return history->values + i * history->rows;
    }
    return NULL;
}
