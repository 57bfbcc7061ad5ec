// The view in the address behind #, so that a link restores it.
const values = new URLSearchParams(location.hash.slice(1));
let timer = 0;

export const get = (name) => values.get(name);
export function number(name) {
  const value = Number.parseFloat(values.get(name) ?? '');
  return Number.isFinite(Math.fround(value)) ? value : null;
}

// null and '' take it away. Written once the view rests: browsers limit how often it may change.
export function set(name, value) {
  if (value === null || value === '') values.delete(name);
  else values.set(name, value);
  clearTimeout(timer);
  timer = setTimeout(() => history.replaceState(null, '', `#${values}`), 300);
}
