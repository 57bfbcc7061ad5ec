/* Colours. See style.h. */
#include "draw/style.h"

#include "base/memory.h"

/* Okabe and Ito, Color Universal Design (2008), the ones that stand out on white first; a brown is
 * in the place of their yellow, which does not. */
static const uint32_t eight[] = {0x0072B2, 0xD55E00, 0x009E73, 0xCC79A7,
                                 0xE69F00, 0x56B4E9, 0x000000, 0x552200};

/* Found by search: the least difference of any two in OKLab, also as people see them who are blind
 * to red, green or blue (Machado 2009), twice that of digits whose codes lie together (3, 5 and 8;
 * 4, 7 and 9), and that to white paper. tests/draw/test_colours.c measures them. */
static const uint32_t ten[] = {0x55AE8C, 0x4B5DF8, 0x6A626A, 0xD71308, 0xD68B00,
                               0x6A1485, 0xC041B1, 0x850000, 0xA993E1, 0x1000CD};

uint32_t emb__colour(size_t i, size_t count) {
    if (count <= sizeof eight / sizeof *eight) return eight[i % (sizeof eight / sizeof *eight)];
    return ten[i % (sizeof ten / sizeof *ten)];
}

/* The colour `share` of the way along a table, between its two nearest colours. */
static uint32_t between(const uint32_t *table, int count, double share) {
    const double at = (share >= 0 ? share > 1 ? 1 : share : 0) * (count - 1);
    const int i = at >= count - 1 ? count - 2 : (int)at;
    const double t = at - i;
    uint32_t rgb = 0;
    for (int shift = 0; shift <= 16; shift += 8) {
        const double a = table[i] >> shift & 0xFF, b = table[i + 1] >> shift & 0xFF;
        rgb |= (uint32_t)(a + t * (b - a) + 0.5) << shift;
    }
    return rgb;
}

uint32_t emb__colour_map(double share) {
    static const uint32_t points[] = {0x41105A, 0x453582, 0x365C8D, 0x277F8E,
                                      0x1FA187, 0x4FC26B, 0xA2DA37, 0xF9E721};
    return between(points, sizeof points / sizeof *points, share);
}

uint32_t emb__colour_ground(double share, uint32_t *letters) {
    static const uint32_t points[] = {0xFFFFFF, 0xD6E6F2, 0x9CC4E0, 0x4F94C4, 0x1C63A3, 0x0B3C6F};
    *letters = share > 0.55 ? EMB__WHITE : EMB__DARK;
    return between(points, sizeof points / sizeof *points, share);
}

uint32_t emb__colour_signed(double value) {
    static const uint32_t points[] = {0x0B3C8C, 0x5A9BD4, 0xFFFFFF, 0xE08A4C, 0x8C2D04};
    return between(points, sizeof points / sizeof *points, 0.5 + 0.5 * value);
}
