/* Encodes one image of MNIST's test part: prints its digit and its code.
 *
 *     cc encode.c -o encode $(pkg-config --cflags --libs embudo)
 *     ./encode [FOLDER [MODEL]]
 *
 * FOLDER is as in train.c; MODEL is a file that train.c or `embudo train` wrote. Without MODEL, a
 * network is trained for 200 steps first. */
#include <embudo.h>
#include <stdio.h>
#include <stdlib.h>

/* The notebook's network after a few steps; NULL on failure. */
static emb_net *train_a_little(const char *folder) {
    emb_images *images = emb_images_open(folder, EMB_TRAIN);
    emb_net *net = images ? emb_net_open("notebook", NULL) : NULL;
    emb_run *run = net ? emb_run_new(net, images, NULL) : NULL;
    float loss;
    bool good = run != NULL;
    for (int step = 0; good && step < 200; step++) good = emb_run_step(run, &loss) == EMB_OK;
    emb_run_free(run);
    emb_images_free(images);
    if (good) return net;
    emb_net_free(net);
    return NULL;
}

static emb_status print_code(emb_net *net, const emb_images *images, uint32_t i) {
    int shape[3];
    emb_images_shape(images, shape);
    size_t pixels = (size_t)shape[0] * (size_t)shape[1] * (size_t)shape[2];
    size_t latent = (size_t)emb_net_latent(net);
    float *image = malloc(pixels * sizeof *image), *code = malloc(latent * sizeof *code);
    emb_status status = EMB_ERR_MEMORY;
    if (image && code) {
        status = emb_images_fetch(images, &i, 1, image, NULL);
        if (status == EMB_OK) status = emb_net_encode(net, image, 1, code, 1);
    }
    if (status == EMB_OK) {
        printf("test image %u, a %d:", (unsigned)i, emb_images_label(images, i));
        for (size_t k = 0; k < latent; k++) printf(" %.6g", code[k]);
        putchar('\n');
    }
    free(image);
    free(code);
    return status;
}

int main(int argc, char **argv) {
    const char *folder = argc > 1 ? argv[1] : "mnist";
    emb_images *images = emb_images_open(folder, EMB_TEST);
    emb_net *net = NULL;
    if (images) net = argc > 2 ? emb_net_open(argv[2], NULL) : train_a_little(folder);
    bool good = net && print_code(net, images, 0) == EMB_OK;
    if (!good) fprintf(stderr, "%s\n", emb_error());
    emb_net_free(net);
    emb_images_free(images);
    return good ? 0 : 1;
}
