/* Stages that make pixels of other ones without trained weights: their tables and loop nests. See
 * c_source.h. */
#include <stdio.h>

#include "model/c/c_source.h"

enum { A_LINE = 14 }; /* numbers */

/* One direction, as it is printed. */
typedef struct direction {
    const char *name, *at, *step; /* "row", the output's place, the tap's name */
    const emb__line *line;
    const emb__windows *windows;
    const emb__whole_line *whole; /* NULL: float */
    int most;                     /* inputs of one output */
} direction;

static int most_taps(const emb__line *line) {
    int most = 1;
    for (int o = 0; o < line->out_size; o++) {
        const int count = line->starts[o + 1] - line->starts[o];
        most = count > most ? count : most;
    }
    return most;
}

static int most_count(const emb__windows *w) {
    int most = 1;
    for (int o = 0; o < w->out_size; o++) most = w->count[o] > most ? w->count[o] : most;
    return most;
}

static void directions_of(const emb__c_part *part, int stage, direction d[2]) {
    const emb__stage *s = &part->stages->stages[stage];
    const emb__resample *r = &s->layer->resample[0];
    const emb__pool *p = &s->layer->pool;
    const bool weighs = s->op->move == EMB__MOVE_WEIGH;
    d[0] = (direction){.name = "row", .at = "y", .step = "i"};
    d[1] = (direction){.name = "column", .at = "x", .step = "j"};
    for (int i = 0; i < 2; i++) {
        if (weighs) {
            d[i].line = i ? &r->columns : &r->rows;
            d[i].most = most_taps(d[i].line);
            if (part->quant) d[i].whole = &part->quant->quants[stage].lines[i];
        } else {
            d[i].windows = i ? &p->columns : &p->rows;
            d[i].most = most_count(d[i].windows);
        }
    }
}

/* ---- tables ---------------------------------------------------------------------------------- */

/* Opens NAME_STAGE_row, with what follows that. */
static void open_table(emb__c_part *part, int stage, const char *type, const direction *d,
                       const char *what, size_t count, size_t size, emb__text *out) {
    emb__text_add(out, "static const %s ", type);
    emb__c_label(part, stage, out);
    emb__text_add(out, "_%s%s[%zu] = {", d->name, what, count);
    part->constants += count * size;
}

static void next_number(size_t i, emb__text *out) {
    emb__text_add(out, i % A_LINE == 0 ? "\n    " : " ");
}

/* Input k of output o; beyond its last one there is none, of weight 0. */
static int tap_of(const direction *d, size_t i) {
    const int o = (int)i / d->most, k = (int)i % d->most;
    const int t = d->line->starts[o] + k;
    return t < d->line->starts[o + 1] ? t : -1;
}

static void print_line(emb__c_part *part, int stage, const direction *d, emb__text *out) {
    const size_t count = (size_t)d->line->out_size * (size_t)d->most;
    open_table(part, stage, "uint16_t", d, "s", count, 2, out);
    for (size_t i = 0; i < count; i++) {
        const int t = tap_of(d, i);
        next_number(i, out);
        emb__text_add(out, "%d,", t < 0 ? 0 : d->line->at[t]);
    }
    emb__text_add(out, "\n};\n");
    if (d->line->copies) return;
    open_table(part, stage, d->whole ? "int16_t" : "float", d, "_weights", count, d->whole ? 2 : 4,
               out);
    for (size_t i = 0; i < count; i++) {
        const int t = tap_of(d, i);
        next_number(i, out);
        if (d->whole) {
            emb__text_add(out, "%d", t < 0 ? 0 : emb__whole_weight(d->line, d->whole, t));
        } else {
            emb__c_float(t < 0 ? 0 : d->line->weight[t], out);
        }
        emb__text_add(out, ",");
    }
    emb__text_add(out, "\n};\n");
}

