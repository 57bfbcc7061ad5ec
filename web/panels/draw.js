// Drawing a digit, or dropping a picture: where it lands, and what comes back.
import * as api from '../api.js';
import { el, newest, paint, say } from '../elements.js';
import { SIDE, laidOut } from '../ink.js';
import { share, t } from '../words/words.js';

const PEN = 22;

function listen(pad, drawn) {
  const context = pad.getContext('2d', { willReadFrequently: true });
  let last = null;
  const clear = () => {
    context.fillStyle = '#000';
    context.fillRect(0, 0, SIDE, SIDE);
  };
  const at = (e) => [(e.offsetX * SIDE) / pad.clientWidth, (e.offsetY * SIDE) / pad.clientHeight];
  const stroke = (e) => {
    if (!last) return;
    const [x, y] = at(e);
    Object.assign(context, { lineWidth: PEN, lineCap: 'round', lineJoin: 'round', strokeStyle: '#fff' });
    context.beginPath();
    context.moveTo(...last);
    context.lineTo(x + 0.01, y);
    context.stroke();
    last = [x, y];
    drawn();
  };
  pad.addEventListener('pointerdown', (e) => {
    pad.setPointerCapture(e.pointerId);
    last = at(e);
    stroke(e);
  });
  pad.addEventListener('pointermove', stroke);
  for (const end of ['pointerup', 'pointercancel']) pad.addEventListener(end, () => { last = null; });
  clear();
  return clear;
}

// What most of the neighbours are called.
function vote(neighbours, classes) {
  const votes = new Map();
  const labelled = neighbours.filter((n) => n.label >= 0);
  for (const { label } of labelled) votes.set(label, (votes.get(label) ?? 0) + 1);
  const [best] = [...votes].sort((a, b) => b[1] - a[1]);
  return best ? t.verdict(classes[best[0]] ?? best[0], share(best[1] / labelled.length)) : '';
}

// What the classifier says, if there is one.
export function verdictOf(verdict, classes) {
  if (!verdict) return '';
  const best = verdict.indexOf(Math.max(...verdict));
  return t.classified(classes[best] ?? best, share(verdict[best]));
}

export function drawPanel(shape, classes, landed) {
  const pad = el('canvas', { class: 'pad', width: SIDE, height: SIDE, id: 'pad', 'aria-label': t.draw, role: 'img' });
  const seen = el('canvas', { class: 'pixels' });
  const back = el('canvas', { class: 'pixels', id: 'back' });
  const text = el('p', { id: 'verdict' }, t.drawHelp);
  const tell = async (answer) => {
    paint(back, (await api.decode(answer.code)).values, shape);
    text.textContent = [verdictOf(answer.verdict, classes), vote(answer.neighbours, classes)].filter(Boolean).join(' ') || t.drawHelp;
    say(text.textContent);
    landed(answer.code);
  };
  // Of a picture that is given the encoder sees what no answer tells.
  const forget = () => { seen.width = 1; };
  const give = async (file) => {
    const answer = await api.encode(file, file.type || 'image/png');
    clear();
    forget();
    await tell(answer);
  };
  const send = newest(async () => {
    const bytes = laidOut(pad, shape);
    if (!bytes) return;
    paint(seen, bytes, shape);
    await tell(await api.encode(bytes, 'application/octet-stream'));
  });
  const clear = listen(pad, send);
  const wipe = () => {
    clear();
    forget();
    back.width = 1;
    text.textContent = t.drawHelp;
    landed(null);
  };
  document.addEventListener('dragover', (e) => e.preventDefault());
  document.addEventListener('drop', newest(async (e) => {
    e.preventDefault();
    const [file] = e.dataTransfer.files;
    if (file) await give(file);
  }));
  const file = el('input', {
    type: 'file', accept: 'image/*', hidden: true, id: 'file', 'aria-label': t.openPicture, onchange: newest(async () => {
      const [chosen] = file.files;
      file.value = '';
      if (chosen) await give(chosen);
    })
  });
  const canDraw = shape[0] === 1;
  return el('section', { class: 'card', id: 'draw' }, el('h2', {}, t.draw),
    el('div', { class: 'drawing' }, canDraw ? pad : null,
      el('div', {}, el('figure', {}, seen, el('figcaption', {}, t.seen)),
        el('figure', {}, back, el('figcaption', {}, t.back)))),
    text, el('div', { class: 'bar' }, el('button', { type: 'button', onclick: wipe }, t.clear),
      el('button', { type: 'button', onclick: () => file.click() }, t.openPicture), file));
}
