/* gradients MODEL IMAGES.npy GRADIENTS.safetensors: the gradients of the loss of float32 images,
 * under the tensors' own names. For state_dicts.py. */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "codec/safetensors.h"
#include "net/net.h"

static int fail(void) {
    fprintf(stderr, "gradients: %s\n", emb_error());
    return 1;
}

static int write(const emb_net *net, const float *grads, const char *path) {
    const size_t count = emb_net_tensor_count(net);
    emb_tensor_info *tensors = emb__calloc(count, sizeof *tensors);
    emb__text header = {0};
    if (!tensors) return fail();
    for (size_t i = 0; i < count; i++) {
        emb_net_tensor(net, i, &tensors[i]);
        tensors[i].values = grads + net->tensors[i].param->at;
    }
    const bool good = emb__safetensors_header(tensors, count, NULL, 0, &header) == EMB_OK &&
                      emb__safetensors_write(path, &header, tensors, count) == EMB_OK;
    emb__free(tensors);
    emb__free(header.bytes);
    return good ? 0 : fail();
}

int main(int argc, char **argv) {
    if (argc != 4) return 2;
    const emb_open_options all = {.test_split = -1}; /* none of the images is held out */
    emb_net *net = emb_net_open(argv[1], NULL);
    emb_images *images = net ? emb_images_open_part(argv[2], EMB_TRAIN, &all) : NULL;
    float *grads = images ? emb__calloc(net->param_stride, sizeof *grads) : NULL;
    if (!grads || emb_net_gradients(net, images, NULL, 0, grads, NULL) != EMB_OK) return fail();
    const int code = write(net, grads, argv[3]);
    emb__free(grads);
    emb_images_free(images);
    emb_net_free(net);
    return code;
}
