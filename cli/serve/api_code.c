/* Codes and what becomes of them: decode, encode, neighbours. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "data/like_mnist.h"
#include "serve/api.h"
#include "serve/posted.h"

enum { MOST_NEIGHBOURS = 1000, FEW = 10 };

/* ---- decode ---------------------------------------------------------------------------------- */

static float shown(const cli_explorer *e, float number) {
    return (float)(((double)number - e->black) / (e->white - e->black));
}

static cli_reply one_picture(const cli_explorer *e, float *image) {
    for (size_t i = 0; i < e->pixels; i++) image[i] = shown(e, image[i]);
    return cli_reply_image(image, e->shape);
}

cli_reply cli_api_bytes(const cli_explorer *e, size_t count, float *images) {
    const size_t shape[] = {count, (size_t)e->shape[0], (size_t)e->shape[1], (size_t)e->shape[2]};
    uint8_t *bytes = (uint8_t *)images;
    for (size_t i = 0; i < count * e->pixels; i++) {
        const float x = shown(e, images[i]);
        bytes[i] = (uint8_t)(x >= 0 ? (x > 1 ? 1 : x) * 255 + 0.5f : 0);
    }
    return cli_reply_npy("|u1", 4, shape, bytes);
}

static cli_reply reply_images(const cli_explorer *e, const char *as, size_t count, float *images) {
    const size_t shape[] = {count, (size_t)e->shape[0], (size_t)e->shape[1], (size_t)e->shape[2]};
    if (strcmp(as, "png") == 0) return one_picture(e, images);
    if (strcmp(as, "bytes") == 0) return cli_api_bytes(e, count, images);
    return cli_reply_npy("<f4", 4, shape, images);
}

static cli_reply decode(cli_explorer *e, const char *as, const emb_array *codes) {
    const size_t count = codes->shape[0];
    if (count > CLI_MOST_NUMBERS / e->pixels + 1) {
        return cli_reply_problem(413, "too many codes at once: at most %zu",
                                 CLI_MOST_NUMBERS / e->pixels + 1);
    }
    if (strcmp(as, "png") == 0 && count != 1) {
        return cli_reply_problem(400,
                                 "a picture is of one code, and these are %zu: expected "
                                 "as=npy or as=bytes",
                                 count);
    }
    float *images = malloc(count * e->pixels * sizeof *images);
    if (!images) return cli_reply_problem(503, "there is no memory for these images");
    const cli_reply reply =
        emb_net_decode(e->net, codes->values, count, images, count == 1 ? 1 : e->threads) == EMB_OK
            ? reply_images(e, as, count, images)
            : cli_reply_failure();
    free(images);
    return reply;
}

cli_reply cli_api_decode(cli_explorer *e, const cli_request *request, long number) {
    (void)number;
    char as[CLI_QUERY_ROOM];
    emb_array codes;
    cli_reply reply;
    if (!cli_query_knows(request, "code as label")) {
        return cli_reply_problem(400, "expected code=, as= and label=, each once at most");
    }
    if (!cli_query_text(request, "as", as)) strcpy(as, "npy");
    if (strcmp(as, "png") != 0 && strcmp(as, "npy") != 0 && strcmp(as, "bytes") != 0) {
        return cli_reply_problem(400, "expected as=png, as=npy or as=bytes");
    }
    if (!cli_posted_label(e, request, &reply) || !cli_posted_codes(e, request, &codes, &reply))
        return reply;
    reply = decode(e, as, &codes);
    emb_array_free(&codes);
    return reply;
}

/* ---- there and back ---------------------------------------------------------------------------
 */

/* How far each code is from that of the image that is made of it. */
static cli_reply measure_return(cli_explorer *e, const emb_array *codes) {
    const size_t count = codes->shape[0], latent = (size_t)e->latent;
    float *images = malloc(count * (e->pixels + latent) * sizeof *images);
    if (!images) return cli_reply_problem(503, "there is no memory for these images");
    float *again = images + count * e->pixels;
    cli_reply reply;
    if (emb_net_decode(e->net, codes->values, count, images, e->threads) == EMB_OK &&
        emb_net_encode(e->net, images, count, again, e->threads) == EMB_OK) {
        for (size_t i = 0; i < count; i++) {
            double sum = 0;
            for (size_t k = 0; k < latent; k++) {
                const double d =
                    (double)codes->values[i * latent + k] - (double)again[i * latent + k];
                sum += d * d;
            }
            images[i] = (float)sqrt(sum);
        }
        reply = cli_reply_npy("<f4", 1, &count, images);
    } else {
        reply = cli_reply_failure();
    }
    free(images);
    return reply;
}

cli_reply cli_api_return(cli_explorer *e, const cli_request *request, long number) {
    (void)number;
    emb_array codes;
    cli_reply reply;
    if (!cli_query_knows(request, "code label")) {
        return cli_reply_problem(400, "expected code= and label=, each once at most");
    }
    if (!cli_posted_label(e, request, &reply) || !cli_posted_codes(e, request, &codes, &reply))
        return reply;
    reply = codes.shape[0] > CLI_MOST_NUMBERS / e->pixels + 1
                ? cli_reply_problem(413, "too many codes at once: at most %zu",
                                    CLI_MOST_NUMBERS / e->pixels + 1)
                : measure_return(e, &codes);
    emb_array_free(&codes);
    return reply;
}

/* ---- neighbours ------------------------------------------------------------------------------ */

