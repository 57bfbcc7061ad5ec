/* Whether images fit the shape that a network reads. */
#ifndef EMB_DEVICE_IMAGES_FIT_H
#define EMB_DEVICE_IMAGES_FIT_H

#include "data/images.h"
#include "net/net.h"

/* As emb_net_accepts, but without asking what bytes stand for: training decides that again. */
emb_status emb__net_fits(const emb_net *net, const emb_images *images);

#endif
