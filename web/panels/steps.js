// The loss of every step, and what the doctor says.
import { el } from '../elements.js';
import { number, t } from '../words/words.js';
import { COLOURS, curves } from './curves.js';

const MOST = 300; // points that are drawn: more are not seen
const MEMORY = 8; // points that the smoothed line remembers

// rows: [step, loss] one behind the other. The mean of each few, and a mean that moves along with them.
function thin(rows) {
  const count = rows.length / 2;
  const each = Math.max(Math.ceil(count / MOST), 1);
  const x = [];
  const y = [];
  const smooth = [];
  for (let at = 0; at < count; at += each) {
    const end = Math.min(at + each, count);
    let sum = 0;
    for (let i = at; i < end; i++) sum += rows[2 * i + 1];
    const mean = sum / (end - at);
    const share = 1 / Math.min(x.length + 1, MEMORY);
    x.push(rows[2 * end - 2]);
    y.push(mean);
    smooth.push(smooth.length ? smooth[smooth.length - 1] + share * (mean - smooth[smooth.length - 1]) : mean);
  }
  return { x, y, smooth };
}

export function stepsPanel() {
  const drawn = el('div', { id: 'losses' });
  const doctor = el('div', { id: 'doctor' });
  const element = el('section', { class: 'card' }, el('h2', {}, t.byStep), drawn, doctor);

  function show(rows, lines) {
    const { x, y, smooth } = thin(rows);
    const last = smooth.length ? number(smooth[smooth.length - 1]) : '';
    const svg = curves([{ name: t.eachStep, x, y, colour: '#9a9a96', said: '' }, { name: t.smoothed, x, y: smooth, colour: COLOURS[1], said: last }]);
    if (svg) drawn.replaceChildren(svg);
    drawn.dataset.points = `${x.length ? rows[rows.length - 2] : 0}`;
    doctor.replaceChildren(...lines.map((line) => el('p', {}, el('b', {}, `${t.doctor}: `), line)));
  }
  return { element, show };
}
