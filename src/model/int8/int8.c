/* emb_int8_...: a network's parts as whole numbers. See quantise.h. */
#include <string.h>

#include "base/entry.h"
#include "base/memory.h"
#include "device/preprocessing.h"
#include "model/int8/quantise.h"

enum { SAMPLE = 1000, SAMPLE_FLOATS = 1 << 25 };

static const char *const parts[EMB__QUANT_PARTS] = {
    [EMB__QUANT_ENCODER] = "encoder",
    [EMB__QUANT_DECODER] = "decoder",
    [EMB__QUANT_CLASSIFIER] = "classifier",
    [EMB__QUANT_HEAD] = "head",
};

/* values[*count][...] = images at even distances, to be freed. */
static float *take_sample(const emb_net *net, const emb_images *images, const uint32_t *indices,
                          size_t *count) {
    int shape[3];
    emb_images_shape(images, shape);
    const size_t size = (size_t)shape[0] * (size_t)shape[1] * (size_t)shape[2];
    const size_t fit = SAMPLE_FLOATS / size < 16 ? 16 : SAMPLE_FLOATS / size;
    size_t most = fit < SAMPLE ? fit : SAMPLE;
    if (most > *count) most = *count;
    float *values = emb__calloc(most * size, sizeof *values);
    for (size_t i = 0; values && i < most; i++) {
        const size_t at = i * *count / most;
        emb__net_row(net, images, indices ? indices[at] : at, values + i * size);
    }
    *count = most;
    return values;
}

/* The sample as the part after the encoder sees it. */
static float *encode_sample(emb_net *net, const float *sample, size_t count) {
    float *codes = emb__calloc(count * (size_t)emb_net_latent(net), sizeof *codes);
    if (!codes || emb_net_encode(net, sample, count, codes, 0) == EMB_OK) return codes;
    emb__free(codes);
    return NULL;
}

static emb_status make_part(emb_int8 *int8, emb_net *net, int part, const float *sample,
                            size_t count) {
    int from, to;
    if (!emb_net_has_part(net, parts[part])) return EMB_OK;
    emb_status status = emb__net_part(net, parts[part], &from, &to);
    if (status != EMB_OK) return status;
    const bool pixels[2] = {int8->pixels && from == 0 &&
                                !(net->is_part && part == EMB__QUANT_DECODER),
                            int8->pixels && part == EMB__QUANT_DECODER && !net->is_part};
    float *codes = from > 0 ? encode_sample(net, sample, count) : NULL;
    if (from > 0 && !codes) return emb__last_status();
    status =
        emb__quant_new(net, from, to, codes ? codes : sample, count, pixels, &int8->parts[part]);
    int8->has[part] = status == EMB_OK;
    emb__free(codes);
    return status;
}

emb_int8 *emb_int8_new(emb_net *net, const emb_images *images, const uint32_t *indices,
                       size_t count) {
    EMB__ENTER;
    if (!net || !images) return NULL; /* the text is the constructor's that failed */
    if (emb_net_accepts(net, images) != EMB_OK) return NULL;
    if (count == 0) {
        emb__fail(EMB_ERR_ARGUMENT, "a sample of no images; expected at least one");
        return NULL;
    }
    if (emb__images_have(images, indices, count) != EMB_OK) return NULL;
    emb_int8 *int8 = emb__calloc(1, sizeof *int8);
    float *sample = int8 ? take_sample(net, images, indices, &count) : NULL;
    emb_status status = sample ? EMB_OK : EMB_ERR_MEMORY;
    if (int8) int8->pixels = !images->values && emb__net_plain_bytes(net);
    for (int part = 0; part < EMB__QUANT_PARTS && status == EMB_OK; part++) {
        status = make_part(int8, net, part, sample, count);
    }
    emb__free(sample);
    if (status == EMB_OK) return int8;
    emb_int8_free(int8);
    return NULL;
}

void emb_int8_free(emb_int8 *int8) {
    for (int part = 0; int8 && part < EMB__QUANT_PARTS; part++) {
        emb__quant_clear(&int8->parts[part]);
    }
    emb__free(int8);
}

static emb_status run(const emb_int8 *int8, emb__quant_part part, const float *in, size_t n,
                      float *out, int threads) {
    if (int8->has[part]) return emb__quant_run(&int8->parts[part], in, n, out, threads);
    return emb__fail(EMB_ERR_SHAPE, "the network has no part called %s", parts[part]);
}

emb_status emb_int8_encode(const emb_int8 *int8, const float *images, size_t n, float *codes,
                           int threads) {
    EMB__ENTER;
    return run(int8, EMB__QUANT_ENCODER, images, n, codes, threads);
}

emb_status emb_int8_decode(const emb_int8 *int8, const float *codes, size_t n, float *images,
                           int threads) {
    EMB__ENTER;
    return run(int8, EMB__QUANT_DECODER, codes, n, images, threads);
}

emb_status emb_int8_classify(const emb_int8 *int8, const float *images, size_t n, float *logits,
                             int threads) {
    EMB__ENTER;
    return run(int8, EMB__QUANT_CLASSIFIER, images, n, logits, threads);
}

emb_status emb_int8_classify_codes(const emb_int8 *int8, const float *codes, size_t n,
                                   float *logits, int threads) {
    EMB__ENTER;
    return run(int8, EMB__QUANT_HEAD, codes, n, logits, threads);
}
