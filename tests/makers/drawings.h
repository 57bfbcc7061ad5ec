/* One small picture of each constructor. */
#ifndef EMB_TESTS_DRAWINGS_H
#define EMB_TESTS_DRAWINGS_H

#include "embudo.h"

emb_picture *draw_chart(emb_format format); /* its texts hold & and < */
emb_picture *draw_crowd(emb_format format); /* so many points that they are one image */
emb_picture *draw_bars(emb_format format);

/* All of them; NULL ends them. */
extern emb_picture *(*const drawings[])(emb_format format);

/* Three frames of 2 x 2, three times as large. */
emb_picture *draw_animation(int channels, emb_format format);

#endif
