// A ZIP archive of files that are stored as they are: pictures are compressed already. Names are UTF-8; the time of every file is
// the beginning of 1980, so that the same files give the same bytes.
const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const VERSION = 20;
const UTF8 = 1 << 11;
const FIRST_DAY = 0x21;
export const MOST_FILES = 0xffff;

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let c = byte;
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  return c >>> 0;
});

export function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ table[(crc ^ byte) & 255];
  return (crc ^ 0xffffffff) >>> 0;
}

// Numbers of 2 or 4 bytes, in little-endian order: [size, value], ...
function packed(...numbers) {
  const bytes = new Uint8Array(numbers.reduce((sum, [size]) => sum + size, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [size, value] of numbers) {
    if (size === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += size;
  }
  return bytes;
}

export class Zip {
  constructor() {
    this.parts = [];
    this.entries = [];
    this.size = 0;
    this.count = 0;
  }

  add(name, bytes) {
    const path = new TextEncoder().encode(name);
    // From the version that is needed to the lengths of name and extra fields: the same in both places.
    const about = packed([2, VERSION], [2, UTF8], [2, 0], [2, 0], [2, FIRST_DAY], [4, crc32(bytes)], [4, bytes.length], [4, bytes.length],
      [2, path.length], [2, 0]);
    this.entries.push(packed([4, CENTRAL], [2, VERSION]), about, packed([2, 0], [2, 0], [2, 0], [4, 0], [4, this.size]), path);
    this.put(packed([4, LOCAL]), about, path, bytes);
    this.count++;
  }

  put(...parts) {
    for (const part of parts) {
      this.parts.push(part);
      this.size += part.length;
    }
  }

  blob() {
    const begin = this.size;
    this.put(...this.entries);
    const length = this.size - begin;
    this.put(packed([4, END], [2, 0], [2, 0], [2, this.count], [2, this.count], [4, length], [4, begin], [2, 0]));
    return new Blob(this.parts, { type: 'application/zip' });
  }
}
