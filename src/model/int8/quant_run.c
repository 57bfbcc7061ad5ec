/* Running a network of whole numbers. See quantise.h. */
#include <string.h>

#include "base/memory.h"
#include "base/threads.h"
#include "model/int8/quant_ends.h"
#include "model/int8/quant_moves.h"

static void copy_stage(const emb__bench *b, int stage, float *out) {
    const emb__stage_tensor *in = emb__stage_in(&b->q->stages, stage);
    for (size_t i = 0; i < in->count; i++) {
        const size_t place = emb__stage_place(in, i);
        emb__quant_finish(b, stage, emb__stage_channel(in, i), b->here[place], place, out);
    }
}

static void linear_stage(const emb__bench *b, int stage, float *out) {
    const emb__quant_stage *s = &b->q->quants[stage];
    const size_t inputs = emb__stage_in(&b->q->stages, stage)->count;
    memcpy(b->sums, s->bias, s->sums * sizeof *b->sums);
    for (size_t i = 0; i < inputs; i++) {
        const int32_t x = b->here[i];
        const int8_t *weight = s->weight + i * s->sums;
        for (size_t o = 0; o < s->sums; o++) b->sums[o] += x * weight[o];
    }
    for (size_t o = 0; o < s->sums; o++) emb__quant_finish(b, stage, o, b->sums[o], o, out);
}

/* Adds the products of the kernel's position k and the input at its place. */
static void add_place(const emb__bench *b, int stage, size_t k, size_t row, size_t column) {
    const emb__stage *s = &b->q->stages.stages[stage];
    const emb__quant_stage *numbers = &b->q->quants[stage];
    const bool by_pixel = emb__stage_in(&b->q->stages, stage)->by_pixel;
    const size_t channels = (size_t)s->in.d[0], groups = (size_t)s->groups;
    const size_t width = (size_t)s->in.d[2];
    const size_t pixel = row * width + column, plane = (size_t)s->in.d[1] * width;
    const size_t own = channels / groups, each = numbers->sums / groups;
    for (size_t c = 0; c < channels; c++) {
        const int32_t x = b->here[by_pixel ? pixel * channels + c : c * plane + pixel];
        const size_t first = c / own * each;
        const int8_t *weight = numbers->weight + (k * own + c % own) * numbers->sums + first;
        int32_t *sums = b->sums + first;
        for (size_t o = 0; o < each; o++) sums[o] += x * weight[o];
    }
}

static void conv_stage(const emb__bench *b, int stage, float *out) {
    const emb__stage *s = &b->q->stages.stages[stage];
    const emb__quant_stage *numbers = &b->q->quants[stage];
    const bool by_pixel = b->q->stages.tensors[stage + 1].by_pixel;
    const int height = s->out.d[1], width = s->out.d[2];
    const size_t plane = (size_t)height * (size_t)width;
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            memcpy(b->sums, numbers->bias, numbers->sums * sizeof *b->sums);
            for (int k = 0; k < s->kernel[0] * s->kernel[1]; k++) {
                const int row = s->op->meets(s, 0, y, k / s->kernel[1]);
                const int column = s->op->meets(s, 1, x, k % s->kernel[1]);
                if (row < 0 || column < 0) continue;
                add_place(b, stage, (size_t)k, (size_t)row, (size_t)column);
            }
            const size_t pixel = (size_t)y * (size_t)width + (size_t)x;
            for (size_t o = 0; o < numbers->sums; o++) {
                emb__quant_finish(b, stage, o, b->sums[o],
                                  by_pixel ? pixel * numbers->sums + o : o * plane + pixel, out);
            }
        }
    }
}

/* Sum c of two tensors, at number i in C order. */
static int32_t add_numbers(const emb__bench *b, int stage, size_t c, size_t i) {
    const emb__quant_stage *numbers = &b->q->quants[stage];
    int32_t sum = 0;
    for (int k = 0; k < 2; k++) {
        const emb__stage_tensor *in = emb__stage_in_at(&b->q->stages, stage, k);
        const size_t at = b->q->tensors[b->q->stages.stages[stage].reads[k]].at;
        sum += b->numbers[at + emb__stage_place(in, i)] * numbers->by[k][c];
    }
    return sum;
}

static void sum_stage(const emb__bench *b, int stage, float *out) {
    const emb__stage_tensor *to = &b->q->stages.tensors[stage + 1];
    const size_t plane = to->count / b->q->quants[stage].sums;
    for (size_t i = 0; i < to->count; i++) {
        const size_t c = i / plane;
        emb__quant_finish(b, stage, c, add_numbers(b, stage, c, i), emb__stage_place(to, i), out);
    }
}

