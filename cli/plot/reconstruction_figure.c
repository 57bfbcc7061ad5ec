/* A page of images above their reconstructions. See reconstruction_figure.h. */
#include "plot/reconstruction_figure.h"

#include <math.h>
#include <stdlib.h>

#include "core/message.h"
#include "core/network.h"
#include "core/room.h"
#include "core/shown.h"
#include "core/strings.h"
#include "data/range.h"

enum { COLUMNS = 10 };

/* Rows that belong together: the images, with noise as they are read, and what is made of them. */
static size_t rows_together(const cli_reconstruction *page) { return page->noise ? 3 : 2; }

/* Image i of the split, and in `below` what the network makes of it; with noise there is what it
 * reads, and `row` numbers further what it makes of that. */
static emb_status fill_column(const cli_reconstruction *page, size_t i, float *above, size_t row) {
    const size_t image = cli_split_index(page->split, i), size = cli_network_pixels(page->net);
    const uint32_t index = (uint32_t)image;
    const int label = emb_images_label(page->split->images, image);
    float *below = above + row;
    if (!page->noise) {
        return cli_network_reconstruct(page->net, page->split->images, image, above, below);
    }
    emb_status status =
        emb_train_images(page->split->images, page->noise, 0, &index, 1, below, above);
    if (status == EMB_OK && label >= 0 && emb_net_conditions(page->net) > 0) {
        status = emb_net_set_labels(page->net, &label, 1);
    }
    if (status == EMB_OK) status = emb_net_reconstruct(page->net, below, 1, below + row, 1);
    if (status == EMB_OK) cli_range_shade(page->net, below + row, size);
    return status;
}

/* Groups of rows; cells that are left over are NaN, which a figure leaves blank. */
static bool fill(const cli_reconstruction *page, float *pixels, size_t rows, size_t columns) {
    const size_t size = cli_network_pixels(page->net), row = columns * size;
    for (size_t i = 0; i < rows * row; i++) pixels[i] = NAN;
    for (size_t i = 0; i < page->count; i++) {
        float *above = pixels + i / columns * rows_together(page) * row + i % columns * size;
        if (fill_column(page, i, above, row) == EMB_OK) {
            cli_range_shade(page->net, above, size);
            cli_range_shade(page->net, above + row, size);
            continue;
        }
        cli_fail("%s", emb_error());
        return false;
    }
    return true;
}

emb_picture *cli_reconstruction_draw(const cli_reconstruction *page, emb_format format) {
    const size_t columns = page->count < COLUMNS ? page->count : COLUMNS;
    const size_t together = rows_together(page);
    const size_t rows = together * ((page->count + columns - 1) / columns);
    if (!cli_room_for(rows * columns, cli_network_pixels(page->net), CLI_ROOM_PICTURE,
                      E_("%s images of %s numbers are more than one picture holds, at most %s "
                         "images; a smaller %s takes fewer"),
                      "--count")) {
        return NULL;
    }
    float *pixels = cli_alloc(rows * columns * cli_network_pixels(page->net) * sizeof *pixels);
    const char **titles = cli_alloc(rows * sizeof *titles);
    for (size_t i = 0; i < rows; i++) {
        const size_t at = i % together;
        titles[i] = at == 0              ? page->original
                    : at == together - 1 ? page->reconstruction
                                         : page->noisy;
    }
    emb_figure figure = {.rows = (int)rows,
                         .columns = (int)columns,
                         .pixels = pixels,
                         .row_titles = titles,
                         .title = page->title,
                         .scale = page->scale};
    emb_images_shape(page->split->images, figure.shape);
    emb_picture *picture = NULL;
    if (fill(page, pixels, rows, columns)) {
        picture = cli_shown_figure(&figure, format);
        if (!picture) cli_fail("%s", emb_error());
    }
    free(titles);
    free(pixels);
    return picture;
}
