// All runs of a folder, side by side.
import * as api from './api.js';
import { el } from './elements.js';
import { COLOURS, curves } from './panels/curves.js';
import { count, number, t } from './words/words.js';

function row(run, colour) {
  const [record] = run.record;
  const mark = el('i');
  mark.style.background = colour;
  return el('tr', {},
    el('td', {}, el('span', { class: 'keys' }, el('span', {}, mark, record.run))),
    el('td', {}, record.network ?? record.encoder ?? '–'),
    el('td', {}, record.data ?? '–'),
    el('td', {}, record.outcome),
    el('td', { class: 'n' }, `${count(record.epochs_done)} / ${count(record.epochs)}`),
    el('td', { class: 'n' }, number(record.best_validation?.loss)),
    el('td', { class: 'n' }, number(record.test?.mse)));
}

export async function showRuns(main) {
  const { runs } = await api.runs();
  document.getElementById('subtitle').textContent = t.runs;
  if (!runs.length) {
    main.replaceChildren(el('p', { class: 'failure' }, t.noRuns));
    return;
  }
  const colour = (i) => COLOURS[i % COLOURS.length];
  const lines = runs.map((run, i) => ({
    name: run.record[0].run, colour: colour(i),
    x: run.history.epoch ?? [], y: run.history.validation_loss ?? run.history.train_loss ?? []
  })).filter((l) => l.x.length);
  const heads = [t.runName, t.network, t.data, t.outcome].map((h) => el('th', {}, h));
  const numbers = [t.epochs, t.best, t.testMse].map((h) => el('th', { class: 'n' }, h));
  main.replaceChildren(el('div', { class: 'runs' },
    el('section', { class: 'card' }, el('h2', {}, t.curves), curves(lines, 1000, 260)),
    el('section', { class: 'card wide', tabindex: '0' }, el('table', {}, el('thead', {}, el('tr', {}, ...heads, ...numbers)),
      el('tbody', {}, ...runs.map((run, i) => row(run, colour(i)))))),
    el('p', {}, t.open, el('code', {}, `embudo serve ${runs[0].record[0].run}`))));
}
