/* What images alone tell of a training: the part of a checkup that needs no trained network. */
#ifndef EMB_DATA_CHECKUP_H
#define EMB_DATA_CHECKUP_H

#include "data/images.h"
#include "net/net.h"

/* The range of some images' numbers, as the network reads them; bytes may have any. */
void emb__data_range(const emb_net *net, const emb_images *images, const uint32_t *indices,
                     size_t count, double *low, double *high);

/* Whether the last layer cannot give numbers from low to high, or they are of no size that networks
 * begin with. */
bool emb__data_is_beyond(const emb_net *net, double low, double high);

#endif
