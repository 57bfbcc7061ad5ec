/* See jpeg_codes.h. */
#include "codec/jpeg_codes.h"

#ifdef EMB_HAVE_JPEG

#include <string.h>

/* The code of ones alone is no code, and of the symbols without a number behind them there are but
 * the block's end (or a step of 0) and a run of 16 zeros. */
bool emb__jpeg_codes_make(emb__jpeg_codes *c, const JHUFF_TBL *from, int most) {
    int32_t code = 0;
    if (!from) return false;
    memcpy(c->symbols, from->huffval, sizeof c->symbols);
    for (int length = 1; length <= EMB__JPEG_LONGEST; length++, code *= 2) {
        c->shift[length] = c->count - code;
        c->last[length] = from->bits[length] ? code + from->bits[length] - 1 : -1;
        if (c->count + from->bits[length] > 256 ||
            (from->bits[length] && code + from->bits[length] >= 1 << length)) {
            return false;
        }
        for (int i = 0; i < from->bits[length]; i++, code++, c->count++) {
            const int symbol = c->symbols[c->count], size = symbol & 15;
            if (symbol > most || (size == 0 && symbol % 0xf0 != 0)) return false;
            if (length > EMB__JPEG_PEEK) continue;
            const uint16_t entry = (uint16_t)(length << 8 | c->symbols[c->count]);
            const int first = code << (EMB__JPEG_PEEK - length);
            for (int k = 0; k < 1 << (EMB__JPEG_PEEK - length); k++) c->one[first + k] = entry;
        }
    }
    return true;
}

void emb__jpeg_strides_make(emb__jpeg_stride strides[EMB__JPEG_TABLE], const emb__jpeg_codes *c) {
    for (int i = 0; i < EMB__JPEG_TABLE; i++) {
        emb__jpeg_stride s = {0};
        while (s.bits < EMB__JPEG_PEEK && !s.ends) {
            const unsigned entry = c->one[(unsigned)i << s.bits & (EMB__JPEG_TABLE - 1)],
                           symbol = entry & 255;
            const int length = (int)(entry >> 8);
            if (length == 0 || s.bits + length > EMB__JPEG_PEEK) break;
            s.bits = (uint8_t)(s.bits + length + (int)(symbol & 15));
            s.ends = symbol == 0;
            if (!s.ends) s.steps = (uint8_t)(s.steps + (symbol >> 4) + 1);
        }
        strides[i] = s;
    }
}

void emb__jpeg_reaches_make(emb__jpeg_reach reaches[EMB__JPEG_TABLE], const emb__jpeg_codes *c) {
    for (int i = 0; i < EMB__JPEG_TABLE; i++) {
        const int length = c->one[i] >> 8, size = c->one[i] & 15, all = length + size;
        reaches[i] = (emb__jpeg_reach){0};
        if (length == 0 || size == 0 || all > EMB__JPEG_PEEK) continue;
        const int value = i >> (EMB__JPEG_PEEK - all) & ((1 << size) - 1);
        reaches[i] = (emb__jpeg_reach){.value = (int16_t)emb__jpeg_to_number(value, size),
                                       .bits = (uint8_t)all,
                                       .steps = (uint8_t)((c->one[i] >> 4 & 15) + 1)};
    }
}

#endif
