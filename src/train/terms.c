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
    for (size_t i = 0; i < count; i++) {
        terms[i] = (emb__term){found[i].said, weight * found[i].added};
    }
}

emb__term emb__terms_mean(const emb__term *terms, size_t count) {
    emb__term sum = {0, 0};
    if (!terms) return sum;
    for (size_t i = 0; i < count; i++) {
        sum.said += terms[i].said;
        sum.added += terms[i].added;
    }
    return (emb__term){sum.said / (double)count, sum.added / (double)count};
}

int emb__terms_measure(const emb_net *net, const emb__told *training, const emb__told *validation,
                       emb_measure *measures) {
    double of_training[EMB_MOST_MEASURES], of_validation[EMB_MOST_MEASURES];
    if (net->bottleneck < 0) return 0;
    const emb__bottleneck *kind = net->layers[net->bottleneck].kind->bottleneck;
    const double numbers = (double)emb__shape_count(&net->input);
    int count = 0;
    kind->measure(numbers, training->reconstruction, training->term, of_training);
    if (validation) {
        kind->measure(numbers, validation->reconstruction, validation->term, of_validation);
    }
    for (; count < EMB_MOST_MEASURES && kind->measures[count]; count++) {
        measures[count] = (emb_measure){kind->measures[count], of_training[count],
                                        validation ? of_validation[count] : NAN};
    }
    return count;
}
