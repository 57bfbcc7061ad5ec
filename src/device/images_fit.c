/* Images whose shape is not that of the network's input, and the notes about them. */
#include "device/images_fit.h"

#include <string.h>

#include "base/entry.h"
#include "base/translate.h"
#include "data/channels.h"
#include "data/image_notes.h"

/* The sides that are more than 1, in their order. */
static int long_sides(const int shape[3], int sides[3]) {
    int count = 0;
    for (int i = 0; i < 3; i++) {
        if (shape[i] > 1) sides[count++] = shape[i];
    }
    return count;
}

/* Whether numbers of one shape are, without being moved, an image of the other shape: one of the
 * two is a plain row of numbers, [N, L], [N, 1, L] or [N, L, 1], or both have the same sides apart
 * from sides of 1. */
static bool lie_alike(const int from[3], const int to[3]) {
    int a[3], b[3];
    const int count = long_sides(from, a);
    const size_t numbers = (size_t)from[0] * (size_t)from[1] * (size_t)from[2];
    if (numbers != (size_t)to[0] * (size_t)to[1] * (size_t)to[2]) return false;
    return count <= 1 ||
           (count == long_sides(to, b) && memcmp(a, b, (size_t)count * sizeof *a) == 0);
}

/* Whether the images have the shape once their last dimension has been put first. */
static bool turns_into(const emb_images *images, const int wanted[3]) {
    const int *s = images->shape, turned[3] = {s[2], s[0], s[1]};
    return !images->channels_last && s[2] > 1 && wanted[0] == s[2] && !lie_alike(s, wanted) &&
           lie_alike(turned, wanted);
}

emb_status emb__net_fits(const emb_net *net, const emb_images *images) {
    const int *shape = images->shape;
    const emb__shape got = {3, {shape[0], shape[1], shape[2]}};
    const bool same = net->input.rank == 3
                          ? lie_alike(shape, net->input.d)
                          : emb__shape_count(&got) == emb__shape_count(&net->input);
    if (same) return EMB_OK;
    char wanted_text[EMB__SHAPE_TEXT], got_text[EMB__SHAPE_TEXT];
    return emb__fail(EMB_ERR_SHAPE, "%s expects images of %s, gets %s%s", net->spec.name,
                     emb__shape_print(&net->input, wanted_text), emb__shape_print(&got, got_text),
                     images->channels_last ? _(" (the file has its channels last)") : "");
}

/* Puts the channels first of [N, H, W, C] or [N, L, C], which only the network's input
 * distinguishes from [N, C, H, W] and [N, H, W]. */
static emb_status put_first(emb_images *images) {
    const int *s = images->shape;
    const emb_status status = emb__images_note(
        images, "%dx%dx%d has its channels last for this network; they are put first", s[0], s[1],
        s[2]);
    return status == EMB_OK ? emb__images_channels_first(images) : status;
}

/* Puts the channels back, for a network that has the file's order. */
static emb_status put_back(emb_images *images) {
    const emb_status status = emb__images_channels_last(images);
    if (status != EMB_OK) return status;
    const int *s = images->shape;
    return emb__images_note(images, "this network reads them as %dx%dx%d, in the file's order",
                            s[0], s[1], s[2]);
}

emb_status emb_images_fit(emb_images *images, const emb_net *net) {
    EMB__ENTER;
    const int *shape = images->shape, *wanted = net->input.d;
    if (net->input.rank == 3 && images->channels_last && wanted[0] == shape[1] &&
        wanted[1] == shape[2] && wanted[2] == shape[0] &&
        memcmp(shape, wanted, sizeof images->shape) != 0) {
        return put_back(images);
    }
    emb_status status = EMB_OK;
    if (net->input.rank == 3 && turns_into(images, wanted)) status = put_first(images);
    if (status == EMB_OK) status = emb__net_fits(net, images);
    if (status != EMB_OK || net->input.rank != 3 ||
        memcmp(shape, wanted, sizeof images->shape) == 0) {
        return status;
    }
    const int numbers = shape[0] * shape[1] * shape[2];
    status = shape[0] == numbers || shape[1] == numbers || shape[2] == numbers
                 ? emb__images_note(images, "rows of %d numbers are taken as images of %dx%dx%d",
                                    numbers, wanted[0], wanted[1], wanted[2])
                 : emb__images_note(images, "%dx%dx%d is taken as %dx%dx%d", shape[0], shape[1],
                                    shape[2], wanted[0], wanted[1], wanted[2]);
    if (status == EMB_OK) emb__images_set_shape(images, wanted[0], wanted[1], wanted[2]);
    return status;
}
