/* The explorer as the one who watches a training. */
#ifndef CLI_WATCH_H
#define CLI_WATCH_H

#include "train/watcher.h"

extern const cli_watcher cli_serve_watcher;

#endif
