// A shade over the plane where decoding and encoding again does not come back: there the plane means nothing.
import * as api from '../api.js';
import { el, newest } from '../elements.js';

const CELL = 24; // pixels of the screen
const SAMPLE = 400; // codes of images, whose own distances say what is usual

export class Shade {
  constructor(canvas, points, codeAt) {
    this.canvas = canvas;
    this.points = points;
    this.codeAt = codeAt;
    this.on = false;
    this.limit = null;
    this.make = newest((camera) => this.fetch(camera));
  }

  update(camera) {
    clearTimeout(this.timer);
    this.canvas.getContext('2d').clearRect(0, 0, this.canvas.width, this.canvas.height);
    if (this.on) this.timer = setTimeout(() => this.make({ ...camera, toPlane: camera.toPlane }), 120);
  }

  // 19 in 20 images come back nearer than this.
  async usual() {
    const { codes, latent, count } = this.points;
    const step = Math.max(Math.floor(count / SAMPLE), 1);
    const some = [];
    for (let i = 0; i < count && some.length < SAMPLE * latent; i += step) some.push(...codes.subarray(i * latent, (i + 1) * latent));
    const { values } = await api.comeBack(Float32Array.from(some));
    return Float32Array.from(values).sort()[Math.floor(values.length * 0.95)] || 1e-9;
  }

  async fetch(camera) {
    this.limit ??= await this.usual();
    const columns = Math.max(Math.ceil(camera.width / CELL), 1);
    const rows = Math.max(Math.ceil(camera.height / CELL), 1);
    const codes = [];
    for (let k = 0; k < columns * rows; k++) {
      codes.push(...this.codeAt(camera.toPlane((k % columns + 0.5) * CELL, (Math.floor(k / columns) + 0.5) * CELL)));
    }
    const { values } = await api.comeBack(Float32Array.from(codes));
    if (this.on) this.paint(values, columns, rows, camera);
  }

  // Nothing up to what is usual, full at eight times that.
  paint(values, columns, rows, camera) {
    const small = el('canvas', { width: columns, height: rows });
    const image = new ImageData(columns, rows);
    for (let k = 0; k < values.length; k++) {
      const share = Math.log2(Math.max(values[k] / this.limit, 1)) / 3;
      image.data.set([196, 30, 58, Math.min(share, 1) * 130], 4 * k);
    }
    small.getContext('2d').putImageData(image, 0, 0);
    const context = this.canvas.getContext('2d');
    const ratio = this.canvas.width / camera.width;
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    context.drawImage(small, 0, 0, columns * CELL * ratio, rows * CELL * ratio);
  }
}
