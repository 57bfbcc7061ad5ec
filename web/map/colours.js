// Colours of labels and of numbers, as {r, g, b}.
const PALETTE = ['#3f79c4', '#e0762a', '#4c9f45', '#cf3f4b', '#8c66bb', '#8a5a44', '#d868ac', '#7d7d7d', '#a8a22a', '#2aa5b8'];

/** @returns {number[]} */
const parts = (hex) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));

// Far more labels than colours: turns around the wheel that differ in lightness.
export function ofLabel(label, classes) {
  if (classes <= PALETTE.length) return parts(PALETTE[label % PALETTE.length]);
  const turn = (label * 0.618034) % 1;
  const wave = (shift) => Math.round(128 + (label % 2 ? 90 : 60) * Math.cos(2 * Math.PI * (turn + shift)));
  return [wave(0), wave(1 / 3), wave(2 / 3)];
}

// From little to much: dark blue, green, yellow (an approximation of viridis).
const STOPS = [[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37]];
export function ofShare(share) {
  const at = Math.min(Math.max(share, 0), 1) * (STOPS.length - 1);
  const low = Math.min(Math.floor(at), STOPS.length - 2);
  return STOPS[low].map((from, c) => Math.round(from + (STOPS[low + 1][c] - from) * (at - low)));
}

export const packed = (/** @type {number[]} */[r, g, b], alpha = 255) => ((alpha << 24) | (b << 16) | (g << 8) | r) >>> 0;
export const css = (/** @type {number[]} */[r, g, b]) => `rgb(${r} ${g} ${b})`;
