/* How alike images and their reconstructions look: SSIM and MS-SSIM. */
#include <math.h>
#include <stdio.h>

#include "base/entry.h"
#include "base/memory.h"
#include "device/preprocessing.h"
#include "train/image_errors.h"

/* *mean = the mean index by a loss that is 1 less the index. */
static emb_status measure(emb_net *net, const char *kind, const emb_images *images,
                          const uint32_t *indices, size_t count, int threads, double *mean) {
    char text[64];
    emb__loss loss;
    snprintf(text, sizeof text, "%s(data_range=%.17g)", kind, emb__net_peak(net, images));
    emb_status status = emb__loss_make(&loss, net, text);
    if (status == EMB_OK) status = emb__loss_prepare(&loss, net, images);
    double *errors = emb__calloc(count, sizeof *errors);
    if (status == EMB_OK && !errors) status = EMB_ERR_MEMORY;
    if (status == EMB_OK) {
        status = emb__net_errors(net, &loss, images, indices, count, threads, errors, NULL);
    }
    /* In the images' order, so that threads cannot change the sum. */
    double sum = 0;
    for (size_t i = 0; i < count && status == EMB_OK; i++) sum += 1 - errors[i];
    *mean = sum / (double)count;
    emb__free(errors);
    return status;
}

emb_status emb_net_similarity(emb_net *net, const emb_images *images, const uint32_t *indices,
                              size_t count, int threads, emb_similarity *similarity) {
    EMB__ENTER;
    enum { WINDOW = 11, LEAST_SIDE = 16 * WINDOW }; /* a window on the last of five scales */
    const int *sides = net->input.d + 1;
    if (!indices) count = emb_images_count(images);
    emb_status status = emb__net_reconstructs(net);
    if (status == EMB_OK) status = emb_net_accepts(net, images);
    if (status == EMB_OK) status = emb__images_have(images, indices, count);
    if (status == EMB_OK && count == 0) {
        status = emb__fail(EMB_ERR_ARGUMENT, "no images to compare; expected at least one");
    }
    if (status == EMB_OK && (net->input.rank != 3 || sides[0] < WINDOW || sides[1] < WINDOW)) {
        char got[EMB__SHAPE_TEXT];
        status = emb__fail(EMB_ERR_SHAPE,
                           "the similarity's window needs images of at least %dx%d pixels; these "
                           "are %s",
                           WINDOW, WINDOW, emb__shape_print(&net->input, got));
    }
    if (status == EMB_OK && !(emb__net_peak(net, images) > 0)) {
        status = emb__fail(EMB_ERR_ARGUMENT, "the similarity needs the images' black and white, "
                                             "which are not known");
    }
    if (status != EMB_OK) return status;
    emb_similarity made = {.ms_ssim = NAN, .count = count};
    status = measure(net, "ssim", images, indices, count, threads, &made.ssim);
    const bool large = sides[0] >= LEAST_SIDE && sides[1] >= LEAST_SIDE;
    if (status == EMB_OK && large) {
        status = measure(net, "ms_ssim", images, indices, count, threads, &made.ms_ssim);
    }
    if (status == EMB_OK) *similarity = made;
    return status;
}
