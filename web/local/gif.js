// An animation as GIF (version 89a): the frames' bytes, packed by LZW.

// Codes of growing length, low bits first, in blocks of at most 255 bytes.
class Bits {
  constructor(out) {
    this.out = out;
    this.block = [];
    this.bits = 0;
    this.count = 0;
  }

  add(code, length) {
    this.bits |= code << this.count;
    for (this.count += length; this.count >= 8; this.count -= 8) {
      this.block.push(this.bits & 255);
      this.bits >>>= 8;
      if (this.block.length === 255) this.flush();
    }
  }

  flush() {
    if (this.block.length) this.out.push(this.block.length, ...this.block);
    this.block = [];
  }

  end() {
    if (this.count > 0) this.block.push(this.bits & 255);
    this.flush();
    this.out.push(0);
  }
}

const DEPTH = 8; // bits of a colour's number
const CLEAR = 1 << DEPTH;
const END = CLEAR + 1;
const MOST = 4096; // codes, after which the table begins anew

function pack(colours, out) {
  out.push(DEPTH);
  const bits = new Bits(out);
  let table = new Map();
  let next = END + 1;
  let length = DEPTH + 1;
  bits.add(CLEAR, length);
  let prefix = colours[0];
  for (let i = 1; i < colours.length; i++) {
    const key = prefix * 256 + colours[i];
    const known = table.get(key);
    if (known !== undefined) {
      prefix = known;
      continue;
    }
    bits.add(prefix, length);
    prefix = colours[i];
    if (next === MOST) {
      bits.add(CLEAR, length);
      [table, next, length] = [new Map(), END + 1, DEPTH + 1];
      continue;
    }
    if (next === 1 << length) length++;
    table.set(key, next++);
  }
  bits.add(prefix, length);
  bits.add(END, next === 1 << length && length < 12 ? length + 1 : length);
  bits.end();
}

// Of colour: six shades of red, seven of green, six of blue.
const SHADES = [6, 7, 6];
const shadeOf = (byte, shades) => Math.round((byte * (shades - 1)) / 255);

function palette(coloured) {
  const colours = new Uint8Array(3 * 256);
  for (let i = 0; i < 256; i++) {
    if (!coloured) colours.fill(i, 3 * i, 3 * i + 3);
    else if (i < 6 * 7 * 6) [Math.floor(i / 42), Math.floor(i / 6) % 7, i % 6].forEach((n, c) => { colours[3 * i + c] = Math.round((255 * n) / (SHADES[c] - 1)); });
  }
  return colours;
}

// The numbers of one frame's colours.
function coloursOf(bytes, at, [, channels, height, width]) {
  const area = height * width;
  if (channels !== 3) return bytes.subarray(at, at + area);
  return Uint8Array.from({ length: area }, (_, i) => {
    const [r, g, b] = [0, 1, 2].map((c) => shadeOf(bytes[at + c * area + i], SHADES[c]));
    return (r * 7 + g) * 6 + b;
  });
}

const LARGE = 200; // pixels of the shorter side, at least

// `by` times as large.
function enlarged(colours, height, width, by) {
  const row = width * by;
  return Uint8Array.from({ length: row * height * by }, (_, i) => colours[Math.floor(i / row / by) * width + Math.floor((i % row) / by)]);
}

const word = (n) => [n & 255, n >> 8];

// frames: bytes of this shape, [N, C, H, W]; each is shown for so many milliseconds, and all again and again.
export function film(frames, shape, delay) {
  const [count, channels, height, width] = shape;
  const by = Math.max(1, Math.ceil(LARGE / Math.min(height, width)));
  const size = [...word(width * by), ...word(height * by)];
  const out = [...new TextEncoder().encode('GIF89a'), ...size, 0xf7, 0, 0, ...palette(channels === 3),
    0x21, 0xff, 11, ...new TextEncoder().encode('NETSCAPE2.0'), 3, 1, 0, 0, 0];
  for (let i = 0; i < count; i++) {
    out.push(0x21, 0xf9, 4, 0, ...word(Math.round(delay / 10)), 0, 0, 0x2c, 0, 0, 0, 0, ...size, 0);
    pack(enlarged(coloursOf(frames, i * channels * height * width, shape), height, width, by), out);
  }
  out.push(0x3b);
  return Uint8Array.from(out);
}
