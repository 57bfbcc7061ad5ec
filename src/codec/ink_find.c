/* See ink_find.h. A picture is looked at twice: as a whole, to see where the drawing is, and then
 * close up, where thresholds are the drawing's own.
 *
 * Light is left as it is, since evening it out costs contrast, unless nothing is found so. */
#include "codec/ink_find.h"

#include "codec/ink_view.h"

/* The longer side of what is looked at. */
enum { WHOLE = 1024, CLOSE = 256, LEAST_WHOLE = 160 };

/* How the sheet is looked at, and where in it the drawing was found. */
typedef struct finding {
    const emb__sheet *sheet;
    emb__sheet_channel channel;
    emb__ink_light light;
    bool light_paper;
    emb__ink_box box; /* of the drawing and some paper, in the sheet */
    emb__ink_grade grade;
    bool solid; /* it is no drawing but an area: a sheet of paper, perhaps */
} finding;

static emb_status none(void) {
    return emb__fail(EMB_ERR_FORMAT, "there is no ink that stands out from its paper; expected a "
                                     "drawing with its paper around it");
}

/* ---- as a whole ------------------------------------------------------------------------------ */

/* *ink = what lies on the ink's side of the threshold, to be freed; its parts, to be freed too. */
static emb_status divide(const emb__ink_view *v, bool light_paper, uint8_t **ink,
                         emb__ink_parts *parts) {
    const size_t count = (size_t)v->height * (size_t)v->width;
    *ink = emb__alloc(count);
    if (!*ink) return EMB_ERR_MEMORY;
    for (size_t i = 0; i < count; i++) {
        const int here = v->edges.smooth[i], between = v->edges.between[i];
        (*ink)[i] = light_paper ? here < between : here > between;
    }
    return emb__ink_parts_find(*ink, &v->edges, parts);
}

static int at_scale(int place, int from, int to) { return (int)((int64_t)place * to / from); }

/* A box of the view, `away` pixels wider on each side, in the sheet. */
static emb__ink_box in_sheet(const emb__ink_view *v, emb__ink_box b, int away) {
    const int tall = emb__box_height(&v->box), wide = emb__box_width(&v->box);
    emb__ink_box out = {v->box.top + at_scale(b.top - away, v->height, tall),
                        v->box.left + at_scale(b.left - away, v->width, wide),
                        v->box.top + at_scale(b.bottom + 1 + away, v->height, tall),
                        v->box.left + at_scale(b.right + 1 + away, v->width, wide)};
    if (out.top < v->box.top) out.top = v->box.top;
    if (out.left < v->box.left) out.left = v->box.left;
    if (out.bottom > v->box.bottom) out.bottom = v->box.bottom;
    if (out.right > v->box.right) out.right = v->box.right;
    return out;
}

static int longer_of(emb__ink_box b) {
    const int tall = emb__box_height(&b), wide = emb__box_width(&b);
    return tall > wide ? tall : wide;
}

static int shorter_of(emb__ink_box b) {
    const int tall = emb__box_height(&b), wide = emb__box_width(&b);
    return tall < wide ? tall : wide;
}

/* Fills most of its box, and much of the view: of a light sheet less, since ink is seldom light. */
static bool is_area(const emb__ink_view *v, const emb__ink_choice *choice, bool light) {
    const emb__ink_box whole = {0, 0, v->height - 1, v->width - 1}, b = choice->largest;
    const int64_t room = (int64_t)emb__box_height(&b) * emb__box_width(&b);
    return 4 * (int64_t)choice->area > 3 * room &&
           (light ? 4 : 2) * shorter_of(b) > shorter_of(whole);
}

static int side_of(emb__ink_box area) {
    const int side = longer_of(area);
    return side > WHOLE ? WHOLE : side < LEAST_WHOLE ? LEAST_WHOLE : side;
}

/* Where a shadow or a table lies around the drawing, too: evened out as light paper, dark ink stays
 * and light ink goes, and the other way round. */
static emb_status compare_lights(finding *f, emb__ink_box area) {
    enum { SMALL = 512 };
    const int side = side_of(area) < SMALL ? side_of(area) : SMALL;
    emb__ink_view light = {0}, dark = {0};
    emb_status status =
        emb__ink_view_open(&light, f->sheet, area, f->channel, EMB__LIGHT_PAPER, side);
    if (status == EMB_OK) {
        status = emb__ink_view_open(&dark, f->sheet, area, f->channel, EMB__DARK_BOARD, side);
    }
    if (status == EMB_OK) {
        const int peak = light.edges.peak > dark.edges.peak ? light.edges.peak : dark.edges.peak;
        f->light_paper =
            emb__ink_view_edges(&light, peak / 2) >= emb__ink_view_edges(&dark, peak / 2);
    }
    emb__ink_view_free(&light);
    emb__ink_view_free(&dark);
    return status;
}

/* Which side of the edges paper is. */
static emb_status judge_paper(finding *f, const emb__ink_view *v) {
    enum { SURE = 60 };
    const int light = emb__ink_view_light(v);
    f->light_paper = light > 0;
    return light >= SURE || light <= -SURE ? EMB_OK : compare_lights(f, v->box);
}

