// Loss curves, as SVG.
import { el } from '../elements.js';
import { brief, count, number } from '../words/words.js';

const EDGE = { left: 54, right: 8, top: 8, bottom: 20 };
export const COLOURS = ['#3f79c4', '#e0762a', '#4c9f45', '#cf3f4b', '#8c66bb', '#8a5a44', '#d868ac', '#7d7d7d'];

const FAR = 20; // times the least number, from which on the scale is logarithmic

const finite = (list) => list.filter((v) => Number.isFinite(v));

// lines: [{name, x, y, colour}], perhaps with `said`, what is read aloud in the place of all numbers; those that do not exist are null.
// Null if nothing can be drawn.
export function curves(lines, width = 320, height = 150, keyed = true) {
  const xs = finite(lines.flatMap((l) => l.x));
  const ys = finite(lines.flatMap((l) => l.y));
  if (!xs.length || !ys.length) return null;
  const [x0, x1] = [Math.min(...xs), Math.max(...xs)];
  const [y0, y1] = [Math.min(...ys), Math.max(...ys)];
  const px = (x) => EDGE.left + ((x - x0) / (x1 - x0 || 1)) * (width - EDGE.left - EDGE.right);
  const logarithmic = y0 > 0 && y1 > FAR * y0;
  const [scaled, unscaled] = logarithmic ? [Math.log, Math.exp] : [(y) => y, (y) => y];
  const [low, high] = [scaled(y0), scaled(y1)];
  const py = (y) => height - EDGE.bottom - ((scaled(y) - low) / (high - low || 1)) * (height - EDGE.top - EDGE.bottom);
  const svg = el('svg', {
    class: 'curves', viewBox: `0 0 ${width} ${height}`, role: 'img',
    'aria-label': lines.map((l) => `${l.name}: ${l.said ?? finite(l.y).map(number).join('; ')}`).join('. ')
  });
  for (const y of [y0, unscaled((low + high) / 2), y1]) {
    svg.append(el('line', { class: 'axis', x1: EDGE.left, x2: width - EDGE.right, y1: py(y), y2: py(y) }),
      el('text', { x: EDGE.left - 4, y: py(y) + 4, 'text-anchor': 'end' }, brief(y)));
  }
  for (const x of x0 === x1 ? [x0] : [x0, x1]) {
    svg.append(el('text', { x: px(x), y: height - 5, 'text-anchor': x === x0 ? 'start' : 'end' }, count(x)));
  }
  for (const { x, y, colour } of lines) {
    const places = x.map((v, i) => (Number.isFinite(v) && Number.isFinite(y[i]) ? `${px(v).toFixed(1)},${py(y[i]).toFixed(1)}` : null)).filter(Boolean);
    if (places.length === 1) { // no line leads anywhere
      const [cx, cy] = places[0].split(',');
      svg.append(el('circle', { cx, cy, r: 3, fill: colour }));
    } else {
      svg.append(el('polyline', { points: places.join(' '), stroke: colour }));
    }
  }
  const keys = el('div', { class: 'keys' }, ...lines.map(({ name, colour }) => {
    const line = el('i');
    line.style.background = colour;
    return el('span', {}, line, name);
  }));
  return el('div', {}, svg, keyed ? keys : null);
}
