/* The vector types: the only place that names an instruction set.
 *
 * EMB_ISA (a name: plain, avx2, avx512, neon) chooses. A `vf` is VL float32 lanes; the LANES
 * lanes of a block (16) or half a block (8) are LANES / VL of them. Each operation below gives,
 * lane by lane, the same bits everywhere: add, mul, div, sqrt and fma round once, to nearest even;
 * v_min(a, b) is a < b ? a : b and v_max is a > b ? a : b, NaN giving b. */
#ifndef EMB_KERNELS_VEC_H
#define EMB_KERNELS_VEC_H

#include <stdint.h>
#include <string.h>

#define EMB_JOIN_(a, b) a##b
#define EMB_JOIN(a, b)  EMB_JOIN_(a, b)
/* gather -> emb__gather_avx2_16 */
#define EMB_NAME_OF(name, lanes)                                                                   \
    EMB_JOIN(EMB_JOIN(EMB_JOIN(EMB_JOIN(emb__, name##_), EMB_ISA), _), lanes)
#define EMB_NAME(name) EMB_NAME_OF(name, LANES)

#define EMB_IS_plain   0
#define EMB_IS_avx2    2
#define EMB_IS_avx512  3
#define EMB_IS_neon    4
#define EMB_ISA_NUMBER EMB_JOIN(EMB_IS_, EMB_ISA)

#define INLINE static inline __attribute__((always_inline))
/* Loops over a tile's constants are unrolled so that its sums stay in registers. */
#define UNROLL _Pragma("GCC unroll 16")

/* Operations whose names do not say all:
 *   v_where_positive(test, a, b)  a where test > 0, else b
 *   v_where_beats(x, y, a, b)  a where x > y or x is NaN, else b
 *   v_where_equal(x, y, a, b)  a where x == y, else b
 *   v_with_sign(a, sign)    a >= 0 with the sign's sign bit
 *   v_power_of_two(a)       2^n for the n in the low bits of a, see exp_parts
 *   v_minus_bits(n, a)  the number whose bits are n - a's
 *   v_split(a, &n)          a / 2^n, from sqrt(1/2) to sqrt(2), for a normal a > 0
 *   v_from_bytes(p)         VL bytes as floats */
#define EMB_ROOT_HALF 0x3f3504f3 /* the bits of sqrt(1/2) */
/* REGISTERS: the number of vector registers; the kernels choose their tiles by it. With EMB_WIDE a
 * vf may have more lanes than a block. */
#if EMB_ISA_NUMBER == EMB_IS_avx512 && (LANES == 16 || defined(EMB_WIDE))

#include <immintrin.h>
#define VL        16
#define REGISTERS 32
typedef __m512 vf;
INLINE vf v_load(const float *p) { return _mm512_loadu_ps(p); }
INLINE void v_store(float *p, vf a) { _mm512_storeu_ps(p, a); }
INLINE vf v_set(float a) { return _mm512_set1_ps(a); }
INLINE vf v_add(vf a, vf b) { return _mm512_add_ps(a, b); }
INLINE vf v_sub(vf a, vf b) { return _mm512_sub_ps(a, b); }
INLINE vf v_mul(vf a, vf b) { return _mm512_mul_ps(a, b); }
INLINE vf v_div(vf a, vf b) { return _mm512_div_ps(a, b); }
INLINE vf v_sqrt(vf a) { return _mm512_sqrt_ps(a); }
INLINE vf v_fma(vf a, vf b, vf c) { return _mm512_fmadd_ps(a, b, c); }
INLINE vf v_min(vf a, vf b) { return _mm512_min_ps(a, b); }
INLINE vf v_max(vf a, vf b) { return _mm512_max_ps(a, b); }
INLINE vf v_where_positive(vf test, vf a, vf b) {
    return _mm512_mask_mov_ps(b, _mm512_cmp_ps_mask(test, _mm512_setzero_ps(), _CMP_GT_OQ), a);
}
INLINE vf v_where_beats(vf x, vf y, vf a, vf b) {
    const __mmask16 more = _mm512_cmp_ps_mask(x, y, _CMP_GT_OQ);
    return _mm512_mask_mov_ps(b, more | _mm512_cmp_ps_mask(x, x, _CMP_UNORD_Q), a);
}
INLINE vf v_where_equal(vf x, vf y, vf a, vf b) {
    return _mm512_mask_mov_ps(b, _mm512_cmp_ps_mask(x, y, _CMP_EQ_OQ), a);
}
INLINE vf v_power_of_two(vf shifted) {
    __m512i n = _mm512_add_epi32(_mm512_castps_si512(shifted), _mm512_set1_epi32(127));
    return _mm512_castsi512_ps(_mm512_slli_epi32(n, 23));
}
INLINE vf v_minus_bits(int32_t n, vf a) {
    return _mm512_castsi512_ps(_mm512_sub_epi32(_mm512_set1_epi32(n), _mm512_castps_si512(a)));
}
INLINE vf v_split(vf a, vf *n) {
    const __m512i bits = _mm512_castps_si512(a);
    const __m512i whole =
        _mm512_srai_epi32(_mm512_sub_epi32(bits, _mm512_set1_epi32(EMB_ROOT_HALF)), 23);
    *n = _mm512_cvtepi32_ps(whole);
    return _mm512_castsi512_ps(_mm512_sub_epi32(bits, _mm512_slli_epi32(whole, 23)));
}
INLINE vf v_abs(vf a) { return _mm512_abs_ps(a); }
INLINE vf v_with_sign(vf a, vf sign) {
    return _mm512_or_ps(a, _mm512_and_ps(sign, _mm512_set1_ps(-0.0f)));
}
INLINE vf v_from_bytes(const uint8_t *p) {
    return _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)p)));
}
/* v_lane_sums, see below: each step halves what is left of two rows and puts them into one vector,
 * so that 16 rows take 15 additions. */
