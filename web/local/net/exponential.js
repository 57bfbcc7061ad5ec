// exp and log as several layers need them: src/kernels/reference_math.h, with the constants of src/kernels/math.h.
import { bitsOf, clamp, fma, ofBits, polynomial, powerOfTwo } from './float.js';

const round = Math.fround;
const rounded = (...numbers) => numbers.map(round);

export const ROUND = 12582912; // 1.5 2^23: adding it rounds to a whole number
export const EXP_LEAST = -87;
const EXP_MOST = 88;
// The coefficient of the highest power is first.
export const EXP = rounded(0.0013814458992679261, 0.0083687812698171927, 0.041668394382919267, 0.16666520098570237, 0.4999999341162853);
const [LOG2E, LN2_HIGH, LN2_LOW] = rounded(1.44269504088896341, 0.693145751953125, 1.42860682031941723e-6);
const LOG = rounded(0.28011552703248543, 0.28001887060812147, 0.40021523190034299, 0.66666416313976507);
const ROOT_HALF = 0x3f3504f3; // the bits of sqrt(1/2)

// exp(x) = 2^n (1 + p): [2^n, p].
export function expParts(x) {
  const whole = round(fma(x, LOG2E, ROUND) - ROUND);
  const r = fma(whole, -LN2_LOW, fma(whole, -LN2_HIGH, x));
  const p = fma(round(r * r), polynomial(EXP, r), r);
  return [powerOfTwo(Number.isNaN(whole) ? 0 : whole), p];
}

export function exp(x) {
  const [scale, p] = expParts(clamp(x, EXP_LEAST, EXP_MOST));
  return round(round(p + 1) * scale);
}

// 2 atanh(s), |s| <= 1/3.
function atanhTwice(s) {
  const square = round(s * s);
  return round(s * fma(polynomial(LOG, square), square, 2));
}

// log(1 + x), 0 <= x <= 1.
export const log1p = (x) => atanhTwice(round(x / round(2 + x)));

// log(x) of a normal x > 0, by log(m 2^n) with m from sqrt(1/2) to sqrt(2).
export function log(x) {
  const bits = bitsOf(x);
  const n = (bits - ROOT_HALF) >> 23;
  const m = ofBits(bits - (n << 23));
  const low = atanhTwice(round(round(m - 1) / round(m + 1)));
  return fma(n, LN2_HIGH, fma(n, LN2_LOW, low));
}
