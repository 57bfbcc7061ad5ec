/* What a graph does to its images before the first layer, which here is the preprocessing's work.
 * See onnx.h. */
#include "base/status.h"
#include "base/translate.h"

#ifdef EMB_HAVE_PROTOBUF

#include <math.h>
#include <string.h>

#include "codec/number.h"
#include "model/onnx/onnx.h"

/* Gives one number for all if all are equal. */
static void join(emb__onnx_affine *a) {
    for (size_t i = 1; i < a->count; i++) {
        if (a->scale && a->scale[i] != a->scale[0]) return;
        if (a->shift && a->shift[i] != a->shift[0]) return;
    }
    a->dim = EMB__ONNX_ONE;
    a->count = 1;
}

/* The white that the graph's own input has; its black is 0. */
static double white_of(const emb__onnx_chain *chain) {
    return chain->entry.divisor[0] > 0 ? 255 : 1;
}

/* What a picture's number becomes, with the fewest digits that a float has. */
static double becomes(const emb__onnx_entry *entry, double x) {
    return emb__number_of_float((float)(entry->scale * x + entry->shift));
}

static void fold(emb__onnx_chain *chain) {
    const double black = becomes(&chain->entry, 0), white = becomes(&chain->entry, white_of(chain));
    const bool usual = black == 0 && fabs(white - 1) < 1e-6;
    chain->origin = (emb__origin){.floats = !usual,
                                  .low = fmin(black, white),
                                  .high = fmax(black, white),
                                  .has_pixels = true,
                                  .black = black,
                                  .white = white};
    if (usual) chain->origin = (emb__origin){0};
    chain->has_origin = chain->entry.folded = true;
    emb__onnx_affine_clear(&chain->affine);
}

void emb__onnx_enter(emb__onnx_chain *chain) {
    emb__onnx_entry *entry = &chain->entry;
    emb__onnx_affine *a = &chain->affine;
    if (entry->passed) return;
    entry->passed = true;
    if (a->dim == EMB__ONNX_NOTHING) return;
    join(a);
    entry->any = true;
    entry->alike = a->dim == EMB__ONNX_ONE;
    entry->scale = a->scale ? (double)a->scale[0] : 1;
    entry->shift = a->shift ? (double)a->shift[0] : 0;
    if (chain->fold && entry->alike) fold(chain);
    if (entry->folded || entry->divisor[0] == 0) return;
    chain->has_origin = true;
    chain->origin = (emb__origin){.floats = true, .high = 255, .has_pixels = true, .white = 255};
}

/* An image, or pixels in a row: its numbers have one black and one white. */
static bool reads_pixels(const emb__onnx_chain *chain) {
    if (strcmp(emb__onnx_text(chain->input.name), "code") == 0) return false;
    return chain->own_rank == 3 || chain->entry.divisor[0] > 0 || chain->takes_bytes;
}

bool emb__onnx_should_fold(const emb__onnx_chain *chain, bool reconstructs) {
    const emb__onnx_entry *entry = &chain->entry;
    if (!entry->any || !entry->alike || !reads_pixels(chain)) return false;
    if (!(entry->scale != 0) || (chain->has_origin && entry->divisor[0] == 0)) return false;
    if (!reconstructs || entry->undone) return true;
    const double black = becomes(entry, 0), white = becomes(entry, white_of(chain));
    return fabs(fmin(black, white) - (double)entry->low) < 1e-3 &&
           fabs(fmax(black, white) - (double)entry->high) < 1e-3;
}

void emb__onnx_say_entry(emb__onnx_chain *chain, bool reconstructs) {
    const emb__onnx_entry *entry = &chain->entry;
    if (!entry->any || strcmp(emb__onnx_text(chain->input.name), "code") == 0) return;
    if (entry->folded) {
        const double black = becomes(entry, 0), white = becomes(entry, white_of(chain));
        emb__onnx_note(chain,
                       "it makes %g .. %g of pixels from 0 to %g itself%s: that is left to the "
                       "preprocessing here, and floats must lie in %g .. %g before they are given",
                       black, white, white_of(chain),
                       entry->undone ? _(", and the reverse at its end") : "", black, white);
        return;
    }
    const float *by = entry->divisor;
    if (by[1] > 1.001f * by[0]) {
        emb__onnx_note(chain,
                       "it divides by %.4g to %.4g itself: pictures are given to it as 0 .. 255, "
                       "and floats as they are",
                       (double)by[0], (double)by[1]);
    } else if (by[0] > 0) {
        emb__onnx_note(chain,
                       "it divides by %.4g itself: pictures are given to it as 0 .. 255, and "
                       "floats as they are",
                       (double)by[0]);
    }
    emb__onnx_note(chain,
                   "it scales or shifts its input before its first layer: that is kept as weights, "
                   "of %s, and not left to the preprocessing, %s",
                   entry->own ? _("a Conv2d of one pixel before it, so that what is padded stays 0")
                              : _("that layer"),
                   !entry->alike          ? _("which has one black and one white for all channels")
                   : !reads_pixels(chain) ? _("since its input is a row of numbers and no image")
                   : reconstructs
                       ? _("since its output is compared with its input as that is given")
                       : _("since its file says how pictures are read"));
}

#endif
