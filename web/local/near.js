// Which codes are nearest, and which lie together.

// The `most` nearest of all rows, the nearest first: [{index, distance}].
export function nearest(rows, code, most) {
  const length = code.length;
  const found = [];
  let limit = Infinity;
  for (let i = 0, at = 0; at < rows.length; i++) {
    let sum = 0;
    for (let k = 0; k < length; k++, at++) sum += (rows[at] - code[k]) ** 2;
    if (sum >= limit) continue;
    let place = found.length;
    while (place > 0 && found[place - 1].distance > sum) place--;
    found.splice(place, 0, { index: i, distance: sum });
    if (found.length > most) found.pop();
    if (found.length === most) limit = found[most - 1].distance;
  }
  return found.map(({ index, distance }) => ({ index, distance: Math.sqrt(distance) }));
}

const SAMPLE = 20000; // centres are sought among so many rows
const ROUNDS = 30;

// The same numbers at each call: a linear congruential generator (Knuth's MMIX would need 64 bits).
function generator() {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function closest(rows, at, centres, length) {
  let [best, least] = [0, Infinity];
  for (let c = 0; c < centres.length; c += length) {
    let sum = 0;
    for (let k = 0; k < length; k++) sum += (rows[at + k] - centres[c + k]) ** 2;
    if (sum < least) [best, least] = [c / length, sum];
  }
  return [best, least];
}

// k-means++ (Arthur and Vassilvitskii, 2007): the next centre is likelier where the others are far.
function firstCentres(rows, length, k) {
  const random = generator();
  const count = rows.length / length;
  let centres = Array.from(rows.subarray(0, length));
  while (centres.length < k * length) {
    const weights = Float64Array.from({ length: count }, (_, i) => closest(rows, i * length, centres, length)[1]);
    let left = random() * weights.reduce((a, b) => a + b, 0);
    let next = 0;
    while (next + 1 < count && left >= weights[next]) left -= weights[next++];
    centres = centres.concat(Array.from(rows.subarray(next * length, (next + 1) * length)));
  }
  return Float64Array.from(centres);
}

// The cluster of each row, 0..k-1.
export function kMeans(rows, length, k) {
  const step = Math.max(Math.ceil(rows.length / length / SAMPLE), 1) * length;
  const sample = new Float32Array(Math.ceil(rows.length / step) * length);
  for (let i = 0, at = 0; i < rows.length; i += step, at += length) sample.set(rows.subarray(i, i + length), at);
  const centres = firstCentres(sample, length, k);
  for (let round = 0; round < ROUNDS; round++) {
    const sums = new Float64Array(k * length);
    const counts = new Float64Array(k);
    for (let i = 0; i < sample.length; i += length) {
      const [c] = closest(sample, i, centres, length);
      counts[c]++;
      for (let d = 0; d < length; d++) sums[c * length + d] += sample[i + d];
    }
    for (let i = 0; i < centres.length; i++) if (counts[Math.floor(i / length)]) centres[i] = sums[i] / counts[Math.floor(i / length)];
  }
  return Uint32Array.from({ length: rows.length / length }, (_, i) => closest(rows, i * length, centres, length)[0]);
}
