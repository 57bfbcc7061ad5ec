/* Writing a network's images. See output_images.h. */
#include "data/output_images.h"

#include <stdlib.h>
#include <string.h>

#include "core/folders.h"
#include "core/message.h"
#include "core/network.h"
#include "core/room.h"
#include "core/strings.h"
#include "data/range.h"

/* Makes all images, a chunk at a time, and hands each chunk on. */
static emb_status each_chunk(const cli_image_maker *maker,
                             emb_status (*take)(void *data, size_t first, size_t here,
                                                const float *images),
                             void *data) {
    const size_t chunk = cli_network_chunk(maker->net);
    const size_t most = chunk < maker->count ? chunk : maker->count;
    float *images = cli_alloc(most * cli_network_outputs(maker->net) * sizeof *images);
    emb_status status = EMB_OK;
    for (size_t first = 0; status == EMB_OK && first < maker->count; first += most) {
        const size_t left = maker->count - first, here = left < most ? left : most;
        status = maker->make(maker->data, first, here, images);
        if (status == EMB_OK) status = take(data, first, here, images);
    }
    free(images);
    return status;
}

/* ---- NPY, NPZ, CSV -------------------------------------------------------------------------- */

typedef struct npy_taker {
    emb_array_writer *writer;
    size_t pixels; /* of an image */
} npy_taker;

static emb_status take_npy(void *data, size_t first, size_t here, const float *images) {
    const npy_taker *taker = data;
    (void)first;
    return emb_array_writer_add(taker->writer, images, here * taker->pixels);
}

/* Rows of numbers are not 1x1 images: they are written as they are read, [N, L]. */
static int rank_of(const size_t shape[4]) { return shape[2] == 1 && shape[3] == 1 ? 2 : 4; }

static bool write_npy(const cli_image_maker *maker, const char *path, const size_t shape[4]) {
    npy_taker taker = {emb_array_writer_new(path, rank_of(shape), shape),
                       cli_network_outputs(maker->net)};
    const bool good =
        taker.writer &&
        emb_array_writer_labels(taker.writer, maker->labels, maker->count) == EMB_OK &&
        each_chunk(maker, take_npy, &taker) == EMB_OK &&
        emb_array_writer_finish(taker.writer) == EMB_OK;
    emb_array_writer_free(taker.writer);
    return good;
}

/* All of them in memory, for files that are written in one piece. */
static bool write_whole(const cli_image_maker *maker, const char *path, const size_t shape[4]) {
    const size_t pixels = cli_network_outputs(maker->net);
    float *values = cli_alloc(maker->count * pixels * sizeof *values);
    int *labels = maker->labels ? cli_alloc(maker->count * sizeof *labels) : NULL;
    emb_status status = maker->make(maker->data, 0, maker->count, values);
    for (size_t i = 0; labels && i < maker->count; i++) labels[i] = maker->labels[i];
    const emb_named_array arrays[] = {
        {.name = "images",
         .rank = rank_of(shape),
         .shape = {shape[0], shape[1], shape[2], shape[3]},
         .floats = values},
        {.name = "labels", .rank = 1, .shape = {shape[0]}, .bytes = maker->labels}};
    const emb_codes table = {.count = maker->count,
                             .latent = (int)pixels,
                             .values = values,
                             .labels = labels,
                             .column = "pixel"};
    if (status == EMB_OK) {
        status = cli_ends_with(path, ".npz") ? emb_npz_write(path, arrays, maker->labels ? 2 : 1)
                                             : emb_codes_write(&table, path);
    }
    free(values);
    free(labels);
    return status == EMB_OK;
}

bool cli_output_is_numbers(const char *path) {
    return cli_ends_with(path, ".npy") || cli_ends_with(path, ".npz") ||
           cli_ends_with(path, ".csv");
}

bool cli_output_images_numbers(const cli_image_maker *maker, const char *path) {
    int sides[3];
    emb_net_output_shape(maker->net, sides);
    const size_t shape[] = {maker->count, (size_t)sides[0], (size_t)sides[1], (size_t)sides[2]};
    const bool npy = cli_ends_with(path, ".npy");
    if (!npy &&
        !cli_room_for(maker->count, cli_network_outputs(maker->net), CLI_ROOM_NUMBERS,
                      E_("%s images of %s numbers are more than are written in one piece, at most "
                         "%s images; as .npy they are written one after another"),
                      NULL)) {
        return false;
    }
    const size_t bytes = maker->count * cli_network_outputs(maker->net) * sizeof(float);
    if (npy && !cli_room_on_disk(path, bytes,
                                 E_("%s: the disk has %s left, but these images take at least %s")))
        return false;
    if ((npy ? write_npy : write_whole)(maker, path, shape)) return true;
    cli_fail("%s", emb_error());
    return false;
}

/* ---- PNG ------------------------------------------------------------------------------------- */

typedef struct png_taker {
    const emb_net *net;
    const char *folder;
    int shape[3];
    size_t pixels;
} png_taker;

static emb_status take_png(void *data, size_t first, size_t here, const float *images) {
    const png_taker *taker = data;
    int view[3];
    float range[2];
    emb_view_shape(taker->shape, view);
    emb_view_range(images, here, taker->shape, range);
    cli_range_shade(taker->net, range, 2);
    float *shown = cli_alloc((size_t)view[0] * (size_t)view[1] * (size_t)view[2] * sizeof *shown);
    emb_status status = EMB_OK;
    float *image = cli_alloc(taker->pixels * sizeof *image);
    for (size_t i = 0; status == EMB_OK && i < here; i++) {
        char *path = cli_format("%s/%05zu.png", taker->folder, first + i);
        memcpy(image, images + i * taker->pixels, taker->pixels * sizeof *image);
        cli_range_shade(taker->net, image, taker->pixels);
        status = emb_view(image, taker->shape, range, shown);
        if (status == EMB_OK) status = emb_picture_write(path, shown, view);
        free(path);
    }
    free(image);
    free(shown);
    return status;
}

bool cli_output_images_png(const cli_image_maker *maker, const char *folder) {
    png_taker taker = {
        .net = maker->net, .folder = folder, .pixels = cli_network_outputs(maker->net)};
    emb_net_output_shape(maker->net, taker.shape);
    if (!cli_folder_make(folder) || !cli_folder_hold_output(folder)) return false;
    if (each_chunk(maker, take_png, &taker) == EMB_OK) return true;
    cli_fail("%s", emb_error());
    return false;
}
