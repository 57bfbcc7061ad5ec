/* A training's options with the defaults filled in. */
#ifndef EMB_TRAIN_OPTIONS_FILL_H
#define EMB_TRAIN_OPTIONS_FILL_H

#include "base/status.h"

/* *o = the given options, or none if NULL, with the defaults filled in. On failure the text names
 * the option that is out of its range. */
emb_status emb__options_fill(emb_train_options *o, const emb_train_options *given);

#endif
