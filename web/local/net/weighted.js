// Sums of products with trained weights: `gather` and `dense` of src/kernels/isa/reference.c. A sum's terms come in the
// same order; many sums grow side by side.
import { addRow, CHAIN, Chains } from './float.js';

// Position k of a kernel, in one direction: the outputs at, at + step, ... (count of them) meet the inputs from,
// from + fromStep, ....
function meeting({ up, from, to, stride, padding, dilation }, d, k) {
  const shift = k * dilation[d] - padding[d];
  const by = stride[d];
  // The side without stride runs over places p of the one with it: p by + shift.
  const [wide, small] = up ? [to[d], from[d]] : [from[d], to[d]];
  const first = Math.max(0, Math.ceil(-shift / by));
  const count = Math.max(0, Math.min(small - 1, Math.floor((wide - 1 - shift) / by)) - first + 1);
  const place = first * by + shift;
  return up ? { at: place, step: by, from: first, fromStep: 1, count } : { at: first, step: 1, from: place, fromStep: by, count };
}

export function gather(layer, numbers) {
  const { groups, outs, ins, from, to, kernel, steps } = layer;
  const [rows, columns] = [0, 1].map((d) => Array.from({ length: kernel[d] }, (_, k) => meeting(layer, d, k)));
  const [inArea, outArea] = [from[0] * from[1], to[0] * to[1]];

  // Channels of one chain: as many terms each as an output inside the image has.
  const terms = [0, 1].reduce((n, d) => n * (layer.up ? Math.ceil(kernel[d] / layer.stride[d]) : kernel[d]), 1);
  const chain = Math.max(1, Math.floor(CHAIN / terms));

  // The kernel's position (kh, kw) of one pair of channels.
  const add = (weight, input, inAt, out, outAt, { at, step, from: y0, fromStep, count }, column) => {
    for (let i = 0; i < count; i++) {
      addRow(out, outAt + (at + i * step) * to[1] + column.at, column.step,
        input, inAt + (y0 + i * fromStep) * from[1] + column.from, column.fromStep, weight, column.count);
    }
  };
  const channel = (group, o, input, out) => {
    const outAt = (group * outs + o) * outArea;
    const sums = out.subarray(outAt, outAt + outArea);
    const chains = new Chains();
    sums.fill(layer.bias === undefined ? 0 : numbers[layer.bias + group * outs + o]);
    for (let c = 0; c < ins; c++) {
      if (c > 0 && c % chain === 0) {
        chains.add(sums);
        sums.fill(0);
      }
      const inAt = (group * ins + c) * inArea;
      let w = layer.weight + group * steps[0] + o * steps[1] + c * steps[2];
      for (const row of rows) for (const column of columns) add(numbers[w++], input, inAt, out, outAt, row, column);
    }
    if (ins > chain) {
      chains.add(sums);
      chains.end(sums);
    }
  };
  return ([input], out) => {
    for (let group = 0; group < groups; group++) for (let o = 0; o < outs; o++) channel(group, o, input, out);
  };
}

export function dense({ ins, outs, weight, bias }, numbers) {
  const turned = new Float32Array(ins * outs); // [in][out]: what sums read lies side by side
  for (let o = 0; o < outs; o++) for (let i = 0; i < ins; i++) turned[i * outs + o] = numbers[weight + o * ins + i];
  return ([input], out) => {
    if (bias === undefined) out.fill(0);
    else out.set(numbers.subarray(bias, bias + outs));
    const chains = new Chains();
    for (let i = 0; i < ins; i++) {
      if (i > 0 && i % CHAIN === 0) {
        chains.add(out);
        out.fill(0);
      }
      addRow(out, 0, 1, turned, i * outs, 1, input[i], outs);
    }
    if (ins > CHAIN) {
      chains.add(out);
      chains.end(out);
    }
  };
}
