/* Pictures of scores. See score_sheet.h. */
#include "use/score_sheet.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/message.h"
#include "core/network.h"
#include "core/progress.h"
#include "core/room.h"
#include "plot/plot_words.h"
#include "use/heat_map.h"

/* Rows of a band, from top to bottom. */
enum { PICTURE, EXPECTED, HEAT, NEAREST, ROWS };
enum { COLUMNS = 10, LETTER = 7 /* wide, in captions */, LETTERS = 16, STEM = 80, TOLD = 64 };

/* Lengths on the page: a cell with what is around it, and its caption; and the page itself, which
 * pictures of files' formats bound. */
enum { AROUND = 12, CAPTION = 35, CELL = 224, WIDTH = 1750, HEIGHT = 30000 };

static const cli_word titles[ROWS] = {CLI_WORD_IMAGE_ROW, CLI_WORD_EXPECTED, CLI_WORD_DIFFERENCE,
                                      CLI_WORD_NEAREST};

/* What a sheet is drawn from. */
typedef struct drawing {
    const cli_score_sheet *sheet;
    cli_heat heat;
    size_t columns, bands, each;      /* each: numbers of a cell */
    int row[ROWS];                    /* where the kind of row is in a band; -1: nowhere */
    int rows;                         /* of a band */
    float *pixels;                    /* [bands][rows][columns][each] */
    char **captions;                  /* [bands][rows][columns] */
    float *image, *made, *near_image; /* one each, [C][H][W] */
} drawing;

size_t cli_score_sheet_most(const emb_net *net, size_t wanted) {
    cli_heat heat;
    cli_heat_begin(&heat, net, 1);
    const size_t cell = 3 * (size_t)heat.view[1] * (size_t)heat.view[2];
    const size_t bands = HEIGHT / ROWS / ((size_t)heat.view[1] + CAPTION), fit = bands * COLUMNS;
    size_t most = CLI_ROOM_PICTURE / ROWS / cell;
    most = most < fit ? most : fit;
    return most < 1 ? 1 : most < wanted ? most : wanted;
}

/* As large as the page is wide, however many bands it has. */
static int scale_of(const drawing *d) {
    const int wide = d->heat.view[2], high = d->heat.view[1], columns = (int)d->columns;
    const int rows = (int)d->bands * d->rows, largest = wide > high ? wide : high;
    int scale = (WIDTH / columns - AROUND) / wide;
    if (scale > CELL / largest) scale = CELL / largest;
    const int fit = (HEIGHT / rows - CAPTION) / high;
    if (scale > fit) scale = fit;
    return scale < 1 ? 1 : scale;
}

/* ---- texts ----------------------------------------------------------------------------------- */

/* The end of a long name, by whole letters of UTF-8; frees `name`. */
static char *shortened(char *name, size_t most) {
    const char *from = name;
    if (cli_columns(name) > (int)most) {
        from += strlen(name);
        while (from > name && cli_columns(from) < (int)most) from--;
        while (from > name && ((unsigned char)*from & 0xC0) == 0x80) from++;
    }
    char *text = from == name ? cli_format("%s", name) : cli_format("\u2026%s", from);
    free(name);
    return text;
}

/* "cats/3.png"; or "image 12 (3)" with its label, where images have no names of their own. */
static char *title_of(const drawing *d, const char *file, char *name, char *label) {
    const int fit = scale_of(d) * d->heat.view[2] / LETTER;
    const size_t most = fit < LETTERS ? (size_t)LETTERS : (size_t)fit;
    char *text;
    if (file) {
        text = cli_format("%s", name);
    } else {
        const char *word = cli_word_text(CLI_WORD_IMAGE);
        char *image = cli_format(word, (size_t)strtoull(name, NULL, 10));
        text = *label ? cli_format("%s (%s)", image, label) : cli_format("%s", image);
        free(image);
    }
    free(name);
    free(label);
    return shortened(text, most);
}

static char *own_title(const drawing *d, size_t i) {
    const cli_scores *s = d->sheet->scores;
    const char *file =
        s->files ? s->files[i] : emb_images_file(s->split->images, cli_split_index(s->split, i));
    return title_of(d, file, cli_scores_name(s, i), cli_scores_label(s, i));
}

static char *near_title(const drawing *d, size_t i) {
    const cli_scores *s = d->sheet->scores;
    const char *file =
        emb_images_file(s->learned->images, cli_split_index(s->learned, s->nearest[i]));
    return title_of(d, file, cli_scores_near_name(s, i), cli_scores_near_label(s, i));
}

