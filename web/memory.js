// What the browser remembers between visits (`localStorage`) or for this tab (`sessionStorage`); nothing, where the reader or a
// page from disk may keep nothing.
function guarded(kind, act) {
  try {
    return act(window[kind]);
  } catch {
    return null;
  }
}

export const recall = (kind, name) => guarded(kind, (store) => store.getItem(name));
export const remember = (kind, name, value) => guarded(kind, (store) => store.setItem(name, value));
