/* See notation_latent.h. */
#include "net/notation/notation_latent.h"

#include <string.h>

#include "net/layer.h"

enum { PLACE = EMB__NAME_SIZE + EMB__PATH_SIZE + 2 };

const emb__layer_spec *emb__latent_end(const emb__spec *spec, int part, bool last, int *size) {
    static const char *const makes[] = {"out_features", "out_channels"};
    static const char *const takes[] = {"in_features", "in_channels"};
    const emb__layer_spec *found = NULL;
    for (int i = 0; i < spec->layer_count; i++) {
        const emb__layer_spec *layer = &spec->layers[i];
        if (layer->part != part || layer->kind->is_container || (found && !last)) continue;
        for (int k = 0; k < 2; k++) {
            const emb__arg *arg = emb__layer_arg(layer, last ? makes[k] : takes[k]);
            if (!arg) continue;
            found = layer;
            *size = arg->v[0];
        }
    }
    return found;
}

emb_status emb__latent_unused(const emb__parser *p, int line, bool is_set, int wanted) {
    const emb__spec *spec = p->spec;
    int made = 0, taken = 0;
    const emb__layer_spec *encoder = NULL, *decoder = NULL;
    if (spec->part_count > 1) {
        encoder = emb__latent_end(spec, 0, true, &made);
        decoder = emb__latent_end(spec, 1, false, &taken);
    }
    if (!encoder || !decoder || made != taken) {
        if (wanted == 0) {
            return emb__scan_fail(&p->scan, line, "'%.*s' is set, but nothing uses it", 6,
                                  "latent");
        }
        return is_set ? emb__scan_fail(&p->scan, line, "latent is to be %d, but nothing uses it",
                                       wanted)
                      : emb__scan_fail(&p->scan, line,
                                       "latent is to be %d, but there is no line latent = N to "
                                       "change",
                                       wanted);
    }
    const char *from = spec->parts[0], *to = spec->parts[1];
    if (wanted == 0) {
        return emb__scan_fail(&p->scan, line,
                              "'latent' is set, but nothing uses it: write latent in the place of "
                              "%d in %s.%s %s (line %d) and in %s.%s %s (line %d)",
                              made, from, encoder->path, encoder->kind->name, encoder->line, to,
                              decoder->path, decoder->kind->name, decoder->line);
    }
    if (is_set) {
        return emb__scan_fail(&p->scan, line,
                              "latent is to be %d, but nothing uses it: write latent in the place "
                              "of %d in %s.%s %s (line %d) and in %s.%s %s (line %d)",
                              wanted, made, from, encoder->path, encoder->kind->name, encoder->line,
                              to, decoder->path, decoder->kind->name, decoder->line);
    }
    return emb__scan_fail(&p->scan, line,
                          "latent is to be %d, but there is no line latent = %d to change: begin "
                          "with it, and write latent in the place of %d in %s.%s %s (line %d) and "
                          "in %s.%s %s (line %d)",
                          wanted, made, made, from, encoder->path, encoder->kind->name,
                          encoder->line, to, decoder->path, decoder->kind->name, decoder->line);
}
