// Long codes seen along a few directions: from a place along these to the code, and back.
export class Reduction {
  // rows: the mean, then the directions, each of `latent` numbers.
  constructor(rows, latent) {
    this.latent = latent;
    this.mean = rows.subarray(0, latent);
    this.directions = [];
    for (let at = latent; at < rows.length; at += latent) this.directions.push(rows.subarray(at, at + latent));
  }

  // Of one place or of many, one behind the other.
  whole(places) {
    const { directions, latent, mean } = this;
    const count = places.length / directions.length;
    const codes = new Float32Array(count * latent);
    for (let i = 0; i < count; i++) {
      codes.set(mean, i * latent);
      directions.forEach((direction, d) => {
        const along = places[i * directions.length + d];
        for (let k = 0; k < latent; k++) codes[i * latent + k] += along * direction[k];
      });
    }
    return codes;
  }

  seen(code) {
    return this.directions.map((direction) => {
      let sum = 0;
      for (let k = 0; k < this.latent; k++) sum += direction[k] * (code[k] - this.mean[k]);
      return sum;
    });
  }
}
