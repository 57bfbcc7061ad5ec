// Making elements: el('p', {class: 'card'}, 'text', child, ...).
/** @returns {any} an element */
export function el(name, attributes = {}, ...children) {
  const made = name === 'svg' || SVG.has(name) ? document.createElementNS('http://www.w3.org/2000/svg', name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, '');
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children.filter((c) => c !== null && c !== undefined));
  return made;
}
const SVG = new Set(['polyline', 'line', 'circle', 'text']);

// For who cannot see what changes.
export function say(text) {
  document.getElementById('said').textContent = text;
}

// A number's picture: bytes [C][H][W] of one image on a canvas of that size.
export function paint(canvas, bytes, [channels, height, width], offset = 0) {
  canvas.width = width;
  canvas.height = height;
  const image = new ImageData(width, height);
  const area = width * height;
  for (let i = 0; i < area; i++) {
    for (let c = 0; c < 3; c++) image.data[4 * i + c] = bytes[offset + (channels === 3 ? c * area : 0) + i];
    image.data[4 * i + 3] = 255;
  }
  canvas.getContext('2d').putImageData(image, 0, 0);
}

export function paintBitmap(canvas, bitmap) {
  canvas.width = bitmap.width;
  canvas.height = bitmap.height;
  canvas.getContext('2d').drawImage(bitmap, 0, 0);
}

// Runs the newest of many wishes, one at a time: what was wished meanwhile and is no longer wanted is dropped.
export function newest(work) {
  let busy = false;
  let waiting = null;
  return async function wish(...args) {
    waiting = args;
    if (busy) return;
    busy = true;
    while (waiting) {
      const now = waiting;
      waiting = null;
      try {
        await work(...now);
      } catch (failure) {
        document.dispatchEvent(new CustomEvent('failure', { detail: failure }));
      }
    }
    busy = false;
  };
}
