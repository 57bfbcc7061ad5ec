// The chosen image: original, reconstruction, error, and its nearest neighbours.
import * as api from '../api.js';
import { el, newest, paintBitmap, say } from '../elements.js';
import { verdictOf } from './draw.js';
import { number, t } from '../words/words.js';

const NEAR = 10;

export function chosenPanel(classes, choose) {
  const names = ['original', 'reconstruction', 'error'];
  const canvases = names.map(() => el('canvas', { class: 'pixels' }));
  const figures = names.map((name, i) => el('figure', {}, canvases[i], el('figcaption', {}, t[name])));
  const three = el('div', { class: 'three', hidden: true }, ...figures);
  const text = el('p', {}, t.choose);
  const near = el('div', { class: 'near' });
  const title = el('h2', { hidden: true }, t.nearest);
  const element = el('section', { class: 'card', id: 'chosen' }, el('h2', {}, t.chosen), three, text, title, near);

  async function neighbour({ index, label, distance }) {
    const canvas = el('canvas', { class: 'pixels' });
    const caption = label >= 0 ? classes[label] ?? label : index;
    near.append(el('figure', {},
      el('button', { type: 'button', onclick: () => choose(index), 'aria-label': t.image(index, label >= 0 ? caption : null) }, canvas),
      el('figcaption', { title: `${t.distance} ${number(distance)}` }, `${caption}`)));
    paintBitmap(canvas, await api.picture(index, 'original'));
  }

  const show = newest(async (index) => {
    const [image, ...pictures] = await Promise.all([api.image(index), ...names.map((name) => api.picture(index, name))]);
    const found = await api.neighbours(image.code, NEAR + 1);
    // A page that is a file may lack originals: then there is no error either.
    const whole = pictures.every(Boolean);
    figures.forEach((figure, i) => { figure.hidden = !whole && names[i] !== 'reconstruction'; });
    pictures.forEach((bitmap, i) => bitmap && paintBitmap(canvases[i], bitmap));
    three.hidden = title.hidden = false;
    const said = t.image(index, image.label >= 0 ? classes[image.label] ?? image.label : null);
    const code = `${image.code.slice(0, 4).map(number).join('; ')}${image.code.length > 4 ? '…' : '.'}`;
    const sentences = [`${said}${image.file ? `, ${image.file}` : ''}: ${code}`, verdictOf(image.verdict, classes), whole ? t.errorHelp : t.noOriginal];
    text.textContent = sentences.filter(Boolean).join(' ');
    near.replaceChildren();
    await Promise.all(found.neighbours.filter((n) => n.index !== index).slice(0, NEAR).map(neighbour));
    say(said);
  });
  return { element, show };
}
