// An image's bytes as a PNG file, 8 bits a channel: written here because a canvas would add a channel, and takes far longer.
import { crc32 } from './zip.js';

const SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10];
const GREY = 0;
const COLOUR = 2;

async function deflated(bytes) {
  const { CompressionStream: Stream } = /** @type {any} */ (globalThis);
  const stream = new Blob([bytes]).stream().pipeThrough(new Stream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function chunk(name, bytes) {
  const whole = new Uint8Array(12 + bytes.length);
  const view = new DataView(whole.buffer);
  view.setUint32(0, bytes.length);
  whole.set(new TextEncoder().encode(name), 4);
  whole.set(bytes, 8);
  view.setUint32(8 + bytes.length, crc32(whole.subarray(4, 8 + bytes.length)));
  return whole;
}

// Pixel after pixel, a zero before each row: the row as it is.
function rowsOf(bytes, offset, channels, [planes, height, width]) {
  const rows = new Uint8Array(height * (1 + width * channels));
  const area = width * height;
  let at = 0;
  for (let i = 0; i < area; i++) {
    if (i % width === 0) at++;
    for (let c = 0; c < channels; c++) rows[at++] = bytes[offset + (planes === 3 ? c * area : 0) + i];
  }
  return rows;
}

// Of image [C][H][W] at `offset`; of other numbers of channels than three the first.
export async function png(bytes, shape, offset = 0) {
  const channels = shape[0] === 3 ? 3 : 1;
  const head = new Uint8Array(13);
  const view = new DataView(head.buffer);
  view.setUint32(0, shape[2]);
  view.setUint32(4, shape[1]);
  head.set([8, channels === 3 ? COLOUR : GREY, 0, 0, 0], 8);
  const parts = [Uint8Array.from(SIGNATURE), chunk('IHDR', head), chunk('IDAT', await deflated(rowsOf(bytes, offset, channels, shape))),
  chunk('IEND', new Uint8Array(0))];
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => { whole.set(part, at); return at + part.length; }, 0);
  return whole;
}
