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

/** The build that the modules must have; none in a folder that `cargo xtask serve` lays out, and in the page in one file. */
const BUILD = globalThis.ordinalBuild;

let module;
let later;
let joining;
let schema;
let style;

/** Loads the module. If that fails, it explains why, and the next call tries again. */
export function loadModule() {
  module ??= compiled(MODULE, 'Ordinal')
    .then((code) => init({ module_or_path: code }))
    .catch((error) => {
      module = undefined;
      throw error;
    });
  return module;
}

/** Loads the second part of the program, once for each instance of the first. */
export async function loadLater() {
  await loadModule();
  later ??= compiled(LATER, 'A part of Ordinal').catch((error) => {
    later = undefined;
    throw error;
  });
  const code = await later;
  const first = initSync();
  if (joining?.first !== first) joining = { first, done: join(code) };
  await joining.done.catch((error) => {
    joining = undefined;
    later = undefined;
    throw mixed(LATER, error);
  });
}

/** A compiled module of this build. */
async function compiled(address, what) {
  try {
    const code = await compile(await load(address));
    if (isOurs(code)) return code;
    // A cache may have kept the file of another version under this address.
    const fresh = await compile(await load(address, { cache: 'reload' }));
    if (isOurs(fresh)) return fresh;
  } catch (error) {
    const failure = new Error(`${what} could not be loaded: ${error.message}.${hintAt(address)}`);
    throw Object.assign(failure, { canRetry: true });
  }
  throw mixed(address);
}

async function compile(response) {
  if (!response.ok) throw new Error(`status ${response.status}`);
  const isKnown = response.headers.get('content-type')?.startsWith('application/wasm');
  return isKnown ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer());
}

const isOurs = (code) => !BUILD || WebAssembly.Module.customSections(code, 'build').some((section) => new TextDecoder().decode(section) === BUILD);

/** The error for a file that is of another version, also after asking for a fresh copy. */
function mixed({ pathname }, cause) {
  const file = pathname.replace(/.*\//, '');
  return Object.assign(new Error(`${file} belongs to another version of Ordinal. Reload the page.`, { cause }), { isMixed: true });
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
