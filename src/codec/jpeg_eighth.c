/* See jpeg_eighth.h. ITU-T T.81, annex A (order of the blocks). */
#include "codec/jpeg_eighth.h"

#ifdef EMB_HAVE_JPEG

#include <string.h>

#include "base/memory.h"
#include "codec/jpeg_codes.h"

enum { COEFFICIENTS = 64, TABLES = 2 };
/* Bytes of a scan that are held, and more than an MCU takes: of each of its six blocks at most 27
 * bits and 63 times 31. */
enum { WINDOW = 1 << 13, LEAST = 2048 };
/* A coefficient of a picture is at most 1024 and its rounding; up to this four_means is exact. */
enum { LARGEST = 2047 };

/* ---- the picture ----------------------------------------------------------------------------- */

typedef struct channel {
    const uint16_t *quant;
    const emb__jpeg_codes *dc, *ac;
    const emb__jpeg_reach *first;    /* of dc */
    const emb__jpeg_stride *strides; /* NULL: its blocks give 2 x 2 pixels */
    const emb__jpeg_reach *reaches;  /* for those */
    int across, down;                /* its blocks in an MCU */
    int before;                      /* the mean of the block before, in steps */
    uint8_t *plane;
    size_t width; /* of its plane, of whole MCUs */
} channel;

typedef struct eighth {
    emb__jpeg_bits scan;
    uint8_t *clean;           /* a window on the interval */
    const uint8_t *clean_end; /* of its bytes */
    const uint8_t *at, *end;  /* what is behind it in the file */
    bool whole;               /* the window has the interval's last byte */
    channel channels[3];
    int count;
    emb__jpeg_codes tables[2 * TABLES]; /* of means, then of the others */
    emb__jpeg_stride strides[TABLES][EMB__JPEG_TABLE];
    emb__jpeg_reach firsts[TABLES][EMB__JPEG_TABLE], reaches[TABLES][EMB__JPEG_TABLE];
    bool strode[TABLES], reached[TABLES]; /* these are made */
    size_t columns, rows;                 /* of MCUs */
    unsigned restart;                     /* MCUs between two markers, 0: none */
} eighth;

/* As libjpeg keeps a value in a byte: from -512 to 511 it is cut, beyond it comes round. */
static uint8_t to_byte(int32_t value) {
    const int32_t v = (int32_t)((uint32_t)value & 1023);
    const int32_t centred = (v < 512 ? v : v - 1024) + 128;
    return (uint8_t)(centred < 0 ? 0 : centred > 255 ? 255 : centred);
}

static inline int32_t rounded(int32_t value, int places) {
    return (value + (1 << (places - 1))) >> places;
}

/* The halves' means of eight samples from their transform, of which only the first and the odd ones
 * matter: each is the mean plus or minus the odd ones' part, whose factors (cos(pi u / 16) summed
 * over four samples, times 2^13) libjpeg has. */
static inline int32_t odd_part(const int32_t *c, int step) {
    return 29692 * c[step] - 10426 * c[3 * step] + 6967 * c[5 * step] - 5906 * c[7 * step];
}

static void four_means(int32_t block[COEFFICIENTS], uint8_t *to, size_t width) {
    for (int x = 0; x < 8; x++) {
        if (x == 2 || x == 4 || x == 6) continue;
        const int32_t even = block[x] * (1 << 15), odd = odd_part(block + x, 8);
        block[x] = rounded(even + odd, 13);
        block[8 + x] = rounded(even - odd, 13);
    }
    for (int y = 0; y < 2; y++, to += width) {
        const int32_t even = block[8 * y] * (1 << 15), odd = odd_part(block + 8 * (ptrdiff_t)y, 1);
        to[0] = to_byte(rounded(even + odd, 20));
        to[1] = to_byte(rounded(even - odd, 20));
    }
}

/* Passes over a block's other coefficients. */
static bool pass_over(const channel *c, emb__jpeg_bits *from) {
    const emb__jpeg_stride *strides = c->strides;
    emb__jpeg_bits b = *from;
    int k = 1;
    while (k < COEFFICIENTS) {
        emb__jpeg_fill(&b);
        emb__jpeg_stride s = strides[b.held >> (64 - EMB__JPEG_PEEK)];
        for (int i = 0; i < 2 && s.bits && k + s.steps < COEFFICIENTS; i++) {
            emb__jpeg_pass(&b, s.bits);
            k += s.ends ? COEFFICIENTS : s.steps;
            if (s.ends) break;
            s = strides[b.held >> (64 - EMB__JPEG_PEEK)];
        }
        if (k >= COEFFICIENTS || (s.bits && k + s.steps < COEFFICIENTS)) continue;
        emb__jpeg_fill(&b);
        const int symbol = emb__jpeg_next_symbol(c->ac, &b);
        if (symbol < 0) return false;
        emb__jpeg_pass(&b, symbol & 15);
        k += symbol == 0 ? COEFFICIENTS : (symbol >> 4) + 1;
        if (symbol != 0 && k > COEFFICIENTS) return false;
    }
    *from = b;
    return true;
}

