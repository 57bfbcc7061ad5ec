/* Trains the notebook's network (see docs/guide.md) and saves it.
 *
 *     cc train.c -o train $(pkg-config --cflags --libs embudo)
 *     ./train [FOLDER [EPOCHS]]
 *
 * FOLDER holds MNIST's four files; without one, the copy that comes with embudo is used. EPOCHS may
 * be a fraction; default 1. */
#include <embudo.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
    emb_images *images = emb_images_open(argc > 1 ? argv[1] : "mnist", EMB_TRAIN);
    emb_net *net = images ? emb_net_open("notebook", NULL) : NULL;
    emb_run *run = net ? emb_run_new(net, images, NULL) : NULL;
    double epochs = argc > 2 ? strtod(argv[2], NULL) : 1;
    double steps = run ? epochs * (double)emb_run_steps_per_epoch(run) : 0;

    float loss = 0;
    emb_epoch done;
    bool good = run != NULL;
    while (good && (double)emb_run_steps(run) < steps) {
        good = emb_run_step(run, &loss) == EMB_OK;
        if (!good || !emb_run_epoch_done(run)) continue;
        good = emb_run_finish_epoch(run, &done) == EMB_OK;
        if (good) printf("validation loss %.4f\n", done.validation_loss);
    }
    if (good) good = emb_net_save(net, "model.safetensors", NULL, 0) == EMB_OK;
    if (good) printf("%zu steps, last loss %.4f: model.safetensors\n", emb_run_steps(run), loss);
    if (!good) fprintf(stderr, "%s\n", emb_error());

    emb_run_free(run);
    emb_net_free(net);
    emb_images_free(images);
    return good ? 0 : 1;
}
