// The second part of the program: a module of its own, which is joined to the first. It uses the memory and the table of
// functions of the first one.
import { initSync, install_later } from './ordinal.js';

/** The instances of the first module that have their second part. */
const joined = new WeakSet();

/** Joins the second module, compiled, to the instance of the first. */
export async function join(code) {
  const first = initSync();
  await WebAssembly.instantiate(code, { __wasm_split: first });
  joined.add(first);
  // A failure may have replaced the instance meanwhile.
  if (first === initSync() && !install_later()) throw new Error('its functions are not there');
}

/** What the first module asks for before it calls the second: the answer is whether that is there. */
export function __wasm_split_load_later(callback, data) {
  const first = initSync();
  first.__indirect_function_table.get(callback)(data, joined.has(first));
}
