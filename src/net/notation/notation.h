/* PyTorch's notation: the text of a network to an emb__spec, and back.
 *
 *     latent = 2                                   # a number; --latent may override this one
 *     input  = 1, 28, 28
 *     encoder = Sequential(
 *         Conv2d(1, 8, 3, stride=2, padding=1),    # 8, 14, 14
 *         Tanh(),
 *         Flatten(),
 *         Linear(8 * 14 * 14, latent),
 *     )
 *
 * A line sets one name, once: a number, the input's shape, or a part. Numbers are whole, with
 * Python's + - * // % and parentheses; where a layer takes a real number, they may be that, with +
 * - * /. `nn.`, `torch.nn.` and `self.` may stand where a notebook has them. The table of layers
 * says which layers and arguments there are (net/layer.h); nothing here knows a layer by name.
 *
 * Owns: how a network is written. Does not own: whether its shapes fit (net/net.h), files. */
#ifndef EMB_NET_NOTATION_H
#define EMB_NET_NOTATION_H

#include "base/memory.h"
#include "net/spec.h"

enum {
    EMB__NOTATION_BYTES = 1 << 20, /* of a text */
    EMB__NOTATION_DEPTH = 64,      /* brackets within brackets */
    EMB__NOTATION_NAMES = 256      /* that a text may set, including parts and input */
};

/* Reads text[length], which needs no NUL, into *spec, whose former content is not freed. `name`
 * stands for the text in errors. `overrides` replace the text's `latent`, which must then be there
 * and used, and its `classes`, each in 1..EMB__MAX_SIZE; 0 or NULL: none. On failure *spec is
 * cleared and the error is "NAME:LINE: ...". */
emb_status emb__notation_parse(const char *text, size_t length, const char *name,
                               const emb_net_options *overrides, emb__spec *spec);

/* Reads one layer with its arguments, "Conv2d(1, 8, 3)", which is in no network: no part, no path.
 * The error has no place before it. */
emb_status emb__notation_call(const char *text, size_t length, emb__layer_spec *layer);

/* The spec's text, in one canonical form: it parses to the same spec, apart from its name and line
 * numbers. `latent` is printed only if an argument is written as that name alone, so a `latent`
 * that was only used in sums is gone. To be freed with emb__free; NULL without memory. */
char *emb__notation_print(const emb__spec *spec);

/* Appends one call, "Conv2d(1, 8, 3, stride=2, padding=1)". Arguments that were written as `latent`
 * come out as that name or, without `latent_by_name`, as its number; and a name of its own is
 * left out. */
void emb__layer_print(const emb__layer_spec *layer, bool latent_by_name, emb__text *out);

/* Appends one argument as it is written: "(2, 1)", "True", "0.01", "'same'". */
struct emb__arg_kind;
struct emb__layer_kind;
void emb__arg_print(const struct emb__arg_kind *kind, const emb__arg *arg, emb__text *out);

/* Appends how a kind is called: "Linear(in_features, out_features, bias=True)". */
void emb__usage_print(const struct emb__layer_kind *kind, emb__text *out);

#endif
