/* What a checkup counts of a network's layers: outputs that stand at a limit, and numbers of the
 * code that are dead or saturated.
 *
 * Owns: these counts and their bars. Does not own: the verdict (checkup.c). */
#ifndef EMB_STUDY_CHECKUP_LAYERS_H
#define EMB_STUDY_CHECKUP_LAYERS_H

#include "embudo/checkup.h"

/* Sets freedom, dead, saturated, has_layer, layer and layer_share of *c, whose latent is set, from
 * some of the images. */
emb_status emb__checkup_layers(emb_net *net, const emb_images *images, const uint32_t *indices,
                               size_t count, emb_checkup *c);

#endif
