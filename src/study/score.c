/* How good a network is: at reconstruction by mean squared error and peak signal-to-noise ratio, at
 * classification by cross entropy, accuracy and confusion. */
#include <math.h>
#include <string.h>

#include "base/entry.h"
#include "base/memory.h"
#include "device/preprocessing.h"
#include "train/image_errors.h"

static emb_status check_indices(const emb_images *images, const uint32_t *indices, size_t count) {
    if (count == 0) return emb__fail(EMB_ERR_ARGUMENT, "no images to score; expected at least one");
    return emb__images_have(images, indices, count);
}

/* From images that it was not made for, a network may compute numbers too large for float32. */
static emb_status check_finite(const emb_net *net, const double *errors, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (isfinite(errors[i])) continue;
        return emb__fail(EMB_ERR_DIVERGED,
                         "%s gives numbers for image %zu that are not finite; are the images' "
                         "numbers like those that it was trained on?",
                         net->spec.name, i);
    }
    return EMB_OK;
}

static emb_status check_reconstructs(const emb_net *net, const emb_images *images,
                                     const uint32_t *indices, size_t count) {
    emb_status status = emb__net_reconstructs(net);
    if (status == EMB_OK) status = emb_net_accepts(net, images);
    return status == EMB_OK ? check_indices(images, indices, count) : status;
}

emb_status emb_net_errors(emb_net *net, const emb_images *images, const uint32_t *indices,
                          size_t count, int threads, double *mse) {
    EMB__ENTER;
    if (!indices) count = emb_images_count(images);
    emb_status status = check_reconstructs(net, images, indices, count);
    emb__loss loss;
    if (status == EMB_OK) status = emb__loss_make(&loss, net, NULL);
    if (status == EMB_OK) {
        status = emb__net_errors(net, &loss, images, indices, count, threads, mse, NULL);
    }
    if (status == EMB_OK) status = check_finite(net, mse, count);
    const double elements = (double)emb__shape_count(&net->input);
    for (size_t i = 0; status == EMB_OK && i < count; i++) mse[i] /= elements;
    return status;
}

emb_status emb_net_score(emb_net *net, const emb_images *images, const uint32_t *indices,
                         size_t count, int threads, emb_score *score) {
    EMB__ENTER;
    if (!indices) count = emb_images_count(images);
    emb_status status = check_reconstructs(net, images, indices, count);
    if (status != EMB_OK) return status;
    double *errors = emb__calloc(count, sizeof *errors);
    if (!errors) return EMB_ERR_MEMORY;
    emb__loss loss;
    status = emb__loss_make(&loss, net, NULL);
    if (status == EMB_OK) {
        status = emb__net_errors(net, &loss, images, indices, count, threads, errors, NULL);
    }
    if (status == EMB_OK) status = check_finite(net, errors, count);
    /* Adds image by image in their order, so that threads cannot change the sum. */
    double sum = 0;
    for (size_t i = 0; i < count; i++) sum += errors[i];
    emb__free(errors);
    if (status != EMB_OK) return status;
    int shape[3];
    emb_net_input_shape(net, shape);
    double elements = (double)shape[0] * shape[1] * shape[2] * (double)count;
    score->mse = sum / elements;
    const double peak = emb__net_peak(net, images);
    score->psnr = 10 * log10(peak * peak / score->mse);
    score->count = count;
    return EMB_OK;
}

/* Goes image by image in their order, as above. */
static void count_classes(const emb_net *net, const emb_images *images, const uint32_t *indices,
                          const double *errors, const uint8_t *predicted, emb_class_score *score,
                          uint32_t *confusion) {
    const size_t classes = (size_t)emb_net_classes(net);
    double sum = 0;
    size_t right = 0;
    if (confusion) memset(confusion, 0, classes * classes * sizeof *confusion);
    for (size_t i = 0; i < score->count; i++) {
        const int label = emb_images_label(images, indices ? indices[i] : i);
        sum += errors[i];
        right += predicted[i] == label;
        if (confusion) confusion[(size_t)label * classes + predicted[i]]++;
    }
    score->loss = sum / (double)score->count;
    score->accuracy = (double)right / (double)score->count;
}

emb_status emb_net_score_classes(emb_net *net, const emb_images *images, const uint32_t *indices,
                                 size_t count, int threads, emb_class_score *score,
                                 uint32_t *confusion) {
    EMB__ENTER;
    if (!indices) count = emb_images_count(images);
    emb_status status = emb__net_needs(net, "classifier");
    if (status == EMB_OK) status = emb_net_accepts(net, images);
    emb__loss loss;
    if (status == EMB_OK) status = emb__loss_make(&loss, net, NULL);
    if (status == EMB_OK) status = emb__loss_prepare(&loss, net, images);
    if (status == EMB_OK) status = check_indices(images, indices, count);
    if (status != EMB_OK) return status;
    double *errors = emb__calloc(count, sizeof *errors);
    uint8_t *predicted = emb__calloc(count, sizeof *predicted);
    status = errors && predicted
                 ? emb__net_errors(net, &loss, images, indices, count, threads, errors, predicted)
                 : EMB_ERR_MEMORY;
    score->count = count;
    if (status == EMB_OK) status = check_finite(net, errors, count);
    if (status == EMB_OK) {
        count_classes(net, images, indices, errors, predicted, score, confusion);
    }
    emb__free(errors);
    emb__free(predicted);
    return status;
}
