// The map: points on a canvas, moved by pointer, wheel, fingers and keys. It tells of what happens by calling
// `events.moved(place, point)`, `events.chose(point, place)` and `events.viewed(camera)`.
import { el } from '../elements.js';
import { Camera } from './camera.js';
import { Gl } from './gl.js';
import { Lasso } from './lasso.js';
import { Raster, dotSize } from './raster.js';

const REACH = 10; // pixels between the pointer and a point
const STILL = 5; // pixels that a click may move

export class CodeMap {
  // `renderer`: 'gl' or 'raster', for who insists.
  constructor(points, label, events, renderer) {
    this.points = points;
    this.events = events;
    this.camera = new Camera();
    this.density = false;
    this.marks = [];
    this.byKeys = false; // what moves the map
    this.lasso = new Lasso();
    this.trail = []; // places of a path
    this.pointers = new Map();
    this.back = el('canvas', { 'aria-hidden': 'true' });
    this.veil = el('canvas', { 'aria-hidden': 'true' });
    this.dots = el('canvas', { 'aria-hidden': 'true', class: 'dots' });
    const card = el('canvas', { 'aria-hidden': 'true' });
    this.gl = Gl.on(card, renderer);
    this.top = el('canvas', { class: 'top', tabindex: '0', role: 'application', 'aria-label': label });
    this.element = el('div', { class: 'map' }, this.back, this.veil, this.dots, ...(this.gl ? [card] : []), this.top);
    this.raster = new Raster(this.dots);
    this.listen();
    new ResizeObserver(() => this.resize()).observe(this.element);
  }

  listen() {
    const on = (name, act) => this.top.addEventListener(name, act, { passive: false });
    on('pointerdown', (e) => this.press(e));
    on('pointermove', (e) => this.move(e));
    on('pointerup', (e) => this.release(e));
    on('pointercancel', (e) => this.pointers.delete(e.pointerId));
    on('pointerleave', () => this.events.left());
    on('wheel', (e) => {
      e.preventDefault();
      this.camera.zoom(Math.exp(-e.deltaY * (e.deltaMode === 1 ? 0.05 : 0.0016)), e.offsetX, e.offsetY);
      this.viewed();
    });
    on('dblclick', (e) => {
      this.camera.zoom(e.shiftKey ? 0.5 : 2, e.offsetX, e.offsetY);
      this.viewed();
    });
    on('keydown', (e) => this.key(e));
  }

  resize() {
    const { width, height } = this.element.getBoundingClientRect();
    if (width < 2 || height < 2) return;
    this.ratio = Math.min(window.devicePixelRatio || 1, 2);
    const first = this.camera.width === 1;
    this.camera.width = width;
    this.camera.height = height;
    const w = Math.round(width * this.ratio);
    const h = Math.round(height * this.ratio);
    this.raster.resize(w, h);
    this.gl?.resize(w, h);
    for (const canvas of [this.back, this.veil, this.top]) {
      canvas.width = w;
      canvas.height = h;
    }
    if (first) this.events.ready(this.camera);
    this.viewed();
  }

  fit() {
    this.camera.fit(this.points.bounds);
    this.viewed();
  }

  viewed() {
    this.events.viewed(this.camera);
    this.redraw();
  }