/* Where something is: f->box and what is known of it. Nothing is a failure but a lack of memory. */
static emb_status locate(finding *f, emb__ink_box area) {
    emb__ink_view v = {0};
    emb__ink_parts parts = {0};
    emb__ink_choice choice = {.grade = EMB__INK_NONE};
    uint8_t *ink = NULL;
    emb_status status = emb__ink_view_open(&v, f->sheet, area, f->channel, f->light, side_of(area));
    const bool any = status == EMB_OK && emb__edges_any(&v.edges);
    if (any && f->light == EMB__LIGHT_AS_IT_IS) status = judge_paper(f, &v);
    if (any && status == EMB_OK) status = divide(&v, f->light_paper, &ink, &parts);
    if (any && status == EMB_OK) choice = emb__ink_parts_choose(&parts);
    f->grade = choice.grade;
    if (f->grade != EMB__INK_NONE) {
        f->solid = is_area(&v, &choice, !f->light_paper);
        const emb__ink_box b = f->solid ? choice.largest : choice.box;
        f->box = in_sheet(&v, b, f->solid ? -longer_of(b) / 32 - 2 : longer_of(b) / 4 + 4);
    }
    emb__ink_parts_free(&parts);
    emb__free(ink);
    emb__ink_view_free(&v);
    return status;
}

/* As it is; if the drawing is not found whole so, in even light. */
static emb_status locate_somehow(finding *f, emb__ink_box area) {
    emb_status status = emb__sheet_choose(f->sheet, area, &f->channel);
    f->light = EMB__LIGHT_AS_IT_IS;
    f->light_paper = true;
    if (status == EMB_OK) status = locate(f, area);
    if (status != EMB_OK || f->grade == EMB__INK_WHOLE) return status;
    finding even = *f;
    even.light = f->light_paper ? EMB__LIGHT_PAPER : EMB__DARK_BOARD;
    status = locate(&even, area);
    if (status == EMB_OK && even.grade > f->grade) *f = even;
    return status;
}

/* ---- close up -------------------------------------------------------------------------------- */

static void keep_chosen(const emb__ink_parts *parts, uint8_t *ink) {
    const size_t count = (size_t)parts->height * (size_t)parts->width;
    for (size_t i = 0; i < count; i++) {
        ink[i] = parts->of[i] != 0 && parts->list[parts->of[i] - 1].chosen;
    }
}

/* *drawing = what is in the box, and how it lies there. */
static emb_status look_close(const finding *f, emb__drawing *drawing, emb__ink_grade *grade) {
    emb__ink_view v = {0};
    emb__ink_parts parts = {0};
    uint8_t *ink = NULL;
    emb_status status = emb__ink_view_open(&v, f->sheet, f->box, f->channel, f->light, CLOSE);
    if (status == EMB_OK) status = divide(&v, f->light_paper, &ink, &parts);
    *grade = status == EMB_OK ? emb__ink_parts_choose(&parts).grade : EMB__INK_NONE;
    if (*grade != EMB__INK_NONE) {
        keep_chosen(&parts, ink);
        *drawing = (emb__drawing){v.height, v.width, ink};
        ink = NULL;
    }
    emb__ink_parts_free(&parts);
    emb__free(ink);
    emb__ink_view_free(&v);
    return status;
}

/* Here, too, the light is evened out if the drawing is not whole without. */
static emb_status close_up(const finding *f, emb__drawing *drawing) {
    emb__ink_grade grade, even_grade = EMB__INK_NONE;
    emb_status status = look_close(f, drawing, &grade);
    if (status != EMB_OK || grade == EMB__INK_WHOLE) return status;
    emb__drawing other = {0};
    finding even = *f;
    even.light = f->light_paper ? EMB__LIGHT_PAPER : EMB__DARK_BOARD;
    status = look_close(&even, &other, &even_grade);
    if (status == EMB_OK && even_grade > grade) {
        emb__free(drawing->ink);
        *drawing = other;
        return EMB_OK;
    }
    emb__free(other.ink);
    return status == EMB_OK && grade == EMB__INK_NONE ? none() : status;
}

emb_status emb__drawing_find(const emb__sheet *sheet, emb__drawing *drawing) {
    const emb__ink_box whole = {0, 0, sheet->height - 1, sheet->width - 1};
    finding f = {.sheet = sheet};
    *drawing = (emb__drawing){0};
    emb_status status = locate_somehow(&f, whole);
    /* A sheet on a table: the drawing is on it. */
    if (status == EMB_OK && f.grade != EMB__INK_NONE && f.solid) {
        finding inner = {.sheet = sheet};
        status = locate_somehow(&inner, f.box);
        if (inner.grade >= EMB__INK_CUT && !inner.solid) f = inner;
    }
    if (status == EMB_OK && f.grade == EMB__INK_NONE) status = none();
    return status == EMB_OK ? close_up(&f, drawing) : status;
}
