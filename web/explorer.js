// The explorer of one run: the map, and the panels beside it.
import * as api from './api.js';
import { el, newest, paint, paintBitmap } from './elements.js';
import { Basis } from './map/basis.js';
import { Manifold } from './map/manifold.js';
import { CodeMap } from './map/map.js';
import { Points } from './map/points.js';
import { Shade } from './map/shade.js';
import { chosenPanel } from './panels/chosen.js';
import { Colouring } from './panels/colouring.js';
import { COLOURS, curves } from './panels/curves.js';
import { drawPanel } from './panels/draw.js';
import { networkPanel } from './panels/network.js';
import { PathPanel } from './panels/path.js';
import { Search } from './panels/search.js';
import { Selection } from './panels/selection.js';
import { Sliders } from './panels/sliders.js';
import * as state from './state.js';
import { Training } from './training.js';
import { count, number, t } from './words/words.js';

const LONGEST = 64; // numbers of a code that an address keeps

export class Explorer {
  constructor(run, codes, labels, trains) {
    this.run = run;
    this.labels = labels;
    this.classes = run.classes;
    this.points = new Points(codes, run.latent);
    this.basis = new Basis(codes, run.latent);
    this.code = Float64Array.from(this.basis.mean);
    this.training = trains ? new Training(this) : null;
    this.useBasis(state.get('axes') ?? (run.latent > 2 ? 'component' : 'number'), state.number('a') ?? 0, state.number('b') ?? 1);
  }

  useBasis(kind, ...axes) {
    const most = this.run.latent - 1;
    this.basis.use(kind === 'component' || this.run.reduced ? 'component' : 'number', ...axes.map((k) => Math.min(Math.max(Math.trunc(k), 0), most)));
    this.points.useBasis(this.basis);
  }

  // The code of a place on the map; what is not on the map is as the chosen image or the sliders have it.
  codeAt(place) {
    return this.basis.codeAt(place, this.code);
  }

  show(main) {
    this.map = new CodeMap(this.points, t.map, {
      ready: (camera) => this.restore(camera),
      moved: (place, point, x, y) => this.moved(place, point, x, y),
      left: () => { this.tip.hidden = true; },
      chose: (point, place) => this.chose(point, place),
      viewed: (camera) => this.viewed(camera),
      enclosed: (points) => this.enclosed(points),
    }, state.get('renderer'));
    this.manifold = new Manifold(this.map.back, this.run.shape, (place) => this.codeAt(place));
    this.shade = new Shade(this.map.veil, this.points, (place) => this.codeAt(place));
    this.tipImage = el('canvas', { class: 'pixels', width: 28, height: 28 });
    this.tipImage.style.width = this.tipImage.style.height = '56px';
    this.tipText = el('span');
    this.tip = el('div', { class: 'tip', hidden: true }, this.tipImage, this.tipText);
    this.map.element.append(this.tip);
    this.picture = el('canvas', { class: 'pixels large', id: 'decoded' });
    this.place = el('output');
    this.chosen = chosenPanel(this.classes, (i) => this.choose(i));
    this.network = networkPanel(this.run);
    this.path = new PathPanel((place) => this.codeAt(place), (code) => this.follow(code, performance.now()), () => this.walk(true));
    this.colouring = new Colouring(this.points, this.labels, this.classes, () => this.map.redraw(), this.training !== null);
    this.selection = new Selection(this.points, this.run.shape, this.run.reduced ? 'component' : 'code', this.labels, (i) => this.nameOf(i), () => this.enclosed([]));
    main.replaceChildren(el('div', { class: 'explorer' },
      el('div', { class: 'stage' }, this.training?.progress.element, this.bar(), this.path.element, this.selection.element, this.map.element,
        this.training?.epochs.element, this.colouring.legend),
      el('div', { class: 'side' }, this.training?.steps.element, this.training?.epochs.card, this.followPanel(), this.chosen.element,
        drawPanel(this.run.shape, this.classes, (code) => this.landed(code)), this.curvesPanel(), this.network.element)));
    this.colouring.begin();
  }

  // ---- controls

  bar() {
    const toggle = (name, text, act) => {
      const button = el('button', { type: 'button', id: name, 'aria-pressed': `${state.get(name) === '1'}` }, text);
      button.addEventListener('click', () => {
        const on = button.getAttribute('aria-pressed') !== 'true';
        button.setAttribute('aria-pressed', on);
        state.set(name, on ? '1' : null);
        act(on);
      });
      return button;
    };
    this.search = new Search(this.run, this.points.count, this.labels, (i) => this.choose(i));
    return el('div', { class: 'bar' }, el('label', {}, t.colour, this.colouring.choice()),
      toggle('density', t.density, (on) => { this.map.density = on; this.map.redraw(); }),
      toggle('manifold', t.manifold, (on) => { this.manifold.on = on; this.viewed(this.map.camera); }),
      toggle('shade', t.shade, (on) => { this.shade.on = on; this.viewed(this.map.camera); }),
      toggle('lasso', t.lasso, (on) => { this.map.lasso.on = on; if (!on) this.enclosed([]); }),
      toggle('path', t.path, (on) => this.walk(on)),
      el('button', { type: 'button', onclick: () => this.map.fit() }, t.fit),
      this.search.element, this.run.latent > 2 ? this.axesChoice() : null,
      this.run.conditions > 0 ? this.conditionChoice() : null);
  }

