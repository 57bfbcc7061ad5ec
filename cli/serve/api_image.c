/* Images of the data set by their place in the split: what they are, and as pictures. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "serve/api.h"

static bool is_there(const cli_explorer *e, long number, cli_reply *problem) {
    if ((size_t)number < e->count) return true;
    *problem =
        cli_reply_problem(404, "there is no image %ld: the last is %zu", number, e->count - 1);
    return false;
}

/* A file's name as UTF-8. */
static json_t *name_of(const cli_explorer *e, size_t index) {
    enum { ROOM = 4096 };
    char text[ROOM];
    const char *file = emb_images_file(e->split.images, index);
    if (!file) return json_null();
    emb_text_for(EMB_NAME, file, strlen(file), text, sizeof text);
    return json_string(text);
}

/* What the classifier says of an image of the set. */
static json_t *verdict_of(cli_explorer *e, size_t index) {
    const uint32_t one = (uint32_t)index;
    if (!e->labeller.net) return json_null();
    float *image = malloc(e->pixels * sizeof *image);
    json_t *verdict = image && emb_images_fetch(e->split.images, &one, 1, image, NULL) == EMB_OK
                          ? cli_labeller_verdict(&e->labeller, image)
                          : NULL;
    free(image);
    return verdict;
}

cli_reply cli_api_image(cli_explorer *e, const cli_request *request, long number) {
    cli_reply reply;
    (void)request;
    if (!is_there(e, number, &reply)) return reply;
    const size_t index = cli_split_index(&e->split, (size_t)number);
    json_t *verdict = verdict_of(e, index), *code = json_array();
    if (!verdict) {
        json_decref(code);
        return cli_reply_failure();
    }
    for (int i = 0; i < e->latent && code; i++) {
        const float value = e->codes[(size_t)number * (size_t)e->latent + (size_t)i];
        json_array_append_new(code, json_real((double)value));
    }
    return cli_reply_json(json_pack("{s:I, s:I, s:i, s:o, s:o, s:o}", "image", (json_int_t)number,
                                    "index", (json_int_t)cli_explorer_place(e, (size_t)number),
                                    "label", emb_images_label(e->split.images, index), "file",
                                    name_of(e, index), "code", code, "verdict", verdict));
}

cli_reply cli_api_files(cli_explorer *e, const cli_request *request, long number) {
    (void)request, (void)number;
    if (!emb_images_file(e->split.images, cli_split_index(&e->split, 0))) {
        return cli_reply_problem(404, "these images have no files");
    }
    json_t *list = json_array();
    for (size_t i = 0; i < e->count && list; i++) {
        json_array_append_new(list, name_of(e, cli_split_index(&e->split, i)));
    }
    return cli_reply_json(list ? json_pack("{s:o}", "files", list) : NULL);
}

/* ---- many images ----------------------------------------------------------------------------- */

/* Numbers of images, uint32, as places in the data set; to be freed. NULL with the problem. */
static uint32_t *take_numbers(const cli_explorer *e, const cli_request *request, size_t *count,
                              cli_reply *problem) {
    const size_t most = CLI_MOST_NUMBERS / e->pixels + 1;
    *count = request->length / sizeof(uint32_t);
    if (strcmp(request->method, "POST") != 0 || *count == 0 ||
        request->length % sizeof(uint32_t) != 0) {
        *problem = cli_reply_problem(400, "post the numbers of images, uint32 in little-endian "
                                          "order");
        return NULL;
    }
    if (*count > most) {
        *problem = cli_reply_problem(413, "too many images at once: at most %zu", most);
        return NULL;
    }
    uint32_t *indices = malloc(request->length);
    if (!indices) *problem = cli_reply_problem(503, "there is no memory for these numbers");
    if (!indices) return NULL;
    memcpy(indices, request->body, request->length);
    for (size_t i = 0; i < *count; i++) {
        if (!is_there(e, (long)indices[i], problem)) {
            free(indices);
            return NULL;
        }
        indices[i] = (uint32_t)cli_split_index(&e->split, indices[i]);
    }
    return indices;
}

cli_reply cli_api_pixels(cli_explorer *e, const cli_request *request, long number) {
    size_t count;
    cli_reply reply;
    (void)number;
    uint32_t *indices = take_numbers(e, request, &count, &reply);
    if (!indices) return reply;
    float *images = malloc(count * e->pixels * sizeof *images);
    if (!images) {
        reply = cli_reply_problem(503, "there is no memory for these images");
    } else if (emb_images_fetch(e->split.images, indices, count, images, NULL) == EMB_OK) {
        reply = cli_api_bytes(e, count, images);
    } else {
        reply = cli_reply_failure();
    }
    free(images);
    free(indices);
    return reply;
}

/* ---- pictures -------------------------------------------------------------------------------- */

/* An image, and what the network makes of it, each as 0..1. */
typedef struct pair {
    float *image, *made;
} pair;

