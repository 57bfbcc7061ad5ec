// What the points' colours mean, and the legend, which filters by label.
import * as api from '../api.js';
import { el } from '../elements.js';
import * as colours from '../map/colours.js';
import * as state from '../state.js';
import { number, t } from '../words/words.js';

const CLUSTERS = 10;
const PLAIN = [90, 130, 190];

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
    this.hidden = new Set((state.get('off') ?? '').split(',').filter(Boolean).map(Number));
    this.legend = el('div', { class: 'legend', id: 'legend' });
    // A way of colouring: its text, and what does it; numbers of images are asked for once.
    this.ways = {
      ...(labels ? { label: [t.byLabel, () => this.byLabel()] } : {}),
      error: [t.byError, () => this.byNumbers('error', api.errors)],
      ...(trains ? {} : { unusual: [t.byUnusual, () => this.byNumbers('unusual', api.unusual)] }),
      cluster: [t.byCluster, () => this.byCluster()],
      none: [t.oneColour, () => this.points.colour.fill(colours.packed(PLAIN))],
    };
    this.numbers = {};
  }

  wish() {
    const by = state.get('by');
    return by in this.ways ? by : this.labels ? 'label' : 'none';
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

  byLabel() {
    const { colour, count } = this.points;
    const table = Array.from({ length: 256 }, (_, k) => colours.packed(colours.ofLabel(k, this.classes.length)));
    for (let i = 0; i < count; i++) colour[i] = table[this.labels[i]];
  }

  // From dark to bright; what is beyond all but a hundredth of the images has the last colour.
  async byNumbers(name, ask) {
    this.numbers[name] ??= (await ask()).values;
    const { colour, count } = this.points;
    const values = this.numbers[name];
    const sorted = Float32Array.from(values).sort();
    const [low, high] = [sorted[Math.floor(count * 0.01)], sorted[Math.floor(count * 0.99)]];
    for (let i = 0; i < count; i++) colour[i] = colours.packed(colours.ofShare((values[i] - low) / (high - low || 1)));
    this.limits = [low, high];
  }

  async byCluster() {
    const { colour, count } = this.points;
    const found = (await api.clusters(Math.min(CLUSTERS, count))).values;
    for (let i = 0; i < count; i++) colour[i] = colours.packed(colours.ofLabel(found[i], CLUSTERS));
  }

  showLegend() {
    this.legend.replaceChildren();
    if (this.by in this.numbers) this.legend.append(this.scale());
    if (!this.labels) return;
    this.legend.append(el('button', { type: 'button', onclick: () => { this.hidden.clear(); this.filter(); } }, t.all));
    this.classes.forEach((name, label) => {
      const dot = el('i');
      dot.style.background = colours.css(this.by === 'label' ? colours.ofLabel(label, this.classes.length) : [128, 128, 128]);
      this.legend.append(el('button', { type: 'button', 'data-label': label, onclick: (e) => this.toggle(label, e.shiftKey || e.altKey) }, dot, name));
    });
  }

  scale() {
    const canvas = el('canvas', { width: 64, height: 1 });
    const context = canvas.getContext('2d');
    for (let i = 0; i < 64; i++) {
      context.fillStyle = colours.css(colours.ofShare(i / 63));
      context.fillRect(i, 0, 1, 1);
    }
    return el('span', { class: 'scale' }, number(this.limits[0]), canvas, number(this.limits[1]));
  }

  // With Shift or Alt, that label alone.
  toggle(label, alone) {
    if (alone) this.hidden = new Set(this.classes.map((_, k) => k).filter((k) => k !== label));
    else if (!this.hidden.delete(label)) this.hidden.add(label);
    this.filter();
  }

  filter() {
    const { shown, count } = this.points;
    for (let i = 0; i < count; i++) shown[i] = this.labels && this.hidden.has(this.labels[i]) ? 0 : 1;
    for (const button of this.legend.querySelectorAll('[data-label]')) {
      button.setAttribute('aria-pressed', `${!this.hidden.has(Number(button.getAttribute('data-label')))}`);
    }
    this.points.changed();
    state.set('off', [...this.hidden].sort((a, b) => a - b).join(','));
    this.changed();
  }
}
