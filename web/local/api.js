// The answers of ../api.js without a server: the file holds what is known of the images, and the network runs here. The
// same functions, so nobody who asks knows who answers.
import { film as filmOf } from './gif.js';
import { imageOf } from './fit.js';
import { kMeans, nearest } from './near.js';
import { Net } from './net/net.js';
import { Reduction } from '../reduction.js';
import { asBytes, bitmapOf, differenceOf, shownOf } from './picture.js';
import { held, once, positions, unpack } from './store.js';

const SLICE = 8; // milliseconds of work, between which the page stays alive

export class Problem extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

// Of a conditional network: the label that codes and images are read with.
let condition = 0;
export function useLabel(label) {
  condition = Number(label);
}

const netOf = async ({ plan, numbers }) => new Net(plan, await unpack(numbers, Float32Array));
const net = once(() => netOf(held().network));
const classifier = once(async () => (held().classifier ? netOf(held().classifier) : null));
const rows = once(() => positions(held().codes));

// Codes that were too many are there along their first principal components, as in ../api.js: what the page calls a code is
// made whole for the network.
const reduction = once(async () => (held().components ? new Reduction(await unpack(held().components, Float32Array), held().run.latent) : null));
const whole = async (numbers) => (await reduction())?.whole(numbers) ?? numbers;
const seen = async (code) => (await reduction())?.seen(code) ?? Array.from(code);

const tags = once(async () => (held().labels ? unpack(held().labels, Uint8Array) : null));
const places = once(async () => {
  const steps = await unpack(held().indices, Uint32Array);
  for (let i = 1; i < steps.length; i++) steps[i] += steps[i - 1];
  return steps;
});
const names = once(async () => (held().files ? new TextDecoder().decode(await unpack(held().files, Uint8Array)).split('\n') : null));
const table = once(async () => (held().bytes ? unpack(held().bytes, Float32Array) : null));
const stored = once(async () => {
  const { bytes, floats } = held().images;
  return bytes ? unpack(bytes, Uint8Array) : unpack(floats, Float32Array);
});

export const what = async () => ({ shows: 'run' });
export const run = async () => held().run;
export const runs = async () => ({ runs: [] });
export const history_ = async () => held().history;
export const score = async () => ({ images: held().run.images, split: held().run.split, mse: held().mse, psnr: held().psnr });
const shapeOf = () => [held().run.images, held().codes.low.length];
export const codes = async () => ({ shape: shapeOf(), values: await rows() });
export const labels = async () => ({ shape: [held().run.images], values: await tags() });
export const files = async () => ({ files: await names() });

// Numbers that are kept as shades: positions between two logarithms.
async function shades({ low, step, at }) {
  const values = Float32Array.from(await unpack(at, Uint8Array), (place) => low * Math.exp(place * step));
  return { shape: [values.length], values };
}
export const errors = () => shades(held().errors);
export async function unusual() {
  if (!held().unusual) throw new Problem(404, 'it was not known what is usual when this page was made');
  return shades(held().unusual);
}

// A file shows no training.
const none = async () => { throw new Problem(404, 'there is no training'); };
export const hasToken = () => false;
export const useShot = () => { };
export const training = none;
export const losses = none;
export const shotCodes = none;
export const shotPictures = none;
export const wishTraining = none;

const labelOf = async (i) => (await tags())?.[i] ?? -1;
const conditionOf = async (i) => (held().run.conditions > 0 ? labelOf(i) : 0);
const placeOf = async (i) => (await rows()).subarray(i * shapeOf()[1], (i + 1) * shapeOf()[1]);
const codeOf = async (i) => whole(await placeOf(i));

export const image = async (i) => ({
  image: i,
  index: (await places())[i],
  label: await labelOf(i),
  file: (await names())?.[i] ?? null,
  code: Array.from(await placeOf(i)),
  verdict: await verdictOf(await original(i)),
});

// Each class's probability, by the classifier; null if there is none, or no image.
async function verdictOf(numbers) {
  const it = await classifier();
  if (!it || !numbers) return null;
  const logits = Array.from(it.run(0, it.layers.length, numbers));
  const largest = Math.max(...logits);
  const powers = logits.map((x) => Math.exp(x - largest));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((x) => x / sum);
}

// ---- pictures

// Of an image.
const numbersOf = () => held().run.shape.reduce((a, b) => a * b, 1);