static void scale(const cli_explorer *e, float *values) {
    for (size_t i = 0; i < e->pixels; i++) {
        values[i] = (float)(((double)values[i] - e->black) / (e->white - e->black));
    }
}

static bool fetch(cli_explorer *e, long number, bool make, pair *p, cli_reply *problem) {
    const uint32_t index = (uint32_t)cli_split_index(&e->split, (size_t)number);
    p->image = malloc(2 * e->pixels * sizeof *p->image);
    p->made = p->image + e->pixels;
    if (!p->image) {
        *problem = cli_reply_problem(503, "there is no memory for this picture");
        return false;
    }
    if (emb_images_fetch(e->split.images, &index, 1, p->image, NULL) != EMB_OK ||
        (make &&
         emb_net_reconstruct_images(e->net, e->split.images, &index, 1, p->made, 1) != EMB_OK)) {
        *problem = cli_reply_failure();
        free(p->image);
        return false;
    }
    scale(e, p->image);
    if (make) scale(e, p->made);
    return true;
}

cli_reply cli_api_original(cli_explorer *e, const cli_request *request, long number) {
    cli_reply reply;
    pair p;
    (void)request;
    if (!is_there(e, number, &reply) || !fetch(e, number, false, &p, &reply)) return reply;
    reply = cli_reply_image(p.image, e->shape);
    free(p.image);
    return reply;
}

cli_reply cli_api_reconstruction(cli_explorer *e, const cli_request *request, long number) {
    cli_reply reply;
    pair p;
    (void)request;
    if (!is_there(e, number, &reply) || !fetch(e, number, true, &p, &reply)) return reply;
    reply = cli_reply_image(p.made, e->shape);
    free(p.image);
    return reply;
}

/* Orange where the network makes a pixel too bright, blue where too dark, black where it is right.
 */
static void colour(const cli_explorer *e, const pair *p, float *rgb) {
    static const float bright[] = {1, 0.6f, 0.1f}, dark[] = {0.2f, 0.55f, 1};
    const size_t area = (size_t)e->shape[1] * (size_t)e->shape[2], channels = (size_t)e->shape[0];
    for (size_t i = 0; i < area; i++) {
        float difference = 0;
        for (size_t c = 0; c < channels; c++) {
            difference += (p->made[c * area + i] - p->image[c * area + i]) / (float)channels;
        }
        const float *hue = difference > 0 ? bright : dark;
        for (size_t c = 0; c < 3; c++) rgb[c * area + i] = fabsf(difference) * hue[c];
    }
}

cli_reply cli_api_difference(cli_explorer *e, const cli_request *request, long number) {
    cli_reply reply;
    pair p;
    (void)request;
    if (!is_there(e, number, &reply) || !fetch(e, number, true, &p, &reply)) return reply;
    float *rgb = malloc(3 * (size_t)e->shape[1] * (size_t)e->shape[2] * sizeof *rgb);
    if (rgb) colour(e, &p, rgb);
    reply = rgb ? cli_reply_png(rgb, (const int[]){3, e->shape[1], e->shape[2]})
                : cli_reply_problem(503, "there is no memory for this picture");
    free(rgb);
    free(p.image);
    return reply;
}

/* ---- inside the network ---------------------------------------------------------------------- */

static cli_reply layer_of(cli_explorer *e, long number, size_t layer) {
    emb_layer_info info;
    size_t shape[EMB_LAYER_RANK], count = 1;
    const uint32_t index = (uint32_t)cli_split_index(&e->split, (size_t)number);
    const int label = emb_images_label(e->split.images, index);
    emb_net_layer(e->net, layer, &info);
    for (int i = 0; i < info.rank; i++) count *= shape[i] = (size_t)info.shape[i];
    float *image = malloc((e->pixels + count) * sizeof *image);
    if (!image) return cli_reply_problem(503, "there is no memory for this layer");
    if (emb_net_conditions(e->net) > 0) emb_net_set_labels(e->net, &label, 1);
    const cli_reply reply =
        emb_images_fetch(e->split.images, &index, 1, image, NULL) == EMB_OK &&
                emb_net_layer_output(e->net, image, layer, image + e->pixels) == EMB_OK
            ? cli_reply_npy("<f4", info.rank, shape, image + e->pixels)
            : cli_reply_failure();
    free(image);
    return reply;
}

cli_reply cli_api_layer(cli_explorer *e, const cli_request *request, long number) {
    cli_reply reply;
    const long count = (long)emb_net_layer_count(e->net);
    const long layer = cli_query_whole(request, "layer", count - 1, -1);
    if (!is_there(e, number, &reply)) return reply;
    if (!cli_query_knows(request, "layer") || layer < 0) {
        return cli_reply_problem(400, "expected layer=, 0 to %ld", count - 1);
    }
    return layer_of(e, number, (size_t)layer);
}
