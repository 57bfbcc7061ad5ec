/* See quant_moves.h. */
#include "model/int8/quant_moves.h"

/* Where the pixel of a channel lies. */
static size_t place_of(const emb__stage_tensor *tensor, const emb__shape *shape, int channel,
                       int row, int column) {
    const size_t at = ((size_t)channel * (size_t)shape->d[1] + (size_t)row) * (size_t)shape->d[2] +
                      (size_t)column;
    return emb__stage_place(tensor, at);
}

/* The sum of what an output meets. */
static int32_t weigh(const emb__bench *b, int stage, int channel, int y, int x) {
    const emb__stage *s = &b->q->stages.stages[stage];
    const emb__whole_line *whole = b->q->quants[stage].lines;
    const emb__line *rows = &s->layer->resample[0].rows, *columns = &s->layer->resample[0].columns;
    int32_t sum = 0;
    for (int i = rows->starts[y]; i < rows->starts[y + 1]; i++) {
        const int32_t by = emb__whole_weight(rows, &whole[0], i);
        for (int j = columns->starts[x]; j < columns->starts[x + 1]; j++) {
            const int32_t number = b->here[place_of(emb__stage_in(&b->q->stages, stage), &s->in,
                                                    channel, rows->at[i], columns->at[j])];
            sum += by * emb__whole_weight(columns, &whole[1], j) * number;
        }
    }
    return sum;
}

static int32_t choose(const emb__bench *b, int stage, int channel, int y, int x) {
    const emb__stage *s = &b->q->stages.stages[stage];
    const emb__windows *rows = &s->layer->pool.rows, *columns = &s->layer->pool.columns;
    int32_t most = INT32_MIN;
    for (int i = 0; i < rows->count[y] * columns->count[x]; i++) {
        const int32_t number =
            b->here[place_of(emb__stage_in(&b->q->stages, stage), &s->in, channel,
                             rows->first[y] + i / columns->count[x] * rows->step,
                             columns->first[x] + i % columns->count[x] * columns->step)];
        most = number > most ? number : most;
    }
    return most;
}

static void shuffle(const emb__bench *b, int stage, float *out) {
    const emb__stage *s = &b->q->stages.stages[stage];
    const emb__stage_tensor *from = emb__stage_in(&b->q->stages, stage);
    const emb__stage_tensor *to = &b->q->stages.tensors[stage + 1];
    const bool up = s->out.d[0] <= s->in.d[0];
    const emb__shape *large = up ? &s->out : &s->in, *small = up ? &s->in : &s->out;
    const int r = large->d[1] / small->d[1];
    for (int i = 0; i < large->d[0] * large->d[1] * large->d[2]; i++) {
        const int c = i / (large->d[1] * large->d[2]);
        const int y = i / large->d[2] % large->d[1], x = i % large->d[2];
        const int channel = c * r * r + y % r * r + x % r;
        const size_t big = place_of(up ? to : from, large, c, y, x);
        const size_t little = place_of(up ? from : to, small, channel, y / r, x / r);
        emb__quant_finish(b, stage, (size_t)channel, b->here[up ? little : big], up ? big : little,
                          out);
    }
}

void emb__quant_move(const emb__bench *b, int stage, float *out) {
    const emb__stage *s = &b->q->stages.stages[stage];
    const emb__stage_tensor *to = &b->q->stages.tensors[stage + 1];
    if (s->op->move == EMB__MOVE_SHUFFLE) {
        shuffle(b, stage, out);
        return;
    }
    for (int i = 0; i < s->out.d[0] * s->out.d[1] * s->out.d[2]; i++) {
        const int c = i / (s->out.d[1] * s->out.d[2]);
        const int y = i / s->out.d[2] % s->out.d[1], x = i % s->out.d[2];
        const int32_t sum =
            s->op->move == EMB__MOVE_WEIGH ? weigh(b, stage, c, y, x) : choose(b, stage, c, y, x);
        emb__quant_finish(b, stage, (size_t)c, sum, place_of(to, &s->out, c, y, x), out);
    }
}
