// A picture of any size as an image for the network, as the program lays pictures out (src/codec/picture_fit.c): what
// is transparent over the background, then cropped, between bars or stretched. The browser decodes and turns it upright.

import { el } from '../elements.js';

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

export async function imageOf(blob, shape, { fit, background }) {
  const [channels, height, width] = shape;
  const picture = await createImageBitmap(blob);
  const [from, to] = placed(picture, shape, fit);
  const context = el('canvas', { width, height }).getContext('2d');
  context.fillStyle = css(background);
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(picture, ...from, ...to);
  return planesOf(context.getImageData(0, 0, width, height).data, channels, height * width);
}
