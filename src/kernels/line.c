/* Which pixels become which, by what weights: planned once, in both directions. */
#include <string.h>

#include "base/memory.h"
#include "kernels/line.h"

emb_status emb__line_open(emb__line *line, int in_size, int out_size, size_t most) {
    *line = (emb__line){.in_size = in_size, .copies = true};
    line->starts = emb__calloc((size_t)out_size + 2, sizeof *line->starts);
    line->at = emb__calloc(most + 1, sizeof *line->at);
    line->weight = emb__calloc(most + 1, sizeof *line->weight);
    if (line->starts && line->at && line->weight) return EMB_OK;
    emb__line_clear(line);
    return EMB_ERR_MEMORY;
}

void emb__line_add(emb__line *line, int at, float weight) {
    const int t = line->starts[line->out_size + 1]++;
    line->at[t] = at;
    line->weight[t] = weight;
}

void emb__line_end(emb__line *line) {
    const int from = line->starts[line->out_size], to = line->starts[line->out_size + 1];
    line->copies = line->copies && to == from + 1 && line->weight[from] == 1;
    line->starts[++line->out_size + 1] = to;
}

emb_status emb__line_turn(const emb__line *line, emb__line *turned) {
    const int all = line->starts[line->out_size];
    emb_status status = emb__line_open(turned, line->out_size, line->in_size, (size_t)all);
    if (status != EMB_OK) return status;
    int *starts = turned->starts; /* counts, then places, then again the starts */
    for (int t = 0; t < all; t++) starts[line->at[t] + 1]++;
    for (int i = 0; i < line->in_size; i++) starts[i + 1] += starts[i];
    for (int o = 0; o < line->out_size; o++) {
        for (int t = line->starts[o]; t < line->starts[o + 1]; t++) {
            const int place = starts[line->at[t]]++;
            turned->at[place] = o;
            turned->weight[place] = line->weight[t];
        }
    }
    memmove(starts + 1, starts, (size_t)line->in_size * sizeof *starts);
    starts[0] = 0;
    turned->out_size = line->in_size;
    for (int i = 0; i < line->in_size; i++) {
        turned->copies =
            turned->copies && starts[i + 1] == starts[i] + 1 && turned->weight[starts[i]] == 1;
    }
    return EMB_OK;
}

void emb__line_clear(emb__line *line) {
    emb__free(line->starts);
    emb__free(line->at);
    emb__free(line->weight);
    *line = (emb__line){0};
}
