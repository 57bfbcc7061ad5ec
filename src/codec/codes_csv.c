/* Reading codes: from CSV text, or from a file of any format by its content. See codes_file.h. */
#include <math.h>
#include <string.h>
#include <strings.h>

#include "base/entry.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/translate.h"
#include "codec/codes_csv_hint.h"
#include "codec/codes_file.h"
#include "codec/file.h"
#include "codec/npz.h"
#include "codec/number.h"

typedef struct field {
    const char *text;
    size_t length;
} field;

typedef struct csv {
    const char *name, *at, *end;
    size_t line, lines; /* of the row, from 1; lines read */
    const char *row;    /* where it begins */
    size_t rows;        /* of numbers, before this one */
    size_t latent;
    bool has_names;
    size_t names;         /* fields of the first line, file and label left out */
    uint8_t *passed_over; /* [columns], for has_names */
    size_t columns;       /* of every row */
    float *values;        /* [rows][latent]; NULL: they are only counted */
    size_t count;         /* of numbers */
} csv;

/* ---- lines and fields ------------------------------------------------------------------------ */

/* Moves past the quote that ends the field; doubled quotes belong to the field. */
static emb_status read_quoted(csv *c, field *f) {
    f->text = ++c->at;
    for (;;) {
        const char *quote = memchr(c->at, '"', (size_t)(c->end - c->at));
        if (!quote) {
            return emb__fail(EMB_ERR_FORMAT, "%s: line %zu: a quote has no end", c->name, c->line);
        }
        for (; c->at < quote; c->at++) c->lines += *c->at == '\n';
        c->at = quote + 1;
        if (c->at == c->end || *c->at != '"') break;
        c->at++;
    }
    f->length = (size_t)(c->at - 1 - f->text);
    return EMB_OK;
}

static bool is_blank(char x) { return x == ' ' || x == '\t' || x == '\r'; }

/* The next field of a line, without the spaces around it. *last: it was the line's last; the place
 * is then after the line's end. */
static emb_status next_field(csv *c, field *f, bool *last) {
    while (c->at < c->end && is_blank(*c->at)) c->at++;
    if (c->at < c->end && *c->at == '"') {
        emb_status status = read_quoted(c, f);
        if (status != EMB_OK) return status;
        while (c->at < c->end && is_blank(*c->at)) c->at++;
    } else {
        f->text = c->at;
        while (c->at < c->end && *c->at != ',' && *c->at != '\n') c->at++;
        f->length = (size_t)(c->at - f->text);
        while (f->length > 0 && is_blank(f->text[f->length - 1])) f->length--;
    }
    if (c->at < c->end && *c->at != ',' && *c->at != '\n') {
        return emb__fail(EMB_ERR_FORMAT, "%s: line %zu: expected a comma after a quote", c->name,
                         c->line);
    }
    *last = c->at == c->end || *c->at == '\n';
    c->lines += c->at < c->end && *c->at == '\n';
    if (c->at < c->end) c->at++;
    return EMB_OK;
}

/* Skips empty lines; false at the end. */
static bool next_line(csv *c) {
    const char *at = c->at;
    for (; at < c->end && (is_blank(*at) || *at == '\n'); at++) {
        if (*at != '\n') continue;
        c->lines++;
        c->at = at + 1;
    }
    c->line = c->lines + 1;
    c->row = c->at;
    return at < c->end;
}

/* ---- the line of names ----------------------------------------------------------------------- */

static bool is_named(const field *f, const char *name) {
    return strlen(name) == f->length && memcmp(f->text, name, f->length) == 0;
}

/* See codes_csv_hint.h. */
static const char *find_cause(const csv *c, size_t columns, size_t wanted,
                              char hint[EMB__CSV_HINT]) {
    const char *end = memchr(c->row, '\n', (size_t)(c->end - c->row));
    const size_t length = (size_t)((end ? end : c->end) - c->row);
    return emb__csv_hint(c->row, length, c->rows, columns, wanted, hint);
}

/* Decides by a column's name whether it is passed over or holds number `numbers` of a code. A
 * column called code_K must be number K. */
static emb_status take_name(csv *c, const field *f, size_t numbers, bool *passed_over) {
    emb__text name = {0};
    char hint[EMB__CSV_HINT];
    *passed_over = is_named(f, "file") || is_named(f, "label");
    if (*passed_over || f->length < 6 || memcmp(f->text, "code_", 5) != 0) return EMB_OK;
    emb__text_add(&name, "code_%zu", numbers);
    const bool right = !name.failed && is_named(f, name.bytes);
    emb__free(name.bytes);
    if (right) return EMB_OK;
    return emb__fail(EMB_ERR_FORMAT, "%s: line %zu: a column is called '%.*s', expected code_%zu%s",
                     c->name, c->line, emb__utf8_fit(f->text, f->length, 40), f->text, numbers,
                     find_cause(c, c->names, c->latent, hint));
}

