// Finding an image by its number, by a part of its file's name, or by its label; Enter again finds the next one.
import * as api from '../api.js';
import { el, say } from '../elements.js';
import { t } from '../words/words.js';

export class Search {
  // `choose` is called with the image.
  constructor(run, count, labels, choose) {
    this.run = run;
    this.count = count;
    this.labels = labels;
    this.choose = choose;
    this.files = null;
    this.last = -1; // the image that was found
    this.input = el('input', {
      type: 'search', id: 'find', size: 16, placeholder: t.findHelp(count - 1, labels ? run.classes[run.classes.length - 1] : null, run.files),
      onkeydown: (e) => { if (e.key === 'Enter') this.find(this.input.value.trim()); },
      onchange: () => { if (this.input.value.trim() !== this.sought) this.find(this.input.value.trim()); }
    });
    this.element = el('label', {}, t.find, this.input);
  }

  // The chosen image's number stands there, unless it was found by other words.
  show(point) {
    if (this.last !== point) this.input.value = this.sought = `${point}`;
    this.last = point;
  }

  async find(text) {
    this.sought = text;
    const test = await this.testOf(text);
    const found = test ? this.after(test) : /^\d+$/.test(text) && Number(text) < this.count ? Number(text) : -1;
    this.input.setAttribute('aria-invalid', `${text !== '' && found < 0}`);
    if (found >= 0) {
      this.last = found;
      this.choose(found);
    } else if (text) say(t.notFound(text));
  }

  // What images are sought; null: one by its number.
  async testOf(text) {
    const [, word] = /^(?:label|etiqueta)\s*[:=]?\s*(.+)$/i.exec(text) ?? [];
    const label = this.labels ? this.run.classes.findIndex((name) => name.toLowerCase() === (word ?? text).toLowerCase()) : -1;
    if (label >= 0 && (word || !/^\d+$/.test(text))) return (i) => this.labels[i] === label;
    if (!text || /^\d+$/.test(text) || !this.run.files) return null;
    this.files ??= (await api.files()).files;
    return (i) => this.files[i].toLowerCase().includes(text.toLowerCase());
  }

  after(test) {
    for (let step = 1; step <= this.count; step++) {
      const i = (this.last + step) % this.count;
      if (test(i)) return i;
    }
    return -1;
  }
}
