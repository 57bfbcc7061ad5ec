// Networks of pages that embudo export --html wrote, run as the pages run them: their numbers must be the program's.
// node page_net.mjs WEB FOLDER...; a FOLDER has page.html, codes.npy and what the program made of them, images.npy;
// encoded.npy, the codes of the page's images; LABEL, of a conditional network, is the label of codes; labels.npy, if it
// is there, those of the images. Prints what differs, and at the end how many numbers were compared.
import { existsSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { inflateSync } from 'node:zlib';

const [web, ...folders] = process.argv.slice(2);
const of = (name) => import(pathToFileURL(`${web}/local/${name}`).href);
const { fma } = await of('net/float.js');
const { Net } = await of('net/net.js');
const { asBytes, shownOf } = await of('picture.js');
const { unpack } = await of('store.js');

let compared = 0;
function same(what, made, wanted, at = 0) {
  for (let i = 0; i < made.length; i++, compared++) {
    if (Object.is(made[i], wanted[at + i])) continue;
    console.log(`${what}: number ${i} is ${made[i]}, expected ${wanted[at + i]}`);
    process.exit(1);
  }
}

// ---- the fused multiply-add, by whole numbers of any size

const EXACT = 2n ** 400n; // numbers are whole multiples of 1 / EXACT
function exactly(x) {
  if (x === 0) return 0n;
  const power = Math.max(Math.floor(Math.log2(Math.abs(x))) - 30, -180);
  return BigInt(x / 2 ** power) * (EXACT >> BigInt(-power));
}

// The nearest number of 32 bits of n / EXACT; of two, the even one.
function nearest(n) {
  const size = n < 0n ? -n : n;
  const length = size.toString(2).length - 400; // size < 2^length
  const unit = BigInt(Math.max(length - 24, -149) + 400);
  const floor = size >> unit;
  const rest = 2n * (size - (floor << unit));
  const up = rest > 1n << unit || (rest === 1n << unit && floor % 2n === 1n);
  const whole = Number(floor + (up ? 1n : 0n)) * 2 ** (Number(unit) - 400);
  return n < 0n ? -whole : whole;
}

// Numbers of few bits and near powers, whose sums often lie just between two others.
function checkFma() {
  let state = 7;
  const draw = (most) => { state = (Math.imul(state, 1664525) + 1013904223) >>> 0; return Math.floor((state / 2 ** 32) * most); };
  const number = () => Math.fround((draw(2) ? 1 : -1) * (2 ** 23 + (draw(2) ? draw(8) : draw(2 ** 23))) * 2 ** (draw(2) ? draw(60) - 60 : -75 + draw(4)));
  for (let i = 0; i < 20000; i++) {
    const [a, b] = [number(), number()];
    const c = draw(3) ? Math.fround(number() * 2 ** (draw(60) - 40)) : Math.fround(a * b * 2 ** (draw(80) - 40));
    const wanted = nearest((exactly(a) * exactly(b)) / EXACT + exactly(c));
    const made = fma(a, b, c);
    if (made !== wanted && !(made === 0 && wanted === 0)) {
      console.log(`fma(${a}, ${b}, ${c}) is ${made}, expected ${wanted}`);
      process.exit(1);
    }
  }
}

// ---- files

function npy(file) {
  const bytes = readFileSync(file);
  const length = bytes.readUInt16LE(8);
  const buffer = bytes.buffer.slice(bytes.byteOffset + 10 + length, bytes.byteOffset + bytes.length);
  return bytes.toString('latin1', 10, 10 + length).includes('|u1') ? new Uint8Array(buffer) : new Float32Array(buffer);
}

// The bytes of a grey PNG of 8 bits.
function greyOf(file) {
  const bytes = readFileSync(file);
  const width = bytes.readUInt32BE(16);
  const parts = [];
  for (let at = 8; at < bytes.length; at += 12 + bytes.readUInt32BE(at)) {
    if (bytes.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at)));
  }
  const data = inflateSync(Buffer.concat(parts));
  const rows = [];
  for (let at = 0; at < data.length; at += width + 1) {
    const above = rows.at(-1) ?? new Uint8Array(width);
    const row = new Uint8Array(width);
    for (let x = 0; x < width; x++) {
      const [left, corner] = x ? [row[x - 1], above[x - 1]] : [0, 0];
      const sum = left + above[x] - corner;
      const [l, u, c] = [left, above[x], corner].map((v) => Math.abs(sum - v));
      const paeth = l <= u && l <= c ? left : u <= c ? above[x] : corner;
      row[x] = data[at + 1 + x] + [0, left, above[x], (left + above[x]) >> 1, paeth][data[at]];
    }
    rows.push(row);
  }
  return Uint8Array.from(rows.flatMap((row) => Array.from(row)));
}

// ---- a page

async function check(folder) {
  const text = readFileSync(`${folder}/page.html`, 'utf8');
  const from = text.indexOf('id="data">') + 10;
  const held = JSON.parse(text.slice(from, text.indexOf('</script>', from)));
  const net = new Net(held.network.plan, await unpack(held.network.numbers, Float32Array));
  const [codes, images, encoded] = ['codes', 'images', 'encoded'].map((name) => npy(`${folder}/${name}.npy`));
  const label = existsSync(`${folder}/LABEL`) ? Number(readFileSync(`${folder}/LABEL`, 'utf8')) : 0;
  const labels = held.labels ? await unpack(held.labels, Uint8Array) : null;
  const { latent, shape, conditions } = held.run;
  const size = shape.reduce((a, b) => a * b, 1);
  for (let i = 0; i < codes.length / latent; i++) {
    const made = net.decode(codes.subarray(i * latent, (i + 1) * latent), label);
    same(`${folder}: image ${i}`, made, images, i * size);
    const png = `${folder}/png/${String(i).padStart(5, '0')}.png`;
    if (existsSync(png)) same(`${png}`, asBytes(shownOf(made, held.run)), greyOf(png));
  }
  const own = held.images.bytes
    ? await unpack(held.bytes, Float32Array).then(async (table) => Float32Array.from(await unpack(held.images.bytes, Uint8Array), (byte) => table[byte]))
    : await unpack(held.images.floats, Float32Array);
  for (let i = 0; i < encoded.length / latent; i++) {
    const code = net.encode(own.subarray(i * size, (i + 1) * size), conditions ? labels[held.images.first + i] : 0);
    same(`${folder}: code ${i}`, code, encoded, i * latent);
  }
}

checkFma();
for (const folder of folders) await check(folder);
console.log(`${compared} numbers`);
