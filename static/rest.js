// The second half of the module. What the page ships is cut in two, so that the first picture needs
// to wait for little: the first half draws it, and the second comes right after. Whatever is called
// before it is there asks for it here, and waits. (While it is written the page is in one piece.)
import { load } from './files.js';

const ADDRESS = new URL('ordinal_rest.wasm', import.meta.url);

let first;

/** Tells the first half: what the module exports. */
export function begin(wasm) {
  first = wasm;
}

/** Whether all of the module is there. */
const isWhole = () => !first.loaded || first.loaded.value === 1;

/** Joins the second half, compiled, to the first. */
export function join(rest) {
  if (isWhole()) return;
  new WebAssembly.Instance(rest, { first });
  first.loaded.value = 1;
}

/** Loads the second half without keeping anybody waiting. */
export async function whole() {
  if (!isWhole()) join(await WebAssembly.compileStreaming(load(ADDRESS)));
}

/** Loads the second half at once, while the caller waits. */
export function loadRest() {
  const request = new XMLHttpRequest();
  request.open('GET', ADDRESS, false);
  // A request that keeps the caller waiting answers with text only: each byte as a character.
  request.overrideMimeType('text/plain; charset=x-user-defined');
  request.send();
  join(new WebAssembly.Module(Uint8Array.from(request.response, (byte) => byte.charCodeAt(0))));
}