  // A conditional network draws for a label.
  conditionChoice() {
    const select = el('select', {
      id: 'condition', onchange: (e) => {
        api.useLabel(e.target.value);
        this.viewed(this.map.camera);
        this.follow(Array.from(this.code), performance.now());
      }
    });
    for (let k = 0; k < this.run.conditions; k++) select.append(el('option', { value: k }, this.classes[k] ?? `${k}`));
    return el('label', {}, t.condition, select);
  }

  axesChoice() {
    const axis = (which) => {
      const select = el('select', { 'aria-label': `${t.axes} ${which + 1}`, onchange: () => this.useAxes() });
      for (let k = 0; k < this.run.latent; k++) select.append(el('option', { value: k, selected: this.basis[which ? 'b' : 'a'] === k }, `${k + 1}`));
      return select;
    };
    const kinds = [['component', t.components], ...(this.run.reduced ? [] : [['number', t.numbers]])];
    const kind = el('select', { id: 'axes', 'aria-label': t.axes, onchange: () => this.useAxes() },
      ...kinds.map(([value, text]) => el('option', { value, selected: this.basis.kind === value }, text)));
    this.choices = [kind, axis(0), axis(1)];
    return el('label', {}, t.axes, ...this.choices);
  }

  useAxes() {
    const [kind, a, b] = this.choices.map((select) => select.value);
    this.useBasis(kind, Number(a), Number(b));
    for (const [name, value] of [['axes', kind], ['a', a], ['b', b]]) state.set(name, value);
    this.map.mark('drawn', null);
    this.enclosed([]);
    this.markChosen();
    this.map.fit();
  }

  // ---- the path and the lasso

  // Begins a new path, or ends it.
  walk(on) {
    this.walking = on;
    this.path.show(on);
    this.map.trail = this.path.places;
    this.map.redraw();
  }

  enclosed(points) {
    if (!points.length) this.map.lasso.path = [];
    this.selection.show(points);
    this.map.redraw();
  }

  followPanel() {
    const home = el('div', { class: 'follow' }, this.picture, this.place);
    const children = [el('h2', {}, t.decoder), home];
    const narrow = matchMedia('(max-width: 900px)');
    const settle = () => this.settlePicture(narrow.matches, home);
    narrow.addEventListener('change', settle);
    settle();
    if (this.run.latent > 2) {
      this.sliders = new Sliders(this.points, this.code, (k, value) => { this.code[k] = value; this.slid(); });
      children.push(this.sliders.element);
    }
    return el('section', { class: 'card', id: 'follow' }, ...children);
  }

  // Where the panels lie below the map, the picture is in its corner: a finger sees what it does.
  settlePicture(narrow, home) {
    this.picture.classList.toggle('corner', narrow);
    this.picture.classList.toggle('large', !narrow);
    if (narrow) this.map.element.append(this.picture);
    else home.prepend(this.picture);
  }

  // A number of the code was moved by its slider.
  slid() {
    if (this.code.length <= LONGEST) state.set('code', Array.from(this.code, (x) => Number(x.toPrecision(6))).join('_'));
    this.follow(Array.from(this.code), performance.now());
    this.manifold.update(this.map.camera);
    this.shade.update(this.map.camera);
  }

  curvesPanel() {
    this.curvesCard = el('section', { class: 'card', id: 'curves', hidden: true });
    this.showCurves();
    return this.curvesCard;
  }

  showCurves() {
    const card = this.curvesCard;
    api.history_().then(({ history }) => {
      const line = (name, column, colour) => ({ name, x: history.epoch ?? [], y: history[column] ?? [], colour });
      const drawn = curves([line(t.training, 'train_loss', COLOURS[0]), line(t.validation, 'validation_loss', COLOURS[1])].filter((l) => l.y.some(Number.isFinite)));
      if (drawn) card.replaceChildren(el('h2', {}, t.curves), drawn);
      card.hidden = !drawn;
    }).catch(() => { card.hidden = true; });
  }

  // ---- a training moves on

  // Codes of another epoch, in the same directions.
  useCodes(codes) {
    this.points.codes = codes;
    this.points.useBasis(this.basis);
    this.markChosen();
    this.map.redraw();
  }

  // The network is a newer one, with these codes: directions follow them and, unless somebody looks at a part of the map, so does the view.
  moveOn(codes, follows) {
    const whole = this.whole !== undefined && this.whole.every((v, k) => v === [this.map.camera.x, this.map.camera.y, this.map.camera.scale][k]);
    this.basis = this.basis.following(codes);
    if (follows) {
      this.useCodes(codes);
      if (whole || this.whole === undefined) this.map.fit();
      this.whole = [this.map.camera.x, this.map.camera.y, this.map.camera.scale];
    }
    if (this.point !== undefined) this.choose(this.point);
  }

