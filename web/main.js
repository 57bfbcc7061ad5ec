// Begins: language, theme, and either the explorer of a run or the list of runs.
import * as api from './api.js';
import { el } from './elements.js';
import { showExplorer } from './explorer.js';
import { recall, remember } from './memory.js';
import { showRuns } from './runs.js';
import { showTraining } from './training.js';
import { language, t, useOther } from './words/words.js';

const root = document.documentElement;
const main = document.getElementById('main');

function showTheme(theme) {
  root.dataset.theme = theme;
  document.getElementById('theme').textContent = theme === 'dark' ? t.light : t.dark;
}

function begin() {
  root.lang = language;
  const dark = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  showTheme(recall('localStorage', 'embudo.theme') ?? dark);
  document.getElementById('theme').addEventListener('click', () => {
    const theme = root.dataset.theme === 'dark' ? 'light' : 'dark';
    remember('localStorage', 'embudo.theme', theme);
    showTheme(theme);
  });
  const other = document.getElementById('language');
  other.textContent = t.other;
  other.addEventListener('click', useOther);
}

function tell(failure) {
  const text = failure.status === 401 ? t.needsToken : failure instanceof TypeError ? t.gone : t.failed(failure.message);
  document.getElementById('failure')?.remove();
  main.prepend(el('p', { id: 'failure', class: 'failure', role: 'alert' }, text));
}

begin();
// A link to another view, opened in this tab.
addEventListener('hashchange', () => location.reload());
document.addEventListener('failure', (/** @type {CustomEvent} */ e) => tell(e.detail));
try {
  const { shows, training } = await api.what();
  if (shows === 'run') await showExplorer(main, await api.run(), training);
  else await (training ? showTraining(main) : showRuns(main));
} catch (failure) {
  tell(failure);
}
