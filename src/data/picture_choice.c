/* See picture_choice.h. */
#include "data/picture_choice.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/cancel.h"
#include "base/entry.h"
#include "base/threads.h"
#include "base/translate.h"
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

/* The looks, shared out among a team. */
typedef struct looking {
    const char *folder;
    const emb__picture_list *list;
    size_t wanted;
    atomic_size_t next;
    emb__picture_info infos[LOOKS];
    emb_status statuses[LOOKS];
} looking;

static void look_at_some(void *data, const emb__member *me) {
    static const emb__picture_plan plan = {
        .shape = {3, LOOK_SIZE, LOOK_SIZE}, .upright = true, .reduced = true};
    uint8_t pixels[EMB__PICTURES_AT_ONCE][3 * LOOK_SIZE * LOOK_SIZE];
    looking *l = data;
    emb__picture_desk desk = {0};
    EMB__ENTER;
    (void)me;
    while (!emb__cancelled()) {
        const size_t first = atomic_fetch_add(&l->next, EMB__PICTURES_AT_ONCE);
        emb__picture_task tasks[EMB__PICTURES_AT_ONCE] = {0};
        size_t which[EMB__PICTURES_AT_ONCE];
        int count = 0;
        for (size_t i = first; i < l->wanted && count < EMB__PICTURES_AT_ONCE; i++, count++) {
            which[count] = i * l->list->count / l->wanted;
            tasks[count].pixels = pixels[count];
        }
        if (count == 0) break;
        emb__listed_read(l->folder, l->list, which, count, &plan, &desk, tasks);
        for (int i = 0; i < count; i++) {
            l->infos[first + (size_t)i] = tasks[i].info;
            l->statuses[first + (size_t)i] = tasks[i].end.status;
            emb__free(tasks[i].end.reason);
        }
    }
    emb__picture_desk_clear(&desk);
}

/* Bad ones are passed over. */
static emb_status look(const char *folder, const emb__picture_list *list, looks *l) {
    looking all = {
        .folder = folder, .list = list, .wanted = list->count < LOOKS ? list->count : LOOKS};
    const size_t groups = (all.wanted + EMB__PICTURES_AT_ONCE - 1) / EMB__PICTURES_AT_ONCE;
    *l = (looks){0};
    emb__team_run(emb__threads_for(0, groups), look_at_some, &all);
    if (emb__cancelled()) return emb__cancel_check();
    for (size_t i = 0; i < all.wanted; i++) {
        if (all.statuses[i] == EMB_ERR_MEMORY) {
            return emb__fail(EMB_ERR_MEMORY, "%s: there is no memory for looking at its pictures",
                             folder);
        }
        if (all.statuses[i] == EMB_OK) count_look(l, &all.infos[i]);
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
        emb__text_add(notes, _("images of %dx%d, as the pictures are; --size WxH takes another"),
                      p->width, p->height);
        emb__text_add(notes, "\n");
        return;
    }
    qsort(l->sides, l->count, sizeof *l->sides, compare_sizes);
    const size_t side = l->count ? l->sides[(l->count - 1) / 2] : LARGEST;
    int size = LARGEST;
    while (size > LEAST && (size_t)size > side) size /= 2;
    p->height = p->width = size;
    emb__text_add(
        notes,
        l->alike ? _("images of %dx%d: pictures have larger sizes; --size WxH takes another")
                 : _("images of %dx%d: pictures have different sizes; --size WxH takes another"),
        size, size);
    emb__text_add(notes, "\n");
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
        emb__text_add(notes, "%s\n",
                      p->channels == 3
                          ? _("in colour; --grey takes grey")
                          : _("in grey, as the pictures are; --colour keeps three channels"));
    }
    if (!p->background) {
        const bool dark = l.inked > 0 && l.ink < 128 * (long)l.inked;
        p->background = dark ? EMB_BACKGROUND(255, 255, 255) : EMB_BACKGROUND(0, 0, 0);
        if (l.transparent > 0) {
            emb__text_add(notes, "%s\n",
                          dark ? _("white under transparent pixels, since what is drawn is dark; "
                                   "--background COLOUR takes another")
                               : _("black under transparent pixels, since what is drawn is light; "
                                   "--background COLOUR takes another"));
        }
    }
    return notes->failed ? EMB_ERR_MEMORY : EMB_OK;
}