  // What the decoder makes is of another network now.
  decodeAgain() {
    this.shade.limit = undefined;
    this.manifold.update(this.map.camera);
    this.shade.update(this.map.camera);
    this.follow(this.followed ?? Array.from(this.code), performance.now());
  }

  // The training is over: what is computed of the network is now worth its time.
  settle() {
    this.colouring.numbers = {};
    this.colouring.begin();
  }

  // ---- what happens on the map

  restore(camera) {
    camera.fit(this.points.bounds);
    for (const name of ['x', 'y']) camera[name] = state.number(name) ?? camera[name];
    const zoom = state.number('z');
    if (zoom > 0) camera.scale = zoom;
    this.map.density = state.get('density') === '1';
    this.manifold.on = state.get('manifold') === '1';
    this.shade.on = state.get('shade') === '1';
    this.map.lasso.on = state.get('lasso') === '1';
    const way = state.get('way');
    if (state.get('path') === '1') this.walk(true);
    this.path.restore(way);
    this.follow(this.codeAt([camera.x, camera.y]), performance.now());
    const code = state.get('code');
    if (state.number('i') !== null) this.choose(state.number('i'));
    this.restoreCode(code);
  }

  // What sliders have made of the code.
  restoreCode(text) {
    const code = (text ?? '').split('_').map(Number);
    if (!this.sliders || code.length !== this.points.latent || !code.every((x) => Number.isFinite(Math.fround(x)))) return;
    this.code.set(code);
    this.sliders.set(code);
    this.slid();
  }

  viewed(camera) {
    for (const [name, value] of [['x', camera.x], ['y', camera.y], ['z', camera.scale]]) state.set(name, value.toPrecision(6));
    this.manifold.update(camera);
    this.shade.update(camera);
    this.map.redraw();
  }

  moved(place, point, x, y) {
    this.follow(this.codeAt(place), performance.now());
    this.tip.hidden = point < 0 || x === null;
    if (this.tip.hidden) return;
    const width = this.map.camera.width;
    this.tip.style.left = x > width - 190 ? `${x - 180}px` : `${x + 16}px`;
    this.tip.style.top = `${Math.max(y - 40, 4)}px`;
    this.hover(point);
  }

  nameOf(point) {
    return this.labels ? this.classes[this.labels[point]] ?? this.labels[point] : null;
  }

  hover = newest(async (point) => {
    if (point === this.hovered) return;
    this.hovered = point;
    const bitmap = await api.picture(point, 'original');
    paintBitmap(this.tipImage, bitmap);
    this.tipText.textContent = t.image(point, this.nameOf(point));
  });

  // The picture follows the pointer. How long that took is kept for who measures.
  follow = newest(async (code, since) => {
    this.followed = code;
    const { values } = await api.decode(code);
    paint(this.picture, values, this.run.shape);
    this.place.textContent = this.basis.placeOf(code).slice(0, this.run.latent).map(number).join('\n');
    this.picture.dataset.took = (performance.now() - since).toFixed(2);
  });

  chose(point, place) {
    this.follow(this.codeAt(place), performance.now());
    if (this.walking) {
      this.path.add(place);
      this.map.redraw();
    } else if (point >= 0) this.choose(point);
  }

  choose(point) {
    if (!(Number.isInteger(point) && point >= 0 && point < this.points.count)) return;
    this.point = point;
    state.set('i', point);
    state.set('code', null);
    this.search.show(point);
    const { codes, latent } = this.points;
    this.code = Float64Array.from(codes.subarray(point * latent, (point + 1) * latent));
    this.sliders?.set(this.code);
    this.markChosen();
    this.chosen.show(point);
    this.network.choose(point);
  }

  markChosen() {
    if (this.point === undefined) return;
    this.map.mark('chosen', { x: this.points.x[this.point], y: this.points.y[this.point], colour: '#ffd24a' });
  }

  landed(code) {
    if (!code) {
      this.map.mark('drawn', null);
      return;
    }
    const [x, y] = this.basis.placeOf(code);
    this.map.mark('drawn', { x, y: this.run.latent > 1 ? y : 0, colour: '#ffffff' });
    this.follow(code, performance.now());
  }
}

export async function showExplorer(main, run, trains) {
  const [codes, labels] = await Promise.all([api.codes(run), run.classes.length ? api.labels() : null]);
  document.getElementById('title').textContent = run.run;
  document.getElementById('subtitle').textContent = t.subtitle(run.data, count(run.images), run.latent);
  document.title = `${run.run} – embudo`;
  const explorer = new Explorer({ ...run, latent: codes.shape[1], reduced: codes.shape[1] < run.latent }, codes.values, labels?.values ?? null, trains);
  if (run.conditions > 0) api.useLabel(0);
  explorer.show(main);
  await explorer.training?.begin();
}