/* What the image is judged by. */
static char *score_title(const drawing *d, size_t i) {
    const cli_scores *s = d->sheet->scores;
    return cli_told(cli_word_text(CLI_WORD_SCORE), cli_scores_of(s, i));
}

static char *page_title(const cli_score_sheet *sheet) {
    char odd[CLI_NUMBER_SIZE], all[CLI_NUMBER_SIZE];
    const cli_scores *s = sheet->scores;
    if (s->split->count == 1) {
        return cli_told(cli_word_text(CLI_WORD_THRESHOLD), s->threshold);
    }
    char *what = s->files ? cli_format("%s", cli_word_text(CLI_WORD_PICTURES))
                          : cli_word_images(s->split->part, s->split->dataset);
    const char *of = cli_thousands(s->split->count, all);
    const char *above = cli_thousands(cli_scores_odd(s), odd);
    char *title = sheet->count == 1
                      ? cli_told(cli_word_text(CLI_WORD_ODDEST_ONE), of, what, above, s->threshold)
                      : cli_told(cli_word_text(CLI_WORD_ODDEST_TITLE), (int)sheet->count, of, what,
                                 above, s->threshold);
    free(what);
    return title;
}

/* ---- the sheet ------------------------------------------------------------------------------- */

static size_t cell_of(const drawing *d, size_t at, int kind) {
    return (at / d->columns * (size_t)d->rows + (size_t)d->row[kind]) * d->columns +
           at % d->columns;
}

static emb_status add_network(drawing *d, size_t at, size_t i) {
    char mse[CLI_NUMBER_SIZE];
    const cli_scores *s = d->sheet->scores;
    emb_status status = cli_split_reconstruct(s->split, d->sheet->net, i, 1, d->made, 1);
    if (status != EMB_OK) return status;
    const size_t expected = cell_of(d, at, EXPECTED), heat = cell_of(d, at, HEAT);
    const double error = cli_scores_number(s, i, EMB_UNUSUAL_RECONSTRUCTION);
    d->captions[expected] = score_title(d, i);
    d->captions[heat] = cli_told("MSE %s", cli_error_text(error, 4, mse));
    status = cli_heat_plain(&d->heat, d->made, d->pixels + expected * d->each);
    if (status != EMB_OK) return status;
    return cli_heat_over(&d->heat, d->image, d->made, d->pixels + heat * d->each);
}

static emb_status add_near(drawing *d, size_t at, size_t i) {
    const cli_scores *s = d->sheet->scores;
    const size_t cell = cell_of(d, at, NEAREST);
    if (s->nearest[i] == UINT32_MAX) return EMB_OK;
    emb_status status = cli_split_fetch(s->learned, s->nearest[i], 1, d->near_image);
    if (status == EMB_OK)
        status = cli_heat_plain(&d->heat, d->near_image, d->pixels + cell * d->each);
    d->captions[cell] = near_title(d, i);
    return status;
}

static emb_status add(drawing *d, size_t at) {
    const cli_scores *s = d->sheet->scores;
    const size_t i = s->order[at], cell = cell_of(d, at, PICTURE);
    emb_status status = cli_split_fetch(s->split, i, 1, d->image);
    if (status == EMB_OK) status = cli_heat_plain(&d->heat, d->image, d->pixels + cell * d->each);
    d->captions[cell] = own_title(d, i);
    if (!s->uses_net) {
        char *name = d->captions[cell], *score = score_title(d, i);
        d->captions[cell] = cli_format("%s, %s", name, score);
        free(name);
        free(score);
    }
    if (status == EMB_OK && s->uses_net) status = add_network(d, at, i);
    if (status == EMB_OK && s->nearest) status = add_near(d, at, i);
    return status;
}

static emb_picture *draw(drawing *d, emb_format format) {
    const size_t rows = d->bands * (size_t)d->rows;
    const char **names = cli_alloc(rows * sizeof *names);
    for (int kind = 0; kind < ROWS; kind++) {
        for (size_t band = 0; d->row[kind] >= 0 && band < d->bands; band++) {
            names[band * (size_t)d->rows + (size_t)d->row[kind]] = cli_word_text(titles[kind]);
        }
    }
    char *title = page_title(d->sheet);
    const emb_figure figure = {.rows = (int)rows,
                               .columns = (int)d->columns,
                               .shape = {d->heat.view[0], d->heat.view[1], d->heat.view[2]},
                               .pixels = d->pixels,
                               .row_titles = names,
                               .scale = scale_of(d),
                               .captions = (const char *const *)d->captions,
                               .title = title};
    emb_picture *picture = emb_figure_draw(&figure, format);
    free(title);
    free(names);
    return picture;
}

