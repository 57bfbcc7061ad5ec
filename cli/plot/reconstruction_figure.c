/* A page of images above their reconstructions. See reconstruction_figure.h. */
#include "plot/reconstruction_figure.h"

#include <math.h>
#include <stdlib.h>

#include "core/message.h"
#include "core/network.h"
#include "core/room.h"
#include "core/strings.h"
#include "data/range.h"

enum { COLUMNS = 10 };

/* Pairs of rows; cells that are left over are NaN, which a figure leaves blank. */
static bool fill(const cli_reconstruction *page, float *pixels, size_t rows, size_t columns) {
    const size_t size = cli_network_pixels(page->net), row = columns * size;
    for (size_t i = 0; i < rows * row; i++) pixels[i] = NAN;
    for (size_t i = 0; i < page->count; i++) {
        const size_t image = cli_split_index(page->split, i);
        float *above = pixels + i / columns * 2 * row + i % columns * size;
        if (cli_network_reconstruct(page->net, page->split->images, image, above, above + row) ==
            EMB_OK) {
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
    const size_t rows = 2 * ((page->count + columns - 1) / columns);
    if (!cli_room_for(rows * columns, cli_network_pixels(page->net), CLI_ROOM_PICTURE, "images",
                      "one picture holds", "; a smaller --count takes fewer")) {
        return NULL;
    }
    float *pixels = cli_alloc(rows * columns * cli_network_pixels(page->net) * sizeof *pixels);
    const char **titles = cli_alloc(rows * sizeof *titles);
    for (size_t i = 0; i < rows; i++) {
        titles[i] = i % 2 == 0 ? page->original : page->reconstruction;
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
        picture = emb_figure_draw(&figure, format);
        if (!picture) cli_fail("%s", emb_error());
    }
    free(titles);
    free(pixels);
    return picture;
}