// An image's numbers as the network reads them; null if they are not in the file.
async function original(i) {
  const { images } = held();
  if (!images || i < images.first || i >= images.first + images.count) return null;
  const at = (i - images.first) * numbersOf();
  const own = (await stored()).subarray(at, at + numbersOf());
  const numbers = await table();
  return images.bytes ? Float32Array.from(own, (byte) => numbers[byte]) : own;
}

// The image or, if it is not in the file, what the decoder makes of its code.
const imageFor = async (i) => await original(i) ?? (await net()).decode(await codeOf(i), await conditionOf(i)).slice();

const reconstructed = async (numbers, label) => {
  const it = await net();
  return it.decode(it.encode(numbers, label).slice(), label);
};

// Null: there is nothing to show, because the original is not in the file.
export async function picture(i, which) {
  const { shape } = held().run;
  const numbers = await imageFor(i);
  if (which === 'original') return bitmapOf(asBytes(shownOf(numbers, held().run)), shape);
  if (!await original(i)) return which === 'error' ? null : bitmapOf(asBytes(shownOf(numbers, held().run)), shape);
  const made = shownOf(await reconstructed(numbers, await conditionOf(i)), held().run);
  return which === 'error' ? bitmapOf(differenceOf(made, shownOf(numbers, held().run), shape), [3, shape[1], shape[2]])
    : bitmapOf(asBytes(made), shape);
}

// The bytes of some images, [N, C, H, W].
export async function pixels(list) {
  const { shape } = held().run;
  const values = new Uint8Array(list.length * numbersOf());
  for (let k = 0; k < list.length; k++) values.set(asBytes(shownOf(await imageFor(list[k]), held().run)), k * numbersOf());
  return { shape: [list.length, ...shape], values };
}

// ---- codes

export async function neighbours(code, most) {
  const found = nearest(await rows(), Array.from(code, Math.fround), most);
  const list = await tags();
  return { neighbours: found.map((one) => ({ ...one, label: list?.[one.index] ?? -1 })) };
}

// Calls work(code, i) for each of many codes. The page may draw in between.
async function each(numbers, work) {
  const { latent } = held().run;
  let since = performance.now();
  for (let i = 0; i < numbers.length / latent; i++) {
    work(numbers.subarray(i * latent, (i + 1) * latent), i);
    if (performance.now() - since < SLICE) continue;
    await new Promise((done) => { setTimeout(done); });
    since = performance.now();
  }
}

export async function decodeAll(places) {
  const it = await net();
  const numbers = await whole(places);
  const { latent, shape } = held().run;
  const count = numbers.length / latent;
  const values = new Uint8Array(count * numbersOf());
  const label = condition;
  await each(numbers, (code, i) => values.set(asBytes(shownOf(it.decode(code, label), held().run)), i * numbersOf()));
  return { shape: [count, ...shape], values };
}
export const decode = (code) => decodeAll(Float32Array.from(code));

export async function comeBack(places) {
  const it = await net();
  const numbers = await whole(places);
  const values = new Float32Array(numbers.length / held().run.latent);
  const label = condition;
  await each(numbers, (code, i) => {
    const again = it.encode(it.decode(code, label).slice(), label);
    values[i] = Math.sqrt(code.reduce((sum, x, k) => sum + (x - again[k]) ** 2, 0));
  });
  return { shape: [values.length], values };
}

export async function layer(i, k) {
  const it = await net();
  return { shape: it.layers[k].shape, values: it.run(0, k + 1, await imageFor(i), await conditionOf(i)).slice() };
}

export const clusters = async (k) => ({ shape: [held().run.images], values: kMeans(await rows(), shapeOf()[1], k) });

export async function film(numbers, delay) {
  const { shape, values } = await decodeAll(numbers);
  return new Blob([filmOf(values, shape, delay)], { type: 'image/gif' });
}

// ---- an image of the reader's

export async function encode(body, type) {
  const { shape } = held().run;
  const numbers = await table();
  if (!numbers) throw new Problem(400, 'the network was not trained on pictures');
  const bytes = type === 'application/octet-stream' ? body : await imageOf(body, shape, held().pictures);
  const own = Float32Array.from(bytes, (byte) => numbers[byte]);
  const it = await net();
  const code = it.encode(own, condition).slice();
  const made = it.decode(code, condition);
  const mse = own.reduce((sum, x, k) => sum + (x - made[k]) ** 2, 0) / own.length;
  const place = await seen(code);
  return { code: place, mse, verdict: await verdictOf(own), ...await neighbours(place, 10) };
}
