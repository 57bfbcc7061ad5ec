// What the points' colours mean, and the legend, which filters: by labels or clusters, or by the number that colours stand for.
import * as api from '../api.js';
import { el } from '../elements.js';
import * as colours from '../map/colours.js';
import * as state from '../state.js';
import { number, t } from '../words/words.js';

const CLUSTERS = 10;
const PLAIN = [90, 130, 190];

// What was hidden when the address was made.
const kept = (name) => new Set((state.get(name) ?? '').split(',').filter(Boolean).map(Number));

const listOf = (/** @type {Set<number>} */ hidden) => [...hidden].sort((a, b) => a - b).join(',');

export class Colouring {
  /** @type {number[]} from which number to which the colours of numbers go */
  limits = [0, 1];
  by = 'none';

  // `changed` is called when points look otherwise. While it `trains`, nobody has learned what is usual.
  constructor(points, labels, classes, changed, trains) {
    this.points = points;
    this.labels = labels;
    this.classes = classes;
    this.changed = changed;
    this.hidden = { label: kept('off'), cluster: kept('off-clusters') };
    this.groups = labels ? { label: { of: labels, names: classes } } : {};
    this.legend = el('div', { class: 'legend', id: 'legend' });
    // A way of colouring: its text, and what does it; numbers of images are asked for once.
    this.ways = {
      ...(labels ? { label: [t.byLabel, () => this.byGroup('label')] } : {}),
      error: [t.byError, () => this.byNumbers('error', api.errors)],
      ...(trains ? {} : { unusual: [t.byUnusual, () => this.byNumbers('unusual', api.unusual)] }),
      cluster: [t.byCluster, () => this.byCluster()],
      none: [t.oneColour, () => this.points.colour.fill(colours.packed(PLAIN))],
    };
    this.numbers = {};
  }

  wish() {
    const by = state.get('by');
    return Object.hasOwn(this.ways, by ?? '') ? by : this.labels ? 'label' : 'none';
  }

  begin() {
    return this.use(this.wish());
  }

  choice() {
    return el('select', { id: 'by', onchange: (e) => this.use(e.target.value) },
      ...Object.entries(this.ways).map(([value, [text]]) => el('option', { value, selected: value === this.wish() }, text)));
  }

  async use(by) {
    state.set('by', by);
    this.by = by;
    try {
      await this.ways[by][1]();
    } catch (failure) {
      document.dispatchEvent(new CustomEvent('failure', { detail: failure }));
    }
    if (this.by !== by) return; // chosen otherwise meanwhile
    this.showLegend();
    this.filter();
  }

  // By labels or clusters.
  byGroup(kind) {
    const { colour, count } = this.points;
    const { of, names } = this.groups[kind];
    const table = Array.from({ length: 256 }, (_, k) => colours.packed(colours.ofLabel(k, names.length)));
    for (let i = 0; i < count; i++) colour[i] = table[of[i]];
  }

  // From dark to bright; what is beyond all but a hundredth of the images has the last colour.
  async byNumbers(name, ask) {
    if (!this.numbers[name]) this.legend.replaceChildren(el('span', { class: 'soft' }, t.computing));
    this.numbers[name] ??= (await ask()).values;
    const { colour, count } = this.points;
    const values = this.numbers[name];
    const sorted = Float32Array.from(values).sort();
    const [low, high] = [sorted[Math.floor(count * 0.01)], sorted[Math.floor(count * 0.99)]];
    for (let i = 0; i < count; i++) colour[i] = colours.packed(colours.ofShare((values[i] - low) / (high - low || 1)));
    this.limits = [low, high];
  }

  async byCluster() {
    const many = Math.min(CLUSTERS, this.points.count);
    this.groups.cluster = { of: (await api.clusters(many)).values, names: Array.from({ length: many }, (_, k) => `${k + 1}`) };
    this.byGroup('cluster');
  }

  // What the legend lists; null: nothing.
  listed() {
    return this.by === 'cluster' ? 'cluster' : this.labels ? 'label' : null;
  }

  showLegend() {
    const kind = this.listed();
    this.legend.replaceChildren();
    if (this.by in this.numbers) this.legend.append(this.scale());
    if (!kind) return;
    this.legend.append(el('button', { type: 'button', onclick: () => { this.hidden[kind].clear(); this.filter(); } }, t.all));
    const { names } = this.groups[kind];
    names.forEach((name, k) => {
      const dot = el('i');
      dot.style.background = colours.css(this.by === kind ? colours.ofLabel(k, names.length) : [128, 128, 128]);
      this.legend.append(el('button', { type: 'button', 'data-label': k, onclick: (e) => this.toggle(kind, k, e.shiftKey || e.altKey) }, dot, name));
    });
  }

  scale() {
    const canvas = el('canvas', { width: 64, height: 1 });
    const context = canvas.getContext('2d');
    for (let i = 0; i < 64; i++) {
      context.fillStyle = colours.css(colours.ofShare(i / 63));
      context.fillRect(i, 0, 1, 1);
    }
    const least = el('input', {
      type: 'range', id: 'least', min: 0, max: 100, value: state.number('least') ?? 0, 'aria-label': t.atLeast, title: t.atLeast,
      oninput: (e) => {
        state.set('least', e.target.value === '0' ? null : e.target.value);
        this.filter();
      }
    });
    return el('span', { class: 'scale' }, number(this.limits[0]), canvas, number(this.limits[1]), least);
  }

  // With Shift or Alt, that one alone.
  toggle(kind, k, alone) {
    if (alone) this.hidden[kind] = new Set(this.groups[kind].names.map((_, other) => other).filter((other) => other !== k));
    else if (!this.hidden[kind].delete(k)) this.hidden[kind].add(k);
    this.filter();
  }

  // Images are hidden by label in every colour; by cluster or number while these are the colours.
  filter() {
    const { shown, count } = this.points;
    const { label, cluster } = this.hidden;
    const [low, high] = this.limits;
    const numbers = this.numbers[this.by];
    const share = numbers ? state.number('least') ?? 0 : 0;
    const least = share > 0 ? low + ((high - low) * share) / 100 : -Infinity;
    const of = this.by === 'cluster' ? this.groups.cluster?.of : null;
    for (let i = 0; i < count; i++) {
      const hides = (this.labels && label.has(this.labels[i])) || (of && cluster.has(of[i])) || (share > 0 && numbers[i] < least);
      shown[i] = hides ? 0 : 1;
    }
    const kind = this.listed();
    for (const button of this.legend.querySelectorAll('[data-label]')) {
      button.setAttribute('aria-pressed', `${!this.hidden[kind].has(Number(button.getAttribute('data-label')))}`);
    }
    this.points.changed();
    state.set('off', listOf(label));
    state.set('off-clusters', listOf(cluster));
    this.changed();
  }
}
