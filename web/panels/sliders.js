// A slider for every number of the code.
import { el } from '../elements.js';
import { number, t } from '../words/words.js';

export class Sliders {
  // `moved(k, value)` is told of each move.
  constructor(points, code, moved) {
    this.rows = [];
    this.element = el('details', { class: 'sliders' }, el('summary', {}, t.sliders));
    for (let k = 0; k < points.latent; k++) this.element.append(this.row(k, rangeOf(points, k), code[k], moved));
  }

  row(k, [low, high], value, moved) {
    const text = el('output', {}, number(value));
    const slider = el('input', {
      type: 'range', min: low, max: high, step: (high - low) / 200, value,
      oninput: (e) => {
        text.textContent = number(e.target.valueAsNumber);
        moved(k, e.target.valueAsNumber);
      }
    });
    this.rows.push([slider, text]);
    return el('label', {}, `${k + 1}`, slider, text);
  }

  set(code) {
    this.rows.forEach(([slider, text], k) => {
      slider.value = code[k];
      text.textContent = number(code[k]);
    });
  }
}

/** @returns {[number, number]} */
function rangeOf({ codes, latent }, k) {
  let low = Infinity;
  let high = -Infinity;
  for (let i = k; i < codes.length; i += latent) {
    if (codes[i] < low) low = codes[i];
    if (codes[i] > high) high = codes[i];
  }
  return [low, high];
}
