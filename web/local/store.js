// What the file holds besides the page: JSON with packed arrays (cli/export/page_data.c), which become numbers when they
// are first asked for.

const FIRST = 33; // '!'
const LEFT_OUT = '"<\\';
const LETTERS = Array.from({ length: 94 }, (_, i) => String.fromCharCode(FIRST + i)).filter((letter) => !LEFT_OUT.includes(letter));

// The bytes of a text of 91 letters: two are 13 bits, and one at the end is six (cli/export/page_pack.c).
function bytesOf(text) {
  const values = new Uint8Array(128);
  LETTERS.forEach((letter, i) => { values[letter.charCodeAt(0)] = i; });
  const pairs = text.length >> 1;
  const bytes = new Uint8Array(Math.floor((13 * pairs + 6 * (text.length & 1)) / 8));
  let bits = 0;
  let held = 0;
  for (let i = 0, at = 0; i < text.length; i += 2) {
    const second = i + 1 < text.length ? values[text.charCodeAt(i + 1)] : 0;
    bits |= (values[text.charCodeAt(i)] + 91 * second) << held;
    for (held += 13; held >= 8 && at < bytes.length; held -= 8) {
      bytes[at++] = bits & 255;
      bits >>>= 8;
    }
  }
  return bytes;
}

async function inflate(text) {
  const bytes = bytesOf(text);
  const stream = new Blob([bytes]).stream().pipeThrough(new (/** @type {any} */ (globalThis).DecompressionStream)('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

// Numbers of that kind; their bytes lie by their place in a number, all first ones before all second ones.
export async function unpack(text, Kind) {
  const planes = await inflate(text);
  const size = Kind.BYTES_PER_ELEMENT;
  if (size === 1) return planes;
  const count = planes.length / size;
  const bytes = new Uint8Array(planes.length); // little end first, as every browser's machine has it
  for (let b = 0; b < size; b++) for (let i = 0; i < count; i++) bytes[i * size + b] = planes[b * count + i];
  return new Kind(bytes.buffer);
}

// Positions of 16 bits in a box, a column after the other, as rows of numbers.
export async function positions({ low, step, at }) {
  const places = await unpack(at, Uint16Array);
  const length = low.length;
  const count = places.length / length;
  const rows = new Float32Array(places.length);
  for (let k = 0; k < length; k++) for (let i = 0; i < count; i++) rows[i * length + k] = low[k] + places[k * count + i] * step[k];
  return rows;
}

// A function whose result is made once.
export function once(make) {
  let made = null;
  return () => (made ??= make());
}

export const held = once(() => JSON.parse(document.getElementById('data').textContent));
