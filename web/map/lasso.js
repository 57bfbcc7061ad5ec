// A line drawn around points: which they are, and as a file.
export class Lasso {
  constructor() {
    this.on = false;
    this.path = []; // places of the plane
    this.corners = false; // set one by one, by keys
  }

  begin(place) {
    this.path = [place];
    this.corners = false;
  }

  corner(place) {
    if (this.corners) this.add(place);
    else this.begin(place);
    this.corners = true;
  }

  add(place) {
    this.path.push(place);
  }

  // The shown points within the line, which ends where it began.
  inside(points) {
    const found = [];
    for (let i = 0; i < points.count; i++) {
      if (points.shown[i] && this.has(points.x[i], points.y[i])) found.push(i);
    }
    return found;
  }

  // Odd when a ray from the point meets the line an odd number of times.
  has(x, y) {
    let odd = false;
    for (let i = 0, j = this.path.length - 1; i < this.path.length; j = i++) {
      const [xi, yi] = this.path[i];
      const [xj, yj] = this.path[j];
      if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) odd = !odd;
    }
    return odd;
  }

  draw(context, camera) {
    if (this.path.length < 2) return;
    context.beginPath();
    for (const [x, y] of this.path) context.lineTo(...camera.toScreen(x, y));
    context.closePath();
    context.fillStyle = 'rgb(255 210 74 / 0.15)';
    context.fill();
    context.setLineDash([6, 4]);
    context.lineWidth = 2;
    context.strokeStyle = '#d98a00';
    context.stroke();
    context.setLineDash([]);
  }
}

// The columns of embudo encode's CSV, behind the image's number.
export function csvOf(chosen, { codes, latent }, labels, column) {
  const names = ['index', ...Array.from({ length: latent }, (_, k) => `${column}_${k}`), ...(labels ? ['label'] : [])];
  const rows = chosen.map((i) => [i, ...codes.subarray(i * latent, (i + 1) * latent), ...(labels ? [labels[i]] : [])].join(','));
  return `${[names.join(','), ...rows].join('\n')}\n`;
}