#define EMB_PAIR_Q(a, b, low, high)                                                                \
    _mm512_add_ps(_mm512_shuffle_f32x4(a, b, low), _mm512_shuffle_f32x4(a, b, high))
#define EMB_PAIR_L(a, b, low, high)                                                                \
    _mm512_add_ps(_mm512_shuffle_ps(a, b, low), _mm512_shuffle_ps(a, b, high))
INLINE void v_lane_sums(const float *rows, const vf *last, float *sums, const int count) {
    __m512 t[16];
    (void)rows;
    UNROLL for (int i = 0; i < 16; i++) t[i] = i < count ? last[i] : v_set(0);
    UNROLL for (int i = 0; i < 8; i++) t[i] = EMB_PAIR_Q(t[2 * i], t[2 * i + 1], 0x88, 0xDD);
    UNROLL for (int i = 0; i < 4; i++) t[i] = EMB_PAIR_L(t[2 * i], t[2 * i + 1], 0x44, 0xEE);
    UNROLL for (int i = 0; i < 2; i++) t[i] = EMB_PAIR_L(t[2 * i], t[2 * i + 1], 0x88, 0xDD);
    t[0] = EMB_PAIR_Q(t[0], t[1], 0x88, 0xDD);
    /* Row r now lies in 128-bit lane r / 8 * 2 + r % 2, place r % 8 / 2. */
    const __m512i back = _mm512_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7, 8, 12, 9, 13, 10, 14, 11, 15);
    v_store(sums, _mm512_permutexvar_ps(back, t[0]));
}
#define EMB_OWN_LANE_SUMS 1

