// The network of a page that embudo export --html wrote, run as the page runs it: its numbers and bytes must be the
// program's. node page_net.mjs WEB PAGE CODES.npy IMAGES.npy ENCODED.npy [LABEL]; the page has the images that were
// encoded. Prints what differs, and at the end how many numbers were compared.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const [web, page, ...files] = process.argv.slice(2);
const label = Number(files[3] ?? 0);
const of = (name) => import(pathToFileURL(`${web}/local/${name}`));
const { Net } = await of('net/net.js');
const { unpack } = await of('store.js');

const text = readFileSync(page, 'utf8');
const from = text.indexOf('id="data">') + 10;
const held = JSON.parse(text.slice(from, text.indexOf('</script>', from)));
const net = new Net(held.network.plan, await unpack(held.network.numbers, Float32Array));

function npy(file) {
  const bytes = readFileSync(file);
  const length = bytes.readUInt16LE(8);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset + 10 + length, bytes.byteOffset + bytes.length));
}

const [codes, images, encoded] = files.map((file, i) => (i < 3 ? npy(file) : null));
const { latent, shape } = held.run;
const pixels = shape.reduce((a, b) => a * b, 1);
let compared = 0;

// Bit for bit; NaN is NaN.
function same(what, made, wanted, at) {
  for (let i = 0; i < made.length; i++, compared++) {
    if (Object.is(made[i], wanted[at + i])) continue;
    console.log(`${what} ${at / made.length}: number ${i} is ${made[i]}, expected ${wanted[at + i]}`);
    process.exit(1);
  }
}

for (let i = 0; i < codes.length / latent; i++) same('image', net.decode(codes.subarray(i * latent, (i + 1) * latent), label), images, i * pixels);

const table = held.bytes ? await unpack(held.bytes, Float32Array) : null;
const own = held.images.bytes ? Float32Array.from(await unpack(held.images.bytes, Uint8Array), (byte) => table[byte])
  : await unpack(held.images.floats, Float32Array);
for (let i = 0; i < encoded.length / latent; i++) same('code', net.encode(own.subarray(i * pixels, (i + 1) * pixels), label), encoded, i * latent);
console.log(`${compared} numbers`);
