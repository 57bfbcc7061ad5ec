// The curves, y = f(x; a, b): src/kernels/isa/reference_curve.c, with the constants of src/kernels/math.h.
import { EXP, EXP_LEAST, ROUND, exp, expParts, log1p } from './exponential.js';
import { clamp, fma, least, most, polynomial, powerOfTwo } from './float.js';

const round = Math.fround;
const rounded = (...numbers) => numbers.map(round);

const TANH = EXP.map((e, i) => e * 2 ** (6 - i)); // the same for twice the number, exactly
const TANH_LIMIT = 9.5;
const [TANH_LOG2E, TANH_HALF_LN2] = rounded(2.88539008177792681, 0.34657359027997265);
const TAIL_N = rounded(0.0040777979036563971, 0.040373816967661911, 0.18246553628326964, 0.43725583205545144, 0.50000000274822335);
const TAIL_D = rounded(0.010221394795504432, 0.10120895994816254, 0.4674388829825493, 1.1993059989873197, 1.6723966185385989, 1);
const [TAIL_LIMIT, GELU_TANH, GELU_CUBE] = rounded(13.1, 0.79788456080286536, 0.044715);
const MISH_LIMIT = 20;
const SIXTH = round(1 / 6);

function tanh(x) {
  const a = least(TANH_LIMIT, Math.abs(x));
  const whole = round(fma(a, TANH_LOG2E, ROUND) - ROUND);
  const r = fma(whole, -TANH_HALF_LN2, a);
  const p = fma(round(r * r), polynomial(TANH, r), round(r + r));
  const scale = powerOfTwo(Number.isNaN(whole) ? 0 : whole);
  const e = fma(scale, p, round(scale - 1));
  const size = round(e / round(e + 2));
  return x < 0 || Object.is(x, -0) ? -size : size;
}

const logistic = (x) => round(1 / round(1 + exp(0 - x)));
const expm1 = (x) => {
  const [scale, p] = expParts(clamp(x, EXP_LEAST, 0));
  return fma(scale, p, round(scale - 1));
};

// The share of the normal distribution below x; the square's rounding is added back.
function normal(x) {
  const a = least(TAIL_LIMIT, Math.abs(x));
  const square = round(a * a);
  const lost = fma(a, a, 0 - square);
  const e = exp(round(-0.5 * square));
  const density = round(TAIL_LIMIT - a) > 0 ? fma(round(-0.5 * lost), e, e) : 0;
  const tail = round(round(density * polynomial(TAIL_N, a)) / polynomial(TAIL_D, a));
  return x > 0 ? round(1 - tail) : tail;
}

function gelu(x, byTanh) {
  if (byTanh === 0) return round(x * normal(x));
  const inner = round(x * fma(round(GELU_TANH * GELU_CUBE), round(x * x), GELU_TANH));
  return round(x / round(1 + exp(round(-2 * inner))));
}

function mish(x) {
  const e = exp(least(MISH_LIMIT, x));
  const n = round(e * round(e + 2));
  return round(x * round(n * round(1 / round(n + 2))));
}

function softplus(x, beta, threshold) {
  const z = round(beta * x);
  if (round(z - threshold) > 0) return x;
  return round(round(most(0, z) + log1p(exp(0 - Math.abs(z)))) / beta);
}

export const curves = {
  tanh,
  sigmoid: logistic,
  relu: (x) => most(0, x),
  leaky: (x, slope) => (x > 0 ? x : round(slope * x)),
  elu: (x, alpha) => (x > 0 ? x : round(alpha * expm1(x))),
  hardtanh: (x, low, high) => clamp(x, low, high),
  silu: (x) => round(x / round(1 + exp(0 - x))),
  gelu,
  mish,
  softplus,
  hardswish: (x) => round(x * clamp(fma(x, SIXTH, 0.5), 0, 1)),
};
