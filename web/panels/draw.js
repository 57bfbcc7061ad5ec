// Drawing a digit, or dropping a picture: where it lands, and what comes back.
import * as api from '../api.js';
import { el, newest, paint, say } from '../elements.js';
import { share, t } from '../words/words.js';

const SIDE = 280; // of the pad
const PEN = 22;
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
function laidOut(pad, [, height, width]) {
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
  const send = newest(async () => {
    const bytes = laidOut(pad, shape);
    if (!bytes) return;
    paint(seen, bytes, shape);
    await tell(await api.encode(bytes, 'application/octet-stream'));
  });
  const clear = listen(pad, send);
  const wipe = () => {
    clear();
    text.textContent = t.drawHelp;
    landed(null);
  };
  document.addEventListener('dragover', (e) => e.preventDefault());
  document.addEventListener('drop', newest(async (e) => {
    e.preventDefault();
    const [file] = e.dataTransfer.files;
    if (file) await tell(await api.encode(file, file.type || 'image/png'));
  }));
  const canDraw = shape[0] === 1;
  return el('section', { class: 'card', id: 'draw' }, el('h2', {}, t.draw),
    el('div', { class: 'drawing' }, canDraw ? pad : null,
      el('div', {}, el('figure', {}, seen, el('figcaption', {}, t.seen)),
        el('figure', {}, back, el('figcaption', {}, t.back)))),
    text, el('button', { type: 'button', onclick: wipe }, t.clear));
}
