/* Images in tables and on sheets. See named_images.h. */
#include "use/named_images.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/message.h"
#include "core/network.h"
#include "core/room.h"
#include "core/shown.h"
#include "data/open_data.h"
#include "data/range.h"

const char *cli_image_name(const cli_split *split, size_t i, char text[CLI_NUMBER_SIZE]) {
    const char *file = emb_images_file(split->images, cli_split_index(split, i));
    snprintf(text, CLI_NUMBER_SIZE, "%zu", i);
    return file ? file : text;
}

void cli_image_cells(cli_text *csv, const cli_split *split, size_t i) {
    char number[CLI_NUMBER_SIZE];
    const int label = emb_images_label(split->images, cli_split_index(split, i));
    cli_text_for(csv, EMB_CSV, cli_image_name(split, i, number));
    cli_text_add(csv, ",");
    if (label >= 0) cli_text_for(csv, EMB_CSV, cli_class_name(split->images, label, number));
}

const char *cli_image_head(const cli_split *split) {
    return emb_images_file(split->images, cli_split_index(split, 0)) ? "file,label" : "index,label";
}

void cli_image_json(cli_json *json, const cli_split *split, size_t i) {
    char number[CLI_NUMBER_SIZE];
    const int label = emb_images_label(split->images, cli_split_index(split, i));
    cli_json_name(json, "name", cli_image_name(split, i, number));
    cli_json_string(json, "label",
                    label >= 0 ? cli_class_name(split->images, label, number) : NULL);
}

bool cli_table_put(const cli_text *csv, const char *path) {
    if (!path || strcmp(path, "-") == 0) {
        cli_output(csv->bytes, csv->length); /* main checks whether it was written */
        return true;
    }
    if (emb_file_write(path, csv->bytes, csv->length) == EMB_OK) return true;
    cli_fail("%s", emb_error());
    return false;
}

/* ---- sheets ---------------------------------------------------------------------------------- */

size_t cli_cells_most(const emb_net *net, size_t wanted) {
    const size_t most = CLI_ROOM_PICTURE / cli_network_pixels(net);
    return most < 1 ? 1 : most < wanted ? most : wanted;
}

/* Cells without an image are NaN, which a figure leaves blank. */
static bool fill(const cli_cells *cells, float *pixels) {
    const size_t size = cli_network_pixels(cells->net), count = cells->rows * cells->columns;
    for (size_t i = 0; i < count; i++) {
        float *cell = pixels + i * size;
        emb_status status = EMB_OK;
        if (i == 0 && cells->own) {
            memcpy(cell, cells->own, size * sizeof *cell);
        } else if (cells->places[i] == SIZE_MAX) {
            cell[0] = NAN;
            continue;
        } else {
            status = cli_split_fetch(cells->split, cells->places[i], 1, cell);
        }
        if (status != EMB_OK) {
            cli_fail("%s", emb_error());
            return false;
        }
        cli_range_shade(cells->net, cell, size);
    }
    return true;
}

/* The picture in a format, which the terminal may show as well; `format` NULL: only there. */
static bool draw(const cli_cells *cells, const emb_format *format, emb_picture **picture) {
    const size_t count = cells->rows * cells->columns, size = cli_network_pixels(cells->net);
    float *pixels = cli_alloc(count * size * sizeof *pixels);
    const char **captions = cells->captions ? cli_alloc(count * sizeof *captions) : NULL;
    for (size_t i = 0; captions && i < count; i++) captions[i] = cells->captions[i];
    emb_figure figure = {.rows = (int)cells->rows,
                         .columns = (int)cells->columns,
                         .pixels = pixels,
                         .row_titles = cells->row_titles,
                         .captions = captions,
                         .title = cells->title};
    emb_images_shape(cells->split->images, figure.shape);
    bool good = fill(cells, pixels);
    if (good && format) {
        *picture = cli_shown_figure(&figure, *format);
        good = *picture;
        if (!good) cli_fail("%s", emb_error());
    } else if (good) {
        cli_show_figure(&figure);
    }
    free(captions);
    free(pixels);
    return good;
}

emb_picture *cli_cells_draw(const cli_cells *cells, const char *path) {
    emb_format format;
    emb_picture *picture = NULL;
    if (emb_format_of(path, &format) != EMB_OK) {
        cli_fail("%s", emb_error());
        return NULL;
    }
    draw(cells, &format, &picture);
    return picture;
}

bool cli_cells_show(const cli_cells *cells) { return draw(cells, NULL, NULL); }

bool cli_cells_save(const cli_cells *cells, const char *path) {
    emb_picture *picture = cli_cells_draw(cells, path);
    const bool good = picture && emb_picture_save(picture, path) == EMB_OK;
    if (picture && !good) cli_fail("%s", emb_error());
    emb_picture_free(picture);
    return good;
}

bool cli_is_sheet(const char *path) {
    return path && (cli_ends_with(path, ".png") || cli_ends_with(path, ".svg") ||
                    cli_ends_with(path, ".pdf"));
}

int cli_sheet_check(const char *command, const char *path) {
    if (!path || strcmp(path, "-") == 0 || cli_ends_with(path, ".csv") || cli_is_sheet(path)) {
        return CLI_DONE;
    }
    return cli_usage(command,
                     "--output: expected a name that ends in .csv, .png, .svg or .pdf, or -, got "
                     "'%s'",
                     path);
}
