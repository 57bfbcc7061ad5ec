// A picture of any size as an image for the network, as the program lays pictures out (src/codec/picture_fit.c): what
// is transparent over the background, then cropped, between bars or stretched. The browser decodes and turns it upright.

import { el } from '../elements.js';
import { SIDE, laidOut } from '../ink.js';

// The part of the picture that is taken, and where it goes: [x, y, width, height] each.
function placed({ width: w, height: h }, [, height, width], fit) {
  if (fit === 'stretch') return [[0, 0, w, h], [0, 0, width, height]];
  const wide = w * height > h * width; // wider than the image
  if (fit === 'pad') {
    const [a, b] = wide ? [width, (h * width) / w] : [(w * height) / h, height];
    return [[0, 0, w, h], [(width - a) / 2, (height - b) / 2, a, b]];
  }
  const [a, b] = wide ? [(h * width) / height, h] : [w, (w * height) / width];
  return [[(w - a) / 2, (h - b) / 2, a, b], [0, 0, width, height]];
}

const css = (rgb) => `rgb(${rgb >> 16} ${(rgb >> 8) & 255} ${rgb & 255})`;

// Bytes [C][H][W] of RGBA.
function planesOf(data, channels, area) {
  const bytes = new Uint8Array(channels * area);
  for (let i = 0; i < area; i++) {
    const [r, g, b] = data.subarray(4 * i, 4 * i + 3);
    if (channels === 3) [r, g, b].forEach((v, c) => { bytes[c * area + i] = v; });
    else bytes[i] = Math.round(0.299 * r + 0.587 * g + 0.114 * b);
  }
  return bytes;
}

// What is drawn there, over the background.
function drawn(picture, shape, fit, background) {
  const [, height, width] = shape;
  const canvas = el('canvas', { width, height });
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const [from, to] = placed(picture, shape, fit);
  context.fillStyle = css(background);
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(picture, ...from, ...to);
  return canvas;
}

// The middle grey of a frame of pixels of the square.
/** @param {Uint8Array} grey @param {number[]} box */
function frameOf(grey, box) {
  const [left, top, width, height] = box;
  const edge = [];
  for (let i = 0; i < SIDE; i++) {
    const [x, y] = [Math.floor(left + (i * (width - 1)) / SIDE), Math.floor(top + (i * (height - 1)) / SIDE)];
    edge.push(grey[Math.ceil(top) * SIDE + x], grey[Math.floor(top + height - 1) * SIDE + x]);
    edge.push(grey[y * SIDE + Math.ceil(left)], grey[y * SIDE + Math.floor(left + width - 1)]);
  }
  return edge.sort((one, other) => one - other)[edge.length >> 1];
}

// Ink of a picture on paper or on a board: what differs most from the frame, light on dark.
function inkOf(picture) {
  const canvas = el('canvas', { width: SIDE, height: SIDE });
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const [from, to] = placed(picture, [1, SIDE, SIDE], 'pad');
  context.drawImage(picture, ...from, ...to);
  const image = context.getImageData(0, 0, SIDE, SIDE);
  const grey = planesOf(image.data, 1, SIDE * SIDE);
  const paper = frameOf(grey, to);
  const off = Array.from(grey, (v, i) => (image.data[4 * i + 3] ? Math.abs(v - paper) : 0));
  const most = off.reduce((a, b) => Math.max(a, b), 1);
  off.forEach((v, i) => {
    const ink = Math.max(0, v / most - 0.25) / 0.75; // less is shadow or grain
    image.data.set([255 * ink, 255 * ink, 255 * ink, 255], 4 * i);
  });
  context.putImageData(image, 0, 0);
  return canvas;
}

export async function imageOf(blob, shape, { fit, background }) {
  const [channels, height, width] = shape;
  const picture = await createImageBitmap(blob);
  const bytes = fit === 'mnist' && channels === 1 ? laidOut(inkOf(picture), shape) : null;
  if (bytes) return bytes;
  const context = drawn(picture, shape, fit, background).getContext('2d');
  return planesOf(context.getImageData(0, 0, width, height).data, channels, height * width);
}
