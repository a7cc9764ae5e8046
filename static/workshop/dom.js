// Makes elements, and puts them above the page.
import { textAt } from '../files.js';

const sheets = new Map();

/** The style sheets of this folder. Written so that bundlers find them. */
const STYLES = {
  workshop: new URL('./workshop.css', import.meta.url),
  handout: new URL('./handout.css', import.meta.url),
};

/** Makes an element. Properties that begin with `on` are listeners; names with a hyphen or a `-` are attributes. */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name in element && !name.includes('-')) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== undefined));
  return element;
}

/** A text in which what stands between backticks is code. */
export const withCode = (text) => text.split('`').map((part, at) => (at % 2 ? make('code', {}, part) : part));

/** A style sheet of this folder. */
export async function styleOf(name) {
  if (!sheets.has(name)) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(await textAt(STYLES[name], 'style sheet'));
    sheets.set(name, sheet);
  }
  return sheets.get(name);
}

/** Adds a style sheet of this folder to an element. */
export async function addStyle({ shadowRoot }, name) {
  const sheet = await styleOf(name);
  if (!shadowRoot.adoptedStyleSheets.includes(sheet)) shadowRoot.adoptedStyleSheets = [...shadowRoot.adoptedStyleSheets, sheet];
}

/** Puts something above the page, in its colors. There is one of each class; the one before is removed. */
export async function put(page, name, ...children) {
  await addStyle(page.element, 'workshop');
  const { shadowRoot } = page.element;
  shadowRoot.querySelector(`.workshop.${name}`)?.remove();
  const layer = make('div', { className: `ordinal workshop ${name}` }, ...children);
  if (page.theme) layer.dataset.theme = page.theme;
  // The keys of the page are not for what is typed here.
  for (const what of ['keydown', 'keyup', 'keypress']) layer.addEventListener(what, (event) => event.stopPropagation());
  shadowRoot.append(layer);
  return layer;
}

/** Shows a dialog above the page. */
export async function showDialog(page, name, title, ...children) {
  const close = make('button', { className: 'button square', ariaLabel: 'Close', title: 'Close (Esc)', onclick: () => dialog.close() }, '✕');
  const head = make('div', { className: 'dialog-head' }, make('h2', {}, title), close);
  const dialog = make('dialog', { className: `dialog ${name}-dialog`, ariaLabel: title }, head, ...children);
  const layer = await put(page, `${name}-layer`, dialog);
  const before = page.element.shadowRoot.activeElement;
  dialog.addEventListener('close', () => {
    layer.remove();
    before?.focus();
  });
  dialog.showModal();
  return dialog;
}

/** The lesson in progress: { name, text, step, answers, phase, isLeft, word }; undefined without one. */
export function lessonOf(page) {
  const told = page.tell('lesson_told');
  return told ? JSON.parse(told) : undefined;
}
