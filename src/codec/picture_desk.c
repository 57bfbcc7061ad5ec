/* See picture_desk.h. */
#include "codec/picture_desk.h"

enum { KEPT = 1 << 23 /* bytes of a room */ };

static void shrink(emb__picture_desk *desk, size_t most) {
    for (int i = 0; i < EMB__PICTURES_AT_ONCE; i++) {
        emb__room_shrink(&desk->files[i], most);
#ifdef EMB_HAVE_JPEG
        emb__room_shrink(&desk->jpeg.rooms[i], most);
#endif
    }
}

void emb__picture_desk_tidy(emb__picture_desk *desk) { shrink(desk, KEPT); }

void emb__picture_desk_clear(emb__picture_desk *desk) {
    shrink(desk, 0);
#ifdef EMB_HAVE_JPEG
    emb__jpeg_shelf_clear(&desk->jpeg.shelf);
#endif
}
