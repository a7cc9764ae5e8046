// The program: the WebAssembly module, its style sheet and the types of the Kubernetes API, each loaded once for all
// elements of a page.
import { hintAt, load, textAt } from './files.js';
import { join } from './later.js';
import init, { initSync, install_examples, install_schema } from './ordinal.js';

export { fail, guarded, offer, unwatch, watch, willBeTold } from './failure.js';
export { Lab, instant, latest, log, needs_later, needs_schema } from './ordinal.js';

const MODULE = new URL('./ordinal_bg.wasm', import.meta.url);
const LATER = new URL('./ordinal_later.wasm', import.meta.url);
const SCHEMA = new URL('./schema.txt', import.meta.url);
const EXAMPLES = new URL('./examples.txt', import.meta.url);
const STYLE = new URL('./ordinal.css', import.meta.url);

let module;
let later;
let joining;
let schema;
let style;

/** Loads the module. If that fails, it explains why, and the next call tries again. */
export function loadModule() {
  module ??= init({ module_or_path: load(MODULE) }).catch((error) => {
    module = undefined;
    throw new Error(`Ordinal could not be loaded: ${error.message}.${hintAt(MODULE)}`);
  });
  return module;
}

/** Loads the second part of the program, once for each instance of the first. */
export async function loadLater() {
  await loadModule();
  later ??= compiled(LATER).catch((error) => {
    later = undefined;
    throw error;
  });
  const code = await later;
  const first = initSync();
  if (joining?.first !== first) joining = { first, done: join(code) };
  await joining.done.catch((error) => {
    joining = undefined;
    later = undefined;
    throw Object.assign(new Error(`A part of Ordinal belongs to another version: ${error.message}. Reload the page.`), { canRetry: true });
  });
}

/** A compiled module. */
async function compiled(address) {
  try {
    const response = await load(address);
    if (!response.ok) throw new Error(`status ${response.status}`);
    return await WebAssembly.compile(await response.arrayBuffer());
  } catch (error) {
    const failure = new Error(`A part of Ordinal could not be loaded: ${error.message}.${hintAt(address)}`);
    throw Object.assign(failure, { canRetry: true });
  }
}

/** Loads the types of the Kubernetes API, with which fields that are not simulated are checked. */
export async function loadSchema() {
  schema ??= textAt(SCHEMA, 'table of the Kubernetes API');
  const text = await schema.catch((error) => {
    schema = undefined;
    error.canRetry = true;
    throw error;
  });
  await loadModule();
  install_schema(text);
}

/** Loads the example files of the documentation, which lines of the terminal may name. */
export async function loadExamples() {
  install_examples(await textAt(EXAMPLES, 'example files of the documentation'));
}

/** Loads the style sheet. */
export const loadStyle = () => (style ??= load(STYLE).then(sheet));

/** The style sheet in an answer; without it the element is plain, but there. */
async function sheet(response) {
  const made = new CSSStyleSheet();
  if (response.ok) made.replaceSync(await response.text());
  return made;
}
