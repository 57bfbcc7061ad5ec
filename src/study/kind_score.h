/* What emb_net_measure takes. */
#ifndef EMB_STUDY_KIND_SCORE_H
#define EMB_STUDY_KIND_SCORE_H

#include "net/net.h"

/* Bytes, besides the network's workspaces, for so many images. */
size_t emb__measure_size(const emb_net *net, size_t count);

#endif
