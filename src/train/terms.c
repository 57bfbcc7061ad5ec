/* See terms.h. */
#include "train/terms.h"

#include <math.h>

#include "device/cpu/pass.h"

void emb__terms_find(const emb_net *net, const emb__workspace *w, size_t count, emb__term *terms) {
    const emb__layer *layer = &net->layers[net->bottleneck];
    const emb__pass pass = emb__net_pass(net, w, net->bottleneck);
    const double weight = emb__term_weight(layer, emb__shape_count(&net->input), w->epochs);
    emb__term found[EMB__LANES];
    layer->kind->bottleneck->find_term(layer, &pass, found);
    if (!w->training && w->uses) layer->kind->bottleneck->count_uses(layer, &pass, count, w->uses);
    for (size_t i = 0; i < count; i++) {
        terms[i] = (emb__term){found[i].said, weight * found[i].added};
    }
}

size_t emb__terms_row(const emb_net *net) {
    if (net->bottleneck < 0) return 0;
    const emb__layer *layer = &net->layers[net->bottleneck];
    return layer->kind->bottleneck->judge ? layer->kind->bottleneck->row_count(layer) : 0;
}

void emb__terms_keep(const emb_net *net, const emb__workspace *w, size_t count, float *rows) {
    const emb__layer *layer = &net->layers[net->bottleneck];
    const emb__pass pass = emb__net_pass(net, w, net->bottleneck);
    const size_t row = emb__terms_row(net);
    for (size_t lane = 0; lane < count; lane++) {
        layer->kind->bottleneck->keep(layer, &pass, lane, rows + lane * row);
    }
}

void emb__terms_judge(const emb_net *net, const float *rows, size_t count, size_t batch,
                      emb__term *terms) {
    const emb__layer *layer = &net->layers[net->bottleneck];
    const emb__bottleneck *kind = layer->kind->bottleneck;
    const size_t row = emb__terms_row(net);
    const double weight = emb__term_weight(layer, emb__shape_count(&net->input), INFINITY);
    const size_t most =
        kind->most_judged > 0 && kind->most_judged < batch ? kind->most_judged : batch;
    /* A batch that is too large is dealt out, so that its order does not matter. */
    for (size_t first = 0; first < count; first += batch) {
        const size_t here = count - first < batch ? count - first : batch;
        const size_t parts = (here + most - 1) / most;
        for (size_t part = 0; part < parts; part++) {
            const emb__row_list list = {rows + (first + part) * row,
                                        (here - part + parts - 1) / parts, parts * row};
            emb__term whole = {0};
            kind->judge(layer, &list, &whole);
            for (size_t i = first + part; i < first + here; i += parts) {
                terms[i].said += whole.said;
                terms[i].added += weight * whole.added;
            }
        }
    }
}

emb__term emb__terms_mean(const emb__term *terms, size_t count) {
    emb__term sum = {0};
    if (!terms) return sum;
    for (size_t i = 0; i < count; i++) {
        sum.said += terms[i].said;
        sum.added += terms[i].added;
    }
    const double n = (double)count;
    return (emb__term){sum.said / n, sum.added / n};
}

static void measure(const emb_net *net, const emb__told *told, double *values) {
    const emb__layer *layer = &net->layers[net->bottleneck];
    const emb__bottleneck *kind = layer->kind->bottleneck;
    const double numbers = (double)emb__shape_count(&net->input);
    kind->measure(numbers, told->reconstruction, told->term, values);
    if (kind->measure_uses) kind->measure_uses(layer, net->params, told->uses, values);
}

int emb__terms_measure(const emb_net *net, const emb__told *training, const emb__told *validation,
                       emb_measure *measures) {
    double of_training[EMB_MOST_MEASURES], of_validation[EMB_MOST_MEASURES];
    if (net->bottleneck < 0) return 0;
    const emb__bottleneck *kind = net->layers[net->bottleneck].kind->bottleneck;
    int count = 0;
    measure(net, training, of_training);
    if (validation) measure(net, validation, of_validation);
    for (; count < EMB_MOST_MEASURES && kind->measures[count]; count++) {
        measures[count] = (emb_measure){kind->measures[count], of_training[count],
                                        validation ? of_validation[count] : NAN};
    }
    return count;
}
