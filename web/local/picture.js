// An image's numbers as what is seen.
const round = Math.fround;

// 0 is black, 1 white.
export const shownOf = (numbers, { black, white }) => Float32Array.from(numbers, (x) => (x - black) / (white - black));

const byteOf = (x) => (x >= 0 ? Math.trunc(round(round((x > 1 ? 1 : x) * 255) + 0.5)) : 0);
export const asBytes = (shown) => Uint8Array.from(shown, byteOf);

const BRIGHT = [1, 0.6, 0.1];
const DARK = [0.2, 0.55, 1];

// Orange where it was made too bright, blue where too dark, black where it is right; bytes [3][H][W].
export function differenceOf(made, image, [channels, height, width]) {
  const area = height * width;
  const bytes = new Uint8Array(3 * area);
  for (let i = 0; i < area; i++) {
    let difference = 0;
    for (let c = 0; c < channels; c++) difference += (made[c * area + i] - image[c * area + i]) / channels;
    const hue = difference > 0 ? BRIGHT : DARK;
    for (let c = 0; c < 3; c++) bytes[c * area + i] = byteOf(Math.abs(difference) * hue[c]);
  }
  return bytes;
}

// Bytes [C][H][W]; of other channels than three, the first.
export function bitmapOf(bytes, [channels, height, width]) {
  const image = new ImageData(width, height);
  const area = width * height;
  for (let i = 0; i < area; i++) {
    for (let c = 0; c < 3; c++) image.data[4 * i + c] = bytes[(channels === 3 ? c * area : 0) + i];
    image.data[4 * i + 3] = 255;
  }
  return createImageBitmap(image);
}