/* [{"index", "label", "distance"}, ...]; NULL without memory or with emb_error(). */
static json_t *find_neighbours(cli_explorer *e, const float *code, int most) {
    uint32_t *nearest = malloc((size_t)most * sizeof *nearest);
    float *distances = malloc((size_t)most * sizeof *distances);
    json_t *list = NULL;
    if (nearest && distances && cli_explorer_near(e) == EMB_OK &&
        emb_neighbours_find(e->near, code, 1, most, nearest, distances, 1) == EMB_OK) {
        list = json_array();
        for (int i = 0; i < most && list; i++) {
            const int label =
                emb_images_label(e->split.images, cli_split_index(&e->split, nearest[i]));
            json_array_append_new(list,
                                  json_pack("{s:I, s:i, s:f}", "index", (json_int_t)nearest[i],
                                            "label", label, "distance", (double)distances[i]));
        }
    }
    free(nearest);
    free(distances);
    return list;
}

static int most_of(const cli_explorer *e, const cli_request *request) {
    const long most = cli_query_whole(request, "most", MOST_NEIGHBOURS, FEW);
    return (int)(most > 0 && (size_t)most > e->count ? (long)e->count : most);
}

cli_reply cli_api_neighbours(cli_explorer *e, const cli_request *request, long number) {
    (void)number;
    emb_array codes;
    cli_reply reply;
    const int most = most_of(e, request);
    if (!cli_query_knows(request, "code most") || most < 1) {
        return cli_reply_problem(400, "expected code= and most=, 1 to %d", MOST_NEIGHBOURS);
    }
    if (!cli_posted_codes(e, request, &codes, &reply)) return reply;
    json_t *list = codes.shape[0] == 1 ? find_neighbours(e, codes.values, most) : NULL;
    reply = list                  ? cli_reply_json(json_pack("{s:o}", "neighbours", list))
            : codes.shape[0] == 1 ? cli_reply_failure()
                                  : cli_reply_problem(400, "expected one code");
    emb_array_free(&codes);
    return reply;
}

/* ---- encode ---------------------------------------------------------------------------------- */

/* The posted image as the network's: a picture of any size, or its own pixels. */
static emb_images *take_image(const cli_explorer *e, const cli_request *request) {
    emb_images *images = NULL;
    if (strcmp(request->type, "application/octet-stream") == 0) {
        if (request->length == e->pixels) {
            images = emb_images_new(request->body, NULL, 1, e->shape);
        }
    } else if (request->length > 0) {
        emb_read_options options = {0};
        emb_net_pictures(e->net, &options.pictures);
        if (cli_like_mnist(e->net, false)) options.pictures.fit = EMB_FIT_MNIST;
        images =
            emb_images_read_bytes(request->body, request->length, "the body", e->shape, &options);
    }
    if (images && emb_images_follow(images, e->net) == EMB_OK) return images;
    emb_images_free(images);
    return NULL;
}

static json_t *numbers(const float *values, int count) {
    json_t *list = json_array();
    for (int i = 0; i < count && list; i++)
        json_array_append_new(list, json_real((double)values[i]));
    return list;
}

static double squared_error(const float *a, const float *b, size_t count) {
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        const double d = (double)a[i] - (double)b[i];
        sum += d * d;
    }
    return sum / (double)count;
}

/* The image's code, the error of its reconstruction, and its nearest neighbours. */
static cli_reply encode(cli_explorer *e, const emb_images *images, int most) {
    float *pixels = malloc((2 * e->pixels + (size_t)e->latent) * sizeof *pixels);
    if (!pixels) return cli_reply_problem(503, "there is no memory for this image");
    float *made = pixels + e->pixels, *code = made + e->pixels;
    cli_reply reply = cli_reply_problem(500, "the image has no finite code");
    if (emb_images_fetch(images, NULL, 1, pixels, NULL) != EMB_OK ||
        emb_net_encode(e->net, pixels, 1, code, 1) != EMB_OK ||
        emb_net_decode(e->net, code, 1, made, 1) != EMB_OK) {
        cli_reply_free(&reply);
        reply = cli_reply_failure();
    } else if (cli_posted_finite(code, e->latent > 0 ? (size_t)e->latent : 0)) {
        json_t *list = find_neighbours(e, code, most),
               *verdict = cli_labeller_verdict(&e->labeller, pixels);
        cli_reply_free(&reply);
        reply =
            list && verdict
                ? cli_reply_json(json_pack("{s:o, s:f, s:O, s:O}", "code", numbers(code, e->latent),
                                           "mse", squared_error(pixels, made, e->pixels), "verdict",
                                           verdict, "neighbours", list))
                : cli_reply_failure();
        json_decref(list);
        json_decref(verdict);
    }
    free(pixels);
    return reply;
}

cli_reply cli_api_encode(cli_explorer *e, const cli_request *request, long number) {
    (void)number;
    cli_reply reply;
    const int most = most_of(e, request);
    if (strcmp(request->method, "POST") != 0) {
        return cli_reply_problem(405, "post an image: a picture's file, or its pixels as "
                                      "application/octet-stream");
    }
    if (!cli_query_knows(request, "most label") || most < 1) {
        return cli_reply_problem(400, "expected most=, 1 to %d", MOST_NEIGHBOURS);
    }
    const bool raw = strcmp(request->type, "application/octet-stream") == 0;
    if (!raw && strncmp(request->type, "image/", 6) != 0) {
        return cli_reply_problem(415,
                                 "expected image/png or the like, or application/octet-stream");
    }
    if (!cli_posted_label(e, request, &reply)) return reply;
    emb_images *images = take_image(e, request);
    if (!images && raw && request->length != e->pixels) {
        return cli_reply_problem(400, "expected %zu bytes, the pixels of an image of %dx%dx%d",
                                 e->pixels, e->shape[0], e->shape[1], e->shape[2]);
    }
    if (!images) return cli_reply_failure_as(400);
    reply = encode(e, images, most);
    emb_images_free(images);
    return reply;
}
