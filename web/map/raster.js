// Points drawn by the processor: needs no graphics card, so the map is never blank.
import { ofShare, packed } from './colours.js';

// The side of a dot, in pixels: larger where few are seen.
export function dotSize(points, camera, ratio) {
  const { left, right, bottom, top } = points.bounds;
  const area = Math.max((right - left) * (top - bottom), 1e-12) * camera.scale ** 2;
  const room = Math.sqrt(area / points.count);
  return Math.round(Math.min(Math.max(room / 2, 1.5), 5) * ratio);
}

export class Raster {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext('2d');
  }

  resize(width, height) {
    this.canvas.width = width;
    this.canvas.height = height;
    this.image = this.context.createImageData(width, height);
    this.pixels = new Uint32Array(this.image.data.buffer);
    this.counts = null;
  }

  clear() {
    this.context.clearRect(0, 0, this.canvas.width, this.canvas.height);
  }

  draw(points, camera, ratio, density) {
    if (density) this.drawDensity(points, camera, ratio);
    else this.drawDots(points, camera, ratio);
    this.context.putImageData(this.image, 0, 0);
  }

  drawDots(points, camera, ratio) {
    const { width, height } = this.canvas;
    const { pixels } = this;
    const { x, y, colour } = points.drawn();
    const size = dotSize(points, camera, ratio);
    const scale = camera.scale * ratio;
    const right = width / 2 - camera.x * scale - size / 2;
    const down = height / 2 + camera.y * scale - size / 2;
    pixels.fill(0);
    for (let i = 0; i < x.length; i++) {
      const px = (x[i] * scale + right) | 0;
      const py = (down - y[i] * scale) | 0;
      if (px < 0 || py < 0 || px + size > width || py + size > height) continue;
      const value = colour[i];
      for (let r = 0, at = py * width + px; r < size; r++, at += width) {
        for (let c = 0; c < size; c++) pixels[at + c] = value;
      }
    }
  }

  // How many points lie in each square of a few pixels, on a logarithmic scale.
  drawDensity(points, camera, ratio) {
    const { width, height } = this.canvas;
    const side = Math.max(Math.round(3 * ratio), 1);
    const columns = Math.ceil(width / side);
    const rows = Math.ceil(height / side);
    if (this.counts?.length !== columns * rows) this.counts = new Uint32Array(columns * rows);
    const { counts, pixels } = this;
    const scale = camera.scale * ratio;
    const right = width / 2 - camera.x * scale;
    const down = height / 2 + camera.y * scale;
    const { x, y } = points.drawn();
    let most = 1;
    counts.fill(0);
    for (let i = 0; i < x.length; i++) {
      const px = x[i] * scale + right;
      const py = down - y[i] * scale;
      if (px < 0 || py < 0 || px >= width || py >= height) continue;
      const n = ++counts[((py / side) | 0) * columns + ((px / side) | 0)];
      if (n > most) most = n;
    }
    const colours = Array.from({ length: 256 }, (_, i) => packed(ofShare(i / 255)));
    const whole = 255 / Math.log1p(most);
    for (let py = 0; py < height; py++) {
      const row = ((py / side) | 0) * columns;
      for (let px = 0; px < width; px++) {
        const n = counts[row + ((px / side) | 0)];
        pixels[py * width + px] = n ? colours[(Math.log1p(n) * whole) | 0] : 0;
      }
    }
  }
}
