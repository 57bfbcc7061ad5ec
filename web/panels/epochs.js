// The epochs of a training, one behind the other under a slider: the map as it was after each, and what the network
// made of a few images.
import * as api from '../api.js';
import { el, newest, paint, paintBitmap } from '../elements.js';
import { number, t } from '../words/words.js';

const STEP = 450; // milliseconds from one epoch to the next while it plays
const still = matchMedia('(prefers-reduced-motion: reduce)');

export class Epochs {
  constructor(explorer) {
    this.explorer = explorer;
    this.shots = [];
    this.codes = new Map(); // step -> codes
    this.pictures = new Map();
    this.at = -1;
    this.follows = true; // the newest
    this.slider = el('input', { type: 'range', id: 'epoch', min: 0, max: 0, step: 1, value: 0, oninput: () => this.scrub(this.slider.valueAsNumber) });
    this.text = el('output', {});
    this.play = el('button', { type: 'button', id: 'replay', onclick: () => this.toggle() }, t.play);
    this.note = el('span', { class: 'soft', hidden: true }, t.newestDecoder);
    this.element = el('div', { class: 'bar epochs' }, el('label', {}, t.epoch, this.slider), this.text, this.play, this.note);
    this.strip = el('div', { class: 'strip' });
    this.card = el('section', { class: 'card', id: 'strip' }, el('h2', {}, t.byEpoch), this.strip);
  }

  // The newest of what there is. Until somebody moves the slider, the map follows it.
  async take({ shots, pictures, models }, over) {
    const newest_ = shots[shots.length - 1]?.step;
    const known = this.shots[this.shots.length - 1]?.step;
    if (newest_ === undefined || (known === newest_ && !over)) return;
    const before = this.shots[this.at]?.step;
    this.shots = shots;
    this.models = models;
    for (const step of this.codes.keys()) if (!shots.some((shot) => shot.step === step)) this.codes.delete(step);
    this.slider.max = `${shots.length - 1}`;
    if (!this.strip.children.length) await this.begin(pictures);
    if (known !== newest_) await this.explorer.moveOn(await this.codesOf(shots.length - 1), this.follows);
    if (this.follows) await this.show(shots.length - 1);
    else this.place(Math.max(shots.findIndex((shot) => shot.step === before), 0));
    if (over) this.explorer.settle();
  }

  // A row of originals, and below it what the network makes of them.
  async begin(pictures) {
    this.made = Array.from({ length: pictures }, () => el('canvas', { class: 'pixels' }));
    const originals = this.made.map(() => el('canvas', { class: 'pixels' }));
    this.strip.append(...originals, ...this.made);
    this.strip.style.gridTemplateColumns = `repeat(${pictures}, minmax(0, 1fr))`;
    const bitmaps = await Promise.all(originals.map((_, i) => api.picture(i, 'original')));
    originals.forEach((canvas, i) => paintBitmap(canvas, bitmaps[i]));
  }

  async codesOf(k) {
    const { step } = this.shots[k];
    if (!this.codes.has(step)) this.codes.set(step, (await api.shotCodes(step)).values);
    return this.codes.get(step);
  }

  place(k) {
    this.at = k;
    this.slider.value = `${k}`;
    const { epoch } = this.shots[k];
    const text = epoch === 0 ? t.untrained : number(epoch);
    this.text.textContent = text;
    this.slider.setAttribute('aria-valuetext', text);
    this.note.hidden = this.models || k === this.shots.length - 1;
  }

  show = newest(async (k) => {
    if (k >= this.shots.length) return;
    this.explorer.useCodes(await this.codesOf(k));
    this.place(k);
    api.useShot(this.models && k < this.shots.length - 1 ? this.shots[k].step : null);
    this.explorer.decodeAgain();
    const { values, shape } = await api.shotPictures(this.shots[k].step);
    const [, channels, height, width] = shape;
    this.made.forEach((canvas, i) => paint(canvas, values, [channels, height, width], i * channels * height * width));
  });

  scrub(k) {
    this.halt();
    this.follows = k === this.shots.length - 1;
    this.show(k);
  }

  // ---- playing

  toggle() {
    if (this.playing) {
      this.halt();
      return;
    }
    this.playing = true;
    this.play.textContent = t.pause;
    this.walk(this.at === this.shots.length - 1 ? 0 : this.at);
  }

  halt() {
    this.playing = false;
    this.play.textContent = t.play;
  }

  async walk(k) {
    for (; this.playing && k < this.shots.length; k++) {
      const since = performance.now();
      await this.show(k);
      if (k + 1 < this.shots.length) await this.glide(await this.codesOf(k), await this.codesOf(k + 1), since);
    }
    this.follows = this.at === this.shots.length - 1;
    if (this.playing) this.halt();
  }

  // Points wander from where they were to where they come.
  glide(from, to, since) {
    const between = new Float32Array(from.length);
    return new Promise((done) => {
      const frame = (now) => {
        const share = Math.min((now - since) / STEP, 1);
        if (!this.playing || share === 1) {
          done();
          return;
        }
        if (!still.matches) {
          for (let i = 0; i < from.length; i++) between[i] = from[i] + share * (to[i] - from[i]);
          this.explorer.useCodes(between);
        }
        requestAnimationFrame(frame);
      };
      requestAnimationFrame(frame);
    });
  }
}
