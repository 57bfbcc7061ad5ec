/* Trains a small network on made-up images and uses it: what a program with its own data does. */
#include <embudo.h>
#include <stdio.h>

int main(void) {
    static const char text[] =
        "input = 1, 4, 4\n"
        "encoder = Sequential(Flatten(), Linear(16, 2), Tanh())\n"
        "decoder = Sequential(Linear(2, 16), Sigmoid(), Unflatten(1, (1, 4, 4)))\n";
    static const int shape[3] = {1, 4, 4};
    unsigned char pixels[64 * 16];
    float code[2], image[16] = {0};
    for (int i = 0; i < 64 * 16; i++) pixels[i] = (unsigned char)(i % 16 < i / 16 % 16 ? 255 : 0);
    emb_images *images = emb_images_new(pixels, NULL, 64, shape);
    emb_net *net = emb_net_parse(text, "tiny", NULL);
    emb_run *run = emb_run_new(net, images, NULL);
    emb_epoch done;
    const int good = run && emb_run_epoch(run, &done) == EMB_OK &&
                     emb_net_encode(net, image, 1, code, 1) == EMB_OK;
    if (good) printf("embudo %s: loss %.3f\n", emb_version(), done.mean_loss);
    if (!good) fprintf(stderr, "%s\n", emb_error());
    emb_run_free(run);
    emb_net_free(net);
    emb_images_free(images);
    return good ? 0 : 1;
}
