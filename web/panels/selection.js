// What the lasso enclosed: how many images, and saving them as a table or as pictures.
import * as api from '../api.js';
import { el, say } from '../elements.js';
import { csvOf } from '../map/lasso.js';
import { png } from '../png.js';
import { saveBlob } from '../save.js';
import { count, share, t } from '../words/words.js';
import { MOST_FILES, Zip } from '../zip.js';

const AT_ONCE = 1 << 18; // numbers of pictures that are asked for

export class Selection {
  // `nameOf` gives an image's class, or null.
  // What the columns of codes are called begins with `column`.
  constructor(points, shape, column, labels, nameOf, cleared) {
    this.points = points;
    this.shape = shape;
    this.column = column;
    this.labels = labels;
    this.nameOf = nameOf;
    this.element = el('div', { class: 'bar', id: 'enclosure', hidden: true });
    this.text = el('span');
    this.pictures = el('button', { type: 'button', id: 'zip', onclick: () => this.saveZip() }, t.zip);
    this.element.append(this.text,
      el('button', { type: 'button', id: 'csv', onclick: () => this.saveCsv() }, t.csv), this.pictures,
      el('button', { type: 'button', onclick: cleared }, t.clear));
  }

  show(chosen) {
    this.chosen = chosen;
    this.element.hidden = !chosen.length;
    this.text.textContent = t.enclosed(count(chosen.length));
  }

  saveCsv() {
    saveBlob(new Blob([csvOf(this.chosen, this.points, this.labels, this.column)], { type: 'text/csv' }), 'embudo.csv');
  }

  // label/number.png, as embudo's own folders of pictures are; numbers are those of the CSV.
  pathOf(point) {
    const label = this.nameOf(point);
    const folder = label === null ? '' : `${`${label}`.replace(/[^\p{L}\p{N} _.-]/gu, '_').replace(/^\.+/, '_')}/`;
    return `${folder}${String(point).padStart(String(this.points.count - 1).length, '0')}.png`;
  }

  async saveZip() {
    const { chosen } = this;
    const zip = new Zip();
    this.pictures.disabled = true;
    try {
      if (chosen.length > MOST_FILES) throw new RangeError(t.tooMany(count(MOST_FILES)));
      const size = this.shape[0] * this.shape[1] * this.shape[2];
      const step = Math.max(Math.floor(AT_ONCE / size), 1);
      for (let at = 0; at < chosen.length; at += step) {
        const some = chosen.slice(at, at + step);
        const { values } = await api.pixels(some);
        const files = await Promise.all(some.map((_, k) => png(values, this.shape, k * size)));
        files.forEach((bytes, k) => zip.add(`embudo/${this.pathOf(some[k])}`, bytes));
        this.pictures.textContent = share(at / chosen.length);
      }
      saveBlob(zip.blob(), 'embudo.zip');
      say(t.saved('embudo.zip'));
    } catch (failure) {
      document.dispatchEvent(new CustomEvent('failure', { detail: failure }));
    }
    this.pictures.disabled = false;
    this.pictures.textContent = t.zip;
  }
}