  // Once a frame, however often it is asked for.
  redraw() {
    if (this.frame) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.drawNow();
    });
  }

  drawNow() {
    if (!this.raster.image) return;
    const byCard = this.gl && !this.gl.lost && !this.density;
    if (byCard) {
      this.raster.clear();
      this.gl.draw(this.points, this.camera, dotSize(this.points, this.camera, this.ratio));
    } else {
      this.gl?.clear();
      this.raster.draw(this.points, this.camera, this.ratio, this.density);
    }
    this.drawMarks();
  }

  drawMarks() {
    const context = this.top.getContext('2d');
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.top.width, this.top.height);
    context.scale(this.ratio, this.ratio);
    this.lasso.draw(context, this.camera);
    this.drawTrail(context);
    if (this.byKeys) this.drawCross(context);
    for (const { x, y, colour } of this.marks) {
      const [px, py] = this.camera.toScreen(x, y);
      for (const [width, stroke] of [[5, '#000'], [2.5, colour]]) {
        context.lineWidth = width;
        context.strokeStyle = stroke;
        context.beginPath();
        context.arc(px, py, 9, 0, 2 * Math.PI);
        context.stroke();
      }
    }
  }

  // Where keys point at: the middle.
  drawCross(context) {
    const { width, height } = this.camera;
    for (const [line, stroke] of [[5, '#000'], [2, '#fff']]) {
      context.lineWidth = line;
      context.strokeStyle = stroke;
      context.beginPath();
      for (const [dx, dy] of [[9, 0], [0, 9]]) {
        context.moveTo(width / 2 - dx, height / 2 - dy);
        context.lineTo(width / 2 + dx, height / 2 + dy);
      }
      context.stroke();
    }
  }

  drawTrail(context) {
    if (!this.trail.length) return;
    for (const [width, stroke] of [[5, '#000'], [2.5, '#ffd24a']]) {
      context.lineWidth = width;
      context.strokeStyle = stroke;
      context.beginPath();
      for (const place of this.trail) context.lineTo(...this.camera.toScreen(...place));
      context.stroke();
    }
    for (const place of this.trail) {
      const [x, y] = this.camera.toScreen(...place);
      context.fillStyle = '#ffd24a';
      context.fillRect(x - 4, y - 4, 8, 8);
    }
  }

  // name -> {x, y, colour}; null takes it away.
  mark(name, mark) {
    this.marks = this.marks.filter((m) => m.name !== name);
    if (mark) this.marks.push({ name, ...mark });
    this.redraw();
  }

  under(x, y) {
    const place = this.camera.toPlane(x, y);
    return [place, this.points.nearest(place[0], place[1], REACH / this.camera.scale)];
  }

  press(e) {
    this.top.setPointerCapture(e.pointerId);
    this.pointers.set(e.pointerId, { x: e.offsetX, y: e.offsetY });
    this.travelled = this.pointers.size > 1 ? Infinity : 0;
    if (this.lasso.on) this.lasso.begin(this.camera.toPlane(e.offsetX, e.offsetY));
  }

  move(e) {
    if (this.byKeys) this.redraw();
    this.byKeys = false;
    const [place, point] = this.under(e.offsetX, e.offsetY);
    this.events.moved(place, point, e.offsetX, e.offsetY);
    const before = this.pointers.get(e.pointerId);
    if (!before) return;
    if (this.lasso.on) {
      this.lasso.add(place);
      this.redraw();
      return;
    }
    const gap = this.gap();
    const dx = e.offsetX - before.x;
    const dy = e.offsetY - before.y;
    before.x = e.offsetX;
    before.y = e.offsetY;
    this.travelled += Math.abs(dx) + Math.abs(dy);
    if (this.travelled < STILL) return;
    this.camera.pan(dx / this.pointers.size, dy / this.pointers.size);
    if (gap) this.camera.zoom(this.gap() / gap, ...this.middle());
    this.viewed();
  }

  release(e) {
    const was = this.pointers.delete(e.pointerId);
    if (was && this.lasso.on) {
      this.events.enclosed(this.lasso.path.length > 2 ? this.lasso.inside(this.points) : []);
      return;
    }
    if (!was || this.pointers.size || this.travelled >= STILL) return;
    const [place, point] = this.under(e.offsetX, e.offsetY);
    this.events.chose(point, place);
  }

  gap() {
    const [a, b] = [...this.pointers.values()];
    return b ? Math.hypot(a.x - b.x, a.y - b.y) || 1 : 0;
  }

  middle() {
    const [a, b] = [...this.pointers.values()];
    return [(a.x + b.x) / 2, (a.y + b.y) / 2];
  }

  // The middle of the map is what keys point at.
  key(e) {
    const { camera } = this;
    const steps = { ArrowLeft: [40, 0], ArrowRight: [-40, 0], ArrowUp: [0, 40], ArrowDown: [0, -40] };
    const zooms = { '+': 1.25, '=': 1.25, '-': 0.8 };
    if (steps[e.key]) camera.pan(...steps[e.key]);
    else if (zooms[e.key]) camera.zoom(zooms[e.key]);
    else if (e.key === '0') camera.fit(this.points.bounds);
    else if (e.key === 'Enter' || e.key === ' ') this.pick();
    else return;
    this.byKeys = true;
    e.preventDefault();
    this.events.moved([camera.x, camera.y], this.points.nearest(camera.x, camera.y, REACH / camera.scale), null, null);
    this.viewed();
  }

  // What Enter does: a corner of the lasso, or the nearest image.
  pick() {
    const { camera } = this;
    if (!this.lasso.on) {
      const [point, place] = this.nearestTo(camera.x, camera.y);
      this.events.chose(point, place);
      return;
    }
    this.lasso.corner([camera.x, camera.y]);
    const found = this.lasso.path.length > 2 ? this.lasso.inside(this.points) : [];
    if (found.length) this.events.enclosed(found);
  }

  nearestTo(x, y) {
    let point = -1;
    for (let reach = REACH / this.camera.scale; point < 0 && reach < 1e6; reach *= 4) point = this.points.nearest(x, y, reach);
    return [point, [x, y]];
  }
}
