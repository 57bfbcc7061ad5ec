// A network that runs in the page: the layers that src/model/page/ wrote, with the same bits as the program's. Each kind
// of layer is a function that makes another one, which fills `out` from its inputs.
import { curves } from './curves.js';
import { fma } from './float.js';
import { affine, norm, softmax } from './norms.js';
import { choose, shuffle, weigh } from './spatial.js';
import { dense, gather } from './weighted.js';

const round = Math.fround;

// A convolution of an image that is padded with other numbers than zeros.
function convolution(layer, numbers) {
  const conv = gather(layer, numbers);
  if (!layer.pad) return conv;
  const pad = weigh(layer.pad);
  const padded = new Float32Array(layer.groups * layer.ins * layer.from[0] * layer.from[1]);
  return (inputs, out) => {
    pad(inputs, padded);
    conv([padded], out);
  };
}

function curve(layer) {
  const f = curves[layer.curve];
  const [a, b] = layer.numbers.map(round);
  return ([input], out) => {
    for (let i = 0; i < out.length; i++) out[i] = f(input[i], a, b);
  };
}

function prelu({ shape, slopes, weight }, numbers) {
  return ([input], out) => {
    const plane = out.length / shape[0];
    for (let i = 0; i < out.length; i++) {
      const x = input[i];
      out[i] = x > 0 ? x : numbers[weight + (slopes > 1 ? Math.floor(i / plane) : 0)] * x;
    }
  };
}

const sum = () => ([a, b], out) => {
  for (let i = 0; i < out.length; i++) out[i] = a[i] + b[i];
};

const sides = () => (inputs, out) => {
  let at = 0;
  for (const input of inputs) {
    out.set(input, at);
    at += input.length;
  }
};

// The input, and behind it a plane for each label: ones for the image's, else zeros.
const label = ({ shape }) => ([input], out, chosen) => {
  const plane = out.length / shape[0];
  out.fill(0);
  out.set(input);
  out.fill(1, input.length + chosen * plane, input.length + (chosen + 1) * plane);
};

// The nearest entry of a codebook at each place: src/kernels/isa/reference_codebook.c.
function nearest({ entries, dim, weight }, numbers) {
  return ([input], out) => {
    const places = out.length / dim;
    for (let p = 0; p < places; p++) {
      let least = Infinity;
      let found = 0;
      for (let k = 0; k < entries; k++) {
        let distance = 0;
        for (let d = 0; d < dim; d++) {
          const apart = round(input[d * places + p] - numbers[weight + k * dim + d]);
          distance = fma(apart, apart, distance);
        }
        if (distance < least) [least, found] = [distance, k];
      }
      for (let d = 0; d < dim; d++) out[d * places + p] = numbers[weight + found * dim + d];
    }
  };
}

// What gives its input's numbers, or the first of them.
const pass = () => ([input], out) => out.set(input.length > out.length ? input.subarray(0, out.length) : input);

const kinds = { gather: convolution, dense, curve, prelu, softmax, norm, affine, weigh, choose, shuffle, sum, sides, label, nearest, pass };

export class Net {
  constructor({ encoder, layers }, numbers) {
    this.encoder = encoder;
    this.layers = layers;
    this.outputs = layers.map(({ shape }) => new Float32Array(shape.reduce((a, b) => a * b, 1)));
    this.runs = layers.map((layer) => kinds[layer.op](layer, numbers));
  }

  // Layers [from, to) of these numbers, which layer from - 1 is taken to have given. The result lasts until the next call.
  run(from, to, input, chosen = 0) {
    const given = (k) => (k < from ? input : this.outputs[k]);
    for (let i = from; i < to; i++) this.runs[i](this.layers[i].in.map(given), this.outputs[i], chosen);
    return this.outputs[to - 1];
  }

  encode(image, chosen) {
    return this.run(0, this.encoder, image, chosen);
  }

  decode(code, chosen) {
    return this.run(this.encoder, this.layers.length, code, chosen);
  }
}
