/* What layers draw while they train: Dropout's masks. */
#ifndef EMB_TRAIN_MASKS_H
#define EMB_TRAIN_MASKS_H

#include "net/net.h"

/* Room for the masks of a batch: [blocks][net->mask_count] words, a bit for each image of a block.
 */
size_t emb__masks_count(const emb_net *net, size_t batch);

/* Draws the masks of a batch as PyTorch does on a processor: layer by layer in the order in which
 * they run, for each image and each of its numbers (or channels) in C order two words a, b of the
 * stream; the number is kept if ((a mod 2^21) 2^32 + b) 2^-53 < 1 - p. */
void emb__masks_draw(const emb_net *net, emb__random *random, size_t batch, uint16_t *masks);

/* Leaves the stream where drawing for so many images, in batches of any size, leaves it. */
void emb__masks_skip(const emb_net *net, emb__random *random, size_t images);

#endif