/* v_transpose_apart, see below: neighbours, then pairs, then quarters change places. */
INLINE void v_transpose_apart(const float *from, size_t from_row, float *to, float *high,
                              size_t row) {
    __m512 a[16], b[16];
    UNROLL for (int i = 0; i < 16; i++) a[i] = v_load(from + (size_t)i * from_row);
    UNROLL for (int i = 0; i < 16; i += 2) {
        b[i] = _mm512_unpacklo_ps(a[i], a[i + 1]);
        b[i + 1] = _mm512_unpackhi_ps(a[i], a[i + 1]);
    }
    /* a[4 q + k]: column k of each quarter of the rows 4 q .. 4 q + 3. */
    UNROLL for (int i = 0; i < 16; i += 4) {
        a[i] = _mm512_shuffle_ps(b[i], b[i + 2], 0x44);
        a[i + 1] = _mm512_shuffle_ps(b[i], b[i + 2], 0xEE);
        a[i + 2] = _mm512_shuffle_ps(b[i + 1], b[i + 3], 0x44);
        a[i + 3] = _mm512_shuffle_ps(b[i + 1], b[i + 3], 0xEE);
    }
    UNROLL for (int k = 0; k < 4; k++) {
        const __m512 even_low = _mm512_shuffle_f32x4(a[k], a[k + 4], 0x88);
        const __m512 odd_low = _mm512_shuffle_f32x4(a[k], a[k + 4], 0xDD);
        const __m512 even_high = _mm512_shuffle_f32x4(a[k + 8], a[k + 12], 0x88);
        const __m512 odd_high = _mm512_shuffle_f32x4(a[k + 8], a[k + 12], 0xDD);
        v_store(to + (size_t)k * row, _mm512_shuffle_f32x4(even_low, even_high, 0x88));
        v_store(to + (size_t)(k + 4) * row, _mm512_shuffle_f32x4(odd_low, odd_high, 0x88));
        v_store(high + (size_t)k * row, _mm512_shuffle_f32x4(even_low, even_high, 0xDD));
        v_store(high + (size_t)(k + 4) * row, _mm512_shuffle_f32x4(odd_low, odd_high, 0xDD));
    }
}
#define EMB_OWN_TRANSPOSE 1

#elif EMB_ISA_NUMBER == EMB_IS_avx2 || EMB_ISA_NUMBER == EMB_IS_avx512

#include <immintrin.h>
#define VL 8
#if EMB_ISA_NUMBER == EMB_IS_avx512
#define REGISTERS 32 /* with 8 lanes: vectors of AVX2's length, but all the registers */
#else
#define REGISTERS 16
#endif
typedef __m256 vf;
INLINE vf v_load(const float *p) { return _mm256_loadu_ps(p); }
INLINE void v_store(float *p, vf a) { _mm256_storeu_ps(p, a); }
INLINE vf v_set(float a) { return _mm256_set1_ps(a); }
INLINE vf v_add(vf a, vf b) { return _mm256_add_ps(a, b); }
INLINE vf v_sub(vf a, vf b) { return _mm256_sub_ps(a, b); }
INLINE vf v_mul(vf a, vf b) { return _mm256_mul_ps(a, b); }
INLINE vf v_div(vf a, vf b) { return _mm256_div_ps(a, b); }
INLINE vf v_sqrt(vf a) { return _mm256_sqrt_ps(a); }
INLINE vf v_fma(vf a, vf b, vf c) { return _mm256_fmadd_ps(a, b, c); }
INLINE vf v_min(vf a, vf b) { return _mm256_min_ps(a, b); }
INLINE vf v_max(vf a, vf b) { return _mm256_max_ps(a, b); }
INLINE vf v_where_positive(vf test, vf a, vf b) {
    return _mm256_blendv_ps(b, a, _mm256_cmp_ps(test, _mm256_setzero_ps(), _CMP_GT_OQ));
}
INLINE vf v_where_beats(vf x, vf y, vf a, vf b) {
    const __m256 more = _mm256_cmp_ps(x, y, _CMP_GT_OQ), nan = _mm256_cmp_ps(x, x, _CMP_UNORD_Q);
    return _mm256_blendv_ps(b, a, _mm256_or_ps(more, nan));
}
INLINE vf v_where_equal(vf x, vf y, vf a, vf b) {
    return _mm256_blendv_ps(b, a, _mm256_cmp_ps(x, y, _CMP_EQ_OQ));
}
INLINE vf v_power_of_two(vf shifted) {
    __m256i n = _mm256_add_epi32(_mm256_castps_si256(shifted), _mm256_set1_epi32(127));
    return _mm256_castsi256_ps(_mm256_slli_epi32(n, 23));
}
INLINE vf v_minus_bits(int32_t n, vf a) {
    return _mm256_castsi256_ps(_mm256_sub_epi32(_mm256_set1_epi32(n), _mm256_castps_si256(a)));
}
INLINE vf v_split(vf a, vf *n) {
    const __m256i bits = _mm256_castps_si256(a);
    const __m256i whole =
        _mm256_srai_epi32(_mm256_sub_epi32(bits, _mm256_set1_epi32(EMB_ROOT_HALF)), 23);
    *n = _mm256_cvtepi32_ps(whole);
    return _mm256_castsi256_ps(_mm256_sub_epi32(bits, _mm256_slli_epi32(whole, 23)));
}
INLINE vf v_abs(vf a) { return _mm256_andnot_ps(_mm256_set1_ps(-0.0f), a); }
INLINE vf v_with_sign(vf a, vf sign) {
    return _mm256_or_ps(a, _mm256_and_ps(sign, _mm256_set1_ps(-0.0f)));
}
INLINE vf v_from_bytes(const uint8_t *p) {
    return _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)p)));
}
#define EMB_PAIR_Q(a, b)                                                                           \
    _mm256_add_ps(_mm256_permute2f128_ps(a, b, 0x20), _mm256_permute2f128_ps(a, b, 0x31))
