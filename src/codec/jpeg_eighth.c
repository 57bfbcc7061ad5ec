/* See jpeg_eighth.h. ITU-T T.81, annexes A and B. */
#include "codec/jpeg_eighth.h"

#ifdef EMB_HAVE_JPEG

#include <string.h>

/* Bytes of a scan that are held, and as many as an MCU may take. */
enum { WINDOW = 1 << 13, LEAST = EMB__JPEG_SPARE };

typedef struct eighth {
    emb__jpeg_lane lane;
    const struct jpeg_decompress_struct *jpeg;
    uint8_t *clean;           /* a window on the interval, of WINDOW + EMB__JPEG_SPARE bytes */
    const uint8_t *clean_end; /* of its bytes */
    const uint8_t *at, *end;  /* what is behind it in the file */
    size_t columns, rows;     /* of MCUs */
    size_t height, width;     /* of the pixels */
    uint8_t *pixels;
    unsigned restart;       /* MCUs between two markers, 0: none */
    unsigned done, markers; /* MCUs since the last of them; how many there were */
    bool whole;             /* the window has the interval's last byte */
    bool open, failed;      /* it is still to be read; it is libjpeg's */
} eighth;

/* ---- the scan -------------------------------------------------------------------------------- */

/* Fills the window with what is next of the interval, behind what of it was not taken. */
static void clean(eighth *e) {
    const size_t taken = e->lane.at >> 3, there = (size_t)(e->clean_end - e->clean);
    const size_t kept = there - taken;
    memmove(e->clean, e->clean + taken, kept);
    e->lane.at &= 7;
    uint8_t *to = e->clean + kept;
    const uint8_t *full = e->clean + WINDOW;
    while (!e->whole && to < full) {
        const size_t room = (size_t)(full - to), left = (size_t)(e->end - e->at);
        const size_t most = room < left ? room : left;
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
}

static void begin_interval(eighth *e) {
    e->lane.at = 0;
    e->clean_end = e->clean;
    e->whole = false;
    e->done = 0;
    clean(e);
    for (int i = 0; i < e->lane.count; i++) e->lane.channels[i].before = 0;
}

/* How many bits of the interval are left; negative: more were taken than it has. */
static ptrdiff_t left(const eighth *e) {
    return 8 * (e->clean_end - e->clean) - (ptrdiff_t)e->lane.at;
}

/* Whether nothing but padding is left before what ends the interval. */
static bool is_through(eighth *e) {
    if (!e->whole) clean(e);
    return e->whole && left(e) < 8;
}

/* The marker that must be next. */
static bool pass_marker(eighth *e) {
    if (!is_through(e) || e->end - e->at < 2 || e->at[1] != 0xd0 + e->markers % 8) return false;
    e->at += 2;
    e->markers++;
    begin_interval(e);
    return true;
}

/* Sees to it that there are bits for the next MCU. */
static bool make_ready(eighth *e) {
    if (e->restart && e->done == e->restart && !pass_marker(e)) return false;
    if (!e->whole && left(e) < 8 * LEAST) clean(e);
    return true;
}

/* Goes past the MCU that was read; false at the picture's end, or if it took more than there is. */
static bool pass_mcu(eighth *e) {
    emb__jpeg_lane *l = &e->lane;
    e->done++;
    if (left(e) < 0) {
        e->failed = true;
    } else if (++l->column == e->columns) {
        l->column = 0;
        l->row++;
    }
    if (l->row == e->rows && !e->failed) e->failed = !is_through(e);
    return !e->failed && l->row < e->rows;
}

static void begin(eighth *e) {
    e->at = e->jpeg->src->next_input_byte;
    e->end = e->at + e->jpeg->src->bytes_in_buffer;
    e->markers = 0;
    e->lane.row = e->lane.column = 0;
    e->failed = false;
    begin_interval(e);
}

/* ---- colour ---------------------------------------------------------------------------------- */

/* Bytes by a number from -256 to 511, which is cut: a look is faster than two comparisons. */
typedef struct limits {
    uint8_t of[3 * 256];
} limits;

static void make_limits(limits *l) {
    memset(l->of, 0, 256);
    for (int i = 0; i < 256; i++) l->of[256 + i] = (uint8_t)i;
    memset(l->of + 512, 255, 256);
}

/* JFIF's, rounded as libjpeg does, for `count` pixels of one chroma. */
static inline void to_rgb(const limits *l, uint8_t *to, const uint8_t *luma, size_t count,
                          int32_t cb, int32_t cr) {
    enum { HALF = 1 << 15 };
    const int32_t b = cb - 128, r = cr - 128;
    const uint8_t *zero = l->of + 256;
    const uint8_t *red = zero + ((91881 * r + HALF) >> 16);
    const uint8_t *green = zero + ((-22554 * b + HALF - 46802 * r) >> 16);
    const uint8_t *blue = zero + ((116130 * b + HALF) >> 16);
    for (size_t i = 0; i < count; i++, to += 3) {
        to[0] = red[luma[i]];
        to[1] = green[luma[i]];
        to[2] = blue[luma[i]];
    }
}

/* A row of a picture, whose chroma has as many pixels or, `far`, half as many. */
static void join_row(const limits *l, const uint8_t *luma, const uint8_t *cb, const uint8_t *cr,
                     bool far, size_t width, uint8_t *to) {
    if (far) {
        for (; width > 1; width -= 2, luma += 2, to += 6) to_rgb(l, to, luma, 2, *cb++, *cr++);
    }
    for (; width > 0; width--, to += 3) to_rgb(l, to, luma++, 1, *cb++, *cr++);
}

static void join(const eighth *e) {
    const emb__jpeg_channel *c = e->lane.channels;
    const size_t width = e->width;
    uint8_t *to = e->pixels;
    limits l;
    make_limits(&l);
    for (size_t y = 0; y < e->height; y++, to += width * (size_t)e->lane.count) {
        const uint8_t *luma = c->plane + y * c->width;
        if (e->lane.count == 1) {
            memcpy(to, luma, width);
            continue;
        }
        /* Chroma may have half as many pixels down, too. */
        const size_t tall = e->rows * (size_t)(c[1].down * (c[1].four ? 2 : 1));
        const size_t down = tall < e->rows * (size_t)c[0].down ? y / 2 : y;
        join_row(&l, luma, c[1].plane + down * c[1].width, c[2].plane + down * c[2].width,
                 c[1].width < c[0].width, width, to);
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

/* What channel i needs, and how many pixels its plane has. */
static bool set_channel(eighth *e, int i, const struct jpeg_decompress_struct *jpeg,
                        emb__jpeg_shelf *shelf, size_t *size) {
    const jpeg_component_info *from = &jpeg->comp_info[i];
    const int dc = from->dc_tbl_no, ac = from->ac_tbl_no, quant = from->quant_tbl_no;
    emb__jpeg_channel *c = &e->lane.channels[i];
    if (dc < 0 || dc >= NUM_HUFF_TBLS || ac < 0 || ac >= NUM_HUFF_TBLS || quant < 0 ||
        quant >= NUM_QUANT_TBLS || !jpeg->quant_tbl_ptrs[quant]) {
        return false;
    }
    emb__jpeg_codes *means = emb__jpeg_shelf_take(shelf, jpeg->dc_huff_tbl_ptrs[dc], true);
    emb__jpeg_codes *others = emb__jpeg_shelf_take(shelf, jpeg->ac_huff_tbl_ptrs[ac], false);
    const bool alone = e->lane.count == 1;
    c->four = i > 0 && jpeg->comp_info->h_samp_factor == 2 && jpeg->comp_info->v_samp_factor == 2;
    if (!means || !others) return false;
    if (!(c->four ? emb__jpeg_make_reaches(others) : emb__jpeg_make_strides(others))) return false;
    c->means = means;
    c->others = others;
    emb__jpeg_steps(c, jpeg->quant_tbl_ptrs[quant]->quantval);
    c->across = alone ? 1 : from->h_samp_factor;
    c->down = alone ? 1 : from->v_samp_factor;
    c->width = e->columns * (size_t)c->across * (c->four ? 2 : 1);
    *size = c->width * e->rows * (size_t)c->down * (c->four ? 2 : 1);
    return true;
}

/* The window, the planes and, behind them, the pixels. */
static bool set_up(eighth *e, const struct jpeg_decompress_struct *jpeg, emb__jpeg_shelf *shelf,
                   emb__room *room) {
    const jpeg_component_info *from = jpeg->comp_info;
    size_t sizes[3] = {0}, size = WINDOW + EMB__JPEG_SPARE;
    if (!is_usual(jpeg)) return false;
    e->lane.count = jpeg->num_components;
    const bool alone = e->lane.count == 1;
    const size_t across = alone ? 8 : 8 * (size_t)from->h_samp_factor;
    const size_t down = alone ? 8 : 8 * (size_t)from->v_samp_factor;
    e->columns = (jpeg->image_width + across - 1) / across;
    e->rows = (jpeg->image_height + down - 1) / down;
    e->height = ((size_t)jpeg->image_height + 7) / 8;
    e->width = ((size_t)jpeg->image_width + 7) / 8;
    e->restart = jpeg->restart_interval;
    for (int i = 0; i < e->lane.count; i++) {
        if (!set_channel(e, i, jpeg, shelf, &sizes[i])) return false;
        size += sizes[i];
    }
    if (!emb__room_make(room, size + e->height * e->width * (size_t)e->lane.count)) return false;
    e->lane.bytes = e->clean = room->bytes;
    e->pixels = e->clean + WINDOW + EMB__JPEG_SPARE;
    for (int i = 0; i < e->lane.count; i++) {
        e->lane.channels[i].plane = e->pixels;
        e->pixels += sizes[i];
    }
    return true;
}

/* ---- several at a time ----------------------------------------------------------------------- */

/* Whether block for block the two are alike. */
static bool go_together(const emb__jpeg_lane *a, const emb__jpeg_lane *b) {
    if (a->count != b->count) return false;
    for (int i = 0; i < a->count; i++) {
        const emb__jpeg_channel *c = &a->channels[i], *d = &b->channels[i];
        if (c->four != d->four || c->across != d->across || c->down != d->down) return false;
    }
    return true;
}

/* Reads the scans of all; false if one was damaged before the others' ends, which are not known
 * then. */
static bool read_scans(eighth *const all[], int count) {
    eighth *left[EMB__JPEG_LANES];
    emb__jpeg_lane *lanes[EMB__JPEG_LANES];
    int n = 0;
    for (int i = 0; i < count; i++) left[n++] = all[i];
    while (n > 0) {
        int ready = 0;
        for (int i = 0; i < n; i++) {
            left[i]->failed = !make_ready(left[i]);
            if (!left[i]->failed) left[ready++] = left[i];
        }
        for (int i = 0; i < ready; i++) lanes[i] = &left[i]->lane;
        if (ready > 0 && !emb__jpeg_lanes_read(lanes, ready)) return false;
        n = 0;
        for (int i = 0; i < ready; i++) {
            if (pass_mcu(left[i])) left[n++] = left[i];
        }
    }
    return true;
}

/* Those that were damaged failed. */
static void read_group(eighth *const group[], int count) {
    for (int i = 0; i < count; i++) begin(group[i]);
    if (read_scans(group, count)) return;
    for (int i = 0; i < count; i++) {
        begin(group[i]);
        group[i]->failed = !read_scans(&group[i], 1) || group[i]->failed;
    }
}

void emb__jpeg_eighths(emb__jpeg_desk *desk, const struct jpeg_decompress_struct *const jpegs[],
                       int count, uint8_t *pixels[]) {
    eighth all[EMB__JPEG_LANES] = {0};
    desk->shelf.now++;
    for (int i = 0; i < count; i++) {
        all[i].jpeg = jpegs[i];
        all[i].open = set_up(&all[i], jpegs[i], &desk->shelf, &desk->rooms[i]);
        all[i].failed = !all[i].open;
    }
    for (int i = 0; i < count; i++) {
        eighth *group[EMB__JPEG_LANES];
        int n = 0;
        for (int k = i; k < count; k++) {
            if (!all[k].open || (n > 0 && !go_together(&group[0]->lane, &all[k].lane))) continue;
            group[n++] = &all[k];
            all[k].open = false;
        }
        read_group(group, n);
    }
    for (int i = 0; i < count; i++) {
        pixels[i] = all[i].failed ? NULL : all[i].pixels;
        if (pixels[i]) join(&all[i]);
    }
}

#endif
