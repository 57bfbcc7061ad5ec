// What the decoder makes of the plane, behind the points: a grid of small pictures, as many as fit, so that it gets
// finer as one zooms in.
import * as api from '../api.js';
import { el, newest } from '../elements.js';

const CELL = 44; // pixels of the screen

export class Manifold {
  constructor(canvas, shape, codeAt) {
    this.canvas = canvas;
    this.shape = shape;
    this.codeAt = codeAt;
    this.on = false;
    this.make = newest((camera) => this.fetch(camera));
  }

  clear() {
    this.canvas.getContext('2d').clearRect(0, 0, this.canvas.width, this.canvas.height);
  }

  // After the view has rested for a moment.
  update(camera) {
    clearTimeout(this.timer);
    this.clear();
    if (this.on) this.timer = setTimeout(() => this.make({ ...camera, toPlane: camera.toPlane }), 90);
  }

  async fetch(camera) {
    const columns = Math.max(Math.floor(camera.width / CELL), 1);
    const rows = Math.max(Math.floor(camera.height / CELL), 1);
    const codes = [];
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) {
        const place = camera.toPlane(((c + 0.5) * camera.width) / columns, ((r + 0.5) * camera.height) / rows);
        codes.push(...this.codeAt(place));
      }
    }
    const { values } = await api.decodeAll(Float32Array.from(codes));
    if (this.on) this.paint(values, columns, rows);
  }

  paint(values, columns, rows) {
    const [channels, height, width] = this.shape;
    const area = height * width;
    const image = new ImageData(columns * width, rows * height);
    for (let k = 0; k < columns * rows; k++) {
      const left = (k % columns) * width;
      const top = Math.floor(k / columns) * height;
      for (let i = 0; i < area; i++) {
        const at = 4 * ((top + Math.floor(i / width)) * image.width + left + (i % width));
        for (let c = 0; c < 3; c++) image.data[at + c] = values[k * channels * area + (channels === 3 ? c * area : 0) + i];
        image.data[at + 3] = 255;
      }
    }
    const whole = el('canvas', { width: image.width, height: image.height });
    whole.getContext('2d').putImageData(image, 0, 0);
    const context = this.canvas.getContext('2d');
    this.clear();
    context.drawImage(whole, 0, 0, this.canvas.width, this.canvas.height);
  }
}
