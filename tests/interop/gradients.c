/* gradients MODEL IMAGES.npy GRADIENTS.safetensors: the gradients of MSELoss between at most 16
 * float32 images and their reconstructions, under the tensors' own names. For safetensors.py. */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "engine/run.h"
#include "engine/threads.h"
#include "formats/safetensors.h"

static int fail(void) {
    fprintf(stderr, "gradients: %s\n", emb_error());
    return 1;
}

/* Forward and back on one block. */
static void run(emb_net *net, const emb_images *images, size_t count, float *grads) {
    const emb__workspace *w = &net->workspaces[0];
    double errors[EMB__LANES];
    const float scale = 2 / (float)(count * emb__net_loss_terms(net));
    emb__net_lay_out(net, w, images, NULL, 0, count);
    emb__net_forward(net, w, 0, net->layer_count);
    emb__net_loss(net, w, images, NULL, 0, count, scale, w->grad[0], errors, NULL);
    emb__net_backward(net, w, grads, false);
}

static int write(const emb_net *net, const float *grads, const char *path) {
    const size_t count = emb_net_tensor_count(net);
    emb_tensor_info *tensors = emb__calloc(count, sizeof *tensors);
    uint8_t *bytes = NULL;
    size_t size;
    if (!tensors) return fail();
    for (size_t i = 0; i < count; i++) {
        emb_net_tensor(net, i, &tensors[i]);
        tensors[i].values = grads + net->tensors[i].param->at;
    }
    const bool good = emb__safetensors_print(tensors, count, NULL, 0, &bytes, &size) == EMB_OK &&
                      emb_file_write(path, bytes, size) == EMB_OK;
    emb__free(tensors);
    emb__free(bytes);
    return good ? 0 : fail();
}

int main(int argc, char **argv) {
    if (argc != 4) return 2;
    emb_net *net = emb_net_open(argv[1], NULL);
    emb_images *images = net ? emb_images_open(argv[2], EMB_TRAIN) : NULL;
    if (!images || emb__net_workspaces(net, 1, 1) != EMB_OK) return fail();
    const size_t count = emb_images_count(images);
    float *grads = emb__calloc(net->param_stride, sizeof *grads);
    if (!grads || count > EMB__LANES) return fail();
    run(net, images, count, grads);
    const int code = write(net, grads, argv[3]);
    emb__free(grads);
    emb_images_free(images);
    emb_net_free(net);
    return code;
}
