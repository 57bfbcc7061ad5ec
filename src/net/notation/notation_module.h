/* Reading modules: layers, and containers with modules in them. Only notation.c uses it. */
#ifndef EMB_NET_NOTATION_MODULE_H
#define EMB_NET_NOTATION_MODULE_H

#include "net/notation/notation_args.h"

/* Skips `nn.` and `torch.nn.`. */
void emb__skip_module(emb__scan *scan);

/* Reads the modules of the last part, after its "Sequential(" of line `opened`, up to the ')'. */
emb_status emb__parse_sequential(emb__parser *p, int opened);

#endif
