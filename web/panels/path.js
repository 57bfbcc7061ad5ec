// A path through places of the map: played as an animation, saved as GIF.
import * as api from '../api.js';
import { el } from '../elements.js';
import { saveBlob } from '../save.js';
import * as state from '../state.js';
import { t } from '../words/words.js';

const STEPS = 12; // frames from one place to the next
const DELAY = 80; // milliseconds

export class PathPanel {
  // `codeAt` gives the code of a place, `play` shows one.
  constructor(codeAt, play, cleared) {
    this.codeAt = codeAt;
    this.play = play;
    this.places = [];
    this.element = el('div', { class: 'bar', id: 'path-bar', hidden: true }, el('span', {}, t.pathHelp),
      el('button', { type: 'button', id: 'play', onclick: () => this.start() }, t.play),
      el('button', { type: 'button', id: 'gif', onclick: () => this.save() }, t.gif),
      el('button', { type: 'button', onclick: () => cleared() }, t.clear));
  }

  show(on) {
    this.element.hidden = !on;
    this.places = [];
    state.set('way', null);
  }

  add(place) {
    this.places.push(place);
    state.set('way', this.places.map((p) => p.map((x) => Number(x.toPrecision(6))).join('_')).join('~'));
  }

  // What the address says of a path that is shown.
  restore(way) {
    if (this.element.hidden) return;
    for (const text of (way ?? '').split('~')) {
      const place = text.split('_').map(Number);
      if (text && place.length === 2 && place.every((x) => Number.isFinite(Math.fround(x)))) this.add(place);
    }
  }

  frames() {
    const codes = this.places.map((place) => Array.from(this.codeAt(place)));
    const frames = [];
    for (let i = 0; i + 1 < codes.length; i++) {
      for (let s = 0; s < STEPS; s++) frames.push(codes[i].map((from, k) => from + ((codes[i + 1][k] - from) * s) / STEPS));
    }
    return codes.length ? [...frames, codes.at(-1)] : [];
  }

  start() {
    clearInterval(this.timer);
    const frames = this.frames();
    let at = 0;
    this.timer = setInterval(() => {
      if (at >= frames.length) clearInterval(this.timer);
      else this.play(frames[at++]);
    }, DELAY);
  }

  async save() {
    const frames = this.frames();
    if (!frames.length) return;
    try {
      saveBlob(await api.film(Float32Array.from(frames.flat()), DELAY), 'embudo.gif');
    } catch (failure) {
      document.dispatchEvent(new CustomEvent('failure', { detail: failure }));
    }
  }
}
