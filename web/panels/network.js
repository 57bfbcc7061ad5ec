// The network's layers as a table.
import { el } from '../elements.js';
import { count, t } from '../words/words.js';

export function networkPanel(run) {
  const rows = run.layers.map((layer) => el('tr', {},
    el('td', {}, layer.layer), el('td', { class: 'n' }, layer.output.join('×')), el('td', { class: 'n' }, count(layer.parameters))));
  return el('details', { class: 'card', id: 'network' }, el('summary', {}, t.network),
    el('div', { class: 'wide', tabindex: '0' }, el('table', {},
      el('thead', {}, el('tr', {}, el('th', {}, t.layer), el('th', { class: 'n' }, t.shape), el('th', { class: 'n' }, t.parameters))),
      el('tbody', {}, ...rows))));
}
