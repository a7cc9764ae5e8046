// What happens when the module fails: a panic, a trap, or out of memory.
//
// The elements of a page share one instance of the module, and after a failure its state is unknown, so
// it is discarded. The element it failed for shows its recipe. The others are mounted again on a fresh
// instance, each from the recipe and the instant that its script kept. If no fresh instance can be made,
// every element shows its recipe.
import { __wbg_reset_state as startFresh, condemn, versions } from './ordinal.js';
import { isAlone } from './files.js';

/** The message of the error that callbacks into a discarded instance throw. */
const STALE = /from previous wasm instance/i;

/** The mounted elements, each as { number, fail(error, isCulprit, isFresh) }. */
const mounted = new Set();
/** The failure that the elements are about to be told of. */
let current;
/** Whether no fresh instance could be made. */
let isGone = false;
let isWatching = false;

/** Tells an element when the module fails. */
export function watch(element) {
  mounted.add(element);
  if (isWatching) return;
  isWatching = true;
  addEventListener('error', (event) => hear(event, event.error));
  addEventListener('unhandledrejection', (event) => hear(event, event.reason));
}

export function unwatch(element) {
  mounted.delete(element);
}

/** Whether the elements will be told of this error. */
export const willBeTold = (error) => error === current;

/** Calls the module on behalf of an element. Anything the module throws is a failure. */
export function guarded(element, call) {
  if (isGone) throw new Error('Ordinal has failed. Reload the page.');
  if (current) throw current;
  try {
    return call();
  } catch (error) {
    fail(error, element);
    throw error;
  }
}

/** Most calls into the module come from the browser (frames, events, timers): their errors reach the window. */
function hear(event, error) {
  if (STALE.test(error?.message)) event.preventDefault();
  else if (isOurs(error)) fail(error);
}

/**
 * Whether an error is a trap or a stack overflow in this module rather than in another one on the page.
 * Chromium names modules that have no address wasm://wasm/ and a number.
 */
function isOurs(error) {
  const isFatal =
    error instanceof WebAssembly.RuntimeError || /call stack size|too much recursion/.test(error?.message);
  const place = isAlone() ? /wasm/ : /ordinal_(?:bg|later)[^/\s]*\.wasm|wasm:\/\/wasm\//;
  return isFatal && place.test(error.stack);
}

/** Discards the instance after a failure, and tells the elements; `culprit` is the element it failed for, if known. */
export function fail(error, culprit) {
  if (current || isGone) return;
  current = error;
  const blamed = ask(condemn);
  const guilty = culprit ?? [...mounted].find(({ number }) => number === blamed);
  // The instance may still be on the stack, and the browser may report the same error once more.
  setTimeout(() => {
    const elements = [...mounted];
    mounted.clear();
    const isFresh = ask(() => (startFresh(), true)) ?? false;
    isGone = !isFresh;
    current = undefined;
    for (const element of elements) element.fail(error, !guilty || element === guilty, isFresh);
  });
}

function ask(question) {
  try {
    return question();
  } catch {
    return undefined;
  }
}

/** A problem report as Markdown: versions, browser, error, recipe. */
export function report(recipe, ms, error) {
  const fence = '`'.repeat(3 + Math.max(0, ...[...recipe.matchAll(/`{3,}/g)].map(([ticks]) => ticks.length)));
  const is = (query) => matchMedia(query).matches;
  const tastes = [is('(prefers-color-scheme: dark)') && 'dark', is('(prefers-reduced-motion: reduce)') && 'reduced motion'];
  const facts = [
    ...(ask(versions) ?? 'versions unknown').trim().split('\n'),
    `Browser: ${navigator.userAgent}`,
    `Window: ${[`${innerWidth}x${innerHeight}`, `pixel ratio ${devicePixelRatio}`, ...tastes].filter(Boolean).join(', ')}`,
    `Location: ${location.protocol.slice(0, -1)}${parent === window ? '' : ', in a frame'}${isAlone() ? ', single-file page' : ''}`,
    `Time: ${Math.round(ms)} ms`,
  ];
  const said = error ? `\nError:\n\n${quote(error)}\n` : '';
  return `## Ordinal problem report\n\n${facts.map((fact) => `- ${fact}\n`).join('')}${said}\nWhat I did, what I expected, what happened:\n\n\n\n${fence}\n${recipe.trimEnd()}\n${fence}\n`;
}

/** An error with its stack as an indented code block. Firefox leaves the message out of the stack. */
function quote(error) {
  const stack = String(error.stack ?? '').trimEnd();
  const text = stack.includes(error.message) ? stack : `${error}\n${stack}`;
  return text.split('\n').map((line) => `    ${line}`).join('\n');
}

/** Copies a text to the clipboard, and says whether that worked. */
export async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return 'Copied.';
  } catch {
    return 'The browser blocked copying. Copy the text below.';
  }
}

/** Appends a recipe to `notice`, with buttons: `choices` are pairs of a label and a function. */
export function offer(notice, recipe, ms, error, choices) {
  const buttons = document.createElement('div');
  buttons.className = 'actions';
  const said = document.createElement('p');
  said.setAttribute('role', 'status');
  const text = document.createElement('textarea');
  text.readOnly = true;
  text.spellcheck = false;
  text.value = recipe;
  text.setAttribute('aria-label', 'Recipe');
  const copy = async () => {
    text.value = report(recipe, ms, error);
    text.setAttribute('aria-label', 'Problem report');
    said.textContent = await copied(text.value);
  };
  for (const [at, [label, act]] of [...choices, ['Copy a problem report', copy]].entries()) {
    const button = document.createElement('button');
    button.className = at ? 'button' : 'button primary';
    button.textContent = label;
    button.addEventListener('click', act);
    buttons.append(button);
  }
  notice.append(buttons, said, text);
}