static void print_windows(emb__c_part *part, int stage, const direction *d, emb__text *out) {
    const size_t count = (size_t)d->windows->out_size;
    for (int k = 0; k < 2; k++) {
        open_table(part, stage, "uint16_t", d, k ? "_count" : "_first", count, 2, out);
        for (size_t i = 0; i < count; i++) {
            next_number(i, out);
            emb__text_add(out, "%d,", k ? d->windows->count[i] : d->windows->first[i]);
        }
        emb__text_add(out, "\n};\n");
    }
}

void emb__c_plan(emb__c_part *part, int stage, emb__text *out) {
    direction d[2];
    const emb__stage_op *op = part->stages->stages[stage].op;
    if (!op || op->move == EMB__MOVE_NOT || op->move == EMB__MOVE_SHUFFLE) return;
    directions_of(part, stage, d);
    for (int i = 0; i < 2; i++) {
        if (d[i].line) print_line(part, stage, &d[i], out);
        if (d[i].windows) print_windows(part, stage, &d[i], out);
    }
}

/* ---- loop nests ------------------------------------------------------------------------------ */

/* Opens the loops over a stage's output; all lines of the body are indented by three levels. */
static const char body[] = "            ";

static void open_loops(const emb__shape *over, emb__text *out) {
    emb__text_add(out, "    for (int y = 0; y < %d; y++) {\n", over->d[1]);
    emb__text_add(out, "        for (int x = 0; x < %d; x++) {\n", over->d[2]);
    emb__text_add(out, "            for (int c = 0; c < %d; c++) {\n", over->d[0]);
}

static void close_loops(emb__text *out) { emb__text_add(out, "            }\n        }\n    }\n"); }

/* The place of a pixel, as C. */
static void print_place(const emb__stage_tensor *tensor, const emb__shape *shape, const char *row,
                        const char *column, const char *channel, char *place, size_t room) {
    if (tensor->by_pixel) {
        snprintf(place, room, "((%s) * %d + %s) * %d + %s", row, shape->d[2], column, shape->d[0],
                 channel);
    } else {
        snprintf(place, room, "((%s) * %d + %s) * %d + %s", channel, shape->d[1], row, shape->d[2],
                 column);
    }
}

enum { PLACE = 256 };

/* Opens the loop over a direction's inputs; the input is then `row` or `column`. */
static void open_taps(const emb__c_part *part, int stage, const direction *d, const char *indent,
                      emb__text *out) {
    const bool weighs = d->line != NULL;
    emb__text_add(out, "%sfor (int %s = 0; %s < %d; %s++) {\n", indent, d->step, d->step, d->most,
                  d->step);
    if (!weighs) {
        emb__text_add(out, "%s    if (%s >= ", indent, d->step);
        emb__c_label(part, stage, out);
        emb__text_add(out, "_%s_count[%s]) break;\n", d->name, d->at);
    }
    emb__text_add(out, "%s    const int %s = ", indent, d->name);
    emb__c_label(part, stage, out);
    if (weighs) {
        emb__text_add(out, "_%ss[%s * %d + %s];\n", d->name, d->at, d->most, d->step);
    } else {
        emb__text_add(out, "_%s_first[%s] + %s * %d;\n", d->name, d->at, d->step, d->windows->step);
    }
}

/* "w * " and so on: the weights of a line that has some. */
static void print_weight(const emb__c_part *part, int stage, const direction *d, const char *indent,
                         emb__text *out) {
    emb__text_add(out, "%s    const %s %s_w = ", indent, part->quant ? "int32_t" : "float",
                  d->name);
    emb__c_label(part, stage, out);
    emb__text_add(out, "_%s_weights[%s * %d + %s];\n", d->name, d->at, d->most, d->step);
    emb__text_add(out, "%s    if (%s_w == 0) continue;\n", indent, d->name);
}