static emb_status read_names(csv *c) {
    size_t numbers = 0;
    bool last = false;
    while (!last) {
        field f = {0};
        bool passed_over;
        emb_status status = next_field(c, &f, &last);
        if (status == EMB_OK) status = take_name(c, &f, numbers, &passed_over);
        if (status != EMB_OK) return status;
        c->passed_over[c->columns++] = passed_over;
        numbers += !passed_over;
    }
    char hint[EMB__CSV_HINT];
    if (numbers == c->latent) return EMB_OK;
    return emb__fail(EMB_ERR_SHAPE,
                     numbers == 1
                         ? E_("%s: line %zu: names %zu column of codes, the model needs %zu%s")
                         : E_("%s: line %zu: names %zu columns of codes, the model needs %zu%s"),
                     c->name, c->line, numbers, c->latent, find_cause(c, numbers, c->latent, hint));
}

/* Decides whether the first line holds names. A line with a number, or with something that is not a
 * name, is a code, or a mistake in one, unless it names one of embudo's columns beside plain
 * numbers (pandas calls columns 0, 1, ...). The fields are counted for passed_over. */
static emb_status look_for_names(csv *c) {
    const csv before = *c;
    size_t fields = 0, names = 0, others = 0, counted = 0;
    bool last = false, own = false;
    while (!last) {
        field f = {0};
        emb_status status = next_field(c, &f, &last);
        if (status != EMB_OK) return status;
        const bool ours = is_named(&f, "file") || is_named(&f, "label");
        if (emb__csv_is_name(f.text, f.length)) {
            names++;
            own = own || ours;
        } else if (f.length > 0 && strspn(f.text, "0123456789") >= f.length) {
            counted++;
        } else if (f.length > 0) {
            others++;
        }
        fields++;
        c->names += !ours;
    }
    c->has_names = names > 0 && others == 0 && (counted == 0 || own);
    c->at = before.at;
    c->lines = before.lines;
    c->columns = c->has_names ? 0 : c->latent;
    c->passed_over = emb__calloc(c->has_names ? fields : 1, 1);
    if (!c->passed_over) return EMB_ERR_MEMORY;
    return c->has_names ? read_names(c) : EMB_OK;
}

/* ---- rows ------------------------------------------------------------------------------------ */

static emb_status wrong_columns(const csv *c, size_t fields) {
    static const char *const wrong[2][2] = {
        {E_("%s: line %zu: has %zu columns, the model needs %zu%s"),
         E_("%s: line %zu: has %zu column, the model needs %zu%s")},
        {E_("%s: line %zu: has %zu columns, the line of names has %zu%s"),
         E_("%s: line %zu: has %zu column, the line of names has %zu%s")}};
    char hint[EMB__CSV_HINT];
    return emb__fail(c->has_names ? EMB_ERR_FORMAT : EMB_ERR_SHAPE,
                     wrong[c->has_names][fields == 1], c->name, c->line, fields, c->columns,
                     find_cause(c, fields, c->columns, hint));
}

/* If the number of columns is wrong, that is reported, whatever else is wrong with them. */
static emb_status read_row(csv *c) {
    size_t fields = 0, bad_column = 0;
    field bad = {0};
    bool last = false;
    char hint[EMB__CSV_HINT];
    while (!last) {
        field f = {0};
        float x = 0;
        emb_status status = next_field(c, &f, &last);
        if (status != EMB_OK) return status;
        const size_t column = fields++;
        if (column >= c->columns || (c->has_names && c->passed_over[column])) continue;
        if (!emb__number_read(f.text, f.length, &x) && !bad.text) {
            bad = f;
            bad_column = fields;
        }
        if (c->values) c->values[c->count] = x;
        c->count++;
    }
    if (fields != c->columns) return wrong_columns(c, fields);
    c->rows++;
    if (!bad.text) return EMB_OK;
    return emb__fail(EMB_ERR_FORMAT,
                     "%s: line %zu, column %zu: expected a finite number, got '%.*s'%s", c->name,
                     c->line, bad_column, emb__utf8_fit(bad.text, bad.length, 40), bad.text,
                     find_cause(c, fields, c->columns, hint));
}

static emb_status read_table(csv *c) {
    if (memchr(c->at, '\0', (size_t)(c->end - c->at))) {
        return emb__fail(EMB_ERR_FORMAT, "%s: is neither CSV nor NPY", c->name);
    }
    if (c->end - c->at >= 3 && memcmp(c->at, "\xEF\xBB\xBF", 3) == 0) c->at += 3;
    emb_status status = next_line(c) ? look_for_names(c) : EMB_OK;
    while (status == EMB_OK && next_line(c)) status = read_row(c);
    if (status == EMB_OK && c->count == 0) {
        return emb__fail(EMB_ERR_FORMAT, "%s: holds no codes", c->name);
    }
    return status;
}

