/* What a loss is made of, and the text of it: "MSELoss + 0.2*SSIM(data_range=2)". */
#ifndef EMB_LOSSES_LOSS_TEXT_H
#define EMB_LOSSES_LOSS_TEXT_H

#include "train/losses/loss_kind.h"

enum { EMB__LOSS_TERMS = 8 };

typedef struct emb__loss_term {
    const emb__loss_kind *kind;
    double weight;
    double args[EMB__LOSS_ARGS];
} emb__loss_term;

typedef struct emb__loss {
    int count;
    emb__loss_term terms[EMB__LOSS_TERMS];
    bool predicts; /* it needs labels, and predicts each image's label */
} emb__loss;

/* Reads a sum of kinds, each by its name in PyTorch or a short one ("smooth_l1", "mse"; neither
 * case, underscores nor hyphens matter), with a weight before it and arguments behind it.
 * EMB_ERR_ARGUMENT, with a text that says what would be right, if it is not one. */
emb_status emb__loss_parse(emb__loss *loss, const char *text);

/* Puts the text of a loss, unless it is "", into the one spelling that there is for it. */
emb_status emb__loss_text_tidy(char text[EMB_LOSS_TEXT]);

#endif
