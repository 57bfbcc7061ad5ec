/* Numbers of 16 bits as float32, which holds every one of them exactly. */
#ifndef EMB_CODEC_HALF_H
#define EMB_CODEC_HALF_H

#include <stdint.h>
#include <string.h>

static inline float emb__float_of_bits(uint32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* IEEE 754 binary16: 5 bits of exponent, 10 of fraction. */
static inline float emb__half(uint16_t bits) {
    const uint32_t sign = (uint32_t)(bits & 0x8000) << 16, exponent = bits >> 10 & 0x1f;
    const uint32_t fraction = bits & 0x3ff;
    if (exponent == 0x1f) return emb__float_of_bits(sign | 0x7f800000u | fraction << 13);
    if (exponent > 0)
        return emb__float_of_bits(sign | (exponent + 127 - 15) << 23 | fraction << 13);
    const float tiny = (float)fraction * 0x1p-24f;
    return sign ? -tiny : tiny;
}

/* bfloat16: the upper half of a float32. */
static inline float emb__bfloat(uint16_t bits) { return emb__float_of_bits((uint32_t)bits << 16); }

#endif
