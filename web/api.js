// What the server is asked: one function for each question. docs/API.md has the answers.

import { recall, remember } from './memory.js';
import { Reduction } from './reduction.js';

const KEY = 'embudo.token';

// The address that embudo serve prints for others in the network, and that of a training, has a token behind its #. It is kept for
// this tab, and not left where it can be read over a shoulder.
const fragment = new URLSearchParams(location.hash.slice(1));
const token = fragment.get('token') ?? recall('sessionStorage', KEY);
if (fragment.has('token')) {
  remember('sessionStorage', KEY, token);
  fragment.delete('token');
  history.replaceState(null, '', `#${fragment}`);
}

export class Problem extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

async function ask(path, options = {}) {
  const headers = { ...options.headers, ...(token ? { Authorization: `Bearer ${token}` } : {}) };
  const answer = await fetch(`/api/1/${path}`, { ...options, headers });
  if (answer.ok) return answer;
  const problem = await answer.json().catch(() => ({}));
  throw new Problem(answer.status, problem.detail ?? answer.statusText);
}

// Of a conditional network: the label that codes and images are read with.
let condition = '';
export function useLabel(label) {
  condition = `&label=${label}`;
}

const json = async (path, options) => (await ask(path, options)).json();

const KINDS = { '<f8': Float64Array, '<f4': Float32Array, '|u1': Uint8Array, '<u4': Uint32Array };

// An NPY file, version 1: {shape, values}.
export function readNpy(buffer) {
  const view = new DataView(buffer);
  const length = view.getUint16(8, true);
  const head = new TextDecoder().decode(new Uint8Array(buffer, 10, length));
  const kind = /'descr': '([^']+)'/.exec(head)[1];
  const shape = /'shape': \(([^)]*)\)/.exec(head)[1].split(',').filter((s) => s.trim()).map(Number);
  return { shape, values: new KINDS[kind](buffer, 10 + length) };
}

const npy = async (path, options) => readNpy(await (await ask(path, options)).arrayBuffer());

export const what = () => json('');
export const run = () => json('run');
export const runs = () => json('runs');
export const history_ = () => json('history');
export const score = () => json('score');

// Codes that are too many to be sent are seen along their first principal components: what the page calls a code has then as many
// numbers as there are of these, and is made whole on its way to the server.
const MOST = 1 << 23; // numbers of all codes
/** @type {Reduction | null} */
let reduction = null;
const whole = (numbers) => (reduction ? reduction.whole(numbers) : numbers);
const seen = (code) => (reduction ? reduction.seen(code) : code);

// [N, numbers of a code as the page sees it].
export async function codes(run) {
  if (run.images * run.latent <= MOST) return npy('codes');
  const [{ shape, values }, places] = await Promise.all([npy('components'), npy('places')]);
  reduction = new Reduction(values, shape[1]);
  return places;
}

export const labels = () => npy('labels');
export const files = () => json('files');
export const errors = () => npy('errors');

// What is learned at the first wish is asked for again until it is there.
const AGAIN = 300; // milliseconds
export async function unusual() {
  let answer = await ask('unusual');
  while (answer.status === 202) {
    await new Promise((after) => { setTimeout(after, AGAIN); });
    answer = await ask('unusual');
  }
  return readNpy(await answer.arrayBuffer());
}

export async function image(i) {
  const told = await json(`images/${i}`);
  return { ...told, code: seen(told.code) };
}
export const picture = async (i, which) => createImageBitmap(await (await ask(`images/${i}/${which}.png`)).blob());

// Codes too long for an address are posted.
const LONG = 64;
const posted = (body) => ({ method: 'POST', headers: { 'Content-Type': 'application/octet-stream' }, body });

// The bytes of some images, [N, C, H, W].
export const pixels = (numbers) => npy('images', posted(Uint32Array.from(numbers)));

export const neighbours = (code, most) => (reduction || code.length > LONG
  ? json(`neighbours?most=${most}`, posted(Float32Array.from(whole(code))))
  : json(`neighbours?code=${code.join(',')}&most=${most}`));

// Of a training: the step whose network decodes; null: the newest.
let shot = '';
export function useShot(step) {
  shot = step === null ? '' : `training/steps/${step}/`;
}

// Bytes 0..255 of shape [N, C, H, W].
export const decodeAll = (numbers) => npy(`${shot}decode?as=bytes${condition}`, posted(whole(numbers)));
export const decode = (code) => (reduction || code.length > LONG
  ? decodeAll(Float32Array.from(code))
  : npy(`${shot}decode?as=bytes&code=${Array.from(code, Math.fround).join(',')}${condition}`));
export const comeBack = (numbers) =>
  npy(`${shot}return?${condition.slice(1)}`, posted(whole(numbers)));

export const layer = (i, k) => npy(`images/${i}/layer?layer=${k}`);
export const clusters = (k) => npy(`clusters?k=${k}`);
export const film = async (numbers, delay) => (await ask(`film.gif?delay=${delay}${condition}`, posted(whole(numbers)))).blob();

// A training that is watched. What changes it takes the token.
export const hasToken = () => token !== null;
export const training = () => json('training');
export const losses = () => npy('training/losses');
export const shotCodes = (step) => npy(`training/steps/${step}/codes`);
export const shotPictures = (step) => npy(`training/steps/${step}/pictures`);
export const wishTraining = (wish) => json(`training/${wish}`, { method: 'POST' });

export async function encode(body, type) {
  const told = await json(`encode?most=10${condition}`, { method: 'POST', headers: { 'Content-Type': type }, body });
  return { ...told, code: seen(told.code) };
}
