/* The reader of a class that is an nn.Module, from the text of a file or of a notebook's cells.
 *
 *     class AE(nn.Module):
 *         def __init__(self, latent=2):
 *             super().__init__()
 *             self.encoder = nn.Sequential(nn.Flatten(), nn.Linear(784, latent))
 *             self.decoder = nn.Linear(latent, 784)
 *         def forward(self, x):
 *             return self.decoder(self.encoder(x))
 *
 * The text is followed, and nothing is run: what cannot be followed is refused with its line.
 * Steps, depth and memory are limited (py_value.h, py_tree.h). What comes out is a spec like the
 * notation's, whose layers have the state dict's names.
 *
 * Owns: the order of reading. Does not own: files (model/), options of the program. */
#ifndef EMB_NET_PYTHON_PY_READ_H
#define EMB_NET_PYTHON_PY_READ_H

#include "codec/notebook.h"
#include "net/spec.h"

enum { EMB__PYTHON_BYTES = 1 << 20 /* of the code */ };

typedef struct emb__py_wish {
    const char *class_name; /* NULL: the file decides */
    const char *set;        /* "hidden=64, depth=2"; NULL: none */
    int input[3];           /* {channels, height, width}; a row of n numbers is {n, 1, 1} */
} emb__py_wish;

/* Reads code, of which `name` is the file. On success *spec is a network, *notes has lines for the
 * user (to be freed), *hints what the text says of training. On failure both are empty. The text of
 * `code` is changed. */
emb_status emb__py_read(const char *name, emb__notebook *code, const emb__py_wish *wish,
                        emb__spec *spec, emb__text *notes, emb_written *hints);

#endif
