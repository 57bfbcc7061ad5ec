// The arithmetic of src/kernels/isa/reference.c in numbers of 64 bits: every result is rounded to 32 bits where
// it is rounded there. Neither JavaScript nor WebAssembly has a fused multiply-add.
const round = Math.fround;
const wide = new Float64Array(1);
const halves = new Int32Array(wide.buffer); // the low one first
const narrow = new Float32Array(1);
const pattern = new Int32Array(narrow.buffer);

// The sum of a product and a number, rounded to odd and then to 32 bits: the last bit of what was inexact is 1, so
// rounding again is right (Boldo and Melquiond, 2008; v_fma in src/kernels/vec.h).
function toOdd(product, c, sum) {
  const back = sum - product;
  const rest = (product - (sum - back)) + (c - back);
  if (rest === 0 || Number.isNaN(rest)) return round(sum);
  wide[0] = sum;
  if ((halves[0] & 1) === 0) {
    if (rest > 0 !== sum < 0) halves[0] |= 1; // away from 0
    else if (halves[0] === 0) {
      halves[0] = -1;
      halves[1] -= 1;
    } else halves[0] -= 1;
  }
  return round(wide[0]);
}

// a b + c of numbers of 32 bits, rounded once. The product is exact in 64 bits. Rounding its sum with c twice is wrong
// only where the sum lies just between two numbers of 32 bits: as far from the nearest as from the next one.
export function fma(a, b, c) {
  const product = a * b;
  const sum = product + c;
  const near = round(sum);
  const off = sum - near;
  return off !== 0 && round(sum + off) === sum + off ? toOdd(product, c, sum) : near;
}

// to[at + i step] = fma(from[fromAt + i fromStep], weight, ...), for i < count: the same as above, written out, for
// this is nearly all that a network does.
export function addRow(to, at, step, from, fromAt, fromStep, weight, count) {
  for (let i = 0; i < count; i++) {
    const product = from[fromAt] * weight;
    const c = to[at];
    const sum = product + c;
    const near = round(sum);
    const off = sum - near;
    to[at] = off !== 0 && round(sum + off) === sum + off ? toOdd(product, c, sum) : near;
    at += step;
    fromAt += fromStep;
  }
}

export const CHAIN = 256; // terms of one chain of a long sum

// Long sums are chains that a balanced tree adds (src/kernels/chains.h). `add` takes sums that grew side by side; `end`
// gives them back, added up.
export class Chains {
  waiting = [];
  number = 0;

  add(sums) {
    let own = sums.slice();
    for (let n = this.number++; n & 1; n >>= 1) own = this.before(own);
    this.waiting.push(own);
  }

  end(sums) {
    let own = this.waiting.pop();
    while (this.waiting.length > 0) own = this.before(own);
    sums.set(own);
  }

  before(own) {
    const first = this.waiting.pop();
    for (let i = 0; i < own.length; i++) own[i] = first[i] + own[i];
    return own;
  }
}

// A polynomial by Horner's rule; the coefficient of the highest power is first.
export function polynomial(coefficients, x) {
  let sum = coefficients[0];
  for (let i = 1; i < coefficients.length; i++) sum = fma(sum, x, coefficients[i]);
  return sum;
}

// 2^n for a whole n of a number of 64 bits.
export function powerOfTwo(n) {
  halves[0] = 0;
  halves[1] = (n + 1023) << 20;
  return wide[0];
}

// The bits of a number of 32 bits, and back.
export function bitsOf(x) {
  narrow[0] = x;
  return pattern[0];
}

export function ofBits(bits) {
  pattern[0] = bits;
  return narrow[0];
}

// As the definition has them: a NaN in b passes through.
export const least = (a, b) => (a < b ? a : b);
export const most = (a, b) => (a > b ? a : b);
export const clamp = (x, low, high) => most(low, least(high, x));
