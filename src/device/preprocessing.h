/* The meaning of a network's numbers: what it was trained on, and how it reads bytes. */
#ifndef EMB_DEVICE_PREPROCESSING_H
#define EMB_DEVICE_PREPROCESSING_H

#include "data/images.h"
#include "net/net.h"

/* EMB_OK if the network knows which numbers bytes stand for: the rest of emb_net_accepts, for
 * images of bytes. */
emb_status emb__net_reads_bytes(const emb_net *net);
/* Remembers what kind of images `indices` picks: from now on the network is trained on them. */
emb_status emb__net_train_on(emb_net *net, const emb_images *images, const uint32_t *indices,
                             size_t count);
/* row[C*H*W] = image i as the network reads it. */
void emb__net_row(const emb_net *net, const emb_images *images, size_t i, float *row);
/* Whether emb__net_row turns bytes into the usual numbers: all networks do, except those of floats
 * with a black and white of their own. */
bool emb__net_plain_bytes(const emb_net *net);
/* The distance from black to white in the images as the network reads them; NaN if it is not
 * known. */
double emb__net_peak(const emb_net *net, const emb_images *images);

#endif