static void weigh(const emb__c_part *part, int stage, const char *to, emb__text *out) {
    const emb__stage *s = &part->stages->stages[stage];
    direction d[2];
    char from[PLACE];
    directions_of(part, stage, d);
    print_place(emb__stage_in(part->stages, stage), &s->in, "row", "column", "c", from,
                sizeof from);
    const bool copies = d[0].line->copies && d[1].line->copies;
    const char *type = part->quant ? "int32_t" : "float";
    emb__text_add(out, "%s    %s sum = 0;\n", body, type);
    open_taps(part, stage, &d[0], "                ", out);
    if (!d[0].line->copies) print_weight(part, stage, &d[0], "                ", out);
    open_taps(part, stage, &d[1], "                    ", out);
    if (!d[1].line->copies) print_weight(part, stage, &d[1], "                    ", out);
    emb__text_add(out, "                        sum %s %s%sin[%s];\n",
                  copies ? "=" : "+=", d[0].line->copies ? "" : "row_w * ",
                  d[1].line->copies ? "" : "column_w * ", from);
    emb__text_add(out, "                    }\n                }\n");
    emb__c_finish(part, stage, "                ", to, "sum", "c", out);
}

static void choose(const emb__c_part *part, int stage, const char *to, emb__text *out) {
    const emb__stage *s = &part->stages->stages[stage];
    direction d[2];
    char from[PLACE], first[PLACE], row[96], column[96];
    emb__text label = {0};
    directions_of(part, stage, d);
    emb__c_label(part, stage, &label);
    snprintf(row, sizeof row, "%s_row_first[y]", label.bytes ? label.bytes : "");
    snprintf(column, sizeof column, "%s_column_first[x]", label.bytes ? label.bytes : "");
    out->failed = out->failed || label.failed;
    emb__free(label.bytes);
    const emb__stage_tensor *tensor = emb__stage_in(part->stages, stage);
    print_place(tensor, &s->in, "row", "column", "c", from, sizeof from);
    print_place(tensor, &s->in, row, column, "c", first, sizeof first);
    const char *type = part->quant ? "int32_t" : "float";
    emb__text_add(out, "%s    %s most = in[%s];\n", body, type, first);
    open_taps(part, stage, &d[0], "                ", out);
    open_taps(part, stage, &d[1], "                    ", out);
    emb__text_add(out, "                        const %s v = in[%s];\n", type, from);
    emb__text_add(out, "                        if (v > most%s) most = v;\n",
                  part->quant ? "" : " || v != v");
    emb__text_add(out, "                    }\n                }\n");
    emb__c_finish(part, stage, "                ", to, "most", "c", out);
}

/* Over the image with fewer channels: channel c, row y, column x. */
static void shuffle(const emb__c_part *part, int stage, emb__text *out) {
    const emb__stage *s = &part->stages->stages[stage];
    const emb__stage_tensor *in = emb__stage_in(part->stages, stage),
                            *to = &part->stages->tensors[stage + 1];
    const bool up = s->out.d[0] <= s->in.d[0];
    const emb__shape *large = up ? &s->out : &s->in, *small = up ? &s->in : &s->out;
    const int r = large->d[1] / small->d[1];
    char big[PLACE], little[PLACE], channel[64], row[32], column[32], value[PLACE + 16];
    snprintf(channel, sizeof channel, "(c * %d + y %% %d * %d + x %% %d)", r * r, r, r, r);
    snprintf(row, sizeof row, "y / %d", r);
    snprintf(column, sizeof column, "x / %d", r);
    print_place(up ? to : in, large, "y", "x", "c", big, sizeof big);
    print_place(up ? in : to, small, row, column, channel, little, sizeof little);
    snprintf(value, sizeof value, "%sin[%s]", part->quant ? "(int32_t)" : "", up ? little : big);
    open_loops(large, out);
    emb__c_finish(part, stage, "                ", up ? big : little, value, channel, out);
    close_loops(out);
}

void emb__c_move(const emb__c_part *part, int stage, emb__text *out) {
    const emb__stage *s = &part->stages->stages[stage];
    char to[PLACE];
    if (s->op->move == EMB__MOVE_SHUFFLE) {
        shuffle(part, stage, out);
        return;
    }
    print_place(&part->stages->tensors[stage + 1], &s->out, "y", "x", "c", to, sizeof to);
    open_loops(&s->out, out);
    (s->op->move == EMB__MOVE_WEIGH ? weigh : choose)(part, stage, to, out);
    close_loops(out);
}
