// The link to the step of a lesson, or to the moment of a run, with a QR code and a class code.
import { copied } from '../failure.js';
import { lessonAddress } from '../files.js';
import { parameter } from '../attributes.js';
import { qr_code } from '../ordinal.js';
import { encode } from '../share/link.js';
import { lessonOf, make, showDialog } from './dom.js';

/** The address of this document, without what follows. */
const here = () => location.href.replace(/[?#].*/, '');

/** What a link says of a lesson: its name or address, or else all of its text. */
async function sourceOf({ name, text }) {
  if (name.startsWith('~')) return encode(text, 0);
  return /^[\w-]+$/.test(name) ? name : lessonAddress(name).href;
}

/** The link to a step of a lesson. */
export async function linkTo(lesson, step, { code = '', hidesList = false } = {}) {
  const source = (await sourceOf(lesson)).replace(/[#&%+\s]/g, encodeURIComponent);
  const parts = [`lesson=${source}`, `step=${step}`];
  if (code) parts.push(`class=${encodeURIComponent(code)}`);
  if (hidesList) parts.push('list=off');
  return `${here()}#${parts.join('&')}`;
}

/** A text as a picture; undefined if it is too long. */
export function qrPicture(text) {
  const [size, path] = qr_code(text).split('\n');
  if (!size) return undefined;
  const SVG = 'http://www.w3.org/2000/svg';
  const picture = document.createElementNS(SVG, 'svg');
  picture.setAttribute('viewBox', `0 0 ${size} ${size}`);
  picture.setAttribute('class', 'qr');
  picture.setAttribute('role', 'img');
  picture.setAttribute('aria-label', `QR code of the link ${text}`);
  const modules = document.createElementNS(SVG, 'path');
  modules.setAttribute('d', path);
  picture.append(modules);
  return picture;
}

/** Shows the link. */
export async function showLink(page) {
  const lesson = lessonOf(page);
  const moment = lesson ? '' : here() + (await encode(page.element.recipe, page.element.currentTime * 1000));
  const code = make('input', { type: 'text', value: parameter('class') ?? '', maxLength: 24, autocomplete: 'off', spellcheck: false, size: 12 });
  const hidesList = make('input', { type: 'checkbox', checked: page.element.getAttribute('list') === 'off' });
  const picture = make('div', { className: 'qr-place' });
  const text = make('input', { type: 'text', readOnly: true, className: 'link-text', ariaLabel: 'Link' });
  const said = make('p', { className: 'said', role: 'status' });
  const copy = make('button', { className: 'button primary', onclick: async () => (said.textContent = await copied(text.value)) }, 'Copy link');
  let latest;
  const update = async () => {
    const options = { code: code.value.trim(), hidesList: hidesList.checked };
    const made = lesson ? linkTo(lesson, lesson.step, options) : Promise.resolve(moment);
    latest = made;
    text.value = await made;
    if (latest !== made) return;
    picture.replaceChildren(qrPicture(text.value) ?? make('p', {}, 'This link is too long for a QR code. Copy it instead.'));
  };
  for (const input of [code, hidesList]) input.addEventListener('input', update);
  const choices = make(
    'div',
    { className: 'class-choices' },
    make('label', {}, 'Class code ', code),
    make('label', {}, hidesList, ' Hide the list of stories'),
    make('p', { className: 'quiet' }, 'With a class code, all screens show the answers in the same order, and a word to compare: the same word means the same step and the same cluster.'),
  );
  const isLocal = location.protocol === 'file:' || /^(localhost|127\.|\[::1\])/.test(location.host);
  await update();
  const children = [
    picture,
    make('p', { className: 'link-row' }, text, copy),
    said,
    isLocal ? make('p', { className: 'quiet' }, 'This address works on this computer only.') : undefined,
    lesson ? choices : undefined,
  ];
  const title = lesson ? `Link to step ${lesson.step}` : 'Link to this moment';
  await showDialog(page, 'link', title, ...children);
  text.select();
}
