// The two directions of the map in the space of codes: two numbers of a code, or two principal components.

// Directions of length 1, at right angles: the number k of a code alone.
function unit(latent, k) {
  const direction = new Float64Array(latent);
  direction[k] = 1;
  return direction;
}

// Of many codes, some thousand at even distances decide.
const SAMPLE = 10000;
const LONG = 64; // numbers of a code, from which on only the first components are sought
const FIRST = 8;
const FEW = 2000;
const ROUNDS = 20;

function covariance(codes, latent, mean) {
  const step = latent * Math.max(Math.floor(codes.length / latent / SAMPLE), 1);
  const n = codes.length / step;
  const matrix = Array.from({ length: latent }, () => new Float64Array(latent));
  for (let i = 0; i < codes.length; i += step) {
    for (let a = 0; a < latent; a++) {
      const da = (codes[i + a] - mean[a]) / n;
      for (let b = 0; b <= a; b++) matrix[a][b] += da * (codes[i + b] - mean[b]);
    }
  }
  for (let a = 0; a < latent; a++) for (let b = 0; b < a; b++) matrix[b][a] = matrix[a][b];
  return matrix;
}

// Jacobi's method: turns a pair of axes at a time until the matrix is diagonal. vectors[k] is the k-th direction.
function eigenvectors(matrix) {
  const n = matrix.length;
  const vectors = Array.from({ length: n }, (_, k) => unit(n, k));
  for (let sweep = 0; sweep < 60; sweep++) {
    let off = 0;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) off += matrix[p][q] ** 2;
    if (off < 1e-22) break;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) turn(matrix, vectors, p, q);
  }
  const order = vectors.map((_, k) => k).sort((a, b) => matrix[b][b] - matrix[a][a]);
  return order.map((k) => signed(vectors[k]));
}

function turn(matrix, vectors, p, q) {
  if (Math.abs(matrix[p][q]) < 1e-300) return;
  const theta = (matrix[q][q] - matrix[p][p]) / (2 * matrix[p][q]);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  for (let k = 0; k < matrix.length; k++) {
    [matrix[k][p], matrix[k][q]] = [c * matrix[k][p] - s * matrix[k][q], s * matrix[k][p] + c * matrix[k][q]];
  }
  for (let k = 0; k < matrix.length; k++) {
    [matrix[p][k], matrix[q][k]] = [c * matrix[p][k] - s * matrix[q][k], s * matrix[p][k] + c * matrix[q][k]];
    [vectors[p][k], vectors[q][k]] = [c * vectors[p][k] - s * vectors[q][k], s * vectors[p][k] + c * vectors[q][k]];
  }
}

// The first components alone, by turning a few directions towards them again and again: for long codes.
function firstComponents(codes, latent, mean) {
  const step = latent * Math.max(Math.floor(codes.length / latent / FEW), 1);
  let state = 1;
  const draw = () => { state = (Math.imul(state, 1664525) + 1013904223) >>> 0; return state / 2 ** 32 - 0.5; };
  let vectors = upright(Array.from({ length: FIRST }, () => Float64Array.from({ length: latent }, draw)));
  const row = new Float64Array(latent);
  for (let round = 0; round < ROUNDS; round++) {
    const next = vectors.map(() => new Float64Array(latent));
    for (let i = 0; i < codes.length; i += step) {
      for (let k = 0; k < latent; k++) row[k] = codes[i + k] - mean[k];
      vectors.forEach((vector, v) => {
        const along = dot(vector, row);
        for (let k = 0; k < latent; k++) next[v][k] += along * row[k];
      });
    }
    vectors = upright(next);
  }
  return vectors.map(signed);
}

function dot(a, b) {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k];
  return sum;
}

// Of length 1 and at right angles, the first as it is (Gram and Schmidt).
function upright(vectors) {
  vectors.forEach((vector, v) => {
    for (let before = 0; before < v; before++) {
      const along = dot(vectors[before], vector);
      for (let k = 0; k < vector.length; k++) vector[k] -= along * vectors[before][k];
    }
    const length = Math.sqrt(dot(vector, vector)) || 1;
    for (let k = 0; k < vector.length; k++) vector[k] /= length;
  });
  return vectors;
}

// The number of largest magnitude is positive, as in embudo's own principal components.
function signed(vector) {
  let largest = 0;
  for (const v of vector) if (Math.abs(v) > Math.abs(largest)) largest = v;
  return largest < 0 ? vector.map((v) => -v) : vector;
}

export class Basis {
  constructor(codes, latent) {
    this.codes = codes;
    this.latent = latent;
    this.components = null; // once they are asked for
    this.mean = new Float64Array(latent);
    const n = codes.length / latent;
    for (let i = 0; i < codes.length; i++) this.mean[i % latent] += codes[i] / n;
    this.use('number', 0, Math.min(1, latent - 1));
  }

  // kind: 'number' or 'component'.
  use(kind, a, b) {
    if (kind === 'component') this.components ??= this.findComponents();
    const most = kind === 'component' ? this.components.length - 1 : this.latent - 1;
    [a, b] = [Math.min(a, most), Math.min(b, most)];
    this.centre = kind === 'component' ? this.mean : new Float64Array(this.latent);
    this.directions = [a, b].map((k) => (kind === 'component' ? this.components[k] : unit(this.latent, k)));
    this.kind = kind;
    this.a = a;
    this.b = b;
  }

  // Of other codes, the same directions: of components those that turned the least.
  following(codes) {
    const next = new Basis(codes, this.latent);
    next.use(this.kind, this.a, this.b);
    next.directions = next.directions.map((d, k) => (dot(d, this.directions[k]) < 0 ? d.map((v) => -v) : d));
    return next;
  }

  findComponents() {
    const { codes, latent, mean } = this;
    return latent > LONG ? firstComponents(codes, latent, mean) : eigenvectors(covariance(codes, latent, mean));
  }

  // A code's place along one direction.
  along(direction, code, at = 0) {
    let sum = 0;
    for (let k = 0; k < this.latent; k++) sum += direction[k] * (code[at + k] - this.centre[k]);
    return sum;
  }

  placeOf(code) {
    return this.directions.map((d) => this.along(d, code));
  }

  // `code` moved within the map's plane so that its place is that one.
  codeAt(place, code) {
    const from = this.placeOf(code);
    const moved = Float64Array.from(code);
    const used = this.a === this.b ? 1 : 2;
    for (let d = 0; d < used; d++) {
      for (let k = 0; k < this.latent; k++) moved[k] += this.directions[d][k] * (place[d] - from[d]);
    }
    return moved;
  }
}
