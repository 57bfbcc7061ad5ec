/* See crc.h. zlib's, or where the processor multiplies polynomials four times as fast: 16 bytes at
 * a time are replaced by others further on that leave the same remainder (V. Gopal et al., "Fast
 * CRC computation for generic polynomials using PCLMULQDQ instruction", Intel, 2009). */
#include "codec/crc.h"

#include <zlib.h>

#if defined(__x86_64__)
#include <immintrin.h>

enum { LEAST = 64 }; /* four registers */

/* x^n modulo the polynomial, bits reversed: what moves a register by 512 bits, by 128, by 64. */
static const uint64_t by_512[2] = {0x0154442bd4, 0x01c6e41596};
static const uint64_t by_128[2] = {0x01751997d0, 0x00ccaa009e};
static const uint64_t by_64[2] = {0x0163cd6124, 0};
static const uint64_t polynomial[2] = {0x01db710641, 0x01f7011641}; /* and its reciprocal */

#define CARRYLESS __attribute__((target("pclmul,sse4.1")))

CARRYLESS static __m128i load(const void *from) { return _mm_loadu_si128(from); }

CARRYLESS static __m128i fold(__m128i x, __m128i by, __m128i next) {
    const __m128i low = _mm_clmulepi64_si128(x, by, 0x00);
    return _mm_xor_si128(_mm_xor_si128(_mm_clmulepi64_si128(x, by, 0x11), low), next);
}

/* The remainder of 128 bits. */
CARRYLESS static uint32_t reduce(__m128i x) {
    const __m128i words = _mm_setr_epi32(~0, 0, ~0, 0), p = load(polynomial);
    x = _mm_xor_si128(_mm_srli_si128(x, 8), _mm_clmulepi64_si128(x, load(by_128), 0x10));
    x = _mm_xor_si128(_mm_srli_si128(x, 4),
                      _mm_clmulepi64_si128(_mm_and_si128(x, words), load(by_64), 0x00));
    __m128i q = _mm_clmulepi64_si128(_mm_and_si128(x, words), p, 0x10);
    q = _mm_clmulepi64_si128(_mm_and_si128(q, words), p, 0x00);
    return (uint32_t)_mm_extract_epi32(_mm_xor_si128(x, q), 1);
}

/* `count` is a multiple of 16, at least LEAST. */
CARRYLESS static uint32_t carryless(uint32_t sum, const uint8_t *bytes, size_t count) {
    __m128i x[4];
    for (int i = 0; i < 4; i++) x[i] = load(bytes + 16 * i);
    x[0] = _mm_xor_si128(x[0], _mm_cvtsi32_si128((int)~sum));
    size_t at = LEAST;
    for (; at + LEAST <= count; at += LEAST) {
        for (size_t i = 0; i < 4; i++) x[i] = fold(x[i], load(by_512), load(bytes + at + 16 * i));
    }
    for (int i = 1; i < 4; i++) x[0] = fold(x[0], load(by_128), x[i]);
    for (; at < count; at += 16) x[0] = fold(x[0], load(by_128), load(bytes + at));
    return ~reduce(x[0]);
}

uint32_t emb__crc(uint32_t sum, const void *bytes, size_t count) {
    if (count >= LEAST && __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("sse4.1")) {
        const size_t whole = count / 16 * 16;
        sum = carryless(sum, bytes, whole);
        bytes = (const uint8_t *)bytes + whole;
        count -= whole;
    }
    return (uint32_t)crc32_z(sum, bytes, count);
}
#else
uint32_t emb__crc(uint32_t sum, const void *bytes, size_t count) {
    return (uint32_t)crc32_z(sum, bytes, count);
}
#endif

uint32_t emb__crc_rest(uint32_t sum, uint32_t sum_first, size_t rest) {
    return sum ^ (uint32_t)crc32_combine(sum_first, 0, (z_off_t)rest);
}