/* The order in which a block's coefficients come. */
static const uint8_t places[COEFFICIENTS] = {
    0,  1,  8,  16, 9,  2,  3,  10, 17, 24, 32, 25, 18, 11, 4,  5,  12, 19, 26, 33, 40, 48,
    41, 34, 27, 20, 13, 6,  7,  14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23,
    30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63};

/* A coefficient in steps, as it is; *beyond gathers whether one was too large. */
static inline void put(const channel *c, int32_t block[COEFFICIENTS], int k, int steps,
                       unsigned *beyond) {
    const int place = places[k];
    block[place] = steps * (int32_t)c->quant[place];
    *beyond |= (unsigned)(block[place] + LARGEST) > 2 * LARGEST;
}

static bool read_others(const channel *c, emb__jpeg_bits *from, int32_t block[COEFFICIENTS],
                        bool *any) {
    const emb__jpeg_reach *reaches = c->reaches;
    unsigned beyond = 0;
    emb__jpeg_bits b = *from;
    int k = 0; /* the one that was read last */
    while (k < COEFFICIENTS - 1) {
        emb__jpeg_fill(&b);
        emb__jpeg_reach r = reaches[b.held >> (64 - EMB__JPEG_PEEK)];
        for (int i = 0; i < 3 && r.bits && k + r.steps < COEFFICIENTS; i++) {
            emb__jpeg_pass(&b, r.bits);
            put(c, block, k += r.steps, r.value, &beyond);
            r = reaches[b.held >> (64 - EMB__JPEG_PEEK)];
        }
        if (k == COEFFICIENTS - 1 || (r.bits && k + r.steps < COEFFICIENTS)) continue;
        emb__jpeg_fill(&b);
        const int symbol = emb__jpeg_next_symbol(c->ac, &b);
        if (symbol < 0) return false;
        if (symbol == 0) break;
        k += (symbol >> 4) + 1;
        if (k >= COEFFICIENTS) return false;
        put(c, block, k, emb__jpeg_next_number(&b, symbol & 15), &beyond);
    }
    *from = b;
    *any = k > 0;
    return !beyond;
}

/* The step from the mean of the block before. */
static bool read_mean(channel *c, emb__jpeg_bits *b) {
    const emb__jpeg_reach r = c->first[b->held >> (64 - EMB__JPEG_PEEK)];
    if (r.bits) {
        emb__jpeg_pass(b, r.bits);
        c->before += r.value;
    } else {
        const int size = emb__jpeg_next_symbol(c->dc, b);
        if (size < 0 || size > 11) return false;
        c->before += emb__jpeg_next_number(b, size);
    }
    return c->before >= INT16_MIN && c->before <= INT16_MAX;
}

static bool read_block(channel *c, emb__jpeg_bits *b, uint8_t *to) {
    emb__jpeg_fill(b);
    if (!read_mean(c, b)) return false;
    const int32_t mean = c->before * (int32_t)c->quant[0];
    if (c->strides) {
        *to = to_byte(rounded(mean, 3));
        return pass_over(c, b);
    }
    int32_t block[COEFFICIENTS] = {mean};
    bool others;
    if (mean < -LARGEST || mean > LARGEST || !read_others(c, b, block, &others)) return false;
    if (others) {
        four_means(block, to, c->width);
    } else {
        to[0] = to[1] = to[c->width] = to[c->width + 1] = to_byte(rounded(mean, 3));
    }
    return true;
}

/* Fills the window with what is next of the interval, behind what of it was not taken. */
static void clean(eighth *e) {
    const size_t kept = (size_t)(e->clean_end - e->scan.at);
    memmove(e->clean, e->scan.at, kept);
    uint8_t *to = e->clean + kept;
    const uint8_t *full = e->clean + WINDOW;
    while (!e->whole && to < full) {
        const size_t room = (size_t)(full - to), there = (size_t)(e->end - e->at);
        const size_t most = room < there ? room : there;
        const uint8_t *ff = memchr(e->at, 0xff, most);
        const size_t plain = ff ? (size_t)(ff - e->at) : most;
        memcpy(to, e->at, plain);
        to += plain;
        e->at += plain;
        e->whole = ff ? e->end - ff < 2 || ff[1] != 0 : e->at == e->end;
        if (!ff || e->whole) continue;
        *to++ = 0xff;
        e->at += 2;
    }
    memset(to, 0, EMB__JPEG_SPARE);
    e->clean_end = to;
    e->scan.at = e->clean;
}

