// The network's layers as a table, and what each gives for the chosen image.
import * as api from '../api.js';
import { el, newest } from '../elements.js';
import { count, t } from '../words/words.js';

const MOST = 32; // channels that are shown
const WIDE = 8;
const LARGE = 6; // pixels of the screen for each, up to
const WIDEST = 290;

// Channels side by side, from the layer's least number (black) to its largest (white).
function paintLayer(canvas, { shape, values }) {
  const [channels, height, width] = shape.length === 3 ? shape : [1, Math.ceil(values.length / 32), Math.min(values.length, 32)];
  const shown = Math.min(channels, MOST);
  const columns = Math.min(shown, WIDE);
  let low = Infinity;
  let high = -Infinity;
  for (const v of values) {
    if (v < low) low = v;
    if (v > high) high = v;
  }
  canvas.width = columns * (width + 1) - 1;
  canvas.height = Math.ceil(shown / columns) * (height + 1) - 1;
  canvas.style.width = `${Math.min(WIDEST, LARGE * canvas.width)}px`;
  const context = canvas.getContext('2d');
  const image = context.createImageData(canvas.width, canvas.height);
  for (let i = 0; i < Math.min(values.length, shown * height * width); i++) {
    const c = Math.floor(i / (height * width));
    const y = Math.floor(c / columns) * (height + 1) + (Math.floor(i / width) % height);
    const x = (c % columns) * (width + 1) + (i % width);
    const byte = (255 * (values[i] - low)) / (high - low || 1);
    image.data.set([byte, byte, byte, 255], 4 * (y * canvas.width + x));
  }
  context.putImageData(image, 0, 0);
}

export function networkPanel(run) {
  const canvases = run.layers.map(() => el('canvas', { class: 'pixels layer', hidden: true }));
  const rows = run.layers.flatMap((layer, i) => [
    el('tr', {}, el('td', {}, layer.layer), el('td', { class: 'n' }, layer.output.join('×')), el('td', { class: 'n' }, count(layer.parameters))),
    el('tr', { class: 'picture' }, el('td', { colspan: 3 }, canvases[i]))]);
  const element = el('details', { class: 'card', id: 'network', ontoggle: () => show() }, el('summary', {}, t.network), el('p', {}, t.layersHelp),
    el('div', { class: 'wide', tabindex: '0' }, el('table', {},
      el('thead', {}, el('tr', {}, el('th', {}, t.layer), el('th', { class: 'n' }, t.shape), el('th', { class: 'n' }, t.parameters))),
      el('tbody', {}, ...rows))));
  let chosen = null;
  const show = newest(async () => {
    if (!element.open || chosen === null) return;
    for (let i = 0; i < canvases.length; i++) {
      paintLayer(canvases[i], await api.layer(chosen, i));
      canvases[i].hidden = false;
    }
  });
  return { element, choose: (index) => { chosen = index; show(); } };
}
