/* embudo.preprocessing in a model's metadata: what the network was trained on, as text. One of
 *   pixel=uint8 divide=255 layout=CHW                                   (torchvision's ToTensor)
 *   pixel=uint8 divide=255 ink=mnist layout=CHW             (whose ink lies in its square as
 * MNIST's) pixel=uint8 divide=255 fit=FIT background=RRGGBB layout=CHW         (of pictures:
 * emb_pictures) pixel=float32 low=LOW high=HIGH layout=CHW                          (as they were,
 * LOW..HIGH) pixel=float32 low=LOW high=HIGH black=BLACK white=WHITE layout=CHW  (and what pictures
 * are) */
#ifndef EMB_MODEL_PREPROCESSING_TEXT_H
#define EMB_MODEL_PREPROCESSING_TEXT_H

#include "net/net.h"

#define EMB__PREPROCESSING_KEY "embudo.preprocessing"

/* More than the longest of them. */
enum { EMB__PREPROCESSING_ROOM = 192 };

void emb__preprocessing_print(const emb__origin *origin, char text[EMB__PREPROCESSING_ROOM]);
/* False if the text is none of the above, or if its numbers are impossible. */
bool emb__preprocessing_read(const char *text, emb__origin *origin);
/* Sets the net's origin from its file, and the text that emb_net_metadata finds. */
emb_status emb__preprocessing_keep(emb_net *net, const emb__origin *origin);

#endif
