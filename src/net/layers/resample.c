/* See resample.h. */
#include "net/layers/resample.h"

emb_status emb__resample_expect(const emb__layer *layer) {
    char got[EMB__SHAPE_TEXT];
    if (layer->in.rank == 3) return EMB_OK;
    return emb__fail(EMB_ERR_SHAPE, "expects an image (channels x height x width), gets %s",
                     emb__shape_print(&layer->in, got));
}

emb_status emb__resample_turn(emb__resample *both) {
    emb_status status = emb__line_turn(&both[0].rows, &both[1].rows);
    return status == EMB_OK ? emb__line_turn(&both[0].columns, &both[1].columns) : status;
}

void emb__resample_clear(emb__resample *both) {
    for (int i = 0; i < 2; i++) {
        emb__line_clear(&both[i].rows);
        emb__line_clear(&both[i].columns);
    }
}

void emb__resample_free(emb__layer *layer) { emb__resample_clear(layer->resample); }

void emb__resample_forward(const emb__layer *layer, const emb__pass *pass) {
    const emb__share share = emb__shape_share(&layer->out, pass->me);
    pass->k->resample(&layer->resample[0], &share, pass->in, pass->out, pass->scratch);
}

void emb__resample_backward(const emb__layer *layer, const emb__pass *pass) {
    if (!pass->grad_in) return;
    const emb__share share = emb__shape_share(&layer->in, pass->me);
    pass->k->resample(&layer->resample[1], &share, pass->grad_out, pass->grad_in, pass->scratch);
}

void emb__resample_single(const emb__layer *layer, const emb__single *pass) {
    pass->k->single_resample(&layer->resample[0], layer->in.d[0], pass->in, pass->out,
                             pass->scratch);
}

/* A row of the input, or of the output's gradient; for one image with all its channels. */
size_t emb__resample_scratch(const emb__layer *layer) {
    const size_t in = (size_t)layer->in.d[2], out = (size_t)layer->out.d[2];
    const size_t single = in * (size_t)layer->in.d[0] / EMB__LANES + 1;
    const size_t row = in > out ? in : out;
    return row > single ? row : single;
}
