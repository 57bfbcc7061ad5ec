// Normalisations: src/kernels/isa/reference_norm.c and src/net/layers/image_norm.c. And Softmax, of
// src/kernels/isa/reference_softmax.c.
import { exp, log } from './exponential.js';
import { fma, most } from './float.js';

const round = Math.fround;
const CHAINS = 4;
const RUN = 64; // numbers that are added up in 32 bits before they are in 64

// The sum of term(i) * factor(i): runs of four chains.
function sumOf(count, term, factor) {
  const chains = new Float32Array(CHAINS);
  let sum = 0;
  for (let i = 0; i < count; i++) {
    chains[i % CHAINS] = fma(term(i), factor(i), chains[i % CHAINS]);
    if ((i + 1) % RUN !== 0 && i + 1 !== count) continue;
    sum += round(round(chains[0] + chains[1]) + round(chains[2] + chains[3]));
    chains.fill(0);
  }
  return sum;
}
const one = () => 1;

// Mean, 1 / deviation and what is left to add of a group of planes.
function statistics({ pieces, count, epsilon }, input, from) {
  const numbers = pieces * count;
  let sum = 0;
  for (let p = 0; p < pieces; p++) sum += sumOf(count, (i) => input[from + p * count + i], one);
  const mean = round(sum / numbers);
  let apart = 0;
  let squares = 0;
  for (let p = 0; p < pieces; p++) {
    const off = (i) => round(input[from + p * count + i] - mean);
    apart += sumOf(count, off, one);
    squares += sumOf(count, off, off);
  }
  const rest = apart / numbers;
  const variance = squares / numbers - rest * rest;
  const spread = (variance < 0 ? 0 : variance) + epsilon;
  const scale = spread === 0 ? 0 : 1 / Math.sqrt(spread);
  return [mean, round(scale), round(-rest * scale)];
}

export function norm(layer, numbers) {
  const { groups, pieces, count, byPlace } = layer;
  const factor = (place, at, missing) => (place === undefined ? missing : numbers[place + at]);
  return ([input], out) => {
    let now = [];
    for (let plane = 0; plane < groups * pieces; plane++) {
      if (plane % pieces === 0) now = statistics(layer, input, plane * count);
      const [mean, rate, rest] = now;
      for (let i = 0; i < count; i++) {
        const at = byPlace ? (plane % pieces) * count + i : plane;
        const x = fma(round(input[plane * count + i] - mean), rate, rest);
        out[plane * count + i] = fma(x, factor(layer.weight, at, 1), factor(layer.bias, at, 0));
      }
    }
  };
}

// A scale and a shift for each channel.
export function affine({ shape, scale, shift }, numbers) {
  return ([input], out) => {
    const plane = out.length / shape[0];
    for (let i = 0; i < out.length; i++) {
      const c = Math.floor(i / plane);
      out[i] = fma(input[i], numbers[scale + c], numbers[shift + c]);
    }
  };
}

export function softmax({ classes, inner, logarithm }) {
  return ([input], out) => {
    for (let line = 0; line < out.length / classes; line++) {
      const first = Math.floor(line / inner) * classes * inner + (line % inner);
      const at = (c) => first + c * inner;
      let largest = input[first];
      let sum = 0;
      for (let c = 1; c < classes; c++) largest = most(largest, input[at(c)]);
      for (let c = 0; c < classes; c++) sum = round(sum + exp(round(input[at(c)] - largest)));
      for (let c = 0; c < classes; c++) {
        const z = round(input[at(c)] - largest);
        out[at(c)] = logarithm ? round(z - log(sum)) : round(exp(z) / sum);
      }
    }
  };
}
