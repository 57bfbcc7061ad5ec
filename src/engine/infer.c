/* A trained network used: encode, decode, and the error of a reconstruction, block by block. */
#include <string.h>

#include "engine/run.h"
#include "engine/threads.h"

/* rows[n][count] into lanes: x[i][lane] = rows[lane][i], 0 for lanes at and past n. */
static void rows_to_lanes(const float *rows, size_t n, size_t count, float *x) {
    if (n < EMB__LANES) memset(x, 0, count * EMB__LANES * sizeof *x);
    for (size_t lane = 0; lane < n; lane++) {
        for (size_t i = 0; i < count; i++) x[i * EMB__LANES + lane] = rows[lane * count + i];
    }
}

static void lanes_to_rows(const float *x, size_t n, size_t count, float *rows) {
    for (size_t lane = 0; lane < n; lane++) {
        for (size_t i = 0; i < count; i++) rows[lane * count + i] = x[i * EMB__LANES + lane];
    }
}

/* out[n][...] = layers [from, to) of in[n][...]. */
static emb_status run_rows(emb_net *net, int from, int to, const float *in, size_t n, float *out,
                           int asked) {
    const size_t blocks = (n + EMB__LANES - 1) / EMB__LANES;
    const int threads = emb__threads_for(asked, blocks);
    const size_t in_count = emb__shape_count(&net->layers[from].in);
    const size_t out_count = emb__shape_count(&net->layers[to - 1].out);
    emb_status status = emb__net_workspaces(net, threads);
    if (status != EMB_OK) return status;
#pragma omp parallel for num_threads(threads) schedule(static) if (threads > 1)
    for (size_t b = 0; b < blocks; b++) {
        const emb__workspace *w = &net->workspaces[emb__thread_number()];
        const size_t first = b * EMB__LANES;
        const size_t here = n - first < EMB__LANES ? n - first : EMB__LANES;
        rows_to_lanes(in + first * in_count, here, in_count, emb__net_input(net, w, from));
        emb__net_forward(net, w, from, to);
        lanes_to_rows(emb__net_output(net, w, to - 1), here, out_count, out + first * out_count);
    }
    return EMB_OK;
}

emb_status emb_net_encode(emb_net *net, const float *images, size_t n, float *codes, int threads) {
    return run_rows(net, 0, net->encoder_end, images, n, codes, threads);
}

emb_status emb_net_decode(emb_net *net, const float *codes, size_t n, float *images, int threads) {
    return run_rows(net, net->encoder_end, net->layer_count, codes, n, images, threads);
}

emb_status emb_net_reconstruct(emb_net *net, const float *images, size_t n, float *out,
                               int threads) {
    return run_rows(net, 0, net->layer_count, images, n, out, threads);
}

void emb__net_lay_out(const emb_net *net, const emb__workspace *w, const emb_images *images,
                      const uint32_t *indices, size_t first, size_t count) {
    const uint8_t *pixels[EMB__LANES] = {0};
    for (size_t lane = 0; lane < count; lane++) {
        const size_t i = indices ? indices[first + lane] : first + lane;
        pixels[lane] = emb_images_pixels(images, i);
    }
    net->kernels->lay_out(pixels, (int)count, emb__shape_count(&net->input),
                          emb__net_input(net, w, 0));
}

emb_status emb__net_errors(emb_net *net, const emb_images *images, const uint32_t *indices,
                           size_t count, int asked, double *errors) {
    const size_t blocks = (count + EMB__LANES - 1) / EMB__LANES;
    const int threads = emb__threads_for(asked, blocks);
    emb_status status = emb__net_workspaces(net, threads);
    if (status != EMB_OK) return status;
#pragma omp parallel for num_threads(threads) schedule(static) if (threads > 1)
    for (size_t b = 0; b < blocks; b++) {
        const emb__workspace *w = &net->workspaces[emb__thread_number()];
        const size_t first = b * EMB__LANES;
        const size_t here = count - first < EMB__LANES ? count - first : EMB__LANES;
        double lanes[EMB__LANES];
        emb__net_lay_out(net, w, images, indices, first, here);
        emb__net_forward(net, w, 0, net->layer_count);
        net->kernels->squared_error(emb__net_output(net, w, net->layer_count - 1),
                                    emb__net_input(net, w, 0), emb__shape_count(&net->input),
                                    (int)here, 0, NULL, lanes);
        memcpy(errors + first, lanes, here * sizeof *errors);
    }
    return EMB_OK;
}
