/* See picture_frame.h. */
#include "codec/picture_frame.h"

typedef struct sides {
    size_t height, width;
} sides;

static sides swap_if(sides s, bool swapped) { return swapped ? (sides){s.width, s.height} : s; }

/* a * b / c, rounded halves up, within 1..most. */
static size_t ratio(size_t a, size_t b, size_t c, size_t most) {
    const uint64_t value = (2 * (uint64_t)a * b + c) / (2 * (uint64_t)c);
    return value < 1 ? 1 : value > most ? most : (size_t)value;
}

/* The largest sides within `within` that have the ratio of `as`. */
static sides inside(sides within, sides as) {
    const uint64_t wide = (uint64_t)within.width * as.height;
    const uint64_t tall = (uint64_t)within.height * as.width;
    if (wide > tall) {
        return (sides){within.height, ratio(within.height, as.width, as.height, within.width)};
    }
    return (sides){ratio(within.width, as.height, as.width, within.height), within.width};
}

/* `turn` says where the rows' first lies, and their columns' first. */
static bool lying(int turn) { return turn >= 5; }
static bool from_bottom(int turn) { return turn == 3 || turn == 4 || turn == 7 || turn == 8; }
static bool from_right(int turn) { return turn == 2 || turn == 3 || turn == 6 || turn == 7; }

emb__frame emb__frame_of(const emb__picture_plan *plan, size_t height, size_t width, int turn) {
    const sides shape = {(size_t)plan->shape[1], (size_t)plan->shape[2]};
    const sides upright = swap_if((sides){height, width}, lying(turn));
    const sides part = plan->fit == EMB__FIT_CROP ? inside(upright, shape) : upright;
    const sides shown = plan->fit == EMB__FIT_PAD ? inside(shape, upright) : shape;
    /* Upright: the part's first row and column, and where the result's lie. */
    const size_t y = (upright.height - part.height) / 2, x = (upright.width - part.width) / 2;
    const size_t to_y = (shape.height - shown.height) / 2, to_x = (shape.width - shown.width) / 2;
    /* From the sides where the rows begin. */
    const size_t above = from_bottom(turn) ? upright.height - part.height - y : y;
    const size_t beside = from_right(turn) ? upright.width - part.width - x : x;
    const sides taken = swap_if(part, lying(turn)), scaled = swap_if(shown, lying(turn));
    const size_t first_y = to_y + (from_bottom(turn) ? shown.height - 1 : 0);
    const size_t first_x = to_x + (from_right(turn) ? shown.width - 1 : 0);
    const ptrdiff_t line = (ptrdiff_t)shape.width;
    const ptrdiff_t down = from_bottom(turn) ? -line : line, right = from_right(turn) ? -1 : 1;
    return (emb__frame){.top = lying(turn) ? beside : above,
                        .left = lying(turn) ? above : beside,
                        .tall = taken.height,
                        .wide = taken.width,
                        .height = scaled.height,
                        .width = scaled.width,
                        .at = (ptrdiff_t)(first_y * shape.width + first_x),
                        .down = lying(turn) ? right : down,
                        .right = lying(turn) ? down : right,
                        .bars = shown.height < shape.height || shown.width < shape.width};
}
