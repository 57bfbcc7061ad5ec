/* See ink_parts.h. */
#include "codec/ink_parts.h"

void emb__ink_parts_free(emb__ink_parts *parts) {
    emb__free(parts->of);
    emb__free(parts->list);
    *parts = (emb__ink_parts){0};
}

/* ---- finding --------------------------------------------------------------------------------- */

/* What is looked at, and pixels of the part that have still to be. */
typedef struct search {
    const uint8_t *ink;
    const emb__edges *edges;
    emb__ink_parts *parts;
    uint32_t *waiting;
    size_t waits;
} search;

static bool is_ink(const search *s, int y, int x) {
    const int height = s->parts->height, width = s->parts->width;
    return y >= 0 && x >= 0 && y < height && x < width &&
           s->ink[(size_t)y * (size_t)width + (size_t)x] != 0;
}

static void take(search *s, int y, int x, uint32_t number) {
    const size_t at = (size_t)y * (size_t)s->parts->width + (size_t)x;
    if (!is_ink(s, y, x) || s->parts->of[at]) return;
    s->parts->of[at] = number;
    s->waiting[s->waits++] = (uint32_t)at;
}

static void widen(emb__ink_box *box, int y, int x) {
    if (y < box->top) box->top = y;
    if (y > box->bottom) box->bottom = y;
    if (x < box->left) box->left = x;
    if (x > box->right) box->right = x;
}

static void follow(search *s, int y, int x, emb__ink_part *part, uint32_t number) {
    const int height = s->parts->height, width = s->parts->width;
    *part = (emb__ink_part){.box = {y, x, y, x}};
    take(s, y, x, number);
    while (s->waits > 0) {
        const size_t at = s->waiting[--s->waits];
        const int row = (int)(at / (size_t)width), column = (int)(at % (size_t)width);
        const bool rim = !is_ink(s, row - 1, column) || !is_ink(s, row + 1, column) ||
                         !is_ink(s, row, column - 1) || !is_ink(s, row, column + 1);
        const bool outside = row == 0 || column == 0 || row == height - 1 || column == width - 1;
        part->area++;
        part->rim += rim && !outside;
        part->sharp += rim && !outside && s->edges->step[at] >= s->edges->sharp;
        part->clear += rim && !outside && 2 * s->edges->step[at] >= s->edges->sharp;
        part->outside += outside;
        widen(&part->box, row, column);
        for (int i = row - 1; i <= row + 1; i++) {
            for (int j = column - 1; j <= column + 1; j++) take(s, i, j, number);
        }
    }
}

static bool has_room(emb__ink_parts *parts, size_t *room) {
    if (parts->count < *room) return true;
    const size_t more = *room ? 2 * *room : 64;
    emb__ink_part *list = emb__realloc(parts->list, more * sizeof *list);
    if (!list) return false;
    parts->list = list;
    *room = more;
    return true;
}

emb_status emb__ink_parts_find(const uint8_t *ink, const emb__edges *edges, emb__ink_parts *parts) {
    const size_t pixels = (size_t)edges->height * (size_t)edges->width;
    *parts = (emb__ink_parts){.height = edges->height,
                              .width = edges->width,
                              .of = emb__calloc(pixels, sizeof *parts->of)};
    search s = {.ink = ink,
                .edges = edges,
                .parts = parts,
                .waiting = emb__calloc(pixels, sizeof *s.waiting)};
    emb_status status = parts->of && s.waiting ? EMB_OK : EMB_ERR_MEMORY;
    size_t room = 0;
    for (size_t at = 0; status == EMB_OK && at < pixels; at++) {
        if (!ink[at] || parts->of[at]) continue;
        if (!has_room(parts, &room)) {
            status = EMB_ERR_MEMORY;
            break;
        }
        const int y = (int)(at / (size_t)parts->width), x = (int)(at % (size_t)parts->width);
        follow(&s, y, x, &parts->list[parts->count], (uint32_t)parts->count + 1);
        parts->count++;
    }
    emb__free(s.waiting);
    return status;
}

/* ---- choosing -------------------------------------------------------------------------------- */

static int height_of(const emb__ink_box *b) { return b->bottom - b->top + 1; }
static int width_of(const emb__ink_box *b) { return b->right - b->left + 1; }
static int longer_of(const emb__ink_box *b) {
    return height_of(b) > width_of(b) ? height_of(b) : width_of(b);
}

/* Shadows have soft rims. */
static bool is_sharp(const emb__ink_part *p) { return p->rim > 0 && 2 * p->sharp >= p->rim; }

/* What goes from one side of the picture to the other is a line of the paper, or its edge. */
static bool crosses(const emb__ink_parts *parts, const emb__ink_part *p) {
    return p->outside && (10 * height_of(&p->box) >= 9 * parts->height ||
                          10 * width_of(&p->box) >= 9 * parts->width);
}

static emb__ink_grade grade_of(const emb__ink_part *p) {
    return p->outside == 0             ? EMB__INK_WHOLE
           : 10 * p->outside <= p->rim ? EMB__INK_CUT
                                       : EMB__INK_ASIDE;
}

/* The largest. What reaches the border is more often a shadow or a table's corner than a drawing
 * that was cut off: those have a long border. */
static emb__ink_part *largest(emb__ink_parts *parts) {
    enum { LEAST = 12 };
    static const size_t weights[] = {
        [EMB__INK_ASIDE] = 1, [EMB__INK_CUT] = 256, [EMB__INK_WHOLE] = 1024};
    emb__ink_part *best = NULL;
    size_t most = 0;
    for (size_t i = 0; i < parts->count; i++) {
        emb__ink_part *p = &parts->list[i];
        if (p->area < LEAST || !is_sharp(p) || crosses(parts, p)) continue;
        const size_t counts = p->area * weights[grade_of(p)] + 1;
        if (best && counts <= most) continue;
        best = p;
        most = counts;
    }
    return best;
}

static int gap(int a_first, int a_last, int b_first, int b_last) {
    return b_first > a_last ? b_first - a_last : a_first > b_last ? a_first - b_last : 0;
}

static int larger(int a, int b) { return a > b ? a : b; }

/* A stroke of its own, as a five's upper one: near, and not so small that it is dust. It may be
 * fainter. */
static bool belongs(const emb__ink_part *p, const emb__ink_part *main, const emb__ink_box *box) {
    const int down = gap(box->top, box->bottom, p->box.top, p->box.bottom);
    const int across = gap(box->left, box->right, p->box.left, p->box.right);
    const int side = longer_of(box);
    return !p->outside && 4 * p->clear >= 3 * p->rim && 25 * p->area >= main->area &&
           5 * larger(down, across) <= 2 * side;
}

emb__ink_choice emb__ink_parts_choose(emb__ink_parts *parts) {
    emb__ink_part *main = largest(parts);
    if (!main) return (emb__ink_choice){.grade = EMB__INK_NONE};
    main->chosen = true;
    emb__ink_choice choice = {
        .grade = grade_of(main), .box = main->box, .largest = main->box, .area = main->area};
    for (bool more = true; more;) {
        more = false;
        for (size_t i = 0; i < parts->count; i++) {
            emb__ink_part *p = &parts->list[i];
            if (p->chosen || !belongs(p, main, &choice.box)) continue;
            p->chosen = more = true;
            widen(&choice.box, p->box.top, p->box.left);
            widen(&choice.box, p->box.bottom, p->box.right);
        }
    }
    return choice;
}
