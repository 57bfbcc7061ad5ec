/* codes MODEL FILE...: the codes of picture files, as float32 on standard output, by the calls that
 * any program would make. For picture_ways.py. */
#include <stdio.h>
#include <stdlib.h>

#include "embudo.h"

static int fail(void) {
    fprintf(stderr, "codes: %s\n", emb_error());
    return 1;
}

int main(int argc, char **argv) {
    if (argc < 3) return 2;
    const size_t count = (size_t)argc - 2;
    int shape[3];
    emb_read_options options = {0};
    emb_net *net = emb_net_open(argv[1], NULL);
    if (!net) return fail();
    emb_net_input_shape(net, shape);
    emb_net_pictures(net, &options.pictures);
    emb_images *images =
        emb_images_read((const char *const *)argv + 2, count, shape, &options, NULL);
    if (!images || emb_images_follow(images, net) != EMB_OK) return fail();
    const size_t size = (size_t)shape[0] * (size_t)shape[1] * (size_t)shape[2];
    const size_t length = (size_t)emb_net_latent(net);
    float *pixels = malloc(count * size * sizeof *pixels);
    float *codes = malloc(count * length * sizeof *codes);
    if (!pixels || !codes) return 3;
    if (emb_images_fetch(images, NULL, count, pixels, NULL) != EMB_OK ||
        emb_net_encode(net, pixels, count, codes, 0) != EMB_OK) {
        return fail();
    }
    const bool written = fwrite(codes, length * sizeof *codes, count, stdout) == count;
    free(pixels);
    free(codes);
    emb_images_free(images);
    emb_net_free(net);
    return written && fflush(stdout) == 0 ? 0 : 4;
}
