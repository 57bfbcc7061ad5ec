// The points: two numbers of each code, what colour they have, which are shown, and which is near a place.
const CELLS = 256;

export class Points {
  constructor(codes, latent) {
    this.codes = codes;
    this.latent = latent;
    this.count = codes.length / latent;
    this.x = new Float32Array(this.count);
    this.y = new Float32Array(this.count);
    this.colour = new Uint32Array(this.count).fill(0xff808080);
    this.shown = new Uint8Array(this.count).fill(1);
    this.order = shuffled(this.count);
  }

  // Codes of one number lie in a band, at heights that mean nothing.
  useBasis(basis) {
    const [across, up] = basis.directions;
    for (let i = 0; i < this.count; i++) {
      this.x[i] = basis.along(across, this.codes, i * this.latent);
      this.y[i] = this.latent === 1 ? ((i * 0.618034) % 1) - 0.5 : basis.along(up, this.codes, i * this.latent);
    }
    this.bounds = boundsOf(this.x, this.y);
    this.sortIntoCells();
    this.changed();
  }

  // Colours, places or what is shown.
  changed() {
    this.list = null;
  }

  // The shown points in the order in which they are drawn, side by side in memory.
  drawn() {
    if (this.list) return this.list;
    let n = 0;
    for (let i = 0; i < this.count; i++) n += this.shown[i];
    const list = { x: new Float32Array(n), y: new Float32Array(n), colour: new Uint32Array(n) };
    let at = 0;
    for (const i of this.order) {
      if (!this.shown[i]) continue;
      list.x[at] = this.x[i];
      list.y[at] = this.y[i];
      list.colour[at++] = this.colour[i];
    }
    this.list = list;
    return list;
  }

  cellOf(x, y) {
    const { left, right, bottom, top } = this.bounds;
    const column = Math.min(Math.max(Math.floor(((x - left) / (right - left || 1)) * CELLS), 0), CELLS - 1);
    const row = Math.min(Math.max(Math.floor(((y - bottom) / (top - bottom || 1)) * CELLS), 0), CELLS - 1);
    return [column, row];
  }

  sortIntoCells() {
    const cell = new Uint32Array(this.count);
    this.first = new Uint32Array(CELLS * CELLS + 1);
    for (let i = 0; i < this.count; i++) {
      const [column, row] = this.cellOf(this.x[i], this.y[i]);
      cell[i] = row * CELLS + column;
      this.first[cell[i] + 1]++;
    }
    for (let c = 0; c < CELLS * CELLS; c++) this.first[c + 1] += this.first[c];
    const next = this.first.slice();
    this.members = new Uint32Array(this.count);
    for (let i = 0; i < this.count; i++) this.members[next[cell[i]]++] = i;
  }

  // The shown point nearest to (x, y), at most `reach` away; -1.
  nearest(x, y, reach) {
    const [c0, r0] = this.cellOf(x - reach, y - reach);
    const [c1, r1] = this.cellOf(x + reach, y + reach);
    let best = -1;
    let least = reach * reach;
    for (let r = r0; r <= r1; r++) {
      for (let m = this.first[r * CELLS + c0]; m < this.first[r * CELLS + c1 + 1]; m++) {
        const i = this.members[m];
        const d = (this.x[i] - x) ** 2 + (this.y[i] - y) ** 2;
        if (d <= least && this.shown[i]) {
          least = d;
          best = i;
        }
      }
    }
    return best;
  }
}

function boundsOf(x, y) {
  const b = { left: Infinity, right: -Infinity, bottom: Infinity, top: -Infinity };
  for (let i = 0; i < x.length; i++) {
    if (x[i] < b.left) b.left = x[i];
    if (x[i] > b.right) b.right = x[i];
    if (y[i] < b.bottom) b.bottom = y[i];
    if (y[i] > b.top) b.top = y[i];
  }
  return b;
}

// An order in which no class lies on top of the others: the same at every visit.
function shuffled(count) {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  let state = 42;
  for (let i = count - 1; i > 0; i--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const j = Math.floor((state / 2 ** 32) * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
