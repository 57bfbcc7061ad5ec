// How far a training has come, and the buttons that hold it and stop it.
import * as api from '../api.js';
import { el, say } from '../elements.js';
import { count, t } from '../words/words.js';

export class Progress {
  // `wish` is called with what the training is asked to do.
  constructor(wish) {
    const may = api.hasToken();
    this.text = el('span', { id: 'training' });
    this.bar = el('progress', { max: 1, value: 0, 'aria-label': t.progress });
    this.hold = el('button', { type: 'button', id: 'pause', disabled: !may, onclick: () => wish(this.held ? 'continue' : 'pause') }, t.pause);
    this.stop = el('button', { type: 'button', id: 'stop', disabled: !may, onclick: () => wish('stop') }, t.stopSave);
    this.help = el('span', { class: 'soft' }, may ? '' : t.locked);
    this.element = el('div', { class: 'bar training' }, this.text, this.bar, this.hold, this.stop, this.help);
    this.may = may;
  }

  show({ state, wish, step, steps, epoch_steps: each, epochs, run }) {
    const over = state !== 'running' && state !== 'paused';
    const epoch = Math.min(Math.floor(step / each) + (over ? 0 : 1), epochs);
    this.text.textContent = `${t.trainingState(state)}: ${t.trainingAt(count(epoch), count(epochs), count(step))}`;
    this.bar.value = steps ? step / steps : 0;
    this.held = wish === 'pause';
    this.hold.textContent = this.held ? t.goOn : t.pause;
    this.hold.disabled = this.stop.disabled = !this.may || over || wish === 'stop';
    if (over) this.help.textContent = state === 'interrupted' ? t.resume(run) : '';
    if (this.state !== state && this.state) say(this.text.textContent);
    this.state = state;
  }

  // Nobody answers any more.
  lose() {
    this.hold.disabled = this.stop.disabled = true;
  }
}
