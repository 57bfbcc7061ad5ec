/* From a text or a spec to a complete network: shaped, planned and described.
 *
 * Owns: the order of these. Does not own: any of them (net/notation/, net.h, describe.h). */
#ifndef EMB_NET_COMPILE_H
#define EMB_NET_COMPILE_H

#include "codec/notebook.h"
#include "net/net.h"

/* A net with the shapes and tensors of a spec, which it takes over on success and on failure.
 * Nothing else is allocated, so that a reader can ask whether a file holds such tensors before
 * emb__net_plan. NULL, with "NAME:LINE: encoder.7 Linear expects ..., gets ..." as the text, if
 * shapes do not fit. */
emb_net *emb__net_shape(emb__spec *spec);

/* The same, but the net is also there if shapes do not fit; then with the layers that do, and after
 * them, not counted, the one that does not. *fits says whether. NULL without memory. */
emb_net *emb__net_attempt(emb__spec *spec, bool *fits);

/* Makes the net ready to run. Its parameters are zero. On failure it can only be freed. */
emb_status emb__net_plan(emb_net *net);

/* The net of a spec, which is taken over on success and on failure. NULL on failure. */
emb_net *emb__net_compile(emb__spec *spec);

/* Whether a spec, which is taken over, would become a net. No parameters are allocated. */
bool emb__net_can_compile(emb__spec *spec);

/* Completes a net that has its shapes: plans and describes it. On failure frees it and returns
 * NULL. NULL is accepted. */
emb_net *emb__net_complete(emb_net *net);

/* Of a notation, text[length], only the shapes, for a reader that compares them with a file's
 * tensors before it continues; `name` stands for the text in errors. */
emb_net *emb__net_parse_shape(const char *text, size_t length, const char *name,
                              const emb_net_options *options);

/* The net of a class in code; likewise. The code's text is changed. */
emb_net *emb__net_read_class(const char *name, emb__notebook *code, const emb_net_options *options);

/* Whether the options are in their ranges; NULL is accepted. If not, the error text is set. */
bool emb__net_options_fit(const emb_net_options *options);

#endif
