// Pixels that are made of neighbouring ones: src/kernels/isa/reference_spatial.c, and src/net/layers/pixel_shuffle.c.
import { fma } from './float.js';

const round = Math.fround;

// Output i of a line of numbers that lie `apart` from each other.
function sumOf({ starts, at, weight }, i, input, from, apart) {
  if (starts[i] === starts[i + 1]) return 0;
  let sum = round(input[from + at[starts[i]] * apart] * weight[starts[i]]);
  for (let t = starts[i] + 1; t < starts[i + 1]; t++) sum = fma(input[from + at[t] * apart], weight[t], sum);
  return sum;
}

const prepared = (line) => ({ ...line, weight: Float32Array.from(line.weight), outs: line.starts.length - 1 });

// Sums of neighbours, first over rows and then over columns.
export function weigh(layer) {
  const [rows, columns] = [prepared(layer.rows), prepared(layer.columns)];
  const between = new Float32Array(columns.ins);
  return ([input], out) => {
    const channels = out.length / (rows.outs * columns.outs);
    for (let c = 0, o = 0; c < channels; c++) {
      const plane = c * rows.ins * columns.ins;
      for (let y = 0; y < rows.outs; y++) {
        for (let x = 0; x < columns.ins; x++) between[x] = sumOf(rows, y, input, plane + x, columns.ins);
        for (let x = 0; x < columns.outs; x++) out[o++] = sumOf(columns, x, between, 0, 1);
      }
    }
  };
}

// The largest of a window; a number that is none wins.
export function choose({ rows, columns }) {
  const largest = (input, at, y, x) => {
    let value = -Infinity;
    for (let i = 0; i < rows.count[y]; i++) {
      for (let j = 0; j < columns.count[x]; j++) {
        const number = input[at + i * rows.step * columns.ins + j * columns.step];
        if (number > value || Number.isNaN(number)) value = number;
      }
    }
    return value;
  };
  return ([input], out) => {
    const [height, width] = [rows.first.length, columns.first.length];
    for (let o = 0; o < out.length; o++) {
      const x = o % width;
      const y = Math.floor(o / width) % height;
      const plane = Math.floor(o / (width * height)) * rows.ins * columns.ins;
      out[o] = largest(input, plane + rows.first[y] * columns.ins + columns.first[x], y, x);
    }
  };
}

// Channels become pixels (up), or pixels channels.
export function shuffle({ up, by, large }) {
  const [, height, width] = large;
  const [h, w] = [height / by, width / by];
  return ([input], out) => {
    for (let i = 0; i < input.length; i++) {
      const x = i % width;
      const y = Math.floor(i / width) % height;
      const c = Math.floor(i / (width * height));
      const small = ((c * by * by + (y % by) * by + (x % by)) * h + Math.floor(y / by)) * w + Math.floor(x / by);
      if (up) out[i] = input[small];
      else out[small] = input[i];
    }
  };
}