emb_status emb_codes_parse(const char *text, size_t length, const char *name, int latent,
                           emb_array *codes) {
    EMB__ENTER;
    const csv start = {.name = name, .at = text, .end = text + length, .latent = (size_t)latent};
    csv c = start;
    *codes = (emb_array){0};
    if (latent < 1) return emb__fail(EMB_ERR_ARGUMENT, "codes of %d numbers", latent);
    emb_status status = read_table(&c);
    float *values = status == EMB_OK ? emb__calloc(c.count, sizeof *values) : NULL;
    if (status == EMB_OK && !values) status = emb__fail_prefix(EMB_ERR_MEMORY, "%s: ", name);
    emb__free(c.passed_over);
    c = start;
    c.values = values;
    if (status == EMB_OK) status = read_table(&c); /* again, now that it is known to be right */
    if (values) emb__free(c.passed_over);
    if (status != EMB_OK) {
        emb__free(values);
        return status;
    }
    *codes = (emb_array){
        .rank = 2, .shape = {c.count / c.latent, c.latent}, .count = c.count, .values = values};
    return EMB_OK;
}

/* ---- files ----------------------------------------------------------------------------------- */

/* A single code may be an array of one dimension. */
static emb_status accept_codes(const char *name, const emb__npy *npy, const void *data) {
    const size_t latent = *(const size_t *)data;
    const bool one = npy->rank == 1 && npy->shape[0] == latent;
    if (!one && (npy->rank != 2 || npy->shape[1] != latent)) {
        emb__text shape = {0};
        for (int i = 0; i < npy->rank; i++) {
            emb__text_add(&shape, "%s%zu", i > 0 ? ", " : "", npy->shape[i]);
        }
        emb_status status =
            emb__fail(EMB_ERR_SHAPE, "%s: has the shape [%s], the model needs codes of [N, %zu]",
                      name, shape.length ? shape.bytes : "", latent);
        emb__free(shape.bytes);
        return status;
    }
    return npy->count > 0 ? EMB_OK : emb__fail(EMB_ERR_FORMAT, "%s: holds no codes", name);
}

static emb_status check_finite(const char *path, size_t latent, const emb_array *codes) {
    for (size_t i = 0; i < codes->count; i++) {
        if (isfinite(codes->values[i])) continue;
        return emb__fail(
            EMB_ERR_FORMAT,
            isnan(codes->values[i])
                ? E_("%s: number %zu of code %zu is not a number, expected a finite one")
                : E_("%s: number %zu of code %zu is infinite, expected a finite one"),
            path, i % latent, i / latent);
    }
    return EMB_OK;
}

static emb_status looks_like_npy(emb__file *file, bool *npy) {
    char first[6];
    size_t got = 0;
    const emb_status status = emb__file_read_at(file, 0, first, sizeof first, &got);
    *npy = got == sizeof first && memcmp(first, "\x93NUMPY", sizeof first) == 0;
    return status;
}

/* Reads the archive's array called codes, or images, as a data set calls codes, or else arr_0. */
static emb_status read_npz(const char *path, const emb__npy_wish *wish, emb__npy *npy,
                           void **numbers) {
    static const char *const names[] = {"codes", "images", "arr_0", NULL};
    const char *found = NULL;
    emb__npz *npz = emb__npz_open(path);
    if (!npz) return emb__last_status();
    emb_status status = emb__npz_load(npz, names, wish, npy, numbers, &found);
    if (status == EMB_OK) status = emb__npz_check(npz);
    emb__npz_close(npz);
    if (status != EMB_OK) {
        emb__free(*numbers);
        *numbers = NULL;
    }
    if (status != EMB_OK || found) return status;
    return emb__fail(EMB_ERR_FORMAT, "%s: holds no array called codes", path);
}

/* From NPY, which is open, or NPZ (`file` is NULL), to [N, latent]. */
static emb_status read_array(const char *path, emb__file *file, size_t latent, emb_array *codes) {
    const emb__npy_wish wish = {.accept = accept_codes, .data = &latent};
    emb__npy npy = {0};
    void *numbers = NULL;
    emb_status status = file ? emb__npy_load_open(file, &wish, &npy, &numbers)
                             : read_npz(path, &wish, &npy, &numbers);
    if (status != EMB_OK) return status;
    *codes = (emb_array){
        .rank = 2, .shape = {npy.count / latent, latent}, .count = npy.count, .values = numbers};
    status = check_finite(path, latent, codes);
    if (status != EMB_OK) emb_array_free(codes);
    return status;
}

static emb_status read_open(emb__file *file, int latent, emb_array *codes) {
    bool npy;
    emb_status status = looks_like_npy(file, &npy);
    if (status != EMB_OK) return status;
    if (npy) return read_array(file->path, file, (size_t)latent, codes);
    uint8_t *text;
    size_t length;
    status = emb__file_load_open(file, EMB__MAX_CSV_BYTES, &text, &length);
    if (status != EMB_OK) return status;
    status = emb_codes_parse((const char *)text, length, file->path, latent, codes);
    emb__free(text);
    return status;
}

emb_status emb_codes_read(const char *path, int latent, emb_array *codes) {
    EMB__ENTER;
    *codes = (emb_array){0};
    if (emb__npz_is(path)) return read_array(path, NULL, (size_t)latent, codes);
    emb__file file;
    emb_status status = emb__file_open(&file, path);
    if (status == EMB_OK) status = read_open(&file, latent, codes);
    emb__file_close(&file);
    return status;
}
