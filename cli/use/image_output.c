/* See image_output.h. */
#include "use/image_output.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/folders.h"
#include "core/message.h"
#include "core/network.h"
#include "core/room.h"
#include "core/shown.h"
#include "data/range.h"

enum {
    PAGE_IMAGES = 1000, /* the most that one picture shows */
    COLUMNS = 10        /* in a page of few images */
};

cli_output_kind cli_image_output_kind(const char *output) {
    if (cli_ends_with(output, "/") || cli_is_folder(output)) return CLI_OUTPUT_FOLDER;
    if (cli_output_is_numbers(output)) return CLI_OUTPUT_NUMBERS;
    return cli_ends_with(output, ".png") ? CLI_OUTPUT_PAGE : CLI_OUTPUT_NONE;
}

char *cli_image_output_name(const char *typed, const char *model, const char *name) {
    if (typed) return cli_format("%s", typed);
    return cli_is_folder(model) ? cli_format("%s/%s.png", model, name) : cli_format("%s.png", name);
}

static bool draw_page(const cli_image_maker *maker, const cli_image_page *page,
                      const char *output) {
    emb_format format;
    const int count = (int)maker->count, square = (int)ceil(sqrt((double)count));
    const int few = count > 0 && count < COLUMNS ? count : COLUMNS;
    const int columns = page->columns > 0 ? page->columns : square > few ? square : few;
    emb_figure figure = {.rows = (count + columns - 1) / columns, .columns = columns};
    emb_net_output_shape(maker->net, figure.shape);
    const size_t cells = (size_t)figure.rows * (size_t)columns,
                 size = cli_network_outputs(maker->net);
    if (!cli_room_for(cells, size, CLI_ROOM_PICTURE,
                      E_("%s images of %s numbers are more than one picture holds, at most %s "
                         "images; write them with -o images.npy, or one PNG each with -o DIR/"),
                      NULL)) {
        return false;
    }
    float *pixels = cli_alloc(cells * size * sizeof *pixels);
    for (size_t i = maker->count * size; i < cells * size; i++) pixels[i] = NAN; /* stays blank */
    figure.pixels = pixels;
    if (figure.rows == 1 || page->columns > 0) figure.column_titles = page->titles;
    bool good = maker->make(maker->data, 0, maker->count, pixels) == EMB_OK;
    if (good) cli_range_shade(maker->net, pixels, maker->count * size);
    good = good && emb_format_of(output, &format) == EMB_OK;
    emb_picture *picture = good ? cli_shown_figure(&figure, format) : NULL;
    good = picture && emb_picture_save(picture, output) == EMB_OK;
    if (!good) cli_fail("%s", emb_error());
    emb_picture_free(picture);
    free(pixels);
    return good;
}

static bool write_page(const cli_image_maker *maker, const cli_image_page *page,
                       const char *output) {
    char count[CLI_NUMBER_SIZE], most[CLI_NUMBER_SIZE];
    if (maker->count <= PAGE_IMAGES) return draw_page(maker, page, output);
    cli_fail(page->of_codes
                 ? E_("%s codes are too many for one picture, which shows at most %s; write them "
                      "with -o images.npy, or one PNG each with -o DIR/")
                 : E_("%s images are too many for one picture, which shows at most %s; write them "
                      "with -o images.npy, or one PNG each with -o DIR/"),
             cli_thousands(maker->count, count), cli_thousands(PAGE_IMAGES, most));
    return false;
}

/* Without a slash at its end. */
static char *folder_name(const char *output) {
    size_t length = strlen(output);
    while (length > 1 && output[length - 1] == '/') length--;
    return cli_format("%.*s", (int)length, output);
}

bool cli_image_output_write(const cli_image_maker *maker, const cli_image_page *page,
                            const char *output) {
    const cli_output_kind kind = cli_image_output_kind(output);
    if (kind == CLI_OUTPUT_NUMBERS) return cli_output_images_numbers(maker, output);
    if (kind == CLI_OUTPUT_PAGE) return write_page(maker, page, output);
    char *folder = folder_name(output);
    const bool good = cli_output_images_png(maker, folder);
    free(folder);
    return good;
}
