/* See prediction_sheet.h. */
#include "use/prediction_sheet.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/message.h"
#include "core/network.h"
#include "core/preview.h"
#include "core/room.h"
#include "data/range.h"
#include "plot/plot_words.h"
#include "use/prediction_text.h"

enum { COLUMNS = 6, LETTERS = 30 /* of a file's name, in a caption */ };

/* A sheet has bands of pictures, and in each a row of reconstructions below them, if there are. */
typedef struct drawing {
    const cli_predictions *p;
    const emb_net *net;
    size_t columns, bands, each, size; /* rows of a band; numbers of an image */
    float *pixels;                     /* [bands][each][columns][C][H][W] */
    char **captions;                   /* [bands][each][columns] */
} drawing;

/* The end of a long path, by whole letters of UTF-8. */
static const char *end_of(const char *path) {
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    if (cli_columns(name) <= LETTERS) return name;
    name += strlen(name);
    while (cli_columns(name) < LETTERS) name--;
    while (((unsigned char)*name & 0xC0) == 0x80) name++;
    return name;
}

static void add(drawing *d, size_t i) {
    const cli_predictions *p = d->p;
    const size_t cell = i / d->columns * d->each * d->columns + i % d->columns;
    cli_text said = {0};
    cli_prediction_caption(p, i, &said);
    float *to = d->pixels + cell * d->size;
    memcpy(to, p->shown + i * d->size, d->size * sizeof *to);
    cli_range_shade(d->net, to, d->size);
    if (!p->made) {
        d->captions[cell] = cli_format("%s: %s", end_of(p->files[i]), said.bytes);
        cli_text_free(&said);
        return;
    }
    to += d->columns * d->size;
    memcpy(to, p->made + i * d->size, d->size * sizeof *to);
    cli_range_shade(d->net, to, d->size);
    d->captions[cell] = cli_format("%s", end_of(p->files[i]));
    d->captions[cell + d->columns] = said.bytes;
}

static emb_picture *draw(const drawing *d, emb_format format) {
    const size_t rows = d->bands * d->each;
    const char **titles = cli_alloc(rows * sizeof *titles);
    for (size_t r = 0; r < rows; r++) {
        titles[r] = cli_word_text(r % d->each == 0 ? CLI_WORD_ORIGINAL : CLI_WORD_RECONSTRUCTION);
    }
    emb_figure figure = {.rows = (int)rows,
                         .columns = (int)d->columns,
                         .pixels = d->pixels,
                         .row_titles = d->each > 1 ? titles : NULL,
                         .captions = (const char *const *)d->captions};
    memcpy(figure.shape, d->p->shape, sizeof figure.shape);
    const int wide = figure.shape[2], room = 220; /* of a cell: its caption is as wide */
    figure.scale = wide < room ? room / wide : 1;
    emb_picture *picture = emb_figure_draw(&figure, format);
    free(titles);
    return picture;
}

bool cli_predictions_draw(const cli_predictions *p, const emb_net *net, const char *path) {
    emb_format format;
    drawing d = {.p = p, .net = net, .each = p->made ? 2 : 1, .size = cli_network_pixels(net)};
    if (emb_format_of(path, &format) != EMB_OK) {
        cli_fail("%s", emb_error());
        return false;
    }
    d.columns = p->count < COLUMNS ? p->count : COLUMNS;
    d.bands = (p->count + d.columns - 1) / d.columns;
    const size_t cells = d.bands * d.each * d.columns;
    if (!cli_room_for(cells, d.size, CLI_ROOM_PICTURE,
                      E_("%s images of %s numbers are more than one picture holds, at most %s "
                         "images; name fewer files"),
                      NULL)) {
        return false;
    }
    d.pixels = cli_alloc(cells * d.size * sizeof *d.pixels);
    d.captions = cli_alloc(cells * sizeof *d.captions);
    for (size_t i = 0; i < cells; i++) {
        d.pixels[i * d.size] = NAN; /* cells that are left over stay blank */
        d.captions[i] = NULL;
    }
    for (size_t i = 0; i < p->count; i++) add(&d, i);
    emb_picture *picture = draw(&d, format);
    const bool saved = picture && emb_picture_save(picture, path) == EMB_OK;
    if (!saved) cli_fail("%s", emb_error());
    emb_picture_free(picture);
    for (size_t i = 0; i < cells; i++) free(d.captions[i]);
    free(d.captions);
    free(d.pixels);
    return saved;
}

void cli_prediction_show(const cli_predictions *p, const emb_net *net, size_t i) {
    const char *const titles[2] = {cli_word_text(CLI_WORD_ORIGINAL),
                                   cli_word_text(CLI_WORD_RECONSTRUCTION)};
    const size_t size = cli_network_pixels(net);
    float *pair = cli_alloc(2 * size * sizeof *pair);
    memcpy(pair, p->shown + i * size, size * sizeof *pair);
    if (p->made) memcpy(pair + size, p->made + i * size, size * sizeof *pair);
    cli_range_shade(net, pair, (p->made ? 2 : 1) * size);
    cli_preview_draw(pair, p->made ? 2 : 1, p->shape, titles);
    free(pair);
}