#define EMB_PAIR_L(a, b, low, high)                                                                \
    _mm256_add_ps(_mm256_shuffle_ps(a, b, low), _mm256_shuffle_ps(a, b, high))
/* The sums of 8 rows of 8 lanes. */
INLINE vf v_lane_sums_of_8(const vf *rows) {
    __m256 t[4];
    UNROLL for (int i = 0; i < 4; i++) t[i] = EMB_PAIR_Q(rows[2 * i], rows[2 * i + 1]);
    UNROLL for (int i = 0; i < 2; i++) t[i] = EMB_PAIR_L(t[2 * i], t[2 * i + 1], 0x44, 0xEE);
    t[0] = EMB_PAIR_L(t[0], t[1], 0x88, 0xDD);
    /* Row r now lies in 128-bit lane r % 2, place r / 2. */
    return _mm256_permutevar8x32_ps(t[0], _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
}
INLINE void v_lane_sums(const float *rows, const vf *last, float *sums, const int count) {
    UNROLL for (int first = 0; first < count; first += 8) {
        vf sum = v_lane_sums_of_8(last + first);
#if LANES == 16
        vf low[8];
        UNROLL for (int i = 0; i < 8; i++) low[i] = v_load(rows + 16 * (first + i));
        sum = v_add(v_lane_sums_of_8(low), sum);
#endif
        v_store(sums + first, sum);
    }
    (void)rows;
}
#define EMB_OWN_LANE_SUMS 1

#elif EMB_ISA_NUMBER == EMB_IS_neon

#include <arm_neon.h>
#define VL        4
#define REGISTERS 32
typedef float32x4_t vf;
INLINE vf v_load(const float *p) { return vld1q_f32(p); }
INLINE void v_store(float *p, vf a) { vst1q_f32(p, a); }
INLINE vf v_set(float a) { return vdupq_n_f32(a); }
INLINE vf v_add(vf a, vf b) { return vaddq_f32(a, b); }
INLINE vf v_sub(vf a, vf b) { return vsubq_f32(a, b); }
INLINE vf v_mul(vf a, vf b) { return vmulq_f32(a, b); }
INLINE vf v_div(vf a, vf b) { return vdivq_f32(a, b); }
INLINE vf v_sqrt(vf a) { return vsqrtq_f32(a); }
INLINE vf v_fma(vf a, vf b, vf c) { return vfmaq_f32(c, a, b); }
INLINE vf v_min(vf a, vf b) { return vbslq_f32(vcltq_f32(a, b), a, b); }
INLINE vf v_max(vf a, vf b) { return vbslq_f32(vcgtq_f32(a, b), a, b); }
INLINE vf v_where_positive(vf test, vf a, vf b) {
    return vbslq_f32(vcgtq_f32(test, vdupq_n_f32(0)), a, b);
}
INLINE vf v_where_beats(vf x, vf y, vf a, vf b) {
    return vbslq_f32(vorrq_u32(vcgtq_f32(x, y), vmvnq_u32(vceqq_f32(x, x))), a, b);
}
INLINE vf v_where_equal(vf x, vf y, vf a, vf b) { return vbslq_f32(vceqq_f32(x, y), a, b); }
INLINE vf v_power_of_two(vf shifted) {
    uint32x4_t n = vaddq_u32(vreinterpretq_u32_f32(shifted), vdupq_n_u32(127));
    return vreinterpretq_f32_u32(vshlq_n_u32(n, 23));
}
INLINE vf v_minus_bits(int32_t n, vf a) {
    return vreinterpretq_f32_s32(vsubq_s32(vdupq_n_s32(n), vreinterpretq_s32_f32(a)));
}
INLINE vf v_split(vf a, vf *n) {
    const int32x4_t bits = vreinterpretq_s32_f32(a);
    const int32x4_t whole = vshrq_n_s32(vsubq_s32(bits, vdupq_n_s32(EMB_ROOT_HALF)), 23);
    *n = vcvtq_f32_s32(whole);
    return vreinterpretq_f32_s32(vsubq_s32(bits, vshlq_n_s32(whole, 23)));
}
INLINE vf v_abs(vf a) { return vabsq_f32(a); }
INLINE vf v_with_sign(vf a, vf sign) {
    const uint32x4_t bit = vandq_u32(vreinterpretq_u32_f32(sign), vdupq_n_u32(0x80000000u));
    return vreinterpretq_f32_u32(vorrq_u32(vreinterpretq_u32_f32(a), bit));
}
INLINE vf v_from_bytes(const uint8_t *p) {
    uint32_t four;
    memcpy(&four, p, sizeof four);
    const uint8x8_t bytes = vreinterpret_u8_u32(vdup_n_u32(four));
    return vcvtq_f32_u32(vmovl_u16(vget_low_u16(vmovl_u8(bytes))));
}

#else /* plain C, with the vector types that gcc and clang have on every processor */

#include <math.h>

#define VL        4
#define REGISTERS 16
typedef float vf __attribute__((vector_size(4 * VL)));
typedef int32_t vi __attribute__((vector_size(4 * VL)));
/* A vector of two doubles is the widest that compilers compare without leaving the vector
 * registers; a vf converts to four. */
typedef double vd __attribute__((vector_size(16)));
typedef int64_t vl __attribute__((vector_size(16)));
typedef double vdd __attribute__((vector_size(32)));

INLINE vf v_load(const float *p) {
    vf r;
    memcpy(&r, p, sizeof r);
    return r;
}
INLINE void v_store(float *p, vf a) { memcpy(p, &a, sizeof a); }
INLINE vf v_set(float a) { return (vf){a, a, a, a}; }
INLINE vf v_add(vf a, vf b) { return a + b; }
INLINE vf v_sub(vf a, vf b) { return a - b; }
INLINE vf v_mul(vf a, vf b) { return a * b; }
INLINE vf v_div(vf a, vf b) { return a / b; }
INLINE vf v_sqrt(vf a) { return (vf){sqrtf(a[0]), sqrtf(a[1]), sqrtf(a[2]), sqrtf(a[3])}; }
INLINE vf v_pick(vi mask, vf a, vf b) { return (vf)((mask & (vi)a) | (~mask & (vi)b)); }
INLINE vf v_min(vf a, vf b) { return v_pick(a < b, a, b); }
INLINE vf v_max(vf a, vf b) { return v_pick(a > b, a, b); }
INLINE vf v_where_positive(vf test, vf a, vf b) { return v_pick(test > v_set(0), a, b); }
INLINE vf v_where_beats(vf x, vf y, vf a, vf b) {
    const vf same = x; /* a NaN differs from itself */
    return v_pick((x > y) | (x != same), a, b);
}
INLINE vf v_where_equal(vf x, vf y, vf a, vf b) { return v_pick(x == y, a, b); }
INLINE vf v_power_of_two(vf shifted) { return (vf)(((vi)shifted + 127) << 23); }
INLINE vf v_minus_bits(int32_t n, vf a) { return (vf)(n - (vi)a); }
INLINE vf v_split(vf a, vf *n) {
    const vi whole = ((vi)a - EMB_ROOT_HALF) >> 23;
    *n = __builtin_convertvector(whole, vf);
    return (vf)((vi)a - (whole << 23));
}
INLINE vf v_abs(vf a) { return (vf)((vi)a & 0x7FFFFFFF); }
INLINE vf v_with_sign(vf a, vf sign) { return (vf)((vi)a | ((vi)sign & ~0x7FFFFFFF)); }
INLINE vf v_from_bytes(const uint8_t *p) { return (vf){p[0], p[1], p[2], p[3]}; }

/* a * b + c, rounded once and right to the last bit, for processors that may have no such
 * instruction. The product of two float32 is exact in double. Its sum with c is rounded to odd
 * (Boldo and Melquiond, "Emulation of FMA and correctly rounded sums", 2008): if the double sum was
 * inexact and its last bit is even, it moves one step toward the true value. Rounding the result to
 * float32 then gives what rounding the true value would. */
INLINE vd v_fma_to_odd(vd a, vd b, vd c) {
    const vd product = a * b;
    const vd sum = product + c;
    /* Knuth's two-sum: `rest` is exactly what the rounding of `sum` lost; NaN if that is not
     * finite. */
    const vd back = sum - product;
    const vd rest = (product - (sum - back)) + (c - back);
    /* A comparison gives -1 or 0, and 0 with NaN. One step up in the bits is away from zero. */
    const vl above = rest > 0, inexact = above | (rest < 0), negative = sum < 0;
    const vl step = (((above ^ negative) & 2) - 1) & inexact;
    const vl even = ((vl)sum & 1) - 1;
    return (vd)((vl)sum + (step & even));
}
INLINE vf v_fma(vf a, vf b, vf c) {
#ifdef __FP_FAST_FMAF
    return (vf){__builtin_fmaf(a[0], b[0], c[0]), __builtin_fmaf(a[1], b[1], c[1]),
                __builtin_fmaf(a[2], b[2], c[2]), __builtin_fmaf(a[3], b[3], c[3])};
#else
    /* Converts whole vectors and copies halves: if the vector is built element by element, gcc 12
     * at -O3 drops the rounding to float32 between two of these operations in a row. */
    const vdd wide[3] = {__builtin_convertvector(a, vdd), __builtin_convertvector(b, vdd),
                         __builtin_convertvector(c, vdd)};
    vd half[2];
    UNROLL for (int i = 0; i < 2; i++) {
        vd x, y, z;
        memcpy(&x, (const char *)&wide[0] + 16 * i, sizeof x);
        memcpy(&y, (const char *)&wide[1] + 16 * i, sizeof y);
        memcpy(&z, (const char *)&wide[2] + 16 * i, sizeof z);
        half[i] = v_fma_to_odd(x, y, z);
    }
    vdd sum;
    memcpy(&sum, half, sizeof sum);
    return __builtin_convertvector(sum, vf);
#endif
}

#endif

/* sums[0..count) = for each of at most 16 rows the sum over its lanes: by the tree i + (i+4), i +
 * (i+2), i + (i+1) within each 8 lanes, then the low eight's sum plus the high eight's. A row's
 * last VL lanes are in last[row], those before in rows[row][LANES]. */
#ifndef EMB_OWN_LANE_SUMS
INLINE void v_lane_sums(const float *rows, const vf *last, float *sums, const int count) {
    for (int r = 0; r < count; r++) {
        float t[LANES];
        memcpy(t, rows + LANES * r, sizeof t);
        v_store(t + LANES - VL, last[r]);
        UNROLL for (int h = 0; h < LANES; h += 8) {
            UNROLL for (int i = 0; i < 4; i++) t[h + i] = t[h + i] + t[h + i + 4];
            t[h] = (t[h] + t[h + 2]) + (t[h + 1] + t[h + 3]);
        }
        sums[r] = LANES == 16 ? t[0] + t[LANES - 8] : t[0];
    }
}
#endif

/* to[j * row + i] = from[i * from_row + j] for i, j < 8: each round lays pairs of rows side by
 * side.
 */
typedef float v_eight __attribute__((vector_size(32)));
INLINE void v_transpose_8(const float *from, size_t from_row, float *to, size_t row) {
    v_eight a[8], b[8];
    UNROLL for (int i = 0; i < 8; i++) memcpy(&a[i], from + (size_t)i * from_row, sizeof a[i]);
    UNROLL for (int round = 0; round < 3; round++) {
        UNROLL for (int i = 0; i < 4; i++) {
            b[2 * i] = __builtin_shufflevector(a[i], a[i + 4], 0, 8, 1, 9, 2, 10, 3, 11);
            b[2 * i + 1] = __builtin_shufflevector(a[i], a[i + 4], 4, 12, 5, 13, 6, 14, 7, 15);
        }
        UNROLL for (int i = 0; i < 8; i++) a[i] = b[i];
    }
    UNROLL for (int i = 0; i < 8; i++) memcpy(to + (size_t)i * row, &a[i], sizeof a[i]);
}

/* to[j * row + i] = from[i * from_row + j] for i, j < 16; rows from 8 on are `high`'s. */
#ifndef EMB_OWN_TRANSPOSE
INLINE void v_transpose_apart(const float *from, size_t from_row, float *to, float *high,
                              size_t row) {
    for (size_t i = 0; i < 16; i += 8) {
        v_transpose_8(from + i * from_row, from_row, to + i, row);
        v_transpose_8(from + i * from_row + 8, from_row, high + i, row);
    }
}
#endif
INLINE void v_transpose(const float *from, size_t from_row, float *to, size_t row) {
    v_transpose_apart(from, from_row, to, to + 8 * row, row);
}

/* 16 rows of 16 bytes: to[j][i] = rows[i][j]. Each round lays pairs of rows side by side. */
typedef uint8_t v_bytes __attribute__((vector_size(16)));
INLINE void v_transpose_bytes(const uint8_t *const rows[16], size_t at, uint8_t to[16][16]) {
    v_bytes a[16], b[16];
    UNROLL for (int i = 0; i < 16; i++) memcpy(&a[i], rows[i] + at, sizeof a[i]);
    UNROLL for (int round = 0; round < 4; round++) {
        UNROLL for (int i = 0; i < 8; i++) {
            b[2 * i] = __builtin_shufflevector(a[i], a[i + 8], 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5,
                                               21, 6, 22, 7, 23);
            b[2 * i + 1] = __builtin_shufflevector(a[i], a[i + 8], 8, 24, 9, 25, 10, 26, 11, 27, 12,
                                                   28, 13, 29, 14, 30, 15, 31);
        }
        UNROLL for (int i = 0; i < 16; i++) a[i] = b[i];
    }
    UNROLL for (int i = 0; i < 16; i++) memcpy(to[i], &a[i], sizeof a[i]);
}

#endif
