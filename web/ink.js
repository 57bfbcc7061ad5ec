// Ink on a square, laid out as MNIST's makers laid digits out.
import { el } from './elements.js';

export const SIDE = 280; // of the square
const INK = 20; // MNIST: the ink fills 20 of 28 rows and columns

// The ink's box, and its centre of mass, in pixels of the pad.
function inkOf(context) {
  const { data } = context.getImageData(0, 0, SIDE, SIDE);
  const box = { left: SIDE, right: -1, top: SIDE, bottom: -1 };
  for (let i = 0; i < SIDE * SIDE; i++) {
    if (data[4 * i] < 64) continue;
    const x = i % SIDE;
    const y = Math.floor(i / SIDE);
    box.left = Math.min(box.left, x);
    box.right = Math.max(box.right, x);
    box.top = Math.min(box.top, y);
    box.bottom = Math.max(box.bottom, y);
  }
  return box.right < 0 ? null : box;
}

// As MNIST's makers laid digits out: the ink scaled into 20 x 20, its centre of mass in the middle.
export function laidOut(pad, [, height, width]) {
  const box = inkOf(pad.getContext('2d'));
  if (!box) return null;
  const w = box.right - box.left + 1;
  const h = box.bottom - box.top + 1;
  const scale = (INK / 28) * Math.min(width / w, height / h);
  const canvas = el('canvas', { width, height });
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const put = (left, top) => {
    context.fillStyle = '#000';
    context.fillRect(0, 0, width, height);
    context.imageSmoothingQuality = 'high';
    context.drawImage(pad, box.left, box.top, w, h, left, top, w * scale, h * scale);
    return context.getImageData(0, 0, width, height).data;
  };
  const left = (width - w * scale) / 2;
  const top = (height - h * scale) / 2;
  const data = put(left, top);
  let sum = 0;
  let sx = 0;
  let sy = 0;
  for (let i = 0; i < width * height; i++) {
    sum += data[4 * i];
    sx += data[4 * i] * (i % width);
    sy += data[4 * i] * Math.floor(i / width);
  }
  const moved = put(left + Math.round((width - 1) / 2 - sx / sum), top + Math.round((height - 1) / 2 - sy / sum));
  return Uint8Array.from({ length: width * height }, (_, i) => moved[4 * i]);
}
