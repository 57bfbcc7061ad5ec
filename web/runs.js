// All runs of a folder, side by side.
import * as api from './api.js';
import { el, newest } from './elements.js';
import { COLOURS, curves } from './panels/curves.js';
import { count, number, share, t } from './words/words.js';

const EVERY = 2000; // milliseconds
const EDGES = 58; // pixels of the screen beside the curves
const HEIGHT = 240;

function row(run, colour) {
  const [record] = run.record;
  const mark = el('i');
  mark.style.background = colour;
  return el('tr', {},
    el('td', {}, el('span', { class: 'keys' }, el('span', {}, mark, record.run))),
    el('td', {}, record.network ?? record.encoder ?? '–'),
    el('td', {}, record.data ?? '–'),
    el('td', {}, t.trainingState(record.outcome)),
    el('td', { class: 'n' }, `${count(record.epochs_done)} / ${count(record.epochs)}`),
    el('td', { class: 'n' }, number(record.best_validation?.loss)),
    el('td', { class: 'n' }, record.test?.accuracy === undefined ? number(record.test?.mse) : share(record.test.accuracy)),
    el('td', { class: 'small' }, small(run)));
}

// A run's curves alone, small: training and validation.
function small(run) {
  const { epoch = [], train_loss: training = [], validation_loss: validation = [] } = run.history;
  const lines = [['training', training, COLOURS[0]], ['validation', validation, COLOURS[1]]].map(([name, y, colour]) => ({ name: t[name], x: epoch, y, colour }));
  return curves(lines.filter((line) => line.y.some(Number.isFinite)), 220, 90, false) ?? '–';
}

function table(runs) {
  const heads = [t.runName, t.network, t.data, t.outcome].map((h) => el('th', {}, h));
  const numbers = [t.epochs, t.best, t.testMse].map((h) => el('th', { class: 'n' }, h));
  return el('table', {}, el('thead', {}, el('tr', {}, ...heads, ...numbers, el('th', {}, t.curves))),
    el('tbody', {}, ...runs.map((run, i) => row(run, colourOf(i)))));
}

const colourOf = (i) => COLOURS[i % COLOURS.length];

// What changes while runs train: the curves and the table, which stay where they are.
class Runs {
  constructor(main) {
    this.main = main;
    this.curves = el('section', { class: 'card' });
    this.table = el('section', { class: 'card wide', tabindex: '0', 'aria-label': t.runs });
    this.how = el('p');
    this.element = el('div', { class: 'runs' }, this.curves, this.table, this.how);
  }

  show({ runs }) {
    const text = JSON.stringify(runs);
    if (text === this.shown) return;
    this.shown = text;
    if (!runs.length) {
      this.main.replaceChildren(el('p', { class: 'failure' }, t.noRuns));
      return;
    }
    if (!this.element.isConnected) this.main.replaceChildren(this.element);
    const lines = runs.map((run, i) => ({
      name: run.record[0].run, colour: colourOf(i),
      x: run.history.epoch ?? [], y: run.history.validation_loss ?? run.history.train_loss ?? []
    })).filter((l) => l.x.length);
    this.curves.replaceChildren(el('h2', {}, t.curves), curves(lines, Math.min(1000, this.main.clientWidth - EDGES), HEIGHT) ?? el('p', {}, '–'));
    this.table.replaceChildren(table(runs));
    this.how.replaceChildren(t.open, el('code', {}, `embudo serve ${runs[0].record[0].run}`));
  }
}

// Asked again while the page is seen: new runs appear, and curves grow.
export async function showRuns(main) {
  const all = new Runs(main);
  document.getElementById('subtitle').textContent = t.runs;
  all.show(await api.runs());
  const look = newest(async () => {
    if (!document.hidden) all.show(await api.runs());
  });
  setInterval(look, EVERY);
}
