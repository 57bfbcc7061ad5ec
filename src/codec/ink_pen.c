/* See ink_pen.h. */
#include "codec/ink_pen.h"

#include <string.h>

/* A stroke is at least so many thousandths of the drawing's longer side wide. */
enum { LEAST = 100, MOST_AWAY = 16 };

static bool is_ink(const emb__drawing *d, int y, int x) {
    return y >= 0 && x >= 0 && y < d->height && x < d->width &&
           d->ink[(size_t)y * (size_t)d->width + (size_t)x] != 0;
}

static bool is_rim(const emb__drawing *d, int y, int x) {
    return is_ink(d, y, x) && (!is_ink(d, y - 1, x) || !is_ink(d, y + 1, x) ||
                               !is_ink(d, y, x - 1) || !is_ink(d, y, x + 1));
}

/* By how many thousandths of a pixel each side of a stroke has to grow. A stroke of some width has
 * a rim on both sides, so its width is twice its area by its rim. */
static int64_t lacking(const emb__drawing *d) {
    int64_t area = 0, rim = 0;
    int top = d->height, left = d->width, bottom = -1, right = -1;
    for (int y = 0; y < d->height; y++) {
        for (int x = 0; x < d->width; x++) {
            if (!is_ink(d, y, x)) continue;
            area++;
            rim += is_rim(d, y, x);
            if (y < top) top = y;
            if (y > bottom) bottom = y;
            if (x < left) left = x;
            if (x > right) right = x;
        }
    }
    if (rim == 0) return 0;
    const int tall = bottom - top + 1, wide = right - left + 1;
    return ((tall > wide ? tall : wide) * (int64_t)LEAST - 2000 * area / rim) / 2;
}

emb_status emb__drawing_thicken(emb__drawing *d) {
    const size_t count = (size_t)d->height * (size_t)d->width;
    int64_t more = lacking(d);
    if (more < 500) return EMB_OK;
    if (more > MOST_AWAY * 1000) more = MOST_AWAY * 1000;
    const int away = (int)((more + 500) / 1000);
    uint8_t *grown = emb__alloc(count);
    if (!grown) return EMB_ERR_MEMORY;
    memcpy(grown, d->ink, count);
    for (int y = 0; y < d->height; y++) {
        for (int x = 0; x < d->width; x++) {
            if (!is_rim(d, y, x)) continue;
            for (int i = -away; i <= away; i++) {
                for (int j = -away; j <= away; j++) {
                    const int row = y + i, column = x + j;
                    if (1000000 * (int64_t)(i * i + j * j) > more * more) continue;
                    if (row < 0 || column < 0 || row >= d->height || column >= d->width) continue;
                    grown[(size_t)row * (size_t)d->width + (size_t)column] = 1;
                }
            }
        }
    }
    emb__free(d->ink);
    d->ink = grown;
    return EMB_OK;
}
