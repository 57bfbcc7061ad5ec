// Which part of the plane is seen: screen = (plane - centre) * scale, y upwards.
export class Camera {
  constructor() {
    this.x = 0;
    this.y = 0;
    this.scale = 1;
    this.width = 1;
    this.height = 1;
  }

  toScreen(x, y) {
    return [(x - this.x) * this.scale + this.width / 2, this.height / 2 - (y - this.y) * this.scale];
  }

  toPlane(x, y) {
    return [(x - this.width / 2) / this.scale + this.x, (this.height / 2 - y) / this.scale + this.y];
  }

  pan(dx, dy) {
    this.x -= dx / this.scale;
    this.y += dy / this.scale;
  }

  // The point under (x, y) of the screen stays there.
  zoom(factor, x = this.width / 2, y = this.height / 2) {
    const [px, py] = this.toPlane(x, y);
    this.scale = Math.min(Math.max(this.scale * factor, 1e-6), 1e9);
    const [nx, ny] = this.toPlane(x, y);
    this.x += px - nx;
    this.y += py - ny;
  }

  fit({ left, right, bottom, top }) {
    this.x = (left + right) / 2;
    this.y = (bottom + top) / 2;
    this.scale = 0.94 * Math.min(this.width / (right - left || 1), this.height / (top - bottom || 1));
  }
}
