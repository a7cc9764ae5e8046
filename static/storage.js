// What the browser keeps: settings for good, runs until the window is closed. Storage may be denied or full: then there
// is nothing, and a reload starts over.

/** What the browser keeps for good; null if there is nothing. */
export const remembered = (key) => attempt(() => localStorage.getItem(key));

export const remember = (key, value) => attempt(() => localStorage.setItem(key, value));

/** What the browser stores for this tab; null if there is nothing. */
export const stored = (key) => attempt(() => sessionStorage.getItem(key));

/** Stores a text, or removes it if it is undefined. */
export const store = (key, text) =>
  attempt(() => (text === undefined ? sessionStorage.removeItem(key) : sessionStorage.setItem(key, text)));

function attempt(action) {
  try {
    return action();
  } catch {
    return null;
  }
}

/** The run that is stored under a key, if any; `texts` are the recipes and the lesson that belong to it. */
export function storedRun(key) {
  const texts = unpacked(stored(`ordinal.run ${key}`) ?? '');
  const [now, , , recipe] = texts;
  return recipe ? { recipe, ms: Number(now) || 0, isPlaying: false, texts } : undefined;
}

/** The texts in a stored run, each preceded by its length in bytes. Empty for anything else. */
function unpacked(packed) {
  const texts = [];
  let bytes = new TextEncoder().encode(packed);
  while (bytes.length) {
    const start = bytes.indexOf(10) + 1;
    const end = start + Number(new TextDecoder().decode(bytes.subarray(0, start)));
    if (!start || !(end <= bytes.length)) return [];
    texts.push(new TextDecoder().decode(bytes.subarray(start, end)));
    bytes = bytes.subarray(end);
  }
  return texts;
}

/** The keys of the elements of this page: no two have the same. */
export const keys = new Set();

/** A storage key made of the page's path, the element and its story, which no other element has now. */
export function freeKey(lab, story) {
  const addressOf = (one) => one.getAttribute('story') ?? (one.hasAttribute('lesson') ? `${one.getAttribute('lesson')} ${one.getAttribute('lesson-step') ?? 1}` : null);
  const address = addressOf(lab);
  const alike = [...lab.getRootNode().querySelectorAll('ordinal-lab')].filter((other) => addressOf(other) === address);
  // An element inserted before others finds its position taken.
  for (let place = alike.indexOf(lab); ; place += 1) {
    const key = [location.pathname, lab.id || place, address ?? hash(story)].join(' ');
    if (!keys.has(key)) return key;
  }
}

/** A short name for a text. */
function hash(text) {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(16);
}