emb_picture *cli_score_sheet_draw(const cli_score_sheet *sheet, emb_format format) {
    const cli_scores *s = sheet->scores;
    drawing d = {.sheet = sheet};
    cli_heat_begin(&d.heat, sheet->net, sheet->full);
    d.columns = sheet->count < COLUMNS ? sheet->count : COLUMNS;
    d.bands = (sheet->count + d.columns - 1) / d.columns;
    d.each = 3 * (size_t)d.heat.view[1] * (size_t)d.heat.view[2];
    const bool shown[ROWS] = {true, s->uses_net, s->uses_net, s->nearest != NULL};
    for (int kind = 0; kind < ROWS; kind++) d.row[kind] = shown[kind] ? d.rows++ : -1;
    const size_t cells = d.bands * (size_t)d.rows * d.columns,
                 size = cli_network_pixels(sheet->net);
    d.pixels = cli_alloc(cells * d.each * sizeof *d.pixels);
    d.captions = cli_alloc(cells * sizeof *d.captions);
    d.image = cli_alloc(3 * size * sizeof *d.image);
    d.made = d.image + size;
    d.near_image = d.made + size;
    for (size_t i = 0; i < cells; i++) {
        d.pixels[i * d.each] = NAN; /* cells that are left over stay blank */
        d.captions[i] = NULL;
    }
    emb_status status = EMB_OK;
    for (size_t at = 0; status == EMB_OK && at < sheet->count; at++) status = add(&d, at);
    emb_picture *picture = status == EMB_OK ? draw(&d, format) : NULL;
    if (!picture) cli_fail("%s", emb_error());
    for (size_t i = 0; i < cells; i++) free(d.captions[i]);
    free(d.captions);
    free(d.pixels);
    free(d.image);
    return picture;
}

/* ---- heat maps ------------------------------------------------------------------------------- */

/* "00012.png", or with a file's name: "00012-photo.png". */
static char *heat_name(const cli_scores *s, const char *folder, size_t i) {
    const char *file =
        s->files ? s->files[i] : emb_images_file(s->split->images, cli_split_index(s->split, i));
    if (!file) return cli_format("%s/%05zu.png", folder, i);
    const char *slash = strrchr(file, '/'), *base = slash ? slash + 1 : file;
    const char *dot = strrchr(base, '.');
    size_t length = dot && dot > base ? (size_t)(dot - base) : strlen(base);
    if (length > STEM) length = STEM;
    while (length > 0 && ((unsigned char)base[length] & 0xC0) == 0x80) length--;
    return cli_format("%s/%05zu-%.*s.png", folder, i, (int)length, base);
}

static emb_status write_one(const cli_score_sheet *sheet, const cli_heat *heat, const float *image,
                            const float *made, float *rgb, const char *folder, size_t i) {
    char *path = heat_name(sheet->scores, folder, i);
    emb_status status = cli_heat_over(heat, image, made, rgb);
    if (status == EMB_OK) status = emb_picture_write(path, rgb, heat->view);
    free(path);
    return status;
}

/* How far it is, on a terminal. */
static void tell(size_t done, size_t count) {
    char ready[CLI_NUMBER_SIZE], all[CLI_NUMBER_SIZE];
    char *text = cli_told("writing heat maps: %s of %s", cli_thousands(done, ready),
                          cli_thousands(count, all));
    cli_doing(text);
    free(text);
}

bool cli_score_heat_write(const cli_score_sheet *sheet, const char *folder) {
    const cli_scores *s = sheet->scores;
    const size_t size = cli_network_pixels(sheet->net), count = s->split->count;
    const size_t chunk = cli_network_chunk(sheet->net), most = chunk < count ? chunk : count;
    cli_heat heat;
    cli_heat_begin(&heat, sheet->net, sheet->full);
    float *images = cli_alloc(2 * most * size * sizeof *images), *made = images + most * size;
    float *rgb = cli_alloc(3 * (size_t)heat.view[1] * (size_t)heat.view[2] * sizeof *rgb);
    emb_status status = EMB_OK;
    for (size_t first = 0; status == EMB_OK && first < count; first += most) {
        const size_t left = count - first, here = left < most ? left : most;
        status = cli_split_fetch(s->split, first, here, images);
        if (status == EMB_OK) {
            status = cli_split_reconstruct(s->split, sheet->net, first, here, made, sheet->threads);
        }
        for (size_t i = 0; status == EMB_OK && i < here; i++) {
            if (i % TOLD == 0) tell(first + i, count);
            status =
                write_one(sheet, &heat, images + i * size, made + i * size, rgb, folder, first + i);
        }
    }
    free(images);
    free(rgb);
    if (status != EMB_OK) cli_fail("%s", emb_error());
    return status == EMB_OK;
}