static void begin_interval(eighth *e) {
    e->scan = (emb__jpeg_bits){.at = e->clean};
    e->clean_end = e->clean;
    e->whole = false;
    clean(e);
    for (int i = 0; i < e->count; i++) e->channels[i].before = 0;
}

/* How many bits of the interval are left; negative: more were taken than it has. */
static ptrdiff_t left(const eighth *e) { return 8 * (e->clean_end - e->scan.at) + e->scan.count; }

static bool read_mcu(eighth *e, size_t row, size_t column) {
    for (channel *c = e->channels; c < e->channels + e->count; c++) {
        const size_t side = c->strides ? 1 : 2, down = (size_t)c->down, across = (size_t)c->across;
        for (size_t y = 0; y < down; y++) {
            uint8_t *to = c->plane + (row * down + y) * side * c->width + column * across * side;
            for (size_t x = 0; x < across; x++, to += side) {
                if (!read_block(c, &e->scan, to) || left(e) < 0) return false;
            }
        }
    }
    return true;
}

/* Whether nothing but padding is left before what ends the interval. */
static bool is_through(eighth *e) {
    if (!e->whole) clean(e);
    return e->whole && left(e) < 8;
}

/* The marker that must be next. */
static bool pass_marker(eighth *e, unsigned nth) {
    if (!is_through(e) || e->end - e->at < 2 || e->at[1] != 0xd0 + nth % 8) return false;
    e->at += 2;
    begin_interval(e);
    return true;
}

static bool read_all(eighth *e) {
    unsigned done = 0, markers = 0;
    begin_interval(e);
    for (size_t row = 0; row < e->rows; row++) {
        for (size_t column = 0; column < e->columns; column++, done++) {
            if (e->restart && done == e->restart) {
                if (!pass_marker(e, markers++)) return false;
                done = 0;
            }
            if (!e->whole && e->clean_end - e->scan.at < LEAST) clean(e);
            if (!read_mcu(e, row, column)) return false;
        }
    }
    return is_through(e);
}

/* ---- colour ---------------------------------------------------------------------------------- */

static inline uint8_t cut(int32_t value) {
    return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
}

/* JFIF's, rounded as libjpeg does. */
static void to_rgb(uint8_t *to, int32_t y, int32_t cb, int32_t cr) {
    enum { HALF = 1 << 15 };
    const int32_t b = cb - 128, r = cr - 128;
    to[0] = cut(y + ((91881 * r + HALF) >> 16));
    to[1] = cut(y + ((-22554 * b + HALF - 46802 * r) >> 16));
    to[2] = cut(y + ((116130 * b + HALF) >> 16));
}

static void join(const eighth *e, size_t height, size_t width, uint8_t *to) {
    const channel *c = e->channels;
    for (size_t y = 0; y < height; y++) {
        const uint8_t *luma = c->plane + y * c->width;
        if (e->count == 1) {
            memcpy(to + y * width, luma, width);
            continue;
        }
        /* A channel has as many pixels, or half as many across, or down. */
        const size_t tall = e->rows * (size_t)(c[1].down * (c[1].strides ? 1 : 2));
        const size_t half = tall < e->rows * (size_t)c[0].down, far = c[1].width < c[0].width;
        const uint8_t *blue = c[1].plane + (y >> half) * c[1].width;
        const uint8_t *red = c[2].plane + (y >> half) * c[2].width;
        for (size_t x = 0; x < width; x++, to += 3)
            to_rgb(to, luma[x], blue[x >> far], red[x >> far]);
    }
}

/* ---- what it is ------------------------------------------------------------------------------ */

/* One channel, or luma of 1 or 2 blocks either way and two of one block. */
static bool is_usual(const struct jpeg_decompress_struct *jpeg) {
    const jpeg_component_info *c = jpeg->comp_info;
    for (int i = 0; i < jpeg->comps_in_scan; i++) {
        if (jpeg->cur_comp_info[i] != &c[i]) return false;
    }
    if (jpeg->data_precision != 8 || jpeg->progressive_mode || jpeg->arith_code ||
        jpeg->comps_in_scan != jpeg->num_components || jpeg->Ss != 0 || jpeg->Se != 63 ||
        jpeg->Ah || jpeg->Al) {
        return false;
    }
    if (jpeg->num_components == 1) return jpeg->jpeg_color_space == JCS_GRAYSCALE;
    return jpeg->num_components == 3 && jpeg->jpeg_color_space == JCS_YCbCr &&
           c[0].h_samp_factor <= 2 && c[0].v_samp_factor <= 2 && c[1].h_samp_factor == 1 &&
           c[1].v_samp_factor == 1 && c[2].h_samp_factor == 1 && c[2].v_samp_factor == 1;
}

