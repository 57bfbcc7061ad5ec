// The reader's language: t.name is a text, or a function that makes one.
import en from './en.js';
import es from './es.js';
import { recall, remember } from '../memory.js';

const tables = { en, es };
const KEY = 'embudo.language';
const known = (name) => (name && tables[name.slice(0, 2)] ? name.slice(0, 2) : null);

export const language = known(recall('localStorage', KEY)) ?? known(navigator.language) ?? 'en';
export const t = tables[language];

export function useOther() {
  remember('localStorage', KEY, language === 'en' ? 'es' : 'en');
  location.reload();
}

const whole = new Intl.NumberFormat(language);
const short = new Intl.NumberFormat(language, { maximumSignificantDigits: 4 });
export const count = (n) => whole.format(n);
export const number = (x) => (x === null || x === undefined || Number.isNaN(x) ? '–' : short.format(x));
const three = new Intl.NumberFormat(language, { maximumSignificantDigits: 3 });
export const brief = (x) => three.format(x);
export const share = (x) => new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 }).format(x);
