/* See picture_choice.h. */
#include "data/picture_choice.h"

#include <stdlib.h>

#include "base/cancel.h"
#include "codec/file.h"
#include "codec/picture_formats.h"
#include "data/picture_decode.h"

/* Pictures that are looked at, evenly among all; the size of a look; the largest size that is
 * chosen. */
enum { LOOKS = 48, LOOK_SIZE = 32, LARGEST = 64, LEAST = 8 };

/* What the pictures that were looked at have. */
typedef struct looks {
    size_t count, coloured, transparent, inked;
    long ink;             /* the sum of their inks */
    size_t sides[LOOKS];  /* the shorter one of each */
    size_t height, width; /* of the first */
    bool alike;           /* all have this size */
} looks;

static void count_look(looks *l, const emb__picture_info *info) {
    if (l->count == 0) {
        l->height = info->height;
        l->width = info->width;
        l->alike = true;
    }
    l->alike = l->alike && info->height == l->height && info->width == l->width;
    l->sides[l->count++] = info->height < info->width ? info->height : info->width;
    if (emb__picture_coloured(info)) l->coloured++;
    if (info->transparent == 0) return;
    l->transparent++;
    if (info->ink < 0) return;
    l->inked++;
    l->ink += info->ink;
}

/* Bad ones are passed over. */
static emb_status look(const char *folder, const emb__picture_list *list, looks *l) {
    static const emb__picture_plan plan = {
        .shape = {3, LOOK_SIZE, LOOK_SIZE}, .upright = true, .reduced = true};
    uint8_t pixels[3 * LOOK_SIZE * LOOK_SIZE];
    *l = (looks){0};
    const size_t wanted = list->count < LOOKS ? list->count : LOOKS;
    for (size_t i = 0; i < wanted; i++) {
        const emb__listed_picture *picture = &list->pictures[i * list->count / wanted];
        char *path = emb__path_join(folder, picture->name);
        emb__picture_info info;
        if (!path) return EMB_ERR_MEMORY;
        const emb_status status = emb__listed_read(list, picture, path, &plan, pixels, &info);
        emb__free(path);
        if (status == EMB_ERR_MEMORY) return status;
        if (emb__cancelled()) return emb__cancel_check();
        if (status == EMB_OK) count_look(l, &info);
    }
    return EMB_OK;
}

static int compare_sizes(const void *a, const void *b) {
    const size_t x = *(const size_t *)a, y = *(const size_t *)b;
    return (x > y) - (x < y);
}

static void choose_size(looks *l, emb_pictures *p, emb__text *notes) {
    if (l->alike && l->height <= LARGEST && l->width <= LARGEST) {
        p->height = (int)l->height;
        p->width = (int)l->width;
        emb__text_add(notes, "images of %dx%d, as the pictures are; --size WxH takes another\n",
                      p->width, p->height);
        return;
    }
    qsort(l->sides, l->count, sizeof *l->sides, compare_sizes);
    const size_t side = l->count ? l->sides[(l->count - 1) / 2] : LARGEST;
    int size = LARGEST;
    while (size > LEAST && (size_t)size > side) size /= 2;
    p->height = p->width = size;
    emb__text_add(notes, "images of %dx%d: pictures have %s sizes; --size WxH takes another\n",
                  size, size, l->alike ? "larger" : "different");
}

emb_status emb__picture_choose(const char *folder, const emb__picture_list *list, emb_pictures *p,
                               emb__text *notes) {
    looks l;
    if (p->fit == EMB_FIT_DEFAULT) p->fit = EMB_FIT_CROP;
    if (p->height && p->channels && p->background) return EMB_OK;
    const emb_status status = look(folder, list, &l);
    if (status != EMB_OK) return status;
    if (!p->height) choose_size(&l, p, notes);
    if (!p->channels) {
        p->channels = l.coloured * 20 >= l.count && l.coloured > 0 ? 3 : 1;
        emb__text_add(notes, p->channels == 3 ? "in colour; --grey takes grey\n"
                                              : "in grey, as the pictures are; --colour keeps "
                                                "three channels\n");
    }
    if (!p->background) {
        const bool dark = l.inked > 0 && l.ink < 128 * (long)l.inked;
        p->background = dark ? EMB_BACKGROUND(255, 255, 255) : EMB_BACKGROUND(0, 0, 0);
        if (l.transparent > 0) {
            emb__text_add(notes,
                          "%s under transparent pixels, since what is drawn is %s; --background "
                          "COLOUR takes another\n",
                          dark ? "white" : "black", dark ? "dark" : "light");
        }
    }
    return notes->failed ? EMB_ERR_MEMORY : EMB_OK;
}