/* The tables of a channel, which channels share. */
static bool set_codes(eighth *e, const jpeg_component_info *from,
                      const struct jpeg_decompress_struct *jpeg, bool four) {
    const int dc = from->dc_tbl_no, ac = from->ac_tbl_no;
    if (dc < 0 || dc >= TABLES || ac < 0 || ac >= TABLES) return false;
    emb__jpeg_codes *means = &e->tables[dc], *others = &e->tables[TABLES + ac];
    if (means->count == 0) {
        if (!emb__jpeg_codes_make(means, jpeg->dc_huff_tbl_ptrs[dc], 15)) return false;
        emb__jpeg_reaches_make(e->firsts[dc], means);
    }
    if (others->count == 0 && !emb__jpeg_codes_make(others, jpeg->ac_huff_tbl_ptrs[ac], 255))
        return false;
    if (four && !e->reached[ac]) emb__jpeg_reaches_make(e->reaches[ac], others);
    if (!four && !e->strode[ac]) emb__jpeg_strides_make(e->strides[ac], others);
    *(four ? &e->reached[ac] : &e->strode[ac]) = true;
    return true;
}

static bool set_channel(eighth *e, int i, const jpeg_component_info *from, bool four) {
    channel *c = &e->channels[i];
    const int dc = from->dc_tbl_no, ac = from->ac_tbl_no;
    c->dc = &e->tables[dc];
    c->ac = &e->tables[TABLES + ac];
    c->first = e->firsts[dc];
    c->strides = four ? NULL : e->strides[ac];
    c->reaches = four ? e->reaches[ac] : NULL;
    c->across = e->count == 1 ? 1 : from->h_samp_factor;
    c->down = e->count == 1 ? 1 : from->v_samp_factor;
    c->width = e->columns * (size_t)c->across * (four ? 2 : 1);
    c->plane = emb__alloc(c->width * e->rows * (size_t)c->down * (four ? 2 : 1));
    return c->plane;
}

static bool set_up(eighth *e, const struct jpeg_decompress_struct *jpeg) {
    const jpeg_component_info *from = jpeg->comp_info;
    e->count = jpeg->num_components;
    const size_t across = e->count == 1 ? 8 : 8 * (size_t)from->h_samp_factor;
    const size_t down = e->count == 1 ? 8 : 8 * (size_t)from->v_samp_factor;
    e->columns = (jpeg->image_width + across - 1) / across;
    e->rows = (jpeg->image_height + down - 1) / down;
    e->restart = jpeg->restart_interval;
    e->at = jpeg->src->next_input_byte;
    e->end = e->at + jpeg->src->bytes_in_buffer;
    e->clean = emb__alloc(WINDOW + EMB__JPEG_SPARE);
    if (!e->clean) return false;
    for (int i = 0; i < e->count; i++) {
        const int quant = from[i].quant_tbl_no;
        const bool four = i > 0 && from->h_samp_factor == 2 && from->v_samp_factor == 2;
        if (quant < 0 || quant >= NUM_QUANT_TBLS || !jpeg->quant_tbl_ptrs[quant]) return false;
        e->channels[i].quant = jpeg->quant_tbl_ptrs[quant]->quantval;
        if (!set_codes(e, &from[i], jpeg, four) || !set_channel(e, i, &from[i], four)) return false;
    }
    return true;
}

bool emb__jpeg_eighth(const struct jpeg_decompress_struct *jpeg, uint8_t **pixels) {
    const size_t height = ((size_t)jpeg->image_height + 7) / 8;
    const size_t width = ((size_t)jpeg->image_width + 7) / 8;
    *pixels = NULL;
    if (!is_usual(jpeg)) return false;
    eighth *e = emb__calloc(1, sizeof *e);
    if (e && set_up(e, jpeg) && read_all(e)) {
        *pixels = emb__alloc(height * width * (size_t)e->count);
        if (*pixels) join(e, height, width, *pixels);
    }
    for (int i = 0; e && i < 3; i++) emb__free(e->channels[i].plane);
    if (e) emb__free(e->clean);
    emb__free(e);
    return *pixels;
}

#endif
