/* A walk through codes as an animation. */
#include <stdlib.h>
#include <string.h>

#include "serve/api.h"
#include "serve/posted.h"

enum { MOST_FRAMES = 1000, MOST_NUMBERS = 1 << 24, LEAST_DELAY = 20, MOST_DELAY = 2000 };

static cli_reply draw(cli_explorer *e, const emb_array *codes, int delay) {
    const size_t count = codes->shape[0];
    float *images = malloc(count * e->pixels * sizeof *images);
    if (!images) return cli_reply_problem(503, "there is no memory for these images");
    emb_picture *picture = NULL;
    if (emb_net_decode(e->net, codes->values, count, images, e->threads) == EMB_OK) {
        for (size_t i = 0; i < count * e->pixels; i++) {
            images[i] = (float)(((double)images[i] - e->black) / (e->white - e->black));
        }
        const emb_animation animation = {.count = count,
                                         .shape = {e->shape[0], e->shape[1], e->shape[2]},
                                         .pixels = images,
                                         .delay = delay};
        picture = emb_animation_draw(&animation, EMB_GIF);
    }
    free(images);
    if (!picture) return cli_reply_failure();
    size_t length;
    const uint8_t *bytes = emb_picture_bytes(picture, &length);
    cli_reply reply = {.status = 200, .type = "image/gif", .bytes = malloc(length)};
    if (reply.bytes) memcpy(reply.bytes, bytes, reply.count = length);
    emb_picture_free(picture);
    return reply;
}

cli_reply cli_api_film(cli_explorer *e, const cli_request *request, long number) {
    (void)number;
    emb_array codes;
    cli_reply reply;
    const long delay = cli_query_whole(request, "delay", MOST_DELAY, 80);
    if (!cli_query_knows(request, "code delay label") || delay < LEAST_DELAY) {
        return cli_reply_problem(400, "expected delay=, %d to %d milliseconds", LEAST_DELAY,
                                 MOST_DELAY);
    }
    if (!cli_posted_label(e, request, &reply) || !cli_posted_codes(e, request, &codes, &reply)) {
        return reply;
    }
    reply = codes.shape[0] > MOST_FRAMES || codes.shape[0] > MOST_NUMBERS / e->pixels + 1
                ? cli_reply_problem(413, "too many codes: at most %d", MOST_FRAMES)
                : draw(e, &codes, (int)delay);
    emb_array_free(&codes);
    return reply;
}
