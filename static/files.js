// Where the files of the element come from: from beside its scripts, unless they were brought along,
// as the page in one file does.
const brought = new Map();

/** Brings files along: their content, packed by gzip, under their names beside this script. */
export function bring(files) {
  for (const [name, packed] of Object.entries(files)) brought.set(new URL(name, import.meta.url).href, packed);
}

/** Whether there is nothing beside this script. */
export const isAlone = () => brought.size > 0;

/** The answer to a request for a file, by its whole address. */
export function load(address) {
  const packed = brought.get(String(address));
  if (!packed) return fetch(address);
  const content = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  const type = String(address).endsWith('.wasm') ? 'application/wasm' : 'text/plain';
  return Promise.resolve(new Response(content, { headers: { 'content-type': type } }));
}
