// A training that runs: asks where it stands once a second, and hands on what is new.
import * as api from './api.js';
import { el } from './elements.js';
import { Epochs } from './panels/epochs.js';
import { Progress } from './panels/progress.js';
import { stepsPanel } from './panels/steps.js';
import { t } from './words/words.js';

const PAUSE = 1000; // milliseconds; hidden pages do not ask

export class Training {
  // Without an explorer there is no map: a network without codes.
  constructor(explorer) {
    this.explorer = explorer;
    this.progress = new Progress((wish) => this.wish(wish));
    this.steps = stepsPanel();
    this.epochs = explorer ? new Epochs(explorer) : null;
    this.seen = { step: -1, epochs: -1 };
  }

  async begin() {
    await this.look();
    document.addEventListener('visibilitychange', () => this.wait());
    this.wait();
  }

  wait() {
    clearTimeout(this.timer);
    if (this.over || document.hidden) return;
    this.timer = setTimeout(async () => {
      try {
        await this.look();
      } catch (failure) {
        this.over = true; // it ended, and its server with it
        this.progress.lose();
        document.dispatchEvent(new CustomEvent('failure', { detail: failure }));
      }
      this.wait();
    }, PAUSE);
  }

  async wish(wish) {
    try {
      this.progress.show(await api.wishTraining(wish));
      this.wait();
    } catch (failure) {
      if (failure.status === 409) await this.look(); // it was over before
      else document.dispatchEvent(new CustomEvent('failure', { detail: failure }));
    }
  }

  async look() {
    const now = await api.training();
    const over = now.state !== 'running' && now.state !== 'paused';
    this.progress.show(now);
    if (now.step !== this.seen.step) this.steps.show((await api.losses()).values, now.doctor);
    const epochs = Math.floor(now.step / now.epoch_steps);
    if (this.seen.epochs !== epochs || over) this.explorer?.showCurves();
    await this.epochs?.take(now, over);
    this.seen = { step: now.step, epochs };
    this.over = over;
  }
}

// Of a network without a map.
export async function showTraining(main) {
  const training = new Training(null);
  document.getElementById('subtitle').textContent = t.trainingOnly;
  main.replaceChildren(el('div', { class: 'runs' }, training.progress.element, training.steps.element));
  await training.begin();
}