static void sides_stage(const emb__bench *b, int stage, float *out) {
    const emb__stage *s = &b->q->stages.stages[stage];
    const emb__stage_tensor *to = &b->q->stages.tensors[stage + 1];
    const size_t plane = to->count / b->q->quants[stage].sums;
    size_t first = 0;
    for (int k = 0; k < s->read_count; k++) {
        const emb__stage_tensor *in = emb__stage_in_at(&b->q->stages, stage, k);
        const int16_t *numbers = b->numbers + b->q->tensors[s->reads[k]].at;
        for (size_t i = 0; i < in->count; i++) {
            emb__quant_finish(b, stage, (first + i) / plane, numbers[emb__stage_place(in, i)],
                              emb__stage_place(to, first + i), out);
        }
        first += in->count;
    }
}

static void run_stage(const emb__bench *b, int stage, float *out) {
    const emb__stage_op *op = b->q->stages.stages[stage].op;
    if (!op) {
        copy_stage(b, stage, out);
    } else if (op->move) {
        emb__quant_move(b, stage, out);
    } else if (op->join) {
        (op->join == EMB__JOIN_SUM ? sum_stage : sides_stage)(b, stage, out);
    } else if (op->features) {
        linear_stage(b, stage, out);
    } else {
        conv_stage(b, stage, out);
    }
}

/* Turns the input into whole numbers, rounded half away from zero. */
static void enter(const emb__bench *b, const float *in) {
    const emb__stage_tensor *tensor = &b->q->stages.tensors[0];
    const emb__quant_tensor *t = &b->q->tensors[0];
    const float most = (float)t->most, least = t->number == EMB__NUMBER_U8 ? 0 : -most;
    for (size_t i = 0; i < tensor->count; i++) {
        float x = in[i] * (float)(1 / t->scales[emb__stage_channel(tensor, i)]);
        x = x > least ? x : least; /* also for a NaN */
        x = x < most ? x : most;
        b->numbers[i] = (int16_t)(x < 0 ? x - 0.5f : x + 0.5f);
    }
}

static void run_one(emb__bench *b, const float *in, float *out) {
    const emb__quant *q = b->q;
    const int count = q->stages.count;
    enter(b, in);
    for (int i = 0; i < count; i++) {
        b->here = b->numbers + q->tensors[q->stages.stages[i].reads[0]].at;
        b->there = b->numbers + q->tensors[i + 1].at;
        run_stage(b, i, out);
    }
    if (q->tensors[count].number == EMB__NUMBER_FLOAT) return;
    const int16_t *last = b->numbers + q->tensors[count].at;
    for (size_t i = 0; i < q->stages.tensors[count].count; i++) out[i] = (float)last[i] / 255.0f;
}

typedef struct job {
    const emb__quant *q;
    const float *in;
    float *out;
    size_t count, sums; /* sums: the most of any stage */
    int16_t *room;      /* [threads][q->numbers] */
    int32_t *sum_room;  /* [threads][sums] */
} job;

static void run_part(void *data, const emb__member *me) {
    const job *j = data;
    const emb__stages *s = &j->q->stages;
    const size_t ins = s->tensors[0].count, outs = s->tensors[s->count].count;
    const size_t number = (size_t)me->number;
    size_t from;
    const size_t to = emb__member_part(me, j->count, &from);
    emb__bench b = {.q = j->q,
                    .numbers = j->room + number * j->q->numbers,
                    .sums = j->sum_room + number * j->sums};
    for (size_t i = from; i < to; i++) run_one(&b, j->in + i * ins, j->out + i * outs);
}

emb_status emb__quant_run(const emb__quant *quant, const float *in, size_t count, float *out,
                          int threads) {
    job j = {.q = quant, .in = in, .out = out, .count = count};
    const int members = emb__threads_for(threads, count);
    for (int i = 0; i < quant->stages.count; i++) {
        if (quant->quants[i].sums > j.sums) j.sums = quant->quants[i].sums;
    }
    j.room = emb__calloc((size_t)members * quant->numbers, sizeof *j.room);
    j.sum_room = emb__calloc((size_t)members * j.sums, sizeof *j.sum_room);
    emb_status status = j.room && j.sum_room ? EMB_OK : EMB_ERR_MEMORY;
    if (status == EMB_OK) emb__team_run(members, run_part, &j);
    emb__free(j.room);
    emb__free(j.sum_room);
    return status;
}
