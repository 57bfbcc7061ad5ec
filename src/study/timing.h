/* Shared by the measurements. */
#ifndef EMB_STUDY_TIMING_H
#define EMB_STUDY_TIMING_H

#include "base/status.h"

/* Seconds of a clock that only goes forward. */
double emb__bench_now(void);

/* EMB_ERR_ARGUMENT unless `seconds` is a number above 0. */
emb_status emb__bench_check_seconds(double seconds);

#endif
